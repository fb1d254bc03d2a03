"""Events that take others back, as a refund does an order: each counts for the order that it gives back.

A row of theirs stands on its own day, but has the groups of the order and counts only where that one does. The order is
the newest one with the same order number, of whomever; where the refund has none, or no order has its number, the
newest of the same person. It lies at most DAYS_BACK before. A refund without such an order counts nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from minilens.measure.events.condition_sql import Place, Rows
from minilens.measure.events.operand import Property
from minilens.measure.events.periods import BEGINS
from minilens.measure.events.query import DAYS_BACK, NO_CONDITIONS, Conditions, Counted
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import Statement

#: What both events call the number of the order.
NUMBER = Property("order_id")
_BACK = DAYS_BACK * 86_400_000
#: What tells which of two orders is newer, as in the one order of rows; then whether it counts, then its groups.
_NEWER = ("at", "place = 0", "place", "came", "launch")
_ALWAYS = ("at", "place", "came", "launch", "key")
_PLACES: tuple[Place, ...] = ("actions", "events")


def with_taken_back(made: Statement, ask: Callable[[str], Sequence[object]]) -> Statement:
    """The statement, to whose rows those of events that take others back are added; as it was where there are none,
    which `ask` answers: it gives the rows of a statement."""
    back = [one for one in made.query.events if one.takes_back is not None]
    if back:
        names = tuple(name for one in back for name in one.events)
        some = _bare(made, Counted("r", names))
        if ask(f"SELECT 1 FROM {some} LIMIT 1"):
            made.more = partial(_every, made)
    return made


def _every(made: Statement, keys: Sequence[str]) -> list[str]:
    events = made.query.events
    return [_rows(made, n, keys) for n, one in enumerate(events) if one.takes_back is not None]


def _rows(made: Statement, n: int, keys: Sequence[str]) -> str:
    """Rows of the event at that place, with the columns of the statement."""
    events = made.query.events
    back, groups = events[n].takes_back, [f"g{k}" for k in range(len(made.query.groups))]
    assert back is not None
    order, bucket = events[back], ["bucket"] if "bucket" in keys else []
    whole = Conditions(True, (made.query.where, order.where))
    every = ", ".join(["person", *_ALWAYS, *bucket, *made.values])
    refunds = _part(made, [replace(events[n], takes_back=None)], bucket)
    orders = _part(
        made, [replace(order, where=NO_CONDITIONS), replace(order, where=whole)], [*bucket, *groups]
    )
    newest = f"maxIf(tuple({', '.join([*_NEWER, 'holds', *groups])}), is_order) OVER"
    told = {
        f"g{k}": f"toString(tupleElement(order, {len(_NEWER) + 2 + k}))" for k in range(len(groups))
    }
    told |= {one: f"abs({one})" for one in made.values if one[0] == "v"}
    told |= {f"c{k}": str(k == n).lower() for k in range(len(events))}
    return f"""
        SELECT {", ".join(f"{told.get(one, one)} AS {one}" for one in made.names(keys))}
        FROM
        (
            SELECT is_order, {every},
                {newest} (PARTITION BY person ORDER BY at) AS by_person,
                {newest} (PARTITION BY key, if(key = '', person, 0) ORDER BY at) AS by_key,
                if({_near("by_key")}, by_key, by_person) AS order
            FROM
            ({_together(every, groups, refunds, orders)}
            )
        )
        WHERE NOT is_order AND {_near("order")} AND tupleElement(order, {len(_NEWER) + 1})"""


def _together(every: str, groups: Sequence[str], refunds: str, orders: str) -> str:
    """Refunds, and the orders of the same persons or numbers."""
    return f"""
                SELECT true AS is_order, {every}, c1 AS holds{"".join(f", {one}" for one in groups)}
                FROM ({orders}
                )
                WHERE c0 AND (person GLOBAL IN (SELECT person FROM ({refunds}
                )) OR key != '' AND key GLOBAL IN (SELECT key FROM ({refunds}
                )))
                UNION ALL
                SELECT false AS is_order, {every}, false AS holds{"".join(f", '' AS {one}" for one in groups)}
                FROM ({refunds}
                )"""


def _near(order: str) -> str:
    return f"tupleElement({order}, 1) > 0 AND at - tupleElement({order}, 1) <= {_BACK}"


def _bare(made: Statement, event: Counted) -> str:
    """A table of rows of an event, of which nothing is needed."""
    query = replace(made.query, events=(event,), where=NO_CONDITIONS, groups=(), measures=())
    named = f"name IN {made.bound(list(event.events), 'Array(String)')}"
    return Statement(query, made.moved, made.tail, named=named, shares=made.bound).table()


def _part(made: Statement, events: Sequence[Counted], keys: Sequence[str]) -> str:
    """Rows of some events with all that is needed of them; orders are those with groups and begin earlier."""
    groups = made.query.groups if len(events) > 1 else ()
    query = replace(
        made.query, events=tuple(events), where=NO_CONDITIONS, groups=groups,
        measures=tuple(replace(one, of=0) for one in made.query.figures),
    )  # fmt: skip
    bucket = [f"{BEGINS[query.grain]} AS bucket"] if "bucket" in keys else []

    def besides(place: Place) -> tuple[str, ...]:
        number = Rows(place, "", query.timezone, made.bound).form(NUMBER, "text")
        return (*BESIDES[place], f"ifNull({number}, '') AS key", *bucket)

    return Statement(
        query, made.moved, made.tail, {one: besides(one) for one in _PLACES},
        f"name IN {made.bound(list(query.named), 'Array(String)')}",
        back=DAYS_BACK if len(events) > 1 else 0, shares=made.bound,
    ).every_row()  # fmt: skip
