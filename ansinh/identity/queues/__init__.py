"""The queues of verification: runs, requests to the identity agency, extracts due for deletion, counts to renew."""

from ansinh.core.models import QueueRow
from ansinh.core.work import Beat, Queue, register
from ansinh.identity.models import AgencyRequest, ExtractDisposal, Touch, VerificationRun
from ansinh.identity.queues import disposals, requests, rollups, runs, service


def carry_out(row: QueueRow, beat: Beat) -> None:
    """Do a claimed run from wherever it stands."""
    run = VerificationRun.objects.select_related("area", "within", "extract", "asked_by").get(pk=row.pk)
    if run.source == VerificationRun.Source.SERVICE:
        service.carry_out(run, beat)
    else:
        runs.carry_out(run, beat)


register(Queue("identity.run", "Đợt xác minh", VerificationRun, carry_out))
register(Queue("identity.disposal", "Xóa bản trích theo lịch", ExtractDisposal, disposals.carry_out))
register(Queue("identity.request", "Yêu cầu gửi cơ quan căn cước", AgencyRequest, requests.carry_out))
register(Queue("identity.rollup", "Số tổng hợp xác minh", Touch, rollups.recount, is_brief=True))
