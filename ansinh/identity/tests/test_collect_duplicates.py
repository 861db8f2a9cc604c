"""Collecting pairs from what a run or a comparison found."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ansinh.core.errors import NotPermitted
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import NOBODY, SYSTEM
from ansinh.identity.actions import (
    collect_compared,
    collect_duplicates,
    open_pair,
    record_answers,
    refuse_pair,
    reopen_pair,
)
from ansinh.identity.models import DuplicateGroup, DuplicatePair, PopulationExtract, VerificationRun
from ansinh.identity.ports import FIELDS, Answer
from ansinh.identity.queries import AskedRow, ComparisonUnreadable
from ansinh.identity.rules import claims
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, decided, drain, end, insured, personal_id
from ansinh.registry.actions import ConfirmedIdentity, confirm_identities
from ansinh.registry.models import Person
from tests.cast import DAY, NOW

COLUMNS = ("agree_name", "agree_dob", "agree_sex", "agree_number", "agree_places")


def claimed_by_all(world: World, people: list[Person], of: int = 1) -> VerificationRun:
    """Record that a run found all these people to be one citizen."""
    others = PopulationExtract.objects.count()
    run = world.run(world.extract(citizen(of), citizen(90 + others)))
    group = min(person.pk for person in people)
    world.decide(run, *[decided(person, "VERIFIED", of, same_person_group=group) for person in people])
    end(run)
    return run


def pairs() -> set[tuple[int, int, str]]:
    return set(DuplicatePair.objects.values_list("first", "second", "state"))


def test_records_of_one_citizen_become_a_pair_once(world: World) -> None:
    one, other, _ = world.register(insured(1), insured(2, id_no=personal_id(1)), insured(3))
    run = claimed_by_all(world, [one, other])
    assert collect_duplicates(run=run, actor=SYSTEM, at=NOW) == 1
    assert collect_duplicates(run=run, actor=SYSTEM, at=NOW) == 0
    assert pairs() == {(one.pk, other.pk, "OPEN")}
    assert DuplicateGroup.objects.get().size == 2
    assert [entry.data["new"] for entry in AuditEntry.objects.filter(event="identity.duplicates_collected")] == [1, 0]


def test_each_record_is_paired_with_the_best_claim(world: World) -> None:
    people = world.register(*[insured(number) for number in (1, 2, 3)])
    confirm_identities(items=[ConfirmedIdentity(people[2].pk, personal_id(1), "thử")], actor=SYSTEM, at=NOW)
    collect_duplicates(run=claimed_by_all(world, people), actor=SYSTEM, at=NOW)
    assert pairs() == {(people[0].pk, people[2].pk, "OPEN"), (people[1].pk, people[2].pk, "OPEN")}


def test_people_told_apart_are_not_proposed_again(world: World) -> None:
    people = world.register(*[insured(number) for number in (1, 2, 3)])
    collect_duplicates(run=claimed_by_all(world, people[:2]), actor=SYSTEM, at=NOW)
    pair = DuplicatePair.objects.get()
    refuse_pair(pair=pair, reason="Hai chị em sinh đôi", actor=world.actor(world.cast.hoa), at=NOW)
    collect_duplicates(run=claimed_by_all(world, people), actor=SYSTEM, at=NOW)
    assert pairs() == {(people[0].pk, people[1].pk, "DIFFERENT"), (people[0].pk, people[2].pk, "OPEN")}
    reopen_pair(pair=pair, reason="Có giấy tờ mới", actor=world.actor(world.cast.hoa), at=NOW)
    assert (people[0].pk, people[1].pk, "OPEN") in pairs()


def test_an_open_pair_goes_over_to_the_newer_finding(world: World) -> None:
    people = world.register(insured(1), insured(2))
    for _ in range(2):
        run = claimed_by_all(world, people)
        collect_duplicates(run=run, actor=SYSTEM, at=NOW)
    assert DuplicatePair.objects.get().group.run == run


def test_a_number_confirmed_before_for_another_province_is_found_by_the_extract(world: World) -> None:
    holder, claimant = world.register(insured(1, res_province=DA_NANG), insured(2, id_no=personal_id(1)))
    confirm_identities(items=[ConfirmedIdentity(holder.pk, personal_id(1), "thử")], actor=SYSTEM, at=NOW)
    run = world.run(world.extract(citizen(1)))
    [case] = world.decide(run, decided(claimant, "VERIFIED", 1))
    end(run)
    assert case.obstacle == "TAKEN"
    assert collect_duplicates(run=run, actor=SYSTEM, at=NOW) == 1
    assert pairs() == {(holder.pk, claimant.pk, "OPEN")}


def test_a_number_the_service_confirms_for_two_is_a_pair(world: World) -> None:
    one, other, third = world.register(insured(1), insured(2, id_no=personal_id(1)), insured(3))
    run = VerificationRun.objects.create(source="SERVICE", asked_at=NOW, effective_date=DAY, available_at=NOW)
    numbers = {one.pk: personal_id(1), other.pk: personal_id(1), third.pk: personal_id(3)}
    rows = [AskedRow(key, "Nguyễn Thị An", "1980-02-05", "F", number, None) for key, number in numbers.items()]
    answers = {key: Answer(f"thử-{key}", True, frozenset(FIELDS), frozenset()) for key in numbers}  # noqa: FBT003 - positions as in the class
    record_answers(run=run, rows=rows, answers=answers, actor=SYSTEM, at=NOW)
    assert collect_duplicates(run=run, actor=SYSTEM, at=NOW) == 1
    assert pairs() == {(one.pk, other.pk, "OPEN")}
    page = open_pair(pair=DuplicatePair.objects.get(), actor=world.actor(world.cast.hoa), at=NOW)
    assert "hai hồ sơ nhận cùng một số định danh" in page.evidence[0]
    assert "khớp số định danh, họ tên, ngày sinh, giới tính" in page.evidence[1]


def test_a_run_collects_by_itself(world: World) -> None:
    places = {"home_district": "Huyện Hà Quảng", "home_commune": "Xã Trường Hà"}
    one, other = world.register(insured(1, **places), insured(2, id_no=personal_id(1), **places))
    world.run(world.extract(citizen(1, home_province="Tỉnh Cao Bằng", **places), *[citizen(n) for n in range(50, 60)]))
    drain("identity.run")
    assert pairs() == {(one.pk, other.pk, "OPEN")}


def compared(folder: Path, *rows: dict[str, Any]) -> Path:
    """Write what a comparison of the register with itself would."""
    like = dict.fromkeys(COLUMNS, "EQUAL") | {"decision": "REVIEW", "weight": 20.0, "probability": 0.98}
    path = folder / f"compared-{len(rows)}.parquet"
    pq.write_table(pa.Table.from_pylist([like | row for row in rows]), path)
    return path


def test_a_comparison_brings_its_own_evidence(world: World) -> None:
    one, other, third = world.register(*[insured(number) for number in (1, 2, 3)])
    path = compared(
        world.folder,
        {"record_id": other.pk, "other_id": one.pk, "agree_dob": "YEAR_ONLY"},
        {"record_id": one.pk, "other_id": third.pk, "decision": "DIFFERENT"},
        {"record_id": one.pk, "other_id": third.pk + 99},
        {"record_id": one.pk, "other_id": one.pk},
    )
    assert collect_compared(path=path, actor=SYSTEM, at=NOW) == 1
    assert collect_compared(path=path, actor=SYSTEM, at=NOW) == 0
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second, pair.probability, pair.agree_dob) == (one, other, 0.98, "YEAR_ONLY")
    assert pair.group.run is None


def test_it_refuses_a_file_that_is_no_comparison(world: World, tmp_path: Path) -> None:
    with pytest.raises(ComparisonUnreadable):
        collect_compared(path=tmp_path / "khong-co.parquet", actor=SYSTEM, at=NOW)
    text = tmp_path / "thu.parquet"
    text.write_text("không phải Parquet", encoding="utf-8")
    with pytest.raises(ComparisonUnreadable):
        collect_compared(path=text, actor=SYSTEM, at=NOW)
    pq.write_table(pa.table({"record_id": [1]}), text)
    with pytest.raises(ComparisonUnreadable):
        collect_compared(path=text, actor=SYSTEM, at=NOW)


def test_it_refuses_who_may_not_verify(world: World) -> None:
    with pytest.raises(NotPermitted):
        collect_compared(path=world.folder, actor=NOBODY, at=NOW)


def test_a_crowd_that_shares_a_claim_stays_small() -> None:
    assert len(claims.pairs_of(range(1000), frozenset())) == 999


def test_the_rule_prefers_identity_then_history_then_age() -> None:
    plain, later = claims.Claim(2, False, 5, DAY), claims.Claim(1, False, 5, NOW.date().replace(year=2025))  # noqa: FBT003 - positions as in the class
    longer, confirmed = claims.Claim(3, False, 9, DAY), claims.Claim(4, True, 0, DAY)  # noqa: FBT003 - as above
    ranked = sorted([later, plain, longer, confirmed], key=lambda claim: claim.rank)
    assert ranked == [confirmed, longer, plain, later]
    assert "đã xác minh" in claims.why_kept(confirmed, longer)
    assert "mã số kia" in claims.why_kept(longer, confirmed)
    assert "9 tháng so với 5" in claims.why_kept(longer, plain)
    assert "Có trước" in claims.why_kept(plain, later)
    assert "ngang nhau" in claims.why_kept(plain, claims.Claim(9, False, 5, DAY))  # noqa: FBT003 - as above
