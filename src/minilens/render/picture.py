"""Panels drawn as one image: on white ground with a margin, so that it can be read in light and dark chats."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

from minilens.render import axis, format
from minilens.render.message import Picture
from minilens.render.panels import Course, Panel, Ranks, figure, in_characters
from minilens.render.png import FAMILY, as_png, printable
from minilens.text import Language

WIDTH, MARGIN = 420, 18  # as wide as a phone, so that its letters are as large as those around it
#: Between two panels; of a title; of what lines are called; from there to the lowest line; names of points; a rank.
GAP, TITLE, LEGEND, PLOT, NAMES, ROW = 22, 32, 18, 150, 24, 30
#: Room for what the lines across are called, for the names of ranks, and for what is told behind their bars.
LEFT, CALLED, TOLD = 56, 138, 118
INK, SOFT, FAINT, LINE, NOW, THEN, TARGET, WASH = (
    "#18201b", "#4f5b54", "#68736c", "#e2e7e3", "#07a05a", "#74808b", "#b06b00", "#e6f4ec",
)  # fmt: skip
Anchor = Literal["start", "middle", "end"]


def picture(panels: Sequence[Panel], alt: str, language: Language) -> Picture:
    """The image of panels, one below the other. `alt` says in a sentence what they show."""
    return Picture(as_png(as_svg(panels, language)), alt, in_characters(panels, language))


def as_svg(panels: Sequence[Panel], language: Language) -> str:
    """The drawing."""
    top, parts = float(MARGIN), []
    for panel in panels:
        drawn, height = _panel(panel, language)
        parts.append(f'<g transform="translate({MARGIN} {top:g})">{drawn}</g>')
        top += height + GAP
    height = top - GAP + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" font-family="{FAMILY}">'
        f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _panel(panel: Panel, language: Language) -> tuple[str, float]:
    """The drawing and its height."""
    inner = WIDTH - 2 * MARGIN
    head = _text(format.cut(panel.title, 42), 0, 15, size=16, heavy=True)
    if isinstance(panel, Ranks):
        return head + _ranks(panel, inner), TITLE + ROW * len(panel.rows)
    legend = _legend(panel)
    top = LEGEND if legend else 0
    course = f'<g transform="translate(0 {top})">{_course(panel, inner, language)}</g>'
    return head + legend + course, TITLE + top + PLOT + NAMES


def _ranks(panel: Ranks, inner: float) -> str:
    most = max((row.value for row in panel.rows), default=0) or 1
    room = inner - CALLED - TOLD
    parts = []
    for n, row in enumerate(panel.rows):
        y, length = TITLE + n * ROW, max(2.0, row.value / most * room)
        if panel.steps:
            parts.append(_box(CALLED, y + 4, room, 20, LINE))
        parts.append(_text(format.cut(row.name, 17), 0, y + 19, fill=SOFT))
        parts.append(_box(CALLED, y + 4, length, 20, NOW))
        at = CALLED + (room if panel.steps else length) + 8
        parts.append(_text(row.told, at, y + 19))
    return "".join(parts)


def _course(panel: Course, inner: float, language: Language) -> str:
    known = [
        one for one in (*panel.values, *panel.then, panel.target, panel.end) if one is not None
    ]
    across = axis.lines(max(known, default=0), panel.unit)
    place = _Place(panel, across[-1], inner)
    parts = []
    for at in across:
        parts.append(_line(LEFT, place.y(at), inner, place.y(at), LINE))
        parts.append(
            _text(axis.named(at, panel.unit, language), LEFT - 8, place.y(at) + 4, size=12, fill=FAINT, anchor="end")
        )  # fmt: skip
    parts.append(_names(panel, place, inner))
    if panel.then:
        parts += [_path(run, THEN, 1.6, dash="3 4") for run in place.runs(panel.then)]
    parts.append(_bars(panel, place) if panel.drawn == "bars" else _running_line(panel, place))
    if panel.target is not None:
        y = place.y(panel.target)
        parts.append(_line(LEFT, y, inner, y, TARGET, 1.6, dash="6 4"))
    return "".join(parts) + _last(panel, place, language)


class _Place:
    """Where points and values of a course lie."""

    def __init__(self, panel: Course, highest: float, inner: float) -> None:
        self.count = max(len(panel.labels), len(panel.values), len(panel.then), 1)
        self.bars, self.highest = panel.drawn == "bars", highest
        self.width = (inner - LEFT) / self.count
        self.step = self.width if self.bars else (inner - LEFT - 16) / max(self.count - 1, 1)

    def x(self, n: int) -> float:
        """The middle of a bar, or a point; of a line the first lies near the axis."""
        return LEFT + self.width * (n + 0.5) if self.bars else LEFT + 8 + self.step * n

    def y(self, value: float) -> float:
        """From the top of the panel; what is below 0 lies on the lowest line."""
        return TITLE + PLOT - max(0.0, value) / self.highest * (PLOT - 14)

    def runs(self, values: Sequence[float | None]) -> list[list[tuple[float, float]]]:
        """Points that are known, broken where one is not."""
        found: list[list[tuple[float, float]]] = [[]]
        for n, value in enumerate(values):
            if value is None:
                found.append([])
            else:
                found[-1].append((self.x(n), self.y(value)))
        return [run for run in found if run]


def _names(panel: Course, place: _Place, inner: float) -> str:
    """As many as there is room for, the last one among them."""
    widest = max((_width(name, 12) for name in panel.labels), default=0)
    every = max(1, -(-(widest + 14) // place.step)) if panel.labels else 1
    shown = range(len(panel.labels) - 1, -1, -int(every))
    return "".join(
        _text(
            panel.labels[n],
            min(place.x(n), inner - _width(panel.labels[n], 12) / 2),
            TITLE + PLOT + 20,
            size=12,
            fill=FAINT,
            anchor="middle",
        )
        for n in shown
    )


def _bars(panel: Course, place: _Place) -> str:
    parts, wide = [], min(44.0, place.width * 0.62)
    low = place.y(0)
    for n, value in enumerate(panel.values):
        if value is None:
            continue
        left = place.x(n) - wide / 2
        last = n == panel.last and panel.running
        if last and panel.end is not None and panel.end > value:
            top = place.y(panel.end)
            parts.append(_box(left, top, wide, low - top, WASH, stroke=NOW))
        top = place.y(value)
        parts.append(
            _box(left, top, wide, max(1.0, low - top), NOW if n == panel.last else "#8fcfb0")
        )
    return "".join(parts)


def _running_line(panel: Course, place: _Place) -> str:
    """What is not over yet is dashed."""
    if not panel.running or panel.last < 1:
        return "".join(_path(run, NOW, 2.4) for run in place.runs(panel.values))
    done = (*panel.values[: panel.last], *[None] * (len(panel.values) - panel.last))
    parts = [_path(run, NOW, 2.4) for run in place.runs(done)]
    before, value = panel.values[panel.last - 1], panel.values[panel.last]
    if before is not None and value is not None:
        ends = [(place.x(panel.last - 1), place.y(before)), (place.x(panel.last), place.y(value))]
        parts.append(_path(ends, NOW, 2.4, dash="5 4"))
    return "".join(parts)


def _last(panel: Course, place: _Place, language: Language) -> str:
    """The last value that is known, in words above its point."""
    if panel.last < 0:
        return ""
    value = panel.values[panel.last] or 0
    told = format.short(figure(value, panel.unit), panel.unit, language)
    high = max(value, (panel.end or 0) if panel.running and panel.drawn == "bars" else 0)
    x, y = place.x(panel.last), place.y(high)
    wide = _width(told, 14)
    middle = min(x, WIDTH - 2 * MARGIN - wide / 2)
    before = panel.values[panel.last - 1] if panel.last else None
    under = panel.drawn == "line" and before is not None and before > value
    base = y + 22 if under and y < TITLE + PLOT - 26 else y - 9
    said = _text(told, middle, base, anchor="middle", heavy=True)
    if panel.drawn == "line":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{NOW}"/>{said}'
    return _box(middle - wide / 2 - 3, base - 13, wide + 6, 16, "#fff") + said


def _legend(panel: Course) -> str:
    """Below the title: what each line is; nothing where there is only one."""
    told = [(panel.called, NOW, "")] if panel.then and panel.called else []
    told += [(panel.then_called, THEN, "3 4")] if panel.then else []
    told += [(panel.target_called, TARGET, "6 4")] if panel.target is not None else []
    left, parts = 0.0, []
    for name, colour, dash in told:
        name = format.cut(name, 26)
        parts.append(_line(left, 30, left + 20, 30, colour, 2.2, dash=dash))
        parts.append(_text(name, left + 26, 34, size=12, fill=SOFT))
        left += 26 + _width(name, 12) + 16
    return "".join(parts)


def _width(text: str, size: float) -> float:
    """About how wide a text is."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in text) * size


def _text(
    text: str, x: float, y: float, *, size: float = 14, fill: str = INK, anchor: Anchor = "start",
    heavy: bool = False,
) -> str:  # fmt: skip
    """The font has one weight: a heavy text is drawn with an edge of its own colour."""
    said = html.escape(printable(text))
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
    edge = f' stroke="{fill}" stroke-width="0.5"' if heavy else ""
    return f'<text {place} fill="{fill}"{edge}>{said}</text>'


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, wide: float = 1, dash: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{wide:g}"{dashed}/>'


def _path(points: Sequence[tuple[float, float]], colour: str, wide: float, dash: str = "") -> str:
    """A point that is alone is a dot."""
    if len(points) == 1:
        ((x, y),) = points
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    along = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ends = 'fill="none" stroke-linejoin="round" stroke-linecap="round"'
    return f'<polyline points="{along}" {ends} stroke="{colour}" stroke-width="{wide:g}"{dashed}/>'


def _box(x: float, y: float, wide: float, high: float, colour: str, stroke: str = "") -> str:
    edge = f' stroke="{stroke}" stroke-dasharray="4 3"' if stroke else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
    return f'<rect {place} rx="2" fill="{colour}"{edge}/>'
