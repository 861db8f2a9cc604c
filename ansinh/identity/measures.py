"""Figures of this room."""

from collections.abc import Iterator

from ansinh.core.measures import Increment, Measure, register
from ansinh.identity import queries


def verified_share_increments() -> Iterator[Increment]:
    """Yield what each day added to the verified and the registered, by managing province; from sums, not from people.

    The sums equal a count of everybody (``queries.increments``); ``ansinh rollup check`` shows it.
    """
    return queries.rollup().daily()


register(
    Measure(
        name="identity.verified_share",
        label="Người tham gia, thụ hưởng đã xác minh với cơ sở dữ liệu quốc gia về dân cư",
        numerator="Người đang sống trong cơ sở dữ liệu bảo hiểm có số định danh cá nhân đã xác minh, còn hiệu lực",
        denominator="Người đang sống trong cơ sở dữ liệu bảo hiểm",
        completeness="Không gồm người do BHXH Bộ Quốc phòng và BHXH Công an nhân dân quản lý.",
        increments=verified_share_increments,
        rows="identity-people",
    )
)
