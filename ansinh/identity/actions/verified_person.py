"""Looking at everything about one person's verification: a read of personal data that leaves a trace."""

from datetime import datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.permissions import Actor
from ansinh.identity import events, queries
from ansinh.registry.models import Person
from ansinh.registry.permissions import SEE_PERSON


@transaction.atomic
def read_person(*, person: Person, actor: Actor, at: datetime) -> queries.PersonView:
    """Show one person's verification (xem tình trạng định danh): standing, numbers, decisions, cases, notices."""
    actor.must(SEE_PERSON, area=person.area_id)
    audit.record(
        events.PERSON_SEEN,
        actor=actor,
        at=at,
        subject=f"person:{person.pk}",
        reason="Xem tình trạng định danh",
    )
    return queries.person_view(person, actor)
