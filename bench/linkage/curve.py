"""The curve of seconds over rows, both in powers of ten, as one SVG."""

from collections.abc import Iterator
from math import log10
from pathlib import Path

from bench.linkage.engines import FLOOR, OURS, SPLINK, Line

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 130, 56, 56
ROWS = (5.0, 8.0)  # powers of ten on the axis across
SECONDS = (-0.3, 3.3)  # and on the axis up
ONE_YEAR = "density"
LOOKS = {OURS: ("#0b5cad", "circle"), SPLINK: ("#b3541e", "square"), FLOOR: ("#5b6570", "diamond")}
ROW_NAMES = {5: "100 thousand", 6: "1 million", 7: "10 million", 8: "100 million"}
READING = "Whole process; both axes in powers of ten; hollow: everybody of one birth year"
STYLE = (
    "text{font:13px 'Be Vietnam Pro',system-ui,sans-serif;fill:#1d2733}.quiet{fill:#5b6570}"
    ".title{font-size:16px;font-weight:600}.grid{stroke:#e3e7eb}.curve{fill:none;stroke-width:2.5}"
)


def draw(results: dict[str, list[Line]], path: Path) -> None:
    """Write the picture of all results; the file of one birth year stands beside the curve as hollow marks."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">Linkage: seconds over rows</title>',
        f'<desc id="d">{_described(results)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fff"/>',
        f'<text class="title" x="{LEFT}" y="26">Linking insured people to citizens: seconds over rows</text>',
        f'<text class="quiet" x="{LEFT}" y="45">{READING}</text>',
        *_grid(),
    ]
    for engine in (FLOOR, SPLINK, OURS):
        parts += _curve(engine, results)
    parts.append("</svg>\n")
    path.write_text("\n".join(parts), encoding="utf-8")


def _across(rows: float) -> float:
    return LEFT + (log10(rows) - ROWS[0]) / (ROWS[1] - ROWS[0]) * (WIDTH - LEFT - RIGHT)


def _up(seconds: float) -> float:
    share = (log10(max(seconds, 10 ** SECONDS[0])) - SECONDS[0]) / (SECONDS[1] - SECONDS[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _grid() -> Iterator[str]:
    for power, name in ROW_NAMES.items():
        x = _across(10**power)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text class="quiet" x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{name}</text>'
    yield f'<text class="quiet" x="{_across(10**6.5):.1f}" y="{HEIGHT - 12}" text-anchor="middle">insured people</text>'
    for seconds in (1, 10, 100, 1000):
        y = _up(seconds)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="quiet" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{seconds:,} s</text>'


def _points(engine: str, results: dict[str, list[Line]]) -> list[tuple[str, Line, float]]:
    return [
        (name, line, line.cost.seconds)
        for name, lines in results.items()
        for line in lines
        if line.engine == engine and line.cost
    ]


def _curve(engine: str, results: dict[str, list[Line]]) -> Iterator[str]:
    colour, mark = LOOKS[engine]
    points = _points(engine, results)
    ages = [(line.rows, seconds) for name, line, seconds in points if name != ONE_YEAR]
    if len(ages) > 1:
        places = " ".join(f"{_across(rows):.1f},{_up(seconds):.1f}" for rows, seconds in ages)
        yield f'<polyline class="curve" stroke="{colour}" points="{places}"/>'
    for name, line, seconds in points:
        fill = "#fff" if name == ONE_YEAR else colour
        yield _mark(mark, _across(line.rows), _up(seconds), f'fill="{fill}" stroke="{colour}" stroke-width="2"')
    if ages:
        rows, seconds = ages[-1]
        x, y = _across(rows) + 12, _up(seconds)
        yield f'<text x="{x:.1f}" y="{y:.1f}" style="fill:{colour};font-weight:600">{engine}</text>'
        yield f'<text class="quiet" x="{x:.1f}" y="{y + 16:.1f}">{seconds:,.1f} s</text>'


def _mark(mark: str, x: float, y: float, look: str) -> str:
    if mark == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {look}/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if mark == "diamond" else ""
    return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"{turn} {look}/>'


def _described(results: dict[str, list[Line]]) -> str:
    said = [
        f"{engine} {line.rows:,} rows{' of one birth year' if name == ONE_YEAR else ''} in {seconds:,.1f} s"
        for engine in (OURS, SPLINK, FLOOR)
        for name, line, seconds in _points(engine, results)
    ]
    return "; ".join(said) + "."
