"""Levels (mức khớp): how far a record `r` and a citizen `p` agree in each field, as SQL conditions.

The first condition that holds names the level. Plain SQL over columns, so that another engine can be given the same
rules.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """Level (mức): its code in the decisions file and the SQL condition under which it holds."""

    code: str
    when: str


_NAME = (
    Level("MISSING", "r.folded = 0 OR p.folded = 0"),
    Level("EQUAL", "r.toned = p.toned"),
    # A name typed without any mark agrees with every marking; two different markings do not.
    Level("UNMARKED", "r.folded = p.folded AND (r.toned = r.folded OR p.toned = p.folded)"),
    Level("MARKS", "r.folded = p.folded"),
    Level("ORDER", "r.bag = p.bag"),
    Level("MIDDLE_MISSING", "r.surname = p.surname AND r.given = p.given AND (r.middle = 0 OR p.middle = 0)"),
    Level("MIDDLE_DIFFERENT", "r.surname = p.surname AND r.given = p.given"),
    Level("NEAR", "levenshtein(left(r.name, 60), left(p.name, 60)) <= 2"),
    Level("GIVEN", "r.given = p.given"),
    Level("DIFFERENT", "TRUE"),
)
_DOB = (
    Level("MISSING", "r.year = 0 OR p.year = 0"),
    Level("EQUAL", "r.year = p.year AND r.month = p.month AND r.day = p.day AND r.day > 0"),
    Level("SAME_YEAR_KNOWN", "r.year = p.year AND r.month = p.month AND r.day = p.day"),
    Level("MONTH_ONLY", "r.year = p.year AND r.month = p.month AND (r.day = 0 OR p.day = 0)"),
    Level("YEAR_ONLY", "r.year = p.year AND (r.month = 0 OR p.month = 0)"),
    Level("SWAPPED", "r.year = p.year AND r.month = p.day AND r.day = p.month"),
    # 01/01 is written when only the year is known.
    Level("HEAPED", "r.year = p.year AND ((r.day = 1 AND r.month = 1) OR (p.day = 1 AND p.month = 1))"),
    Level("NEAR", "r.year = p.year AND (r.month = p.month OR r.day = p.day)"),
    Level(
        "YEAR_OFF",
        "r.month = p.month AND r.day = p.day AND r.day > 0 AND (abs(r.year - p.year) % 10 = 0"
        " OR abs(r.year - p.year) < 10)",
    ),
    Level("YEAR", "r.year = p.year"),
    Level("DIFFERENT", "TRUE"),
)
_SEX = (
    Level("MISSING", "r.sex = 0 OR p.sex = 0"),
    Level("EQUAL", "r.sex = p.sex"),
    Level("DIFFERENT", "TRUE"),
)
_NUMBER = (
    Level("MISSING", "r.digits IS NULL"),
    Level("SHARED", "r.shared"),
    Level("EQUAL", "r.number = p.number"),
    Level("OLD", "r.old_number = p.old_number"),
    Level("MISSING", "r.old_number IS NOT NULL AND p.old_number IS NULL"),
    Level("NEAR", "r.old_number IS NULL AND levenshtein(left(r.digits, 20), lpad(p.number::VARCHAR, 12, '0')) <= 1"),
    Level("NEAR", "levenshtein(left(r.digits, 20), lpad(p.old_number::VARCHAR, 9, '0')) <= 1"),
    Level("OLD_DIFFERENT", "r.old_number IS NOT NULL"),
    Level("TWO_EDITS", "levenshtein(left(r.digits, 20), lpad(p.number::VARCHAR, 12, '0')) <= 2"),
    Level("OTHERS", "r.owned"),
    # A number that fits neither the record's own year of birth nor its sex is a slip, not another person's.
    Level(
        "MALFORMED",
        "r.number IS NULL OR (r.year > 0 AND r.number // 1000000 % 100 <> r.year % 100)"
        " OR (r.sex > 0 AND r.number // 100000000 % 2 <> r.sex - 1)",
    ),
    Level("DIFFERENT", "TRUE"),
)


def _places(kind: str, other: str) -> tuple[Level, ...]:
    def agree(part: str) -> str:
        return f"r.{kind}_{part} = p.{kind}_{part} AND r.{kind}_{part} > 0"

    def compatible(part: str) -> str:
        return f"(r.{kind}_{part} = p.{kind}_{part} OR r.{kind}_{part} = 0 OR p.{kind}_{part} = 0)"

    return (
        Level("COMMUNE", f"{agree('commune')} AND {compatible('district')} AND {compatible('province')}"),
        Level("DISTRICT", f"{agree('district')} AND {compatible('province')}"),
        # Moved, or written in the other column: the commune is the citizen's other place.
        Level(
            "CROSSED",
            f"r.{kind}_commune > 0 AND r.{kind}_commune = p.{other}_commune AND r.{kind}_province = p.{other}_province",
        ),
        Level("PROVINCE", agree("province")),
        Level("DIFFERENT", f"r.{kind}_province > 0 AND p.{kind}_province > 0"),
        Level("MISSING", "TRUE"),
    )


FIELDS: dict[str, tuple[Level, ...]] = {
    "name": _NAME,
    "dob": _DOB,
    "sex": _SEX,
    "number": _NUMBER,
    "home": _places("home", "res"),
    "res": _places("res", "home"),
}
"""Fields (trường) compared, each with its levels. Home and residence make one agreement, places: the better of both."""

CAPPED = frozenset({"EQUAL", "OLD"})
"""Levels of the number whose weight is at most log2(citizens): in a smaller file fewer numbers can meet by chance."""

# Patterns of one pair, over the level codes. A settled pair needs no rival to be looked for: number, name and
# date tell one story.
SETTLED = (
    "(number IN ('EQUAL', 'OLD', 'NEAR') AND name IN ('EQUAL', 'UNMARKED', 'MARKS') AND dob = 'EQUAL')"
    " OR (number IN ('EQUAL', 'OLD') AND name IN ('EQUAL', 'UNMARKED') AND dob NOT IN ('DIFFERENT', 'YEAR', 'MISSING'))"
    " OR (number = 'EQUAL' AND name IN ('MIDDLE_MISSING', 'ORDER') AND dob = 'EQUAL')"
)
# A record leaves the search after a round that found it a namesake of the same day and place or number: whoever could
# rival that citizen shares name and date, and stood in the same round.
CLOSED = (
    "NOT vetoed AND name IN ('EQUAL', 'UNMARKED') AND dob = 'EQUAL'"
    " AND (number IN ('EQUAL', 'OLD', 'NEAR') OR places IN ('COMMUNE', 'DISTRICT'))"
)
# Somebody else's number: nothing but the number agrees.
VETOED = (
    "number IN ('EQUAL', 'OLD') AND name = 'DIFFERENT'"
    " AND dob NOT IN ('EQUAL', 'SWAPPED', 'MONTH_ONLY', 'SAME_YEAR_KNOWN', 'MISSING')"
)
# Whoever bears another name, or none, is never taken for the same person by a machine, whatever else agrees.
DOUBTED = frozenset({"DIFFERENT", "GIVEN", "MISSING"})
VERIFIED = "number = 'EQUAL' AND name = 'EQUAL' AND dob IN ('EQUAL', 'SAME_YEAR_KNOWN') AND sex <> 'DIFFERENT'"


def codes(field: str) -> tuple[str, ...]:
    """Codes of a field (mã mức khớp), each once, in the order in which they are numbered."""
    listed = FIELDS["home" if field == "places" else field]
    return tuple(dict.fromkeys(level.code for level in listed))
