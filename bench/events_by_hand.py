"""Questions about one event as an analyst would ask them over raw events, for three engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bench.beside import Question
from minilens.measure.events.query import EventsQuery
from minilens.measure.table import Table


@dataclass(frozen=True)
class Dialect:
    """How an engine reads a field of JSON, and which app's events its table holds: all it has, or `app`."""

    field: str
    number: str
    app: str = ""


CLICKHOUSE = Dialect(
    "toString(props.{0})", "toFloat64OrNull(toString(props.{0}))", "app = {app} AND "
)
DUCKDB = Dialect("json_extract_string(props, '$.{0}')", "json_extract(props, '$.{0}')::DOUBLE")
POSTGRES = Dialect("(props::json ->> '{0}')", "(props::json ->> '{0}')::float")


@dataclass(frozen=True)
class ByHand:
    """`keys`: what rows are told apart by, columns or {FIELD}; `total`: a field that is added up besides."""

    event: str
    keys: tuple[str, ...] = ()
    total: str = ""

    def sql(self, query: EventsQuery, of: Dialect) -> str:
        """The same question, in the words of one engine."""
        keys = [of.field.format(key[1:-1]) if key[0] == "{" else key for key in self.keys]
        figures = ["count(*)", "count(DISTINCT person)"]
        figures += [f"sum({of.number.format(self.total)})"] if self.total else []
        grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
        over = query.range
        return (
            f"SELECT {', '.join([*keys, *figures])} FROM events WHERE {of.app.format(app=query.app)}"
            f"day BETWEEN DATE '{over.start}' AND DATE '{over.end}' AND traffic = 'release' "
            f"AND name = '{self.event}'{grouped}"
        )

    def differs(self, ours: Table, rows: Sequence[Sequence[object]]) -> list[str]:
        """Where our table and these rows do not agree; a period in which nothing happened has no row by hand."""
        keys = len(self.keys)
        mine = {tuple(map(str, row[:keys])): row[keys:] for row in ours.rows if row[keys]}
        theirs = {tuple(map(str, row[:keys])): row[keys:] for row in rows}
        wrong = [f"{key} is not there" for key in theirs.keys() ^ mine.keys()]
        return wrong + [
            f"{key}: {mine[key]} is not {theirs[key]}"
            for key in theirs.keys() & mine.keys()
            if any(not _same(a, b) for a, b in zip(mine[key], theirs[key], strict=True))
        ]

    def question(self, name: str, query: EventsQuery, ours: Table, of: Dialect) -> Question:
        """For engines beside ours."""
        return Question(name, self.sql(query, of), partial(self.differs, ours))


def _same(mine: object, theirs: object) -> bool:
    """Equal to nine digits."""
    one, other = float(str(mine)), float(str(theirs))
    return abs(one - other) <= 1e-9 * max(1.0, abs(one))
