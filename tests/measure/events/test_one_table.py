"""Rows that one table has are counted right at it; those that hang on more, in a table that each shard makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from minilens.identity.moves import Moved
from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Condition, Conditions, Counted, EventsQuery, Figure
from minilens.measure.events.sql import Statement
from minilens.text import NOTHING
from minilens.warehouse.sharding import over_shards
from tests.pipeline import days

FIGURES = (Figure("total", NOTHING, 0, "total"), Figure("persons", NOTHING, 0, "persons"))
OVER = days("2026-11-01", "2026-11-09")
ORDERS = EventsQuery(
    1, (Counted("a", ("order",)),), FIGURES, OVER, grain="day", groups=(Property("sort"),)
)  # fmt: skip
MODEL = BUILT_IN.dimension("model")
#: Read from the events: what builds keep of them knows no phone.
OF_PHONES = replace(ORDERS, groups=(MODEL,))
NEW = Conditions(True, (Condition(BUILT_IN.dimension("newness"), "is", ("new",)),))


def tables_of_rows(query: EventsQuery, moved: Moved = Moved.NOBODY, *, tail: bool = False) -> int:
    """How many tables of rows made on each shard a cluster is asked for."""
    made = Statement(query, moved, tail)
    text = made.by_period() if query.groups else made.whole()
    return over_shards(text, "nodes", "whole", "local").count("cluster('nodes', view(")


@pytest.mark.parametrize("query", [ORDERS, OF_PHONES, replace(ORDERS, groups=())])
def test_of_one_table(query: EventsQuery) -> None:
    assert tables_of_rows(query) == 0


@pytest.mark.parametrize(
    ("query", "moved", "tail"),
    [
        (ORDERS, Moved.NOBODY, True),  # what came since, beside what was kept
        (OF_PHONES, Moved.ALWAYS, False),  # whose an event is now
        (replace(ORDERS, where=NEW), Moved.NOBODY, False),  # who is new
    ],
)
def test_of_more(query: EventsQuery, moved: Moved, *, tail: bool) -> None:
    assert tables_of_rows(query, moved, tail=tail) == 1
