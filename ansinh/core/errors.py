"""An anticipated no. Anything else that is raised is a bug and a 500."""

from typing import ClassVar

Fact = str | int | float | bool | None


class Refusal(Exception):
    """What the system declines to do, told to the person who asked.

    A subclass stands next to the act that raises it. ``message`` is Vietnamese and says what happened and what to do
    next; ``data`` is what a program needs to know; ``status`` is the HTTP answer.
    """

    status: ClassVar[int] = 409
    message: str = "Yêu cầu này hiện chưa thực hiện được."

    def __init__(self, message: str | None = None, /, **data: Fact) -> None:
        """Keep the words for the person and the facts for the program."""
        self.message = message or self.message
        self.data = data
        super().__init__(self.message)

    @property
    def code(self) -> str:
        """Return the stable name a program can test: the class name."""
        return type(self).__name__


class NotPermitted(Refusal):
    """The person is known but holds no role for this act."""

    status = 403
    message = (
        "Vai trò hiện tại của bạn chưa có quyền làm việc này. "
        "Hãy liên hệ quản trị tài khoản của đơn vị nếu bạn cần được cấp quyền."
    )


class OutOfReach(Refusal):
    """The object does not exist for this person: absent, or another area's (the two are told alike)."""

    status = 404
    message = "Không tìm thấy nội dung này trong phạm vi bạn được giao."


class Malformed(Refusal):
    """What was sent cannot be read as what was asked for."""

    status = 422
    message = "Dữ liệu gửi lên chưa đúng. Hãy kiểm tra lại các ô được đánh dấu."
