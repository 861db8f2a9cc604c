"""What may be done about the running of the system."""

from ansinh.core.permissions import declare

SEE = declare("operations:see", "xem hàng đợi và các việc cần người xử lý")
RETRY = declare("operations:retry", "cho chạy lại một việc đã dừng vì lỗi")
