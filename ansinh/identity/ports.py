"""What identity needs answered from outside: the population database compares, the identity agency corrects.

The population database says which fields agree and no more (data minimisation, operation 003): no record of a citizen
comes back. ``exchange`` implements both; ``POPULATION_SERVICE`` and ``IDENTITY_AGENCY`` name the implementations by
dotted path.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from ansinh.core.errors import Refusal

FIELDS = ("number", "name", "dob", "sex")
"""Fields that may be compared, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Question:
    """Question (yêu cầu xác thực): what somebody declared, who asks and for which unit.

    ``request_id`` is the same whenever the same question is asked again. ``personal_id`` (12 digits) or ``old_id``
    (9 digits) is given; ``birth`` is YYYY, YYYY-MM or YYYY-MM-DD; ``sex`` is M, F or empty.
    """

    request_id: str
    officer: str
    unit: str
    personal_id: str
    old_id: str
    full_name: str
    birth: str
    sex: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer (kết quả xác thực): whether there is such a number, and which of the fields compared agree or differ."""

    request_id: str
    exists: bool
    matched: frozenset[str]
    mismatched: frozenset[str]


class ServiceSilent(Exception):
    """The partner gave no usable answer this time; asking again later may help. ``reason`` is Vietnamese."""

    def __init__(self, reason: str, *, wait: timedelta | None = None) -> None:
        """Keep the reason, and how long the partner asked to be left alone."""
        self.reason, self.wait = reason, wait
        super().__init__(reason)


class ServiceRefuses(Refusal):
    """The partner says no to the agency, not to one person: asking again will not help before somebody acts."""


class ServiceNotConnected(Refusal):
    """No address of the service is set."""

    message = (
        "Chưa kết nối dịch vụ xác thực của cơ sở dữ liệu dân cư. "
        "Hãy đề nghị kỹ sư đặt POPULATION_URL theo thỏa thuận, hoặc chọn một bản trích."
    )


class PopulationService(Protocol):
    """The population database, asked about one person at a time; may be called from several threads."""

    rate: float
    """Requests a second that the agreement allows, for all workers together."""

    def authenticate(self, question: Question, *, at: datetime) -> Answer:
        """Ask whether what somebody declared agrees.

        :raises ServiceSilent: no usable answer came
        :raises ServiceRefuses: the agency, the procedure or the officer may not ask
        """


def is_connected() -> bool:
    """Tell whether there is a service to ask."""
    return bool(settings.POPULATION_URL)


def population_service() -> PopulationService:
    """Return the service that the settings name.

    :raises ServiceNotConnected: none is set up
    """
    if not is_connected():
        raise ServiceNotConnected
    service: PopulationService = import_string(settings.POPULATION_SERVICE)()
    return service


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
