"""Cards as an analyst would ask for them over raw events, for three engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minilens.measure.table import Table
from minilens.period import Range

_OVER = "FROM events WHERE {app}day BETWEEN DATE '{start}' AND DATE '{end}' AND traffic = 'release' AND {also}"
_DAYS = f"""
SELECT day, count(*) FILTER (WHERE name = 'page_view') AS visits,
    count(DISTINCT person) FILTER (WHERE name = 'page_view') AS visitors,
    count(*) FILTER (WHERE name = 'share') AS shares, count(DISTINCT person) FILTER (WHERE name = 'share') AS sharers,
    count(DISTINCT session) FILTER (WHERE name IN ('app_launch', 'app_show', 'page_view')) AS launches,
    sum(duration) FILTER (WHERE name = 'page_leave') / 1000.0 AS seconds
{_OVER}
GROUP BY day ORDER BY day
"""
_PAGES = f"""
SELECT page, count(*) AS visits, count(DISTINCT person) AS visitors, count(*) / sum(count(*)) OVER () AS share
{_OVER} AND name = 'page_view'
GROUP BY page ORDER BY visits DESC, page LIMIT 10
"""
_ENTRIES = f"""
SELECT entry, count(*) AS entries, sum(CASE WHEN views = 1 THEN 1 ELSE 0 END) / (count(*) * 1.0) AS bounce_rate,
    count(*) / sum(count(*)) OVER () AS share
FROM
(
    SELECT {{first}} AS entry, count(*) AS views
    {_OVER} AND name = 'page_view'
    GROUP BY person, session
) AS sessions
GROUP BY entry ORDER BY entries DESC, entry LIMIT 10
"""
_CAMPAIGNS = f"""
SELECT campaign, count(DISTINCT session) FILTER (WHERE name IN ('app_launch', 'app_show', 'page_view')) AS launches,
    count(DISTINCT person) FILTER (WHERE name = 'page_view') AS visitors,
    count(*) FILTER (WHERE name = 'page_view') AS visits
{_OVER}
GROUP BY campaign ORDER BY launches DESC, campaign LIMIT 20
"""
_EVENTS = f"""
SELECT {{first}}, count(*) AS times, count(DISTINCT person) AS persons
{_OVER}
GROUP BY {{first}} ORDER BY 1
"""
#: How an engine says the page of the earliest view.
_FIRST = "argMin(page, ts)"
_FIRST_POSTGRES = "(array_agg(page ORDER BY ts))[1]"


@dataclass(frozen=True)
class ByHand:
    """SQL, the condition on events, and the places of our columns that it gives after its first.

    `by_day`: its rows are days, and one on which nothing happened has none.
    """

    sql: str
    also: str
    same: tuple[int, ...]
    by_day: bool = False

    def clickhouse(self, over: Range) -> str:
        """For our own engine, by its primary key."""
        return self._text(over, _FIRST, "app = 1 AND ")

    def duckdb(self, over: Range) -> str:
        """For a table of one app only."""
        return self._text(over, _FIRST)

    def postgres(self, over: Range) -> str:
        """For a table of one app only."""
        return self._text(over, _FIRST_POSTGRES)

    def _text(self, over: Range, first: str, app: str = "") -> str:
        return self.sql.format(app=app, start=over.start, end=over.end, also=self.also, first=first)

    def differs(self, ours: Table, rows: Sequence[Sequence[object]]) -> list[str]:
        """Where our table and these rows do not agree."""
        expected: Sequence[Sequence[object]] = ours.rows
        if self.by_day:
            found = {str(row[0]) for row in rows}
            expected = [row for row in expected if str(row[0]) in found or self._says(row)]
        if len(rows) != len(expected):
            return [f"{len(expected)} rows, by hand {len(rows)}"]
        return [
            f"{mine} is not {row}"
            for mine, row in zip(expected, rows, strict=True)
            if str(mine[0]) != str(row[0])
            or any(not _same(mine[at], row[n]) for n, at in enumerate(self.same, 1))
        ]

    def _says(self, row: Sequence[object]) -> bool:
        """Whether one of the numbers that are compared is not nought."""
        return any(row[at] for at in self.same)


def days(also: str) -> ByHand:
    """Visits, visitors, shares and sharers of the trend."""
    return ByHand(_DAYS, also, (3, 4, 6, 7), by_day=True)


def pages(also: str = "1 = 1") -> ByHand:
    """The list of pages."""
    return ByHand(_PAGES, also, (1, 2, 3))


def entries(also: str = "1 = 1") -> ByHand:
    """The list of entry pages."""
    return ByHand(_ENTRIES, also, (1, 2, 3))


def campaigns() -> ByHand:
    """Launches, visitors and visits of the list of campaigns."""
    return ByHand(_CAMPAIGNS, "campaign != ''", (1, 3, 5))


def events(name: str, by: str) -> ByHand:
    """How often an event happened and to how many persons, by a column."""
    return ByHand(_EVENTS.replace("{first}", by), f"name = '{name}'", (1, 2), by_day=by == "day")


def _same(mine: object, theirs: object) -> bool:
    """Equal; shares to nine digits. The engine writes a share of nothing or all without a point."""
    if mine is None or theirs is None:
        return mine is theirs
    if isinstance(mine, float) or isinstance(theirs, float):
        if not isinstance(mine, (int, float)):
            return False
        return abs(mine - float(str(theirs))) <= 1e-9 * abs(mine)
    return str(mine) == str(theirs)
