"""Retention as a triangle: a row for each day, newest first, a column for each number of days later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from minilens.measure.table import Row, Table
from minilens.render import format
from minilens.render.i18n import translate
from minilens.text import Language

#: Shades of a cell, from none to all of the people.
SHADES = 9


@dataclass(frozen=True)
class Share:
    """One cell: the share, the count as title; `shade` from 0 to SHADES. Without a text where it is still to come,
    its title says since when it will be final."""

    text: str
    title: str
    shade: int
    running: bool


@dataclass(frozen=True)
class Line:
    """The people of one day; of all days together (`whole`) in the first line."""

    head: str
    size: str
    shares: tuple[Share, ...]
    whole: bool


@dataclass(frozen=True)
class Triangle:
    """What `_triangle.html` is given."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]


def as_triangle(table: Table, language: Language) -> Triangle:
    """The rows of a table by day and days later, put side by side."""
    _ = translate(language)
    by_day: dict[object, list[Row]] = {}
    for row in table.rows:
        by_day.setdefault(row[0], []).append(row)
    whole = by_day.pop(None, [])
    heads = tuple(_("Day %(count)s") % {"count": row[1]} for row in whole)
    lines = [line(rows, table, language) for rows in reversed(by_day.values())]
    return Triangle(heads, (line(whole, table, language), *lines) if whole else tuple(lines))


def line(rows: list[Row], table: Table, language: Language) -> Line:
    """One of them."""
    _, day = translate(language), rows[0][0]
    shares = tuple(share(row, table, language) for row in rows)
    if not isinstance(day, date):
        return Line(_("Weighted mean"), "", shares, whole=True)
    head = format.bucket(day, "day", language, table.end.year)
    return Line(head, format.exact(rows[0][2], "count", language), shares, whole=False)


def share(row: Row, table: Table, language: Language) -> Share:
    """A share with its shade; of people who have had no time yet, when they will have had it."""
    _ = translate(language)
    day, later, size, back, rate = row
    due = day + timedelta(days=int(str(later))) if isinstance(day, date) else None
    if back is None:
        final = format.day(due + timedelta(days=1), language, table.end.year) if due else ""
        return Share(
            "", _("final from %(day)s") % {"day": final} if final else "", 0, running=False
        )
    both = {
        "back": format.exact(back, "count", language),
        "size": format.exact(size, "count", language),
    }
    shade = round(rate * SHADES) if isinstance(rate, float) else 0
    running = due is not None and due == table.today
    count = _("%(back)s of %(size)s") % both
    title = f"{count} · {_('in progress')}" if running else count
    return Share(format.exact(rate, "ratio", language), title, shade, running=running)
