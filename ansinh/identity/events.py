"""What verification leaves in the audit chain."""

from ansinh.core.audit import declare

EXTRACT_RECEIVED = declare("identity.extract_received", "Tiếp nhận một bản trích cơ sở dữ liệu dân cư")
RUN_ASKED = declare("identity.run_asked", "Yêu cầu một đợt xác minh")
RUN_CANCEL_ASKED = declare("identity.run_cancel_asked", "Yêu cầu dừng một đợt xác minh")
DECISIONS_RECORDED = declare("identity.decisions_recorded", "Ghi kết quả xác minh của một nhóm người")
RUN_FINISHED = declare("identity.run_finished", "Kết thúc một đợt xác minh")
CANDIDATE_SEEN = declare("identity.candidate_seen", "Xem thông tin dân cư của một trường hợp nghi ngờ")
REVIEWED = declare("identity.reviewed", "Quyết định một trường hợp nghi ngờ")
REVIEW_UNDONE = declare("identity.review_undone", "Rút lại quyết định một trường hợp nghi ngờ")
PEOPLE_LISTED = declare("identity.people_listed", "Xem danh sách người đã hoặc chưa xác minh")
POLICE_LIST_TAKEN = declare("identity.police_list_taken", "Tải danh sách gửi công an xã kiểm tra")
POLICE_ANSWERS_TAKEN = declare("identity.police_answers_taken", "Nhận tệp trả lời của công an xã")
PEOPLE_EXPORTED = declare("identity.people_exported", "Tải danh sách người chưa xác minh")
EXTRACT_DELETED = declare("identity.extract_deleted", "Xóa một bản trích cơ sở dữ liệu dân cư")
RUN_RESUMED = declare("identity.run_resumed", "Cho một đợt xác minh đã dừng chạy tiếp")
POPULATION_ASKED = declare("identity.population_asked", "Hỏi dịch vụ dân cư về một nhóm người")
ANSWERS_RECORDED = declare("identity.answers_recorded", "Ghi trả lời của dịch vụ dân cư về một nhóm người")
DUPLICATES_COLLECTED = declare(
    "identity.duplicates_collected", "Lập danh sách mã số BHXH nghi trùng từ một kết quả đối khớp"
)
DUPLICATE_SEEN = declare("identity.duplicate_seen", "Xem hai hồ sơ của một cặp mã số nghi trùng")
MERGE_PROPOSED = declare("identity.merge_proposed", "Đề xuất gộp hai mã số BHXH")
MERGE_ANSWERED = declare("identity.merge_answered", "Duyệt, trả lại hoặc rút đề xuất gộp, tách mã số BHXH")
UNDO_PROPOSED = declare("identity.undo_proposed", "Đề xuất tách lại hai mã số BHXH đã gộp")
DUPLICATE_REFUSED = declare("identity.duplicate_refused", "Kết luận hai mã số BHXH là của hai người khác nhau")
DUPLICATE_REOPENED = declare("identity.duplicate_reopened", "Xem lại kết luận hai người khác nhau")
MERGE_NOTICE_PRINTED = declare("identity.merge_notice_printed", "Mở quyết định gộp mã số BHXH để in")
