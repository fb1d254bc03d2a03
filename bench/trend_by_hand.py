"""The measures of the trend by day as an analyst would write them over raw events, for three engines.

One table: day, name, person, session, page, duration, traffic. The words differ a little from engine to engine;
the question is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minilens.measure.table import Table

MEASURES = (
    "total_users", "launches", "visits", "visitors", "new_users", "shares", "sharers",
    "duration_per_visitor", "duration_per_launch", "visit_depth",
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How an engine counts what is distinct, and what else it says differently."""

    distinct: str  # of {what} where {cond}
    count: str
    total: str
    where: str
    start: str
    end: str


CLICKHOUSE = Dialect(
    distinct="uniqExactIf({what}, {cond})",
    count="countIf({cond})",
    total="sumIf({what}, {cond})",
    where="app = 1 AND ",
    start="{start:Date}",
    end="{end:Date}",
)
STANDARD = Dialect(
    distinct="count(DISTINCT {what}) FILTER (WHERE {cond})",
    count="count(*) FILTER (WHERE {cond})",
    total="sum({what}) FILTER (WHERE {cond})",
    where="",
    start="DATE '{start}'",
    end="DATE '{end}'",
)

_OPENS = "name IN ('app_launch', 'app_show', 'page_view')"
_VIEW = "name = 'page_view'"
_LEAVE = "name = 'page_leave' AND duration IS NOT NULL"


def sql(of: Dialect) -> str:
    """The question; `{start}` and `{end}` are left to be filled in the standard's dialect."""

    def distinct(what: str, cond: str) -> str:
        return of.distinct.replace("{what}", what).replace("{cond}", cond)

    def count(cond: str) -> str:
        return of.count.replace("{cond}", cond)

    seconds = of.total.replace("{what}", "duration").replace("{cond}", _LEAVE) + " / 1000.0"
    return f"""
WITH firsts AS
(
    SELECT person, min(day) AS first_day FROM events
    WHERE {of.where}traffic = 'release' AND {_VIEW} GROUP BY person
),
news AS (SELECT first_day, count(*) AS n FROM firsts GROUP BY first_day),
totals AS (SELECT first_day, n, sum(n) OVER (ORDER BY first_day) AS total FROM news)
SELECT d.day, t.total, d.launches, d.visits, d.visitors, t.n, d.shares, d.sharers, d.per_visitor, d.per_launch, d.depth
FROM
(
    SELECT day,
        {distinct("session", _OPENS)} AS launches, {count(_VIEW)} AS visits,
        {distinct("person", _VIEW)} AS visitors, {count("name = 'share'")} AS shares,
        {distinct("person", "name = 'share'")} AS sharers,
        {seconds} / {distinct("person", _LEAVE)} AS per_visitor,
        {seconds} / {distinct("session", _LEAVE)} AS per_launch,
        {distinct("(session, page)", _VIEW)} * 1.0 / {distinct("session", _OPENS)} AS depth
    FROM events
    WHERE {of.where}traffic = 'release' AND day BETWEEN {of.start} AND {of.end}
        AND name IN ('app_launch', 'app_show', 'page_view', 'page_leave', 'share')
    GROUP BY day
) AS d
LEFT JOIN totals AS t ON d.day = t.first_day
ORDER BY d.day
"""


def standard(start: date, end: date) -> str:
    """The question in standard SQL."""
    return sql(STANDARD).replace("{start}", str(start)).replace("{end}", str(end))


def differences(ours: Table, theirs: Sequence[Sequence[object]]) -> list[str]:
    """Cells in which our table and rows made by hand do not agree."""
    found = []
    if len(ours.rows) != len(theirs):
        return [f"{len(ours.rows)} days, by hand {len(theirs)}"]
    for row, other in zip(ours.rows, theirs, strict=True):
        for name, mine, yours in zip(("day", *MEASURES), row, other, strict=True):
            if not same(mine, yours):
                found.append(f"{row[0]} {name}: {mine}, by hand {yours}")
    return found


def same(mine: object, yours: object) -> bool:
    """Equal; averages to nine digits. The engine writes a whole one without a point."""
    if isinstance(mine, float) or (isinstance(mine, int) and isinstance(yours, float)):
        return abs(mine - float(str(yours))) <= 1e-9 * abs(mine)
    return str(mine) == str(yours)
