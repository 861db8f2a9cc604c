"""What may be done about verification."""

from ansinh.core.permissions import declare

SEE = declare("identity:see", "xem tiến độ và kết quả xác minh")
VERIFY = declare("identity:verify", "chạy xác minh trên địa bàn được giao")
REVIEW = declare("identity:review", "xét các trường hợp còn nghi ngờ")
MANAGE_EXTRACTS = declare("identity:manage_extracts", "tiếp nhận bản trích cơ sở dữ liệu dân cư")
SETTLE = declare(
    "identity:settle", "kết luận khi hai người xét khác nhau, rút lại quyết định của người khác, lấy mẫu kiểm tra"
)
SEE_QUALITY = declare("identity:see_quality", "xem chất lượng xét duyệt của mọi người xét trong địa bàn")
LOOK_UP = declare("identity:look_up", "tra cứu một công dân trong bản trích dân cư khi giải quyết hồ sơ")
PROPOSE_MERGE = declare("identity:propose_merge", "đề xuất gộp, tách mã số BHXH hoặc kết luận hai mã số của hai người")
