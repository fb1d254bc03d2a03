"""Funnels as an analyst would ask them over raw events: `windowFunnel` in our engine, chains of windows elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bench.beside import Question
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.table import Table

#: Others know another order of rows of one millisecond: so many of a hundred thousand persons may differ.
NEAR = 20


@dataclass(frozen=True)
class Step:
    """An event and, of page views, the page."""

    event: str
    page: str = ""

    @property
    def sql(self) -> str:
        """Whether a row is one."""
        return f"name = '{self.event}'" + (f" AND page = '{self.page}'" if self.page else "")


@dataclass(frozen=True)
class ByHand:
    """The steps of a funnel."""

    steps: tuple[Step, ...]

    def _over(self, query: FunnelQuery, *, app: bool) -> str:
        over = query.rows.range
        last = over.end + timedelta(days=query.window.reach)
        of_app = f"app = {query.app} AND " if app else ""
        some = " OR ".join(f"({one.sql})" for one in self.steps)
        return f"{of_app}traffic = 'release' AND day BETWEEN DATE '{over.start}' AND DATE '{last}' AND ({some})"

    def clickhouse(self, query: FunnelQuery) -> str:
        """With the engine's own function."""
        first = f"{self.steps[0].sql} AND day <= DATE '{query.rows.range.end}'"
        tests = ", ".join([first, *(one.sql for one in self.steps[1:])])
        counts = ", ".join(f"countIf(level >= {n + 1})" for n in range(len(self.steps)))
        return f"""
SELECT {counts}
FROM
(
    SELECT windowFunnel({query.window.milliseconds})(toUInt64(toUnixTimestamp64Milli(ts)), {tests}) AS level
    FROM events
    WHERE {self._over(query, app=True)}
    GROUP BY person
)"""

    def chains(self, query: FunnelQuery) -> str:
        """Of each row the latest entry by which its step can be reached: a window a step."""
        tests = " ".join(f"WHEN {one.sql} THEN {n}" for n, one in enumerate(self.steps))
        over, last = self._over(query, app=False), query.rows.range.end
        rows = f"""
SELECT person, ts, step, CASE WHEN step = 0 AND day <= DATE '{last}' THEN ts END AS e0
FROM (SELECT person, ts, day, CASE {tests} END AS step FROM events WHERE {over}) AS r"""
        for n in range(1, len(self.steps)):
            in_time = f"step = {n} AND latest >= ts - {query.window.milliseconds}"
            rows = f"""
SELECT person, ts, step, {", ".join(f"e{k}" for k in range(n))}, CASE WHEN {in_time} THEN latest END AS e{n}
FROM (SELECT *, max(e{n - 1}) OVER (PARTITION BY person ORDER BY ts, step ROWS UNBOUNDED PRECEDING) AS latest
FROM ({rows}) AS q{n}) AS w{n}"""
        counts = ", ".join(
            f"count(DISTINCT CASE WHEN e{n} IS NOT NULL THEN person END)"
            for n in range(len(self.steps))
        )
        return f"SELECT {counts} FROM ({rows}) AS f"

    def differs(self, ours: Table, rows: Sequence[Sequence[object]]) -> list[str]:
        """Where our counts and these do not agree."""
        mine = ours.column("persons")
        return [
            f"step {n + 1}: {a} is not {b}"
            for n, (a, b) in enumerate(zip(mine, map(int, map(str, rows[0])), strict=True))
            if abs(int(str(a)) - b) * 100_000 > NEAR * max(b, 100_000)
        ]

    def question(self, name: str, query: FunnelQuery, ours: Table) -> Question:
        """For engines beside ours."""
        return Question(name, self.chains(query), partial(self.differs, ours))
