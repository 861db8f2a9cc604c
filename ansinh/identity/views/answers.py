"""A clerk's answer as the page sends it, about a case of the list or of a sample."""

from datetime import datetime
from typing import TypedDict

from ansinh.core import clock
from ansinh.core.errors import Malformed
from ansinh.core.permissions import Actor, Request
from ansinh.identity.forms import ReviewForm
from ansinh.identity.models import Review


class Answer(TypedDict):
    """What every act of answering takes."""

    verdict: Review.Verdict
    reason: str
    actor: Actor
    at: datetime


def answer_of(request: Request) -> Answer:
    """Read an answer.

    :raises Malformed: no verdict, or a note that is too long
    """
    form = ReviewForm(request.POST)
    if not form.is_valid():
        raise Malformed("Hãy chọn một trong ba câu trả lời; ghi chú không quá 300 ký tự.")
    verdict = Review.Verdict(form.cleaned_data["verdict"])
    return Answer(verdict=verdict, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now())
