"""What verification needs answered from outside: the identity agency, which checks and corrects together with us."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class DisputedValue:
    """One disputed field with both values; ``field`` as in ``models.DisputedField``, dates ISO, sex M or F."""

    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """Request (đề nghị phối hợp): what we ask the agency to check; only the disputed fields, nothing else.

    ``idempotency_key`` is the same however often the same asking is sent. ``personal_id`` is empty when none is known.
    """

    idempotency_key: str
    case: int
    si_no: str
    personal_id: str
    values: tuple[DisputedValue, ...]
    believed_wrong: str
    ground: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Receipt (biên nhận): the agency takes the request on under its reference, or says why not."""

    accepted: bool
    reference: str = ""
    why_rejected: str = ""


class IdentityAgency(Protocol):
    """Identity agency (cơ quan quản lý căn cước), as far as we ask it to correct."""

    def request_correction(self, request: CorrectionRequest) -> Receipt:
        """Hand a request over; an exception means that nothing is known and the same request is sent again."""


def identity_agency() -> IdentityAgency | None:
    """Return whoever speaks to the agency (setting ``IDENTITY_AGENCY``); ``None``: by letter."""
    if not settings.IDENTITY_AGENCY:
        return None
    agency: IdentityAgency = import_string(settings.IDENTITY_AGENCY)()
    return agency
