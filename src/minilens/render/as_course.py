"""How a number went over days, of which some may be missing: a line, its ends, and the newest days as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minilens.render import format
from minilens.text import Language

#: Of the drawing, in units of its own; and rows that are shown.
WIDTH, HEIGHT, MOST_ROWS = 100, 26, 31


@dataclass(frozen=True)
class Course:
    """`points`: of an SVG polyline, empty of a single day. `said`: both ends in a sentence. `rows`: the newest first,
    each a day, its number, and how it changed since the row before; `more`: whether there are others."""

    points: str
    said: str
    rows: tuple[tuple[str, str, str], ...]
    more: bool


def as_course(found: Sequence[tuple[date, int]], language: Language) -> Course | None:
    """None where nothing is known. Days keep their distance; the line begins at nought, so that its height is true."""
    if not found:
        return None
    days = [day.toordinal() for day, _ in found]
    span, high = days[-1] - days[0] or 1, max(size for _, size in found) or 1
    points = " ".join(
        f"{(day - days[0]) / span * WIDTH:.1f},{HEIGHT - 2 - size / high * (HEIGHT - 4):.1f}"
        for day, (_, size) in zip(days, found, strict=True)
    )
    shown = found[-MOST_ROWS:]
    before = [None, *(size for _, size in found[:-1])][-len(shown) :]
    rows = tuple(
        (_day(day, language), f"{size:,}", "" if old is None else f"{size - old:+,}")
        for (day, size), old in zip(shown, before, strict=True)
    )
    ends = [f"{_day(day, language)}: {size:,}" for day, size in (found[0], found[-1])]
    said = " → ".join(dict.fromkeys(ends))
    return Course(points if len(found) > 1 else "", said, rows[::-1], len(found) > len(shown))


def _day(day: date, language: Language) -> str:
    return format.bucket(day, "day", language)
