"""Looking at, and taking away, lists of people: reads of personal data that leave a trace."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.permissions import Actor
from ansinh.identity import events, queries
from ansinh.registry.permissions import SEE_PERSON


@transaction.atomic
def list_people(*, scope: queries.PeopleScope, after: int, actor: Actor, at: datetime) -> queries.PeoplePage:
    """Show a page of the people behind the figure (danh sách người tham gia), from a person's key onwards."""
    actor.must(SEE_PERSON, area=scope.area.pk if scope.area else None)
    page = queries.people_page(scope, actor, after=after)
    audit.record(
        events.PEOPLE_LISTED,
        actor=actor,
        at=at,
        subject=_subject(scope),
        data={**_asked(scope), "after": after, "people": len(page.rows)},
    )
    return page


@transaction.atomic
def export_people(*, scope: queries.PeopleScope, actor: Actor, at: datetime) -> Iterator[tuple[str, ...]]:
    """Take away the list of a scope; rows are read while they are sent."""
    actor.must(SEE_PERSON, area=scope.area.pk if scope.area else None)
    audit.record(events.PEOPLE_EXPORTED, actor=actor, at=at, subject=_subject(scope), data=_asked(scope))
    return queries.left_over(scope, actor)


def _subject(scope: queries.PeopleScope) -> str:
    return f"area:{scope.area.code if scope.area else ''}"


def _asked(scope: queries.PeopleScope) -> dict[str, audit.Json]:
    return {"verified": scope.verified, "scheme": scope.scheme, "cohort": scope.cohort, "reason": scope.reason}
