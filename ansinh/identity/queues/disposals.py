"""The queue of disposals: on the day an extract is due its key is erased and its file removed."""

from datetime import timedelta

from ansinh.core.calendar import VIETNAM
from ansinh.core.models import QueueRow
from ansinh.core.permissions import SYSTEM
from ansinh.core.work import Beat, Postponed
from ansinh.identity import extracts
from ansinh.identity.actions import ExtractInUse, delete_extract
from ansinh.identity.models import ExtractDisposal, VerificationRun
from ansinh.identity.queues.runs import private_folder

_WAIT = timedelta(hours=1)


def carry_out(row: QueueRow, beat: Beat) -> None:
    """Delete the extract of a due row; whatever a killed run has left in plain goes with it.

    :raises Postponed: a run still works with it
    """
    extract = ExtractDisposal.objects.select_related("extract").get(pk=row.pk).extract
    at = beat.clock()
    beat("Xóa bản trích")
    if extract.delete_on and extract.delete_on > at.astimezone(VIETNAM).date():
        return  # received again since: it has a later day, and a row of its own
    if extract.is_held:
        try:
            delete_extract(extract=extract, actor=SYSTEM, at=at)
        except ExtractInUse as refusal:
            raise Postponed(refusal.message, until=at + _WAIT) from refusal
    extracts.destroy(extract)
    for run in VerificationRun.objects.filter(extract=extract).iterator():
        extracts.remove(private_folder(run))
