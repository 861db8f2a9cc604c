"""What the organisation leaves in the audit chain."""

from ansinh.core.audit import declare

REFERENCE_LOADED = declare("offices.reference_loaded", "Nạp danh mục địa bàn và đơn vị")
ACCOUNT_OPENED = declare("offices.account_opened", "Mở tài khoản cho một người")
ROLE_GRANTED = declare("offices.role_granted", "Giao một vai trò trên một địa bàn")
ROLE_REVOKED = declare("offices.role_revoked", "Thu hồi một vai trò")
