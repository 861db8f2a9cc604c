"""Filters available in every template: numbers, shares, money, dates."""

from datetime import date, datetime
from fractions import Fraction

from django import template

from ansinh.core.birth import BirthDate
from ansinh.core.calendar import VIETNAM
from ansinh.core.measures import Count
from ansinh.core.money import format_vnd

register = template.Library()


@register.filter
def number(value: int | None) -> str:
    """Write 1234567 as 1.234.567; nothing as a dash."""
    return "–" if value is None else f"{value:,}".replace(",", ".")


@register.filter
def share(count: Count | None) -> str:
    """Write a count's share with two decimals; nothing to divide by as a dash."""
    return "–" if count is None or count.share is None else share_of(count.share)


@register.filter
def share_of(value: Fraction) -> str:
    """Write a share with two decimals, cut, not rounded: 99,996 % is 99,99 %, never 100 %."""
    whole = int(value * 10000 // 1)
    return f"{whole // 100},{whole % 100:02d} %"


@register.filter
def percent(value: float | None, digits: int = 2) -> str:
    """Write an estimated share with two decimals, rounded: 0,37 %; nothing as a dash. Counts use ``share``."""
    return "–" if value is None else f"{100 * value:.{digits}f} %".replace(".", ",")


@register.filter
def share_short(count: Count | None) -> str:
    """Write a share in whole percent, cut, for small places."""
    return "–" if count is None or count.share is None else f"{count.share * 100 // 1} %"


@register.filter
def coordinate(value: float | None) -> str:
    """Write a number for SVG, with a point whatever the language; nothing as 0."""
    return f"{value or 0:.2f}"


@register.filter
def vnd(value: int | None) -> str:
    """Write money as 1.234.567 đ; nothing as a dash."""
    return "–" if value is None else format_vnd(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day as 28/06/2024, an instant by its day in Vietnam; nothing as a dash."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return value.strftime("%d/%m/%Y")


@register.filter
def moment(value: datetime | None) -> str:
    """Write an instant as 14:05 28/06/2024 in Vietnam's time; nothing as a dash."""
    return "–" if value is None else value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


@register.filter
def birth(iso: str) -> str:
    """Write a stored date of birth with exactly the precision it has: 1950, 03/1950 or 07/03/1950."""
    return BirthDate.from_iso(iso).text if iso else "–"
