"""What happened on a day, as it stands on a trend: at the point whose days hold that day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from minilens.measure.table import Table
from minilens.render import format
from minilens.text import Language


@dataclass(frozen=True)
class Mark:
    """A day and a few words."""

    day: date
    text: str


def by_point(
    marks: Sequence[Mark], table: Table, grain: str, language: Language
) -> dict[int, list[str]]:
    """Number of the point → its words; of a week or month with the day before them. Of hours it is the first."""
    firsts = [row[0] for row in table.rows if isinstance(row[0], date)]
    if table.by_hour:
        firsts = [first.date() for first in firsts if isinstance(first, datetime)]
    find = bisect_left if table.by_hour else _around
    found: dict[int, list[str]] = {}
    for mark in sorted(marks, key=lambda mark: mark.day):
        point = find(firsts, mark.day)
        if point >= 0 and table.start <= mark.day <= table.end:
            found.setdefault(point, []).append(said(mark, grain, language, table.end.year))
    return found


def _around(firsts: Sequence[date], day: date) -> int:
    """Number of the last point that begins on the day or before."""
    return bisect_right(firsts, day) - 1


def said(mark: Mark, grain: str, language: Language, around: int) -> str:
    """双十一; where the point is longer than a day 11月11日 双十一."""
    if grain in ("hour", "day"):
        return mark.text
    return f"{format.day(mark.day, language, around)} {mark.text}"
