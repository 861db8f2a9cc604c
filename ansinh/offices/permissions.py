"""What may be done with accounts and roles."""

from ansinh.core.permissions import declare

SEE_ORGANISATION = declare("offices:see", "xem cơ cấu tổ chức và địa bàn")
MANAGE_ACCOUNTS = declare("offices:manage_accounts", "mở tài khoản và giao vai trò cho cán bộ trong địa bàn được giao")
LOAD_REFERENCE = declare("offices:load_reference", "nạp danh mục địa bàn và đơn vị")
