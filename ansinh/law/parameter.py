"""A parameter of the law (tham số), its values by starting date, and the one in force on a day."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import total_ordering

from ansinh.core.errors import Refusal

Number = int | Decimal


class NotInForce(Refusal, LookupError):
    """A parameter is asked for on a day before its first known value."""

    def __init__(self, parameter: "Parameter", day: date) -> None:
        """Say, in Vietnamese, which parameter, which day and from when a value is known."""
        self.parameter = parameter
        self.day = day
        super().__init__(
            f"{parameter.title} ({parameter.name}) chưa có giá trị cho ngày {day:%d/%m/%Y}; giá trị sớm nhất đã biết "
            f"áp dụng từ {parameter.values[0].since:%d/%m/%Y}. Hãy kiểm tra lại ngày, hoặc bổ sung giá trị kèm văn bản "
            "làm căn cứ.",
            parameter=parameter.name,
            day=day.isoformat(),
        )


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value (giá trị) with the date it begins and its citation; used in arithmetic it is its number.

    ``value`` is ``int`` for đồng and counts, ``Decimal`` for rates: arithmetic and comparison take and give those, and
    a float is a ``TypeError``.
    """

    parameter: str
    title: str
    unit: str
    value: Number
    since: date
    source: str
    verified_by: str | None
    note: str | None

    @property
    def verified(self) -> bool:
        """Say whether someone has checked the value against the official text."""
        return self.verified_by is not None

    def __int__(self) -> int:
        if self.value != int(self.value):
            raise TypeError(f"{self.parameter} is not a whole number: {self.value}.")
        return int(self.value)

    def __add__(self, other: "Number | Value") -> Number:
        number = _exact(other)
        return NotImplemented if number is None else self.value + number

    def __sub__(self, other: "Number | Value") -> Number:
        number = _exact(other)
        return NotImplemented if number is None else self.value - number

    def __rsub__(self, other: Number) -> Number:
        number = _exact(other)
        return NotImplemented if number is None else number - self.value

    def __mul__(self, other: "Number | Value") -> Number:
        number = _exact(other)
        return NotImplemented if number is None else self.value * number

    __radd__ = __add__
    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        number = _exact(other)
        return NotImplemented if number is None else self.value == number

    def __lt__(self, other: "Number | Value") -> bool:
        number = _exact(other)
        return NotImplemented if number is None else self.value < number

    def __hash__(self) -> int:
        return hash(self.value)


def _exact(other: object) -> Number | None:
    """Return the number of an operand, ``None`` for what cannot stand beside a number of the law."""
    if isinstance(other, Value):
        return other.value
    return other if isinstance(other, int | Decimal) and not isinstance(other, bool) else None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter (tham số): its title in two languages, its unit, and its values, earliest first.

    Only starts are known: a value holds until the next one begins.
    """

    name: str
    title: str
    title_en: str
    unit: str
    values: tuple[Value, ...]

    def at(self, day: date) -> Value:
        """Return the value in force on a day; raises ``NotInForce`` before the first, ``TypeError`` for a datetime."""
        if isinstance(day, datetime):
            raise TypeError("The law changes by day: pass a date, not a datetime.")
        place = bisect_right(self.values, day, key=lambda value: value.since)
        if place == 0:
            raise NotInForce(self, day)
        return self.values[place - 1]


class Domain:
    """The parameters of one domain of the law on a day; each is an attribute."""

    def __init__(self, name: str, values: "InForce") -> None:
        """Stand for one folder of the law."""
        self._name = name
        self._in_force = values

    def __getattr__(self, name: str) -> Value:
        """Return the value in force of ``<domain>.<name>``."""
        return self._in_force.value(f"{self._name}.{name}")


class InForce:
    """The law on a day (pháp luật có hiệu lực); each domain is an attribute."""

    def __init__(self, day: date, parameters: Mapping[str, Parameter]) -> None:
        """Hold a day and all parameters by full name."""
        self.day = day
        self._parameters = parameters

    def __getattr__(self, name: str) -> Domain:
        """Return a domain, such as ``wages``."""
        return Domain(name, self)

    def value(self, name: str) -> Value:
        """Return the value of a parameter by its full name; ``AttributeError`` for a name no file has."""
        if name not in self._parameters:
            raise AttributeError(f"The law has no parameter {name!r}; known: {', '.join(self._parameters)}.")
        return self._parameters[name].at(self.day)
