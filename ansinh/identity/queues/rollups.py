"""The queue of touches: a block whose people have changed is counted again."""

from django.db import transaction

from ansinh.core.models import QueueRow
from ansinh.core.work import Beat
from ansinh.identity import queries
from ansinh.identity.models import Block, Touch


def recount(row: QueueRow, beat: Beat) -> None:
    """Count a touched block again, once for all the touches that can be seen before the counting begins."""
    block = Touch.objects.get(pk=row.pk).block
    with transaction.atomic():
        Block.objects.get_or_create(number=block)
        held = Block.objects.select_for_update().get(number=block)
        seen = Touch.objects.filter(block=block, status=Touch.Status.QUEUED)
        keys = [row.pk, *seen.values_list("pk", flat=True)]
        Block.objects.put(held, queries.count_live([block]), beat.clock())
        Touch.objects.filter(pk__in=keys).delete()
