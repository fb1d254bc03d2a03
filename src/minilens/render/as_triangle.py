"""Retention as a triangle: a row for each cohort, newest first, a column for each period later. Or as curves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

from minilens.measure.retention.query import Cohort
from minilens.measure.table import Cell, Row, Table
from minilens.period import buckets_later
from minilens.render import format, places
from minilens.render.as_chart import as_lines, colour
from minilens.render.i18n import translate
from minilens.text import Language

#: Shades of a cell, from none to all of the people.
SHADES = 9
#: More cohorts than these are no lines that could be told apart: the newest are drawn, beside the mean of all.
MOST_CURVES = 7


@dataclass(frozen=True)
class Share:
    """One cell: the share or the count, the other one in its title; `shade` from 0 to SHADES. Without a text where it
    is still to come, its title says since when it will be final. `place`: which figure it is."""

    text: str
    title: str
    shade: int
    running: bool
    place: str = ""


@dataclass(frozen=True)
class Line:
    """The people of one cohort, which may be `running`; of all together (`whole`) in the first line. `place`: which
    figure its size is."""

    head: str
    size: str
    shares: tuple[Share, ...]
    whole: bool
    running: bool = False
    place: str = ""


@dataclass(frozen=True)
class Triangle:
    """What `_triangle.html` is given. `chart`: the curves in its place; `legend` their names with their colours."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    chart: str = ""
    legend: tuple[tuple[int, str], ...] = ()


def as_triangle(
    table: Table, language: Language, cohort: Cohort = "day", show: str = "rate"
) -> Triangle:
    """The rows of a table by cohort and periods later, put side by side."""
    by_cohort: dict[object, list[Row]] = {}
    for row in table.rows:
        by_cohort.setdefault(row[0], []).append(row)
    whole = by_cohort.pop(None, [])
    heads = tuple(later(row[1], cohort, language) for row in whole)
    drawn = [line(rows, table, language, cohort, show) for rows in reversed(by_cohort.values())]
    first = [line(whole, table, language, cohort, show)] if whole else []
    if show == "curve":
        chart, legend = curves(by_cohort, whole, table, heads, language, cohort)
        return Triangle(heads, (), chart, legend)
    return Triangle(heads, (*first, *drawn))


def later(count: Cell, cohort: str, language: Language) -> str:
    """第 7 天 / Week 2."""
    _ = translate(language)
    named = {
        "hour": _("Hour %(count)s"), "day": _("Day %(count)s"), "week": _("Week %(count)s"),
        "month": _("Month %(count)s"),
    }  # fmt: skip
    return named[cohort] % {"count": count}


def line(
    rows: list[Row], table: Table, language: Language, cohort: Cohort = "day", show: str = "rate"
) -> Line:
    """One of them."""
    _, first = translate(language), rows[0][0]
    shares = tuple(share(row, table, language, cohort, show) for row in rows)
    if not isinstance(first, date):
        name = _("Weighted mean") if show == "rate" else _("All that are due")
        return Line(name, "", shares, whole=True)
    head = format.bucket(first, cohort, language, table.end.year)
    size = format.exact(rows[0][2], "count", language)
    running = table.today is not None and first <= table.today < buckets_later(first, cohort, 1)
    place = places.of_cell(table.columns[2], {"day": first}, rows[0][2])
    return Line(head, size, shares, whole=False, running=running, place=place)


def share(
    row: Row, table: Table, language: Language, cohort: Cohort = "day", show: str = "rate"
) -> Share:
    """A share with its shade; of people who have had no time yet, when they will have had it."""
    _ = translate(language)
    first, count, size, back, rate = row
    start = buckets_later(first, cohort, int(str(count))) if isinstance(first, date) else None
    end = buckets_later(start, cohort, 1) if start else None  # the day after its last
    if back is None:
        final = format.day(end, language, table.end.year) if end else ""
        title = _("final from %(day)s") % {"day": final} if final else ""
        return Share("", title, 0, running=False)
    both = {
        "back": format.exact(back, "count", language),
        "size": format.exact(size, "count", language),
    }
    shade = round(rate * SHADES) if isinstance(rate, float) else 0
    running = bool(start and end and table.today and start <= table.today < end)
    share = format.exact(rate, "ratio", language)
    said = _("%(back)s of %(size)s") % both
    title = said if show == "rate" else f"{said} · {share}"
    title = f"{title} · {_('in progress')}" if running else title
    # somebody may be in several cohorts: all together are no list of persons
    place = places.of_cell(table.columns[3], places.keys_of(table, row), back) if start else ""
    return Share(both["back"] if show == "count" else share, title, shade, running, place)


def curves(
    by_cohort: dict[object, list[Row]],
    whole: list[Row],
    table: Table,
    heads: tuple[str, ...],
    language: Language,
    cohort: Cohort,
) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The mean of what is due, and beside it the newest cohorts that make a line: two points that are over."""
    newest = [rows for rows in reversed(by_cohort.values()) if over(rows, table, cohort) > 1]
    drawn: list[tuple[str, list[Cell]]] = []
    if whole:
        drawn.append((translate(language)("Weighted mean"), [row[4] for row in whole]))
    for rows in newest[:MOST_CURVES]:
        first = rows[0][0]
        assert isinstance(first, date)
        name = format.bucket(first, cohort, language, table.end.year)
        known = over(rows, table, cohort)
        drawn.append((name, [row[4] if n < known else None for n, row in enumerate(rows)]))
    chart = as_lines(list(heads), table.columns[4], drawn, heads, language)
    chart["option"]["series"][0]["lineStyle"] = {"width": 3}
    legend = tuple((colour(n), name) for n, (name, _) in enumerate(drawn))
    return json.dumps(chart, ensure_ascii=False, separators=(",", ":")), legend


def over(rows: list[Row], table: Table, cohort: Cohort) -> int:
    """How many of the first periods behind a cohort are over."""
    first, today = rows[0][0], table.today
    if not isinstance(first, date) or today is None:
        return 0
    ends = (buckets_later(first, cohort, int(str(row[1])) + 1) - timedelta(days=1) for row in rows)
    return sum(end < today for end in ends)
