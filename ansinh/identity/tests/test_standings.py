"""Where a person's identity stands: one case a line, as an official would tell it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.identity.rules import Levels, standings
from ansinh.identity.rules.standings import Facts, Standing, believed_wrong, reasons_of, standing_of

EQUAL = Levels("EQUAL", "EQUAL", "EQUAL", "EQUAL", "MISSING")
NAME = Levels("MARKS", "EQUAL", "EQUAL", "EQUAL", "MISSING")
NUMBER = Levels("EQUAL", "EQUAL", "EQUAL", "OLD", "MISSING")
TWO = Levels("MIDDLE_MISSING", "YEAR_ONLY", "EQUAL", "NEAR", "MISSING")
FOUND = Facts(decision="CORRECTED", state="CONFIRMED", confirmed=True)

CASES = {
    "nobody has declared a number": (Facts(), "UNDECLARED", ()),
    "a number is declared, no run yet": (Facts(declared=True), "DECLARED", ()),
    "everything agrees": (Facts(decision="VERIFIED", state="CONFIRMED", confirmed=True, levels=EQUAL), "CORRECT", ()),
    "both sides know only the year": (
        replace(FOUND, levels=Levels("EQUAL", "SAME_YEAR_KNOWN", "EQUAL", "EQUAL", "")), "CORRECT", ()
    ),
    "confirmed before any run": (Facts(confirmed=True), "CORRECT", ()),
    "confirmed, and a later extract lacks the citizen": (
        Facts(confirmed=True, decision="NOT_FOUND", state="NOT_FOUND"), "CORRECT", ()
    ),
    "right person, marks of the name differ": (replace(FOUND, levels=NAME), "WRONG", ("name",)),
    "right person, several fields; the number is replaced already": (
        replace(FOUND, levels=TWO), "WRONG", ("name", "dob")
    ),
    "one of two fields is corrected": (replace(FOUND, levels=TWO, fixed=frozenset({"name"})), "WRONG", ("dob",)),
    "all fields are corrected": (replace(FOUND, levels=TWO, fixed=frozenset({"name", "dob"})), "UPDATED", ()),
    "only the number was old, now replaced": (replace(FOUND, levels=NUMBER), "UPDATED", ()),
    "doubtful": (Facts(declared=True, decision="REVIEW", state="WAITING", levels=TWO), "WRONG",
                 ("name", "dob", "number")),
    "doubtful though nothing differs": (Facts(decision="REVIEW", state="WAITING", levels=EQUAL), "DECLARED", ()),
    "confirmed under another number": (
        Facts(decision="VERIFIED", state="WAITING", obstacle="CHANGED", confirmed=True, levels=EQUAL), "WRONG",
        ("number",),
    ),
    "nobody like that": (Facts(declared=True, decision="NOT_FOUND", state="NOT_FOUND"), "NOT_FOUND", ()),
    "a clerk said another person": (Facts(decision="REVIEW", state="REJECTED", levels=TWO), "NOT_FOUND", ()),
    "a clerk said another person, who had died": (
        Facts(decision="REVIEW", state="REJECTED", obstacle="DECEASED", levels=TWO), "NOT_FOUND", ()
    ),
    "the number is confirmed for another record": (
        Facts(decision="CORRECTED", state="WAITING", obstacle="TAKEN", levels=EQUAL), "DUPLICATE", ()
    ),
    "several records claim one citizen": (
        Facts(decision="REVIEW", state="WAITING", shares_citizen=True, levels=EQUAL), "DUPLICATE", ()
    ),
    "many people declared that number": (
        Facts(decision="REVIEW", state="WAITING", levels=Levels("EQUAL", "EQUAL", "", "SHARED", "")), "DUPLICATE", ()
    ),
    "the first of two records of one person": (
        Facts(decision="VERIFIED", state="CONFIRMED", confirmed=True, shares_citizen=True, levels=EQUAL), "CORRECT", ()
    ),
    "the population says dead": (
        Facts(decision="VERIFIED", state="WAITING", obstacle="DECEASED", levels=EQUAL), "DECEASED", ()
    ),
    "dead and duplicate": (
        Facts(decision="VERIFIED", state="WAITING", obstacle="DECEASED", shares_citizen=True), "DECEASED", ()
    ),
    "the register says dead": (replace(FOUND, died=True, levels=TWO), "DECEASED", ()),
    "a clerk asked for papers": (Facts(decision="REVIEW", state="SENT_BACK", levels=TWO), "SUPPLEMENT", ()),
    "a case asked the person": (replace(FOUND, levels=NAME, awaits_answer=True), "SUPPLEMENT", ()),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "code", "fields"), CASES.values(), ids=CASES)
def test_it_stands_where_an_official_would_say(facts: Facts, code: str, fields: tuple[str, ...]) -> None:
    assert standing_of(facts) == Standing(code, fields)


@pytest.mark.parametrize(
    ("state", "is_sampled", "known"),
    [
        ("SECOND", False, "WAITING"),
        ("DISPUTED", False, "WAITING"),
        ("DISPUTED", True, "CONFIRMED"),
        ("CONFIRMED", True, "CONFIRMED"),
        ("", False, ""),
    ],
)
def test_an_answer_that_is_not_final_counts_as_none(state: str, is_sampled: bool, known: str) -> None:  # noqa: FBT001 - a table
    assert standings.known_state(state, is_sampled=is_sampled) == known


def test_every_standing_has_a_case() -> None:
    assert {code for _, code, _ in CASES.values()} == set(standings.STANDINGS)


LEVEL = st.sampled_from(["", "EQUAL", "MISSING", "NEAR", "DIFFERENT", "SHARED", "MARKS", "YEAR_ONLY"])
FACTS = st.builds(
    Facts,
    died=st.booleans(),
    confirmed=st.booleans(),
    declared=st.booleans(),
    decision=st.sampled_from(["", "VERIFIED", "CORRECTED", "REVIEW", "NOT_FOUND"]),
    state=st.sampled_from(["", "CONFIRMED", "WAITING", "REJECTED", "SENT_BACK", "NOT_FOUND"]),
    obstacle=st.sampled_from(["", "TAKEN", "CHANGED", "DECEASED"]),
    levels=st.builds(Levels, LEVEL, LEVEL, LEVEL, LEVEL, LEVEL),
    shares_citizen=st.booleans(),
    awaits_answer=st.booleans(),
    fixed=st.frozensets(st.sampled_from(sorted(standings.FIELDS))),
)


@given(FACTS)
def test_it_always_has_a_word_and_names_fields_only_when_wrong(facts: Facts) -> None:
    found = standing_of(facts)
    assert found.label
    assert bool(found.fields) == (found.code == "WRONG")
    assert len(found.field_labels) == len(found.fields)


@pytest.mark.parametrize(
    ("levels", "how", "reasons"),
    [
        (EQUAL, {"decision": "VERIFIED"}, ()),
        (NAME, {"decision": "CORRECTED"}, ("NAME_MARKS",)),
        (TWO, {"decision": "CORRECTED"}, ("MIDDLE_NAME", "BIRTH_INCOMPLETE", "NUMBER_TYPING")),
        (NUMBER, {"decision": "CORRECTED"}, ("OLD_NUMBER",)),
        (EQUAL, {"decision": "VERIFIED", "obstacle": "TAKEN"}, ("TWO_SI_NUMBERS", "SHARED_NUMBER")),
        (EQUAL, {"decision": "VERIFIED", "obstacle": "CHANGED"}, ("NUMBER_CHANGED",)),
        (EQUAL, {"decision": "REVIEW", "obstacle": "DECEASED"}, ("DIED",)),
        (EQUAL, {"decision": "REVIEW", "shares_citizen": True}, ("TWO_SI_NUMBERS",)),
        (standings.NOTHING, {"decision": "NOT_FOUND"}, ("NOT_FOUND",)),
        (Levels("", "", "", "DIFFERENT", ""), {"decision": "NOT_FOUND"}, ("NOT_FOUND",)),
        (standings.NOTHING, {"decision": "NOT_FOUND", "is_minor": True}, ("MINOR_WITHOUT_NUMBER", "NOT_FOUND")),
        (Levels("EQUAL", "EQUAL", "DIFFERENT", "MISSING", ""), {"decision": "REVIEW"}, ("SEX", "NUMBER_MISSING")),
    ],
)  # fmt: skip
def test_the_reasons_follow_from_the_agreement(levels: Levels, how: dict[str, str], reasons: tuple[str, ...]) -> None:
    assert reasons_of(levels, **how) == reasons  # type: ignore[arg-type]  # a table of keywords


@pytest.mark.parametrize(
    ("values", "side"),
    [
        ([("name", "Nguyen Thi An", "Nguyễn Thị An")], "OURS"),
        ([("name", "Nguyễn Thị An", "Nguyen Thi An")], "THEIRS"),
        ([("name", "Nguyễn Thị An", "Nguyễn Thị Ân")], "UNKNOWN"),
        ([("name", "Nguyen An", "Nguyễn Thị An")], "UNKNOWN"),
        ([("dob", "1950", "1950-02-03")], "OURS"),
        ([("dob", "1950-02-03", "1950-02")], "THEIRS"),
        ([("sex", "", "F")], "OURS"),
        ([("name", "Nguyen Thi An", "Nguyễn Thị An"), ("dob", "1950", "1950-02")], "OURS"),
        ([("name", "Nguyen Thi An", "Nguyễn Thị An"), ("dob", "1950-02", "1950")], "UNKNOWN"),
        ([], "UNKNOWN"),
    ],
)
def test_the_side_that_says_less_is_believed_wrong(values: list[tuple[str, str, str]], side: str) -> None:
    assert believed_wrong(values) == side


def test_every_reason_speaks_of_a_field() -> None:
    assert {standings.field_of(reason) for reason in standings.REASONS} == set(standings.FIELDS)
