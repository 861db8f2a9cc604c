"""What operations leave in the audit chain."""

from ansinh.core.audit import declare

ROW_RETRIED = declare("operations.row_retried", "Cho chạy lại một việc đã dừng vì lỗi")
