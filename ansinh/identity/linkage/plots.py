"""Plots (biểu đồ) of the report, as SVG that stands alone: no script, dark where the reader's screen is dark."""

from collections.abc import Sequence
from math import log10, sqrt

from ansinh.identity.linkage.policy import Measured

_SIDE, _EDGE = 360, 44
_SURE = 1.96  # standard errors either side: 95 %


def reliability(measured: Sequence[Measured]) -> str:
    """Reliability plot (biểu đồ độ tin cậy): probability said across, share that was right up, with 95 % intervals.

    On the diagonal a probability means what it says. The more records, the larger the dot.
    """
    parts = [_axis()]
    for band in measured:
        low, high = interval(band.right, band.records)
        x, y = _x(band.probability), _y(band.right / band.records)
        words = f"Xác suất {percent(band.probability)}: đúng {percent(band.right / band.records)} ({band.records})"
        parts.append(
            f'<g><title>{words}</title><line class="i" x1="{x}" x2="{x}" y1="{_y(low)}" y2="{_y(high)}"/>'
            f'<circle cx="{x}" cy="{y}" r="{2 + log10(band.records):.1f}"/></g>'
        )
    side = _SIDE + 2 * _EDGE
    label = "Biểu đồ độ tin cậy: xác suất máy nói và tỷ lệ đúng đo được; bảng bên dưới có cùng số liệu."
    return f'<svg viewBox="0 0 {side} {side}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def interval(right: int, records: int) -> tuple[float, float]:
    """Interval of 95 % (khoảng tin cậy) for a share, after Wilson: it stays between 0 and 1 for few records too."""
    share, size = right / records, _SURE**2 / records
    middle = (share + size / 2) / (1 + size)
    half = _SURE * sqrt(share * (1 - share) / records + size / (4 * records)) / (1 + size)
    return max(0.0, middle - half), min(1.0, middle + half)


def _axis() -> str:
    lines = [f'<line class="d" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>']
    lines += [
        f'<line class="g" x1="{_x(tick)}" x2="{_x(tick)}" y1="{_y(0)}" y2="{_y(1)}"/>'
        f'<line class="g" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(tick)}" y2="{_y(tick)}"/>'
        f'<text x="{_x(tick)}" y="{_y(0) + 16}" text-anchor="middle">{percent(tick)}</text>'
        f'<text x="{_x(0) - 6}" y="{_y(tick) + 4}" text-anchor="end">{percent(tick)}</text>'
        for tick in (0, 0.25, 0.5, 0.75, 1)
    ]
    lines.append(f'<text x="{_x(0.5)}" y="{_y(0) + 36}" text-anchor="middle">Xác suất máy nói</text>')
    lines.append(f'<text x="{_x(0)}" y="{_y(1) - 12}">Tỷ lệ đúng đo được</text>')
    return "".join(lines)


def _x(share: float) -> float:
    return round(_EDGE + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(_EDGE + (1 - share) * _SIDE, 1)


def percent(share: float) -> str:
    """Share in percent, with two decimals where it is not whole."""
    return f"{100 * share:.2f}".replace(".", ",").removesuffix(",00") + " %"
