"""What is in dispute between our record of a person and the citizen a run has found."""

from collections.abc import Sequence

from ansinh.core.birth import BirthDate, BirthDateError
from ansinh.identity import extracts, rules
from ansinh.identity.extracts import Citizen, ExtractGone, Place
from ansinh.identity.models import Verification
from ansinh.identity.rules import standings
from ansinh.registry.models import Identifier

_SEXES = {"Nam": "M", "Nữ": "F"}
Values = tuple[tuple[str, str, str], ...]
"""Disputed values: field, ours, theirs; dates ISO, sex as coded; theirs empty where nobody has told."""

NOT_TOLD = Citizen(0, "", "", "", "", "", Place("", "", ""), Place("", "", ""), "")
"""A citizen of whom a service has told nothing but which fields agree."""


def levels_of(row: Verification) -> rules.Levels:
    """Return the agreement codes of a decision."""
    return rules.Levels(row.agree_name, row.agree_dob, row.agree_sex, row.agree_number, row.agree_places)


def disputed(row: Verification, citizen: Citizen, number: str) -> Values:
    """Return what is in dispute between a person and a citizen; ``number`` is the one our record holds.

    What has been corrected since the run is no longer in dispute. A number that the register has confirmed from this
    very decision is settled.
    """
    person, obstacle = row.person, "" if row.state == Verification.State.CONFIRMED else row.obstacle
    values = {
        "name": (person.full_name, citizen.full_name),
        "dob": (person.birth, _iso(citizen.birth)),
        "sex": (person.sex, _SEXES.get(citizen.sex, citizen.sex)),
        "number": (number, citizen.personal_id),
        "died": (person.died_on.isoformat() if person.died_on else "", _iso(citizen.died_on)),
    }
    wrong = standings.wrong_fields(levels_of(row), obstacle=obstacle)
    return tuple(
        (field, ours, theirs)
        for field, (ours, theirs) in values.items()
        if field in wrong and not standings.agree(field, ours, theirs)
    )


def _iso(text: str) -> str:
    try:
        return BirthDate.parse(text).iso
    except BirthDateError:
        return text[:100]


def numbers_of(people: list[int]) -> dict[int, str]:
    """Return the number each person's record holds: the confirmed one, else the one declared."""
    rows = Identifier.objects.filter(
        person__in=people, to_date=None, kind__in=[Identifier.Kind.PERSONAL_ID, Identifier.Kind.OLD_ID]
    )
    # CONFIRMED < DECLARED and ID12 < ID9 as text: the first one wins, so it is written last.
    return dict(rows.order_by("-standing", "-kind", "pk").values_list("person", "value"))


def candidate_of(row: Verification) -> extracts.Citizen | None:
    """Read the candidate of a decision; ``None`` without one, and when the extract is not kept any more.

    :raises ExtractChanged: the extract's sealed copy cannot be read
    """
    extract, key = row.run.extract, row.citizen
    if extract is None or key is None or not extract.is_held:
        return None
    return extracts.citizens(extract, [key]).get(key)


def disputed_values(rows: Sequence[Verification]) -> dict[int, Values]:
    """Return the disputed values of a few decisions, by their key; each extract is read once.

    A service answers which fields differ and no more: what it holds is left empty until the agency has told.

    :raises ExtractGone: the extract that holds the candidates is not kept any more
    :raises ExtractChanged: its sealed copy cannot be read
    """
    numbers = numbers_of([row.person_id for row in rows])
    found = dict[int, Values]()
    for row in rows:
        if row.request_id:
            found[row.pk] = disputed(row, NOT_TOLD, numbers.get(row.person_id, ""))
    for extract in {row.run.extract for row in rows if row.run.extract}:
        some = [row for row in rows if row.run.extract == extract]
        if not extract.is_held:
            raise ExtractGone.of(extract)
        citizens = extracts.citizens(extract, [row.citizen for row in some if row.citizen is not None])
        for row in some:
            citizen = citizens.get(row.citizen or 0)
            found[row.pk] = disputed(row, citizen, numbers.get(row.person_id, "")) if citizen else ()
    return found
