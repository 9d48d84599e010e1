"""Line charts as small SVG files, written by hand: no library is needed for five lines and two axes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Points = Sequence[tuple[float, float]]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 340, 52, 150, 34, 46
COLOURS = ("#0b6e4f", "#c1440e", "#2b4c9b", "#8a6d00", "#6a3d9a", "#555555")
STYLE = "text{font:12px sans-serif;fill:#222}.axis{stroke:#999}.grid{stroke:#e4e4e4}.title{font-weight:bold}"


def line_chart(
    path: Path, title: str, x_label: str, lines: Mapping[str, Points], *, x: Sequence[float], y: Sequence[float]
) -> None:
    """Write a chart of `lines` to `path`; `x` and `y` are the ticks, the first and last one the ends of the axes."""

    def across(value: float) -> float:
        return LEFT + (value - x[0]) / (x[-1] - x[0]) * (WIDTH - LEFT - RIGHT)

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - (value - y[0]) / (y[-1] - y[0]) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<text class="title" x="{LEFT}" y="18">{escape(title)}</text>']
    for tick in y:
        parts.append(f'<path class="grid" d="M{LEFT} {up(tick):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{up(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for tick in x:
        parts.append(f'<text x="{across(tick):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{tick:g}</text>')
    parts.append(f'<path class="axis" d="M{LEFT} {HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>')
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        track = "L".join(f"{across(a):.1f} {up(b):.1f}" for a, b in points)
        parts.append(f'<path d="M{track}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across(a):.1f}" cy="{up(b):.1f}" r="3" fill="{colour}"/>' for a, b in points]
        place = TOP + 14 + 18 * number
        parts.append(f'<path d="M{WIDTH - RIGHT + 12} {place - 4}h16" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 34}" y="{place}">{escape(name)}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    body = "\n".join(parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head}\n<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n')
