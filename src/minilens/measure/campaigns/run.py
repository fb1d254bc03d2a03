"""Answers questions about what came by campaign links: two questions, put together by the values that they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from minilens.measure.campaigns.query import FIGURES, RATE, CampaignQuery
from minilens.measure.days import run as days
from minilens.measure.days.by_change import most_changed
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.frame import framed
from minilens.measure.events import money
from minilens.measure.events import run as events
from minilens.measure.events.query import MOST_TOP, Condition, Conditions, EventsQuery
from minilens.measure.filters import Condition as OfFilter
from minilens.measure.measures import Measure
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.period import Range
from minilens.text import Language, Text
from minilens.warehouse.engine import Engine

#: Measure → its cell, of one value.
Cells = Mapping[str, Cell]


def prepare(engine: Engine, query: CampaignQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    visits = query.visits
    ranges = [one for one in (visits.range, visits.compare) if one]
    stands = [
        events.prepare(engine, replace(query.events, range=one), as_of).stands_on for one in ranges
    ]
    keeps = visits.cutoff is None and visits.top <= days.MOST_ROWS_KEPT
    return Prepared(
        run=lambda: answer(engine, query, as_of),
        heavy=True,
        stands_on=(query, as_of.today, *stands) if keeps else None,
        cost=Cost(0, 0, 0),
    )


def answer(engine: Engine, query: CampaignQuery, as_of: AsOf) -> Table:
    """The table of a list."""
    return _Asking(engine, query, as_of).table()


def others(engine: Engine, query: CampaignQuery, as_of: AsOf) -> tuple[str, ...]:
    """The values that have no row of their own."""
    return _Asking(engine, query, as_of).unlisted()


def of_values(query: CampaignQuery, values: Sequence[str]) -> tuple[Query, EventsQuery]:
    """Both questions about some values together, as one row."""
    (by,) = query.visits.values
    told = (OfFilter(by, "is", tuple(values)),)
    visits = replace(
        query.visits, dimensions=(), filters=(*query.visits.filters, told), compare=None, cutoff=None,
        search="", include_other=False, sort=None, sort_by="value",
    )  # fmt: skip
    where = Conditions(True, (query.events.where, Condition(by, "is", tuple(values))))
    return visits, replace(query.events, groups=(), where=where, sort="")


@dataclass
class _Asking:
    """One question on its way to the engine."""

    engine: Engine
    query: CampaignQuery
    as_of: AsOf

    def __post_init__(self) -> None:
        visits = self.query.visits
        self.cost = Cost(0, 0, 0)
        every = replace(visits, top=ALL_ROWS, offset=0, include_other=False, search="")
        self._visits = self._ask(every)
        self._events = self._ask(self._of_events(visits.range))
        self.now = self._cells(self._visits.rows, self._events)
        self.then: dict[str, Cells] = {}
        if visits.compare:
            table = self._ask(self._of_events(visits.compare, before=True))
            rows = zip(self._visits.rows, self._visits.compared, strict=True)
            self.then = self._cells([(own[0], *other[1:]) for own, other in rows], table)

    def table(self) -> Table:
        """Its rows, in order, with what all values come to."""
        query, visits = self.query, self.query.visits
        every = self.listed()
        shown = every[visits.offset : visits.offset + visits.top]
        (column,) = (one.column() for one in visits.values)
        made = framed(
            replace(visits, measures=query.measures),
            (_named(column, query.names),),
            tuple((value, *self._row(self.now.get(value, {}))) for value in shown),
            self.as_of.as_of,
            compared=tuple((value, *self._row(self.then.get(value, {}))) for value in shown)
            if visits.compare
            else (),
            total_rows=len(every),
            totals=(None, *self._row(self._total())),
            other=self._rest(self.unlisted()),
        )
        said = money.notes(self._of_events(visits.range), self._ask)
        return replace(made, notes=(*made.notes, *said), cost=self.cost)

    def listed(self) -> tuple[str, ...]:
        """The values that have a row, in order."""
        query, found = self.query, self.query.visits.search.casefold()
        some = self._ordered()
        called = {value: f"{text.zh} {text.en}" for value, text in query.names}
        return tuple(one for one in some if found in f"{one} {called.get(one, '')}".casefold())

    def unlisted(self) -> tuple[str, ...]:
        """Those of them that are not shown."""
        every, visits = self.listed(), self.query.visits
        shown = set(every[visits.offset : visits.offset + visits.top])
        return tuple(one for one in every if one not in shown)

    def _ordered(self) -> list[str]:
        visits, sort = self.query.visits, self.query.sort
        if visits.compare and visits.sort_by != "value":
            now, then = (_column(some, sort) for some in (self.now, self.then))
            rows = most_changed(sort, now, then, visits.sort_by, ascending=visits.ascending)
            return [str(row[0]) for row in rows]
        sign = 1 if visits.ascending else -1

        def place(value: str) -> tuple[bool, float, str]:
            cell = self.now[value].get(sort.name)
            number = float(cell) if isinstance(cell, int | float) else None
            return (number is None, sign * (number or 0), value)

        return sorted(self.now, key=place)

    def _row(self, cells: Cells) -> Row:
        return tuple(cells.get(one.name, nothing(one)) for one in self.query.measures)

    def _cells(self, rows: Iterable[Row], table: Table) -> dict[str, Cells]:
        """Of each value that either question knows its cells."""
        names = [one.name for one in self.query.visits.measures]
        found: dict[str, dict[str, Cell]] = {}
        for value, *cells in rows:
            found[str(value or "")] = dict(zip(names, cells, strict=True))
        for value, *cells in table.rows:
            found.setdefault(str(value or ""), {}).update(zip(FIGURES, cells, strict=True))
        return {value: rated(self._filled(cells)) for value, cells in found.items()}

    def _filled(self, cells: Cells) -> dict[str, Cell]:
        return {one.name: nothing(one) for one in self.query.measures} | dict(cells)

    def _total(self) -> Cells:
        visits, happened = self._visits.totals, self._events.totals
        assert visits is not None
        return self._together(visits[1:], happened[1:] if happened else ())

    def _together(self, visits: Row, happened: Row) -> Cells:
        names = [one.name for one in self.query.visits.measures]
        told = dict(zip(names, visits, strict=True)) | dict(zip(FIGURES, happened, strict=False))
        return rated(self._filled(told))

    def _rest(self, values: Sequence[str]) -> Row | None:
        if not self.query.visits.include_other or not values:
            return None
        visits, happened = (self._ask(one).rows[0] for one in of_values(self.query, values))
        return (None, *self._row(self._together(visits, happened)))

    def _of_events(self, over: Range, *, before: bool = False) -> EventsQuery:
        until = self.query.visits.cutoff if before else None
        return replace(self.query.events, range=over, top=MOST_TOP, until=until)

    def _ask(self, query: Query | EventsQuery) -> Table:
        if isinstance(query, Query):
            found = days.prepare(self.engine, query, self.as_of).run()
        else:
            made = self.engine.query(BUILDS, {"app": query.app})
            found = events.answer(self.engine, query, self.as_of, made)
        cost, more = self.cost, found.cost
        self.cost = Cost(
            cost.rows + more.rows, cost.bytes + more.bytes, cost.milliseconds + more.milliseconds
        )
        return found


def _column(some: Mapping[str, Cells], measure: Measure) -> dict[Row, Cell]:
    return {(value,): cells.get(measure.name) for value, cells in some.items()}


def rated(cells: dict[str, Cell]) -> Cells:
    """The same with the share of visitors who are converters; unknown where there is no visitor."""
    some, every = cells.get("converters"), cells.get("visitors")
    known = isinstance(some, int | float) and isinstance(every, int | float) and every
    return cells | {RATE: some / every if known else None}  # type: ignore[operator]


def nothing(measure: Measure) -> Cell:
    """What the cell of a value holds of which nothing is told."""
    return 0 if measure.empty == "zero" else None


def _named(column: Column, names: Sequence[tuple[str, Text]]) -> Column:
    """The column with the names that the app gave to its values."""
    called = dict(names)
    if not called:
        return column

    def shown(value: str, language: Language) -> str:
        return called[value].of(language) if value in called else value

    return replace(column, shown=shown, called=called)
