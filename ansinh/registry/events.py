"""What the register leaves in the audit chain."""

from ansinh.core.audit import declare

PERSON_SEEN = declare("registry.person_seen", "Xem hồ sơ một người tham gia")
PERSON_CORRECTED = declare("registry.person_corrected", "Điều chỉnh thông tin cơ bản của một người")
IDENTITY_CONFIRMED = declare("registry.identity_confirmed", "Ghi nhận số định danh đã xác minh cho một nhóm người")
IMPORT_ASKED = declare("registry.import_asked", "Yêu cầu nhập một tệp dữ liệu")
IMPORT_CHUNK_LOADED = declare("registry.import_chunk_loaded", "Nạp một phần của tệp dữ liệu")
CONFIRMATION_WITHDRAWN = declare("registry.confirmation_withdrawn", "Rút lại xác nhận số định danh của một người")
PERSONS_MERGED = declare("registry.persons_merged", "Gộp hai mã số BHXH của một người")
MERGE_UNDONE = declare("registry.merge_undone", "Tách lại hai mã số BHXH đã gộp")
