"""The cases a lawyer reads and writes: ``cases/*.yaml``."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ansinh import law
from ansinh.core.strict_yaml import Entry, read


@dataclass(frozen=True)
class Case:
    """One expectation of a lawyer."""

    name: str
    day: date
    parameter: str
    expected: int | Decimal | None
    article: str


def case(entry: Entry) -> Case:
    fields = entry.fields(("name", "date", "parameter", "expected", "article"))
    return Case(
        name=fields["name"].text(),
        day=fields["date"].iso_date(),
        parameter=fields["parameter"].text(),
        expected=None if fields["expected"].is_null() else fields["expected"].number(),
        article=fields["article"].text(),
    )


CASES = [case(entry) for file in sorted(Path(__file__).parent.glob("cases/*.yaml")) for entry in read(file).items()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_gives_what_the_lawyer_expects(case: Case) -> None:
    if case.expected is None:
        with pytest.raises(law.NotInForce):
            law.at(case.day).value(case.parameter)
    else:
        value = law.at(case.day).value(case.parameter)
        assert value == case.expected
        assert case.article.split(",")[0] in value.source


def test_every_parameter_has_a_case() -> None:
    assert {case.parameter for case in CASES} == set(law.parameters())
