"""Steps of a run, as its page shows them: when the present one began, for its rate and the time left."""

from dataclasses import dataclass

from ansinh.core.permissions import SYSTEM
from ansinh.core.work import Beat
from ansinh.identity.actions import NewerRunExists, collect_duplicates
from ansinh.identity.models import VerificationRun
from ansinh.identity.queries import run_in_the_way
from ansinh.identity.queries.progress import COLLECTING


@dataclass(slots=True)
class Steps:
    """Passes what is told on to the heartbeat, and notes the beginning of each step."""

    run: VerificationRun
    beat: Beat
    step: str = ""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        """Tell progress.

        :raises CancelledByPerson: when a person has asked to cancel
        """
        if step != self.step:
            self.step = step
            mine = VerificationRun.objects.filter(pk=self.run.pk, claimed_by=self.run.claimed_by)
            mine.update(step_began_at=self.beat.clock(), step_began_done=done)
        self.beat(step, done, total)


def require_latest(run: VerificationRun) -> None:
    """Refuse to go on with a run when a later one has decided about some of its people.

    :raises NewerRunExists: it has
    """
    if run_in_the_way(run):
        raise NewerRunExists(run=run.pk)


def collect(run: VerificationRun, steps: Steps) -> None:
    """Collect the numbers that a run found to be one person's; its last step, when all its people are done."""
    steps(COLLECTING, run.people, run.people)
    collect_duplicates(run=run, actor=SYSTEM, at=steps.beat.clock())
