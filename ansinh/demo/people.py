"""Who works in the demo: one invented person a role. The password is shown on screen; it opens nothing but the demo."""

from dataclasses import dataclass

PASSWORD = "thu-an-sinh-2024"  # noqa: S105 - printed for everybody who starts the demo


@dataclass(frozen=True, slots=True)
class Player:
    """One demo account; ``province`` is the code of its area, empty for the whole country."""

    username: str
    full_name: str
    role: str
    unit: str
    province: str
    look_at: str


PLAYERS = (
    Player(
        "lanhdao", "Đặng Minh Thu", "leader", "BHXHVN", "", "/dieu-hanh/ — 27 nhiệm vụ, bản đồ, mở con số ra tận dòng"
    ),
    Player(
        "thuky", "Vũ Hải Minh", "programme_secretary", "TCT06", "", "/dieu-hanh/ — ghi nhận văn bản, trạng thái tự đổi"
    ),
    Player("phutrach", "Phạm Quốc Bình", "verification_lead", "TST", "", "/xac-minh/ — chạy đợt xác minh, xem tiến độ"),
    Player(
        "hanoi", "Ngô Thanh Hoa", "data_steward", "BHXH-01", "01", "/xac-minh/ — xét trường hợp nghi ngờ bằng bàn phím"
    ),
    Player(
        "hanoi2",
        "Bùi Thị Ngân",
        "data_steward",
        "BHXH-01",
        "01",
        "/xac-minh/cho-xet/ — người thứ hai xét",
    ),
    Player("danang", "Lý Anh Quân", "data_steward", "BHXH-48", "48", "/xac-minh/ — chỉ thấy người của Đà Nẵng"),
    Player("kysu", "Tạ Đình Sơn", "engineer", "CNTT", "", "/van-hanh/ — hàng đợi xử lý nền"),
    Player("taikhoan", "Đỗ Hải Yến", "account_manager", "BHXH-01", "01", "/to-chuc/tai-khoan/ — tài khoản và vai trò"),
)
