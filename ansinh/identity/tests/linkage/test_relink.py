"""Incremental runs: what is decided again equals what a full run decides, and a stopped run leaves a whole index."""

import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from ansinh.identity.linkage import (
    DEFAULT_POLICY,
    Changes,
    LinkageRefused,
    Policy,
    layers,
    link,
    loading,
    local,
    relink,
)  # fmt: skip
from ansinh.identity.tests.linkage.cast import AWAY, HOME, HUONG, Row, citizen, record, strangers, write

NAMES = ("Nguyễn Thị Thu Hương", "NGUYEN THI THU HUONG", "Nguyễn Hương", "Lê Văn An", "Lê Văn An Bình")
BIRTHS = ("1985-03-07", "1985-01-01", "1985", "1990-05-20")
NUMBERS = ("040185001234", "040185001235", "040185001243", "096190004321")
OLD = ("186123456", "186123465", None)
PLACES = (HOME, AWAY)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """Policy under which two records crowd a number and three citizens a key, so that small files meet every bound."""
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("policy") / "narrow.yaml"
    narrow = text.replace("per_key: 64", "per_key: 3").replace("per_number: 20", "per_number: 2")
    path.write_text(narrow, encoding="utf-8")
    return Policy.load(path)


def some_citizen(person_id: int) -> st.SearchStrategy[Row]:
    """Citizens of few names, days, numbers and places, so that many are alike."""
    return st.builds(
        lambda name, dob, number, old, place: citizen(person_id, name, dob, number, id9=old, **place),
        st.sampled_from(NAMES), st.sampled_from(BIRTHS), st.sampled_from(NUMBERS), st.sampled_from(OLD),
        st.sampled_from(PLACES),
    )  # fmt: skip


def some_record(record_id: int) -> st.SearchStrategy[Row]:
    """Records of the same few."""
    return st.builds(
        lambda name, dob, number, place: record(record_id=record_id, full_name=name, dob=dob, id_no=number, **place),
        st.sampled_from(NAMES), st.sampled_from(BIRTHS), st.sampled_from((*NUMBERS, *OLD)), st.sampled_from(PLACES),
    )  # fmt: skip


@dataclass(frozen=True)
class State:
    """Rows of both files by identifier."""

    records: dict[int, Row]
    people: dict[int, Row]


@st.composite
def states(draw: st.DrawFn, steps: int) -> list[State]:
    """Draw a state and some after it, each differing in a few rows."""
    kinds = (range(1, 13), some_record), (range(1, 11), some_citizen)
    made: list[State] = []
    for _ in range(steps + 1):
        files = []
        for number, (identifiers, some) in enumerate(kinds):
            rows = dict((made[-1].records, made[-1].people)[number]) if made else {}
            few = st.lists(st.sampled_from(identifiers), max_size=4, unique=True)
            for one in draw(few) if made else identifiers:
                if one in rows and draw(st.booleans()) and len(rows) > 1:
                    del rows[one]
                elif made or one == identifiers[0] or draw(st.integers(0, 3)):
                    rows[one] = draw(some(one))
            files.append(rows)
        made.append(State(files[0], files[1]))
    return made


def _files(folder: Path, state: State) -> tuple[Path, Path]:
    folder.mkdir()
    return write(folder / "i.parquet", state.records.values()), write(
        folder / "p.parquet", [*state.people.values(), *strangers(60)]
    )


def _changes(folder: Path, before: State, after: State) -> Changes:
    said: dict[str, Path] = {}
    for name, key, old, new in (
        ("insured", "record_id", before.records, after.records),
        ("population", "person_id", before.people, after.people),
    ):
        changed = [row for one, row in new.items() if old.get(one) != row]
        gone = [one for one in old if one not in new]
        if changed:
            said[name] = write(folder / f"{name}.parquet", changed)
        if gone:
            said[f"gone_{name}"] = folder / f"gone_{name}.parquet"
            pq.write_table(pa.table({key: gone}), said[f"gone_{name}"])
    return Changes(**said)


