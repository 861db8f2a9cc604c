"""The page of one person's verification."""

from django.http import HttpResponse
from django.shortcuts import render

from ansinh.core import clock
from ansinh.core.errors import OutOfReach
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions
from ansinh.registry.models import Person
from ansinh.registry.permissions import SEE_PERSON


@requires(SEE_PERSON)
def person(request: Request, key: int) -> HttpResponse:
    """Show where one person stands, and everything that led there."""
    found = Person.objects.visible_to(request.actor).select_related("area").filter(pk=key).first()
    if found is None:
        raise OutOfReach
    view = actions.read_person(person=found, actor=request.actor, at=clock.now())
    return render(request, "identity/person.html", {"view": view, "today": clock.today()})
