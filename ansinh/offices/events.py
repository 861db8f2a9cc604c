"""What the organisation leaves in the audit chain."""

from ansinh.core.audit import declare

REFERENCE_LOADED = declare("offices.reference_loaded", "Nạp danh mục địa bàn và đơn vị")
ACCOUNT_OPENED = declare("offices.account_opened", "Mở tài khoản cho một người")
ACCOUNT_CLOSED = declare("offices.account_closed", "Đóng một tài khoản")
SIGN_IN_RESET = declare("offices.sign_in_reset", "Đặt lại mật khẩu và lớp xác thực thứ hai cho một người")
PASSWORD_CHANGED = declare("offices.password_changed", "Người dùng tự đổi mật khẩu")
SIGNED_IN = declare("offices.signed_in", "Đăng nhập thành công")
SIGN_IN_FAILED = declare("offices.sign_in_failed", "Đăng nhập không thành công")
ROLE_GRANTED = declare("offices.role_granted", "Giao một vai trò trên một địa bàn")
ROLE_REVOKED = declare("offices.role_revoked", "Thu hồi một vai trò")
