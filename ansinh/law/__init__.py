"""The numbers of the law (tham số pháp luật), each by the date it begins and with the article it comes from.

``law.at(day).wages.base_salary`` is the value in force on a day: a number that carries its citation. The day is always
that of the event the law attaches to (a death, a month of contribution), never the day of the calculation.
"""

from datetime import date

from ansinh.law.parameter import InForce, NotInForce, Parameter, Value
from ansinh.law.reading import parameters

__all__ = ["InForce", "NotInForce", "Parameter", "Value", "at", "parameters", "unverified"]


def at(day: date) -> InForce:
    """Return the law in force on a day: ``at(day).<domain>.<name>`` is a ``Value``, or raises ``NotInForce``."""
    return InForce(day, parameters())


def unverified() -> list[Value]:
    """Return every value no one has checked against the official text yet; a result that uses one says so."""
    return [value for parameter in parameters().values() for value in parameter.values if not value.verified]
