"""Report (báo cáo) of a linkage run: what was decided, how sure it is, and what was left out, as JSON and as a page."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from html import escape
from pathlib import Path
from string import Template
from typing import Self

import duckdb

from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.sources import Loaded

DECISIONS = {
    "VERIFIED": "Đúng, tự động xác nhận",
    "CORRECTED": "Tìm đúng người, cần sửa số hoặc thông tin",
    "REVIEW": "Cần người xem xét",
    "NOT_FOUND": "Không tìm thấy",
}
"""Decisions (kết luận) and their words."""

_BANDS = 20
_COUNTS = "SELECT decision, count(*) FROM decisions GROUP BY ALL"
_EXPECTED = """
SELECT coalesce(sum(1 - probability) FILTER (decision IN ('VERIFIED', 'CORRECTED')), 0),
    count(DISTINCT same_person_group) FROM decisions
"""
_BANDED = """
SELECT least(floor(probability * ?)::INTEGER, ? - 1) AS band, count(*), sum(probability)
FROM decisions WHERE person_id IS NOT NULL GROUP BY band ORDER BY band
"""
_PATTERNS = """
SELECT concat_ws(' · ', agree_name, agree_dob, agree_sex, agree_number, agree_places) AS pattern, count(*) AS records
FROM decisions WHERE person_id IS NOT NULL GROUP BY pattern ORDER BY records DESC, pattern LIMIT 20
"""
_BOUNDED = "SELECT key, keys, records::BIGINT FROM bounded ORDER BY key"


@dataclass(frozen=True, slots=True)
class Band:
    """Band of probability (khoảng xác suất): its lower edge, records in it, and the sum of their probabilities."""

    low: float
    records: int
    expected_right: float


@dataclass(frozen=True, slots=True)
class Bounded:
    """Search key left out (khóa bị bỏ bớt) because too many rows share it: distinct values and records concerned."""

    key: str
    values: int
    records: int


@dataclass(frozen=True, slots=True)
class Report:
    """Report (báo cáo) of one run. `expected_wrong` is the sum of (1 - probability) over the automatic decisions."""

    policy: str
    records: int
    citizens: int
    decisions: dict[str, int]
    expected_wrong: float
    same_person_groups: int
    repaired_names: int
    bounded: tuple[Bounded, ...]
    bands: tuple[Band, ...]
    patterns: tuple[tuple[str, int], ...]
    seconds: float = 0

    def timed(self, seconds: float) -> Self:
        """Report with the time the run took, in seconds."""
        return replace(self, seconds=seconds)


def summarise(con: duckdb.DuckDBPyConnection, policy: Policy, decisions: Path, loaded: Sequence[Loaded]) -> Report:
    """Count what stands in a decisions file; `loaded` is the insured file, then the population."""
    con.read_parquet(str(decisions)).create_view("decisions")
    counts = dict(con.execute(_COUNTS).fetchall())
    wrong, groups = con.execute(_EXPECTED).fetchall()[0]
    bands = con.execute(_BANDED, [_BANDS, _BANDS]).fetchall()
    patterns = con.execute(_PATTERNS).fetchall()
    bounded = con.execute(_BOUNDED).fetchall()
    return Report(
        policy=policy.version,
        records=loaded[0].rows,
        citizens=loaded[1].rows,
        decisions={code: int(counts.get(code, 0)) for code in DECISIONS},
        expected_wrong=round(float(wrong), 2),
        same_person_groups=int(groups),
        repaired_names=sum(file.repaired for file in loaded),
        bounded=tuple(Bounded(str(key), int(keys), int(records)) for key, keys, records in bounded),
        bands=tuple(Band(low / _BANDS, int(records), round(float(right), 2)) for low, records, right in bands),
        patterns=tuple((str(pattern), int(records)) for pattern, records in patterns),
    )


def write(report: Report, policy: Policy, folder: Path) -> None:
    """Write `report.json`, `index.html` and the policy as it was (`policy.yaml`) into a new folder."""
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "policy.yaml").write_text(policy.text, encoding="utf-8")
    (folder / "index.html").write_text(_page(report, policy), encoding="utf-8")


_PAGE = Template("""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Báo cáo đối khớp</title>
<style>
body{font:16px/1.5 "Be Vietnam Pro",system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2430}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .5rem;border-bottom:1px solid #d7dde5;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}meter{width:12rem}
</style></head><body>
<h1>Báo cáo đối khớp</h1>
<p>$records bản ghi người tham gia, $citizens công dân; $seconds giây. Chính sách $policy, hiệu lực từ $since;
phê duyệt: $approver.</p>
<h2>Kết luận</h2>
<table><tr><th>Kết luận<th class="n">Bản ghi<th class="n">Tỷ lệ<th>$decisions</table>
<p>Trong phần máy tự quyết, theo xác suất đã hiệu chuẩn, dự kiến có khoảng $wrong kết luận sai; hãy rút mẫu kiểm tra.
$groups nhóm bản ghi có vẻ của cùng một người. $repaired họ tên lỗi phông đã được phục hồi.</p>
<h2>Xác suất của người được đề xuất</h2>
<table><tr><th>Khoảng<th class="n">Bản ghi<th class="n">Dự kiến đúng<th>$bands</table>
<h2>Khóa tìm bị bỏ bớt</h2>
<p>Giá trị có quá nhiều dòng dùng chung thì không dùng để tìm, để số cặp so sánh không bùng nổ.</p>
<table><tr><th>Khóa<th class="n">Giá trị<th class="n">Bản ghi liên quan$bounded</table>
<h2>Các kiểu khớp hay gặp (họ tên · ngày sinh · giới tính · số · nơi)</h2>
<table><tr><th>Kiểu khớp<th class="n">Bản ghi$patterns</table>
</body></html>
""")


def _page(report: Report, policy: Policy) -> str:
    return _PAGE.substitute(
        records=_number(report.records),
        citizens=_number(report.citizens),
        seconds=f"{report.seconds:.1f}".replace(".", ","),
        policy=escape(policy.version),
        since=f"{policy.since:%d/%m/%Y}",
        approver=escape(policy.approver or "chưa có"),
        decisions="".join(_decision(report, code) for code in DECISIONS),
        wrong=_number(round(report.expected_wrong)),
        groups=_number(report.same_person_groups),
        repaired=_number(report.repaired_names),
        bands="".join(_band(report, band) for band in report.bands),
        bounded="".join(_row(row.key, row.values, row.records) for row in report.bounded)
        or "<tr><td colspan=3>Không có.",
        patterns="".join(_row(pattern, records) for pattern, records in report.patterns),
    )


def _decision(report: Report, code: str) -> str:
    share = report.decisions[code] / report.records
    return (
        f"{_row(f'{DECISIONS[code]} ({code})', report.decisions[code])}"
        f'<td class="n">{100 * share:.2f} %<td><meter value="{share:.4f}"></meter>'
    )


def _band(report: Report, band: Band) -> str:
    title = f"{band.low:.2f} – {band.low + 1 / _BANDS:.2f}"
    share = band.records / report.records
    return f'{_row(title, band.records, round(band.expected_right))}<td><meter value="{share:.4f}"></meter>'


def _row(title: str, *figures: int) -> str:
    return f"<tr><td>{escape(title)}" + "".join(f'<td class="n">{_number(figure)}' for figure in figures)


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