def _decisions(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def _in_full(folder: Path, state: State, policy: Policy, index: Path) -> list[dict[str, Any]]:
    """Decisions of a full run over the files of a state, under the census that an index holds."""
    insured, population = _files(folder, state)
    local.run(
        insured, population, folder, policy=policy, memory="500MB", threads=1, hear=lambda _step, _share: None,
        census=layers.Index.read(index).census(),
    )  # fmt: skip
    return _decisions(folder / "decisions.parquet")


@given(made=states(3), rows_a_part=st.sampled_from((20, 250_000)))
@settings(max_examples=15)
def test_changes_are_decided_as_a_full_run_would(policy: Policy, made: list[State], rows_a_part: int) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "_ROWS_A_PART", rows_a_part)
        patch.setattr(layers, "_MOST_LAYERS", 2)
        folder, index = Path(name), Path(name, "index")
        out = folder / "decisions.parquet"
        link(*_files(folder / "first", made[0]), out, policy=policy, memory="500MB", threads=1, keep=index)
        for number, (before, after) in enumerate(pairwise(made)):
            place = folder / f"step-{number}"
            place.mkdir()
            done = relink(index, _changes(place, before, after), out, memory="500MB", threads=1)
            assert _decisions(out) == _in_full(place / "full", after, policy, index)
            assert (done.report.records, done.report.citizens) == (len(after.records), len(after.people) + 60)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Index of a run over three records."""
    insured = write(tmp_path / "i.parquet", [record(record_id=number, id_no=None) for number in (1, 2, 3)])
    population = write(tmp_path / "p.parquet", [HUONG, *strangers()])
    link(insured, population, tmp_path / "d.parquet", policy=Policy.load(DEFAULT_POLICY), keep=tmp_path / "index")
    return tmp_path / "index"


def _born(folder: Path) -> Changes:
    return Changes(population=write(folder / "born.parquet", [citizen(2, "Lê Văn An", "2024-05-05", "040224000001")]))


def test_only_what_a_change_touches_is_decided_again(kept: Path, tmp_path: Path) -> None:
    assert relink(kept, _born(tmp_path), tmp_path / "d.parquet").decided_again == 0
    new = Changes(insured=write(tmp_path / "n.parquet", [record(record_id=9)]))
    done = relink(kept, new, tmp_path / "d.parquet")
    assert done.decided_again == 4, "the number's record takes the citizen whom the others would claim"
    assert [row["record_id"] for row in _decisions(tmp_path / "d.parquet")] == [1, 2, 3, 9]


@pytest.mark.parametrize("step", ["Tìm bản ghi bị ảnh hưởng", "Quyết định"])
def test_a_killed_run_leaves_the_old_state_whole(kept: Path, tmp_path: Path, step: str) -> None:
    gone = tmp_path / "gone.csv"
    gone.write_text("record_id\n3\n", encoding="utf-8")
    script = f"""
import os, signal, sys
from pathlib import Path
from ansinh.identity.linkage import Changes, relink
def die(step, share):
    if step == {step!r}:
        os.kill(os.getpid(), signal.SIGKILL)
relink(Path(sys.argv[1]), Changes(gone_insured=sys.argv[2]), Path(sys.argv[3]), progress=die)
"""
    before = _decisions(tmp_path / "d.parquet")
    run = subprocess.run([sys.executable, "-c", script, kept, gone, tmp_path / "d.parquet"], check=False)
    assert run.returncode == -signal.SIGKILL
    assert _decisions(tmp_path / "d.parquet") == before
    relink(kept, Changes(gone_insured=gone), tmp_path / "d.parquet")
    assert [row["record_id"] for row in _decisions(tmp_path / "d.parquet")] == [1, 2]
    assert not [path.name for path in kept.iterdir() if path.is_dir() and not path.name.startswith("layer-")]


def test_it_refuses_what_cannot_be_taken_up(kept: Path, tmp_path: Path) -> None:
    def refused(changes: Changes) -> str:
        with pytest.raises(LinkageRefused) as said:
            relink(kept, changes, tmp_path / "d.parquet")
        return str(said.value)

    gone = tmp_path / "gone.csv"
    gone.write_text("record_id\n3\n77\n", encoding="utf-8")
    assert "1 record_id không có trong kho, ví dụ: 77" in refused(Changes(gone_insured=gone))
    changed = write(tmp_path / "c.parquet", [record(record_id=3), record(record_id=77)])
    assert "vừa bị bỏ vừa có trong tệp thay đổi" in refused(Changes(insured=changed, gone_insured=gone))
    assert "thiếu cột: person_id" in refused(Changes(gone_population=gone))
    with layers.held(kept):
        assert "đang được một lượt khác dùng" in refused(_born(tmp_path))
    with pytest.raises(LinkageRefused, match="không phải kho giữ lại"):
        relink(tmp_path, _born(tmp_path), tmp_path / "d.parquet")


def test_the_commands_keep_and_take_up(tmp_path: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record(), record(record_id=7)])
    population = write(tmp_path / "p.parquet", [HUONG, *strangers()])
    index, out = str(tmp_path / "index"), str(tmp_path / "d.parquet")
    call_command("link", str(insured), str(population), "--out", out, "--keep", index, stdout=StringIO())
    said = StringIO()
    call_command("relink", index, "--insured", str(write(tmp_path / "n.parquet", [record(record_id=8)])), "--out", out,
                 stdout=said)  # fmt: skip
    assert "quyết định lại" in said.getvalue()
    assert "Xong 3 bản ghi" in said.getvalue()
    with pytest.raises(CommandError, match="Chưa có thay đổi nào"):
        call_command("relink", index, "--out", out)
