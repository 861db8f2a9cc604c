"""What may be done in the register."""

from ansinh.core.permissions import declare

SEE_PERSON = declare("registry:see_person", "xem dữ liệu người tham gia trong địa bàn được giao")
CORRECT_PERSON = declare("registry:correct_person", "điều chỉnh thông tin người tham gia")
IMPORT = declare("registry:import", "nhập dữ liệu hàng loạt vào cơ sở dữ liệu bảo hiểm")
MERGE = declare("registry:merge", "phê duyệt gộp hoặc tách mã số BHXH do người khác đề xuất")
