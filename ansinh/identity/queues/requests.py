"""The queue of requests to the identity agency, which go by exchange where there is a connection."""

from ansinh.core.errors import Refusal
from ansinh.core.models import QueueRow
from ansinh.core.permissions import SYSTEM
from ansinh.core.work import Beat
from ansinh.identity.actions import settle_request
from ansinh.identity.models import AgencyRequest
from ansinh.identity.ports import identity_agency
from ansinh.identity.queries.identity_cases import message


class AgencyNotConnected(Refusal):
    """A request was to go by exchange, and the connection has been taken away since."""

    message = (
        "Chưa có kết nối với cơ quan quản lý căn cước nên yêu cầu chưa gửi được. "
        "Hãy cấu hình kết nối rồi chạy lại, hoặc in công văn và ghi nhận kết quả tiếp nhận tại hồ sơ."
    )


def carry_out(row: QueueRow, beat: Beat) -> None:
    """Send one request to the identity agency; sent again after a fault, under the same key.

    :raises AgencyNotConnected: nobody speaks to the agency any more
    """
    request = AgencyRequest.objects.select_related("case__person").get(pk=row.pk)
    if request.action != AgencyRequest.Action.REQUESTED:
        return  # settled by hand while it waited
    agency = identity_agency()
    if agency is None:
        raise AgencyNotConnected(request=request.pk)
    beat("Gửi yêu cầu phối hợp")
    receipt = agency.request_correction(message(request))
    settle_request(request=request, receipt=receipt, actor=SYSTEM, at=beat.clock())
