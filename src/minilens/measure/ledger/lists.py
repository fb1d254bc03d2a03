"""Answers questions to the ledger whose rows are values: those with the most first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from minilens.measure.ledger import sql
from minilens.measure.ledger.figures import Sums, bounds, built, figure, frame
from minilens.measure.ledger.names import LISTED
from minilens.measure.ledger.query import LedgerListQuery
from minilens.measure.prepared import AsOf
from minilens.measure.session import QuerySession
from minilens.measure.table import Column, Row, Table
from minilens.period import Range, midnight
from minilens.reference.events import BUILT_IN
from minilens.warehouse.engine import Engine

#: What is told apart by what builds counted.
OF_DAYS = ("tracker", "undeclared", "restated")
#: A day is closed so long after it is over: what was on its way then has come, and its figures are read.
CLOSED_AFTER = timedelta(hours=1)


def of_values(engine: Engine, query: LedgerListQuery, as_of: AsOf) -> Table:
    """Rows: value, measures."""
    session = QuerySession(engine=engine)
    asked = _asked(session, query, query.range)
    every = _values(query, asked)
    then = _values(query, _asked(session, query, query.compare)) if query.compare else {}
    found = _found(query, every)
    shown = found[query.offset : query.offset + query.top]
    told = set(shown)
    others = [every[value] for value in every if value not in told]
    return Table(
        columns=(_column(query, asked), *(one.column() for one in query.measures)),
        rows=tuple((value, *_cells(query, every[value])) for value in shown),
        compared=tuple((value, *_cells(query, then.get(value, {}))) for value in shown)
        if query.compare
        else (),
        running=query.range.start <= as_of.today <= query.range.end,
        total_rows=len(found),
        totals=("", *_cells(query, _summed(every.values()))) if every else None,
        other=("", *_cells(query, _summed(others))) if query.include_other and others else None,
        **frame(query, as_of),
        cost=session.cost(),
    )


def _found(query: LedgerListQuery, every: Mapping[str, Sums]) -> list[str]:
    """The values that the search finds, in their order; those of which it is not known come last."""
    wanted = query.search.lower()
    called = LISTED[query.apart].names.like(wanted)
    names = dict(query.names)
    found = sorted(
        one for one in every if wanted in f"{one} {names.get(one, '')}".lower() or one in called
    )
    leads = {one: figure(every[one], query.sort.name) for one in found}
    known = [one for one in found if leads[one] is not None]
    known.sort(key=lambda one: leads[one] or 0, reverse=not query.ascending)
    return [*known, *(one for one in found if leads[one] is None)]


def _cells(query: LedgerListQuery, sums: Sums) -> Row:
    return tuple(figure(sums, one.name) for one in query.measures)


def _column(query: LedgerListQuery, asked: Sequence[Row]) -> Column:
    """That of the values; of days made again with why, which stands last in their rows."""
    listed = LISTED[query.apart]
    if query.apart == "restated":
        return listed.told({str(row[0]): str(row[-1]) for row in asked})
    return listed.named(dict(query.names))


def _asked(session: QuerySession, query: LedgerListQuery, over: Range) -> Sequence[Row]:
    """Value, its sums."""
    asked = bounds(query, over)
    if query.apart in OF_DAYS:
        asked |= built(session, query.app, over)
    if query.apart == "undeclared":
        asked["declared"] = sorted({*BUILT_IN, *query.declared})
    if query.apart == "restated":
        days = list(over)
        asked |= {"days": days, "closed": [closed(day, query.timezone) for day in days]}
        asked["after"] = int(CLOSED_AFTER.total_seconds())
    return session.ask(sql.LISTS[query.apart], asked)


def _values(query: LedgerListQuery, asked: Sequence[Row]) -> dict[str, Sums]:
    """Value → its sums."""
    names = LISTED[query.apart].sums
    return {
        str(value): {
            name: int(str(cell)) for name, cell in zip(names, cells[: len(names)], strict=True)
        }
        for value, *cells in asked
    }


def _summed(every: Iterable[Sums]) -> Sums:
    """What several values come to."""
    found: Counter[str] = Counter()
    for sums in every:
        found.update(sums)
    del found["restated_after"]  # of several days it says nothing
    return found


def closed(day: date, timezone: str) -> int:
    """The second since which a day is closed."""
    return int((midnight(day + timedelta(days=1), timezone) + CLOSED_AFTER).timestamp())
