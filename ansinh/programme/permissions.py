"""What may be done with the plan."""

from ansinh.core.permissions import declare

SEE = declare("programme:see", "xem kế hoạch, tiến độ và các con số điều hành")
MANAGE = declare("programme:manage", "nạp kế hoạch và ghi nhận sản phẩm của nhiệm vụ")
