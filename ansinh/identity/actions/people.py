"""Looking at, and taking away, lists of people: reads of personal data that leave a trace."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.permissions import Actor
from ansinh.identity import events, queries
from ansinh.offices.models import Area
from ansinh.registry.permissions import SEE_PERSON


@dataclass(frozen=True, slots=True)
class PeopleScope:
    """Which list: one province or all in reach, the verified or those left."""

    area: Area | None
    verified: bool


@transaction.atomic
def list_people(*, scope: PeopleScope, after: int, actor: Actor, at: datetime) -> queries.PeoplePage:
    """Show a page of the people behind the figure (danh sách người tham gia), from a person's key onwards."""
    actor.must(SEE_PERSON, area=scope.area.pk if scope.area else None)
    page = queries.people_page(scope.area, actor, verified=scope.verified, after=after)
    audit.record(
        events.PEOPLE_LISTED,
        actor=actor,
        at=at,
        subject=f"area:{scope.area.code if scope.area else ''}",
        data={"verified": scope.verified, "after": after, "people": len(page.rows)},
    )
    return page


@transaction.atomic
def export_people(*, area: Area | None, actor: Actor, at: datetime) -> Iterator[tuple[str, ...]]:
    """Take away the list of those not verified yet; rows are read while they are sent."""
    actor.must(SEE_PERSON, area=area.pk if area else None)
    audit.record(events.PEOPLE_EXPORTED, actor=actor, at=at, subject=f"area:{area.code if area else ''}")
    return queries.left_over(area, actor)
