"""Report (báo cáo) of a linkage run: what was decided, how sure it is, and what was left out, as JSON and as a page."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Self

from ansinh.identity.linkage.pairs import Bounded
from ansinh.identity.linkage.plots import percent, reliability
from ansinh.identity.linkage.policy import Measured, Policy
from ansinh.identity.linkage.writing import BANDS, Tally

DECISIONS = {
    "VERIFIED": "Đúng, tự động xác nhận",
    "CORRECTED": "Tìm đúng người, cần sửa số hoặc thông tin",
    "REVIEW": "Cần người xem xét",
    "NOT_FOUND": "Không tìm thấy",
}
"""Decisions (kết luận) and their words."""


@dataclass(frozen=True, slots=True)
class Band:
    """Band of probability (khoảng xác suất): its lower edge, records in it, and the sum of their probabilities."""

    low: float
    records: int
    expected_right: float


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


def summarise(
    policy: Policy, tally: Tally, bounded: Sequence[Bounded], *, rows: tuple[int, int], repaired: int
) -> Report:
    """Report of what was written; ``rows`` are those of the insured file and of the population."""
    bands = [(number, int(records)) for number, records in enumerate(tally.bands) if records]
    return Report(
        policy=policy.version,
        records=rows[0],
        citizens=rows[1],
        decisions={code: int(number) for code, number in zip(DECISIONS, tally.decisions, strict=True)},
        expected_wrong=round(tally.expected_wrong, 2),
        same_person_groups=tally.groups,
        repaired_names=repaired,
        bounded=tuple(sorted(bounded, key=lambda row: row.key)),
        bands=tuple(
            Band(number / BANDS, records, round(float(tally.expected_right[number]), 2)) for number, records in bands
        ),
        patterns=tuple(tally.common(20)),
    )


def write(report: Report, policy: Policy, folder: Path) -> None:
    """Write `report.json`, `index.html` and the policy as it was (`policy.yaml`) into a new folder."""
    write_files(folder, asdict(report), _page(report, policy), policy)


def write_files(folder: Path, told: dict[str, Any], page: str, policy: Policy) -> None:
    """Write what a report tells, as JSON and as a page, beside the policy into a new folder."""
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "policy.yaml").write_text(policy.text, encoding="utf-8")
    (folder / "index.html").write_text(page, encoding="utf-8")


STYLE = """<style>
body{font:16px/1.5 "Be Vietnam Pro",system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2430}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .5rem;border-bottom:1px solid #d7dde5;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}meter{width:min(12rem,18vw)}
figure{margin:0;max-width:30rem}svg text{font-size:12px;fill:currentColor}svg .g{stroke:#8795a540}
svg .d{stroke:#8795a5;stroke-dasharray:4 4}svg circle{fill:#0b5cad}svg .i{stroke:#0b5cad;stroke-width:2}
@media(prefers-color-scheme:dark){body{background:#10161d;color:#e6ebf1}th,td{border-color:#2c3743}
svg circle{fill:#7ab8ff}svg .i{stroke:#7ab8ff}}
</style>"""
"""Style of the page of a report."""

_PAGE = Template("""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Báo cáo đối khớp</title>
$style</head><body>
<h1>Báo cáo đối khớp</h1>
<p>$records bản ghi người tham gia, $citizens công dân; $seconds giây. Chính sách $policy, hiệu lực từ $since;
phê duyệt: $approver.</p>
<h2>Kết luận</h2>
<table><tr><th>Kết luận<th class="n">Bản ghi<th class="n">Tỷ lệ<th>$decisions</table>
<p>Trong phần máy tự quyết, theo xác suất đã hiệu chuẩn, dự kiến có khoảng $wrong kết luận sai; hãy rút mẫu kiểm tra.
$groups nhóm bản ghi có vẻ của cùng một người. $repaired họ tên lỗi phông đã được phục hồi.</p>
<h2>Xác suất của người được đề xuất</h2>
<table><tr><th>Khoảng<th class="n">Bản ghi<th class="n">Dự kiến đúng<th>$bands</table>
<h2>Xác suất có đáng tin không</h2>
<p>Đo trên $measured_on. Chấm nằm trên đường chéo là xác suất nói đúng sự thật; chấm càng to càng nhiều bản ghi;
gạch đứng là khoảng tin cậy 95 %.</p>
<figure>$reliability</figure>
<table><tr><th class="n">Xác suất máy nói<th class="n">Bản ghi<th class="n">Đúng<th class="n">Tỷ lệ đúng
$measured</table>
<h2>Khóa tìm bị bỏ bớt</h2>
<p>Giá trị có quá nhiều dòng dùng chung thì không dùng để tìm, để số cặp so sánh không bùng nổ.</p>
<table><tr><th>Khóa<th class="n">Giá trị<th class="n">Bản ghi liên quan$bounded</table>
<h2>Các kiểu khớp hay gặp (họ tên · ngày sinh · giới tính · số · nơi)</h2>
<table><tr><th>Kiểu khớp<th class="n">Bản ghi$patterns</table>
</body></html>
""")


def _page(report: Report, policy: Policy) -> str:
    return _PAGE.substitute(
        style=STYLE,
        records=number(report.records),
        citizens=number(report.citizens),
        seconds=f"{report.seconds:.1f}".replace(".", ","),
        policy=escape(policy.version),
        since=f"{policy.since:%d/%m/%Y}",
        approver=escape(policy.approver or "chưa có"),
        decisions="".join(_decision(report, code) for code in DECISIONS),
        wrong=number(round(report.expected_wrong)),
        groups=number(report.same_person_groups),
        repaired=number(report.repaired_names),
        bands="".join(_band(report, band) for band in report.bands),
        measured_on=escape(policy.calibration.measured_on),
        reliability=reliability(policy.calibration.measured),
        measured="".join(_measured(band) for band in policy.calibration.measured),
        bounded=bounded_rows(report.bounded),
        patterns="".join(row(pattern, records) for pattern, records in report.patterns),
    )


def _decision(report: Report, code: str) -> str:
    share = report.decisions[code] / report.records
    return (
        f"{row(f'{DECISIONS[code]} ({code})', report.decisions[code])}"
        f'<td class="n">{percent(share)}<td><meter value="{share:.4f}"></meter>'
    )


def _band(report: Report, band: Band) -> str:
    title = f"{percent(band.low)} – {percent(band.low + 1 / BANDS)}"
    share = band.records / report.records
    return f'{row(title, band.records, round(band.expected_right))}<td><meter value="{share:.4f}"></meter>'


def bounded_rows(bounded: Sequence[Bounded]) -> str:
    """Rows of the table of search keys left out."""
    return "".join(row(one.key, one.values, one.records) for one in bounded) or "<tr><td colspan=3>Không có."


def _measured(band: Measured) -> str:
    figures = (
        percent(band.probability),
        number(band.records),
        number(band.right),
        percent(band.right / band.records),
    )
    return "<tr>" + "".join(f'<td class="n">{figure}' for figure in figures)


def row(title: str, *figures: int) -> str:
    """Row of a table of the page: a title and figures."""
    return f"<tr><td>{escape(title)}" + "".join(f'<td class="n">{number(figure)}' for figure in figures)


def number(value: int) -> str:
    """Whole number with a dot between thousands."""
    return f"{value:,}".replace(",", ".")
