"""``ansinh link``: what a person reads on the terminal."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ansinh.identity.tests.linkage.cast import HUONG, record, write


def test_it_says_how_far_it_is_what_was_decided_and_where_to_read_more(tmp_path: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record()])
    population = write(tmp_path / "p.parquet", [HUONG])
    said = StringIO()
    call_command("link", str(insured), str(population), "--out", str(tmp_path / "d.parquet"), stdout=said)
    assert "100 %  Xong" in said.getvalue()
    assert "Đúng, tự động xác nhận" in said.getvalue()
    assert "Xong 1 bản ghi với 1 công dân" in said.getvalue()
    assert (tmp_path / "d.parquet.report" / "index.html").exists()


def test_it_says_plainly_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    population = write(tmp_path / "p.parquet", [HUONG])
    with pytest.raises(CommandError, match="thiếu cột: record_id"):
        call_command("link", str(population), str(population), "--out", str(tmp_path / "d.parquet"))
    with pytest.raises(CommandError, match="absent"):
        call_command("link", "i", "p", "--out", str(tmp_path / "d.parquet"), "--policy", str(tmp_path / "absent.yaml"))


def test_the_command_alone_needs_no_room_of_the_house(tmp_path: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record()])
    population = write(tmp_path / "p.parquet", [HUONG])
    command = [sys.executable, "-m", "ansinh", "link", str(insured)]

    done = subprocess.run(
        [*command, str(population), "--out", str(tmp_path / "d.parquet")], capture_output=True, text=True, check=False
    )
    refused = subprocess.run(
        [*command, "absent", "--out", str(tmp_path / "e.parquet")], capture_output=True, text=True, check=False
    )

    assert (done.returncode, "Xong 1 bản ghi" in done.stdout) == (0, True)
    assert (refused.returncode, "không thấy tệp" in refused.stderr) == (1, True)
