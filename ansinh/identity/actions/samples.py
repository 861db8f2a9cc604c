"""Samples of automatic decisions: drawing one, looking at an item without knowing the machine's reasons, judging it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.core.proportions import sample_size
from ansinh.core.text import nfc
from ansinh.identity import events, extracts, permissions, queries, rules
from ansinh.identity.actions.reviews import CaseAlreadyDecided, SecondByAnother
from ansinh.identity.models import AuditSample, Review, SampleItem, SampleStratum, Touch, Verification, VerificationRun

State, Verdict = Verification.State, Review.Verdict


class RunStillOpen(Refusal):
    """The run has not ended, or it decided nothing by itself."""

    message = "Đợt này chưa kết thúc hoặc không có kết luận tự động nào, nên chưa lấy mẫu được."


class SampleKnown(Refusal):
    """A sample of this run has been drawn."""

    message = "Đợt này đã có mẫu kiểm tra. Hãy xét tiếp mẫu đó; lấy lại mẫu sau khi biết kết quả sẽ làm sai tỷ lệ."


class WidthOutOfRange(Refusal):
    """The wished half-width would need more people than can be read, or says nothing."""

    status = 422
    message = "Hãy chọn sai số từ 0,1 đến 5 điểm phần trăm."


NARROWEST, WIDEST = 0.001, 0.05


@transaction.atomic
def draw_sample(*, run: VerificationRun, half_width: float, seed: int, actor: Actor, at: datetime) -> AuditSample:
    """Draw a sample (lấy mẫu kiểm tra) of a run's automatic decisions, by stratum of decision and evidence.

    It is as large as makes the error rate known within ± ``half_width`` if the linkage policy keeps its promise. The
    seed is stored: the same seed over the same decisions draws the same people.

    :raises WidthOutOfRange: less than 0,001 or more than 0,05
    :raises RunStillOpen: the run has not ended, or decided nothing by itself
    :raises SampleKnown: the run has been sampled
    """
    actor.must(permissions.SETTLE, area=run.area_id)
    if not NARROWEST <= half_width <= WIDEST:
        raise WidthOutOfRange(half_width=half_width)
    people = {} if run.is_open else queries.automatic_strata(run)
    if not people:
        raise RunStillOpen(run=run.pk)
    policy, expected = rules.policy_at(at.astimezone(VIETNAM).date()), queries.promised_error(run.policy)
    size = sample_size(expected, half_width, policy.confidence)
    drawn = rules.allot(people, size, policy.per_stratum)
    sample = AuditSample(
        run=run, seed=seed, policy=policy.version, expected=expected, half_width=half_width,
        confidence=policy.confidence, drawn_by_id=actor.account_id, drawn_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            sample.save(force_insert=True)
    except IntegrityError:
        raise SampleKnown(run=run.pk) from None
    picked = rules.pick(queries.automatic_rows(run), people, drawn, seed)
    strata = {
        key: SampleStratum(sample=sample, decision=key[0], evidence=key[1], people=people[key], drawn=drawn[key])
        for key in drawn
    }
    SampleStratum.objects.bulk_create(strata.values())
    SampleItem.objects.bulk_create(
        SampleItem(stratum=strata[key], verification_id=row, place=place) for place, (key, row) in enumerate(picked, 1)
    )
    audit.record(
        events.SAMPLE_DRAWN,
        actor=actor,
        at=at,
        subject=f"run:{run.pk}",
        data={"seed": seed, "size": len(picked), "half_width": half_width, "strata": len(strata)},
    )
    return sample


@transaction.atomic
def open_item(*, item: SampleItem, actor: Actor, at: datetime) -> queries.Case:
    """Show both records of a drawn decision (mở trường hợp trong mẫu), nothing of what the machine made of them.

    :raises ExtractGone: the extract is not kept any more
    :raises ExtractChanged: its sealed copy cannot be read
    """
    row = item.verification
    actor.must(permissions.REVIEW, area=row.person.area_id)
    _require_record(row)
    audit.record(
        events.CANDIDATE_SEEN,
        actor=actor,
        at=at,
        subject=f"verification:{row.pk}",
        reason="Kiểm tra mẫu kết luận tự động",
        data={"person": row.person_id, "citizen": row.citizen},
    )
    return queries.case(row, queries.candidate_of(row), actor=actor, at=at)


def _require_record(row: Verification) -> None:
    """Refuse to judge what cannot be seen any more."""
    if row.run.extract and not row.run.extract.is_held:
        raise extracts.ExtractGone.of(row.run.extract)


@transaction.atomic
def judge_item(*, item: SampleItem, verdict: Review.Verdict, reason: str, actor: Actor, at: datetime) -> Review:
    """Judge a drawn decision (kết luận trường hợp trong mẫu); “another person” sends it to one who may settle.

    Until then the number stays confirmed: one look does not outweigh the machine's evidence, two people do.

    :raises CaseAlreadyDecided: it is judged, or a newer run has replaced it
    :raises SecondByAnother: the actor has answered about it before
    :raises ExtractGone: the extract is not kept any more
    """
    actor.must(permissions.REVIEW, area=item.verification.person.area_id)
    held = Verification.objects.select_for_update(of=("self",)).select_related("run__extract")
    row = held.get(pk=item.verification_id)
    _require_record(row)
    standing = Review.objects.standing().filter(verification=row)
    if row.state != State.CONFIRMED or standing.exists():
        raise CaseAlreadyDecided(verification=row.pk)
    if actor.account_id is None:
        raise SecondByAnother(verification=row.pk)
    if verdict == Verdict.DIFFERENT:
        Verification.objects.filter(pk=row.pk).update(state=State.DISPUTED, state_at=at)
        Touch.objects.leave([row.person_id], at)
    review = Review.objects.create(
        verification=row, turn=Review.Turn.SAMPLE, verdict=verdict, reason=nfc(reason), at=at,
        reviewer_id=actor.account_id, policy=item.stratum.sample.policy,
    )  # fmt: skip
    audit.record(
        events.REVIEWED,
        actor=actor,
        at=at,
        subject=f"verification:{row.pk}",
        reason=review.reason,
        data={
            "verdict": verdict.value,
            "turn": Review.Turn.SAMPLE.name,
            "person": row.person_id,
            "citizen": row.citizen,
        },
    )
    return review
