"""Doubles (bản ghi trùng) written: the file of pairs, and the report as JSON and as a page."""

from collections import Counter
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from string import Template

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ansinh.identity.linkage.compiled import Array
from ansinh.identity.linkage.deduping import Compared, Doubles
from ansinh.identity.linkage.levels import FIELDS, codes
from ansinh.identity.linkage.pairs import Bounded
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.report import STYLE, bounded_rows, number, row, write_files

DOUBLES = {"SAME": "Cùng một người, máy kết luận", "REVIEW": "Cần người xem xét"}
"""Decisions on a pair of records (kết luận về một cặp) and their words."""
_PATTERNS = 20


@dataclass(frozen=True, slots=True)
class DoublesReport:
    """Report (báo cáo) of a comparison. `expected_wrong` is the sum of (1 - probability) over the pairs `SAME`."""

    policy: str
    records: int
    pairs_compared: int
    decisions: dict[str, int]
    expected_wrong: float
    same_person_groups: int
    repaired_names: int
    bounded: tuple[Bounded, ...]
    patterns: tuple[tuple[str, int], ...]
    seconds: float


def write_pairs(found: Doubles, policy: Policy, path: Path) -> None:
    """Write the pairs in order: both records, decision, weight in net bits, probability, levels, group, policy."""
    words = pa.array(list(DOUBLES))
    table = pa.table(
        {
            "record_id": found.first,
            "other_id": found.other,
            "decision": pa.DictionaryArray.from_arrays(pa.array((~found.same).astype(np.int8)), words),
            "weight": found.weight,
            "probability": found.probability,
            **{f"agree_{field}": _coded(found, field) for field in FIELDS},
            "same_person_group": pa.array(found.group, mask=~found.same),
            "policy": pa.array([policy.version]).take(pa.array(np.zeros(len(found.first), np.int8))),
        }
    )
    pq.write_table(table, path, compression="zstd")


def _coded(found: Doubles, field: str) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(found.graded.levels[field].astype(np.int8)), pa.array(codes(field)))


def summarise(compared: Compared, policy: Policy, seconds: float) -> DoublesReport:
    """Report of a comparison that took so many seconds."""
    found = compared.doubles
    same = int(found.same.sum())
    return DoublesReport(
        policy=policy.version,
        records=compared.records,
        pairs_compared=compared.pairs,
        decisions={"SAME": same, "REVIEW": len(found.same) - same},
        expected_wrong=round(float((1 - found.probability[found.same]).sum()), 2),
        same_person_groups=len(np.unique(found.group[found.same])),
        repaired_names=compared.repaired,
        bounded=tuple(sorted(compared.shared.bounded, key=lambda one: one.key)),
        patterns=tuple(_patterns(found)),
        seconds=seconds,
    )


def _patterns(found: Doubles) -> list[tuple[str, int]]:
    """Most common patterns of levels, commonest first, in the order of their words where equally common."""
    levels = np.column_stack([found.graded.levels[field] for field in FIELDS])
    distinct, times = np.unique(levels, axis=0, return_counts=True)
    spelt = Counter({_spelt(one): int(many) for one, many in zip(distinct, times, strict=True)})
    return sorted(spelt.items(), key=lambda one: (-one[1], one[0]))[:_PATTERNS]


def _spelt(levels: Array) -> str:
    return " · ".join(codes(field)[level] for field, level in zip(FIELDS, levels, strict=True))


def write_report(report: DoublesReport, policy: Policy, folder: Path) -> None:
    """Write `report.json`, `index.html` and the policy as it was (`policy.yaml`) into a new folder."""
    write_files(folder, asdict(report), _page(report, policy), policy)


_PAGE = Template("""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Báo cáo tìm trùng</title>
$style</head><body>
<h1>Báo cáo tìm trùng trong tệp người tham gia</h1>
<p>$records bản ghi, $pairs cặp được so sánh; $seconds giây. Chính sách $policy, hiệu lực từ $since;
phê duyệt: $approver.</p>
<h2>Kết luận</h2>
<table><tr><th>Kết luận<th class="n">Cặp$decisions</table>
<p>Trong phần máy kết luận, theo xác suất, dự kiến có khoảng $wrong cặp sai; hãy rút mẫu kiểm tra trước khi gộp.
$groups người có từ hai bản ghi trở lên. $repaired họ tên lỗi phông đã được phục hồi.</p>
<h2>Khóa tìm bị bỏ bớt</h2>
<p>Giá trị có quá nhiều bản ghi dùng chung thì không dùng để tìm, để số cặp so sánh không bùng nổ.</p>
<table><tr><th>Khóa<th class="n">Giá trị<th class="n">Bản ghi liên quan$bounded</table>
<h2>Các kiểu khớp hay gặp (họ tên · ngày sinh · giới tính · số · nơi)</h2>
<table><tr><th>Kiểu khớp<th class="n">Cặp$patterns</table>
</body></html>
""")


def _page(report: DoublesReport, policy: Policy) -> str:
    return _PAGE.substitute(
        style=STYLE,
        records=number(report.records),
        pairs=number(report.pairs_compared),
        seconds=f"{report.seconds:.1f}".replace(".", ","),
        policy=escape(policy.version),
        since=f"{policy.since:%d/%m/%Y}",
        approver=escape(policy.approver or "chưa có"),
        decisions="".join(row(f"{words} ({code})", report.decisions[code]) for code, words in DOUBLES.items()),
        wrong=number(round(report.expected_wrong)),
        groups=number(report.same_person_groups),
        repaired=number(report.repaired_names),
        bounded=bounded_rows(report.bounded),
        patterns="".join(row(pattern, many) for pattern, many in report.patterns),
    )
