"""The touches of one person, and what each model gives them of each of their conversions and refunds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from minilens.measure.attribution import columns, touch
from minilens.measure.attribution.entries import UNMATCHED
from minilens.measure.attribution.figures import plain, weights
from minilens.measure.attribution.models import handed_out
from minilens.measure.attribution.query import StoryQuery
from minilens.measure.attribution.run import Asking
from minilens.measure.attribution.touches import Journeys, Pairs
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.text import Language, Text
from minilens.warehouse.engine import Answer, Engine

_WHAT = {"conversion": Text("转化", "Conversion"), "refund": Text("退款", "Refund")}


def _what(value: str, language: Language) -> str:
    return _WHAT[value].of(language) if value in _WHAT else value


def prepare(engine: Engine, query: StoryQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on; what is said of one person is not kept."""
    made = engine.query(BUILDS, {"app": query.app})
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=None,
        cost=cost([made]),
    )


def answer(engine: Engine, query: StoryQuery, as_of: AsOf, made: Answer) -> Table:
    """A row a touch before each of their conversions and refunds, the oldest first; one alone where there is none."""
    began = time.perf_counter()
    of = query.of
    asking = Asking(engine, of, made)
    found = asking.journeys()
    game = asking.game(found)
    own = _own(found, query.person)
    mine = _some(found, own)
    rows: list[Row] = []
    for some, pairs in mine.parts():
        amount = mine.entries.amount[some]
        given = [
            handed_out(amount, weights(of, model, mine, pairs, game, len(amount)), pairs).tolist()
            for model in of.models
        ]
        rows += _rows(query, mine, some, pairs, given)
    took = (time.perf_counter() - began) * 1000
    over = of.rows.range
    return Table(
        columns=(*keys(query), *(columns.of_model(of, one) for one in of.models)), rows=tuple(rows), start=over.start,
        end=over.end, as_of=as_of.as_of, cost=Cost(asking.rows, asking.bytes, took), keys=0, today=as_of.today,
    )  # fmt: skip


def keys(query: StoryQuery) -> tuple[Column, ...]:
    """What is said of a touch besides its credit."""
    named = tuple(columns.named(one) for one in query.of.by if one.name != "touch")
    return (
        Column("number", Text("序号", "No."), "number"),
        Column("conversion", Text("转化时间", "Conversion at"), "moment"),
        Column("what", Text("事项", "What"), "text", shown=_what),
        Column("amount", Text("分配总额", "Handed out"), "number"),
        Column("time", Text("触点时间", "Touch at"), "moment"),
        replace(columns.named(touch.FIELDS["touch"]), name="touch"),
        *named,
    )


def _own(found: Journeys, person: int) -> Any:
    """The entries of a person, by the moment of the conversion."""
    of = found.entries.conversion
    known = np.flatnonzero(of != UNMATCHED)
    mine = known[found.rows.person[of[known]] == person]
    return mine[np.lexsort((found.entries.refund[mine], found.rows.at[of[mine]]))]


def _some(found: Journeys, which: Any) -> Journeys:
    """The same journeys with some of the entries alone."""
    return replace(
        found, entries=found.entries.some(which), low=found.low[which], high=found.high[which]
    )


def _rows(
    query: StoryQuery, mine: Journeys, some: slice, pairs: Pairs, given: list[list[int]]
) -> Iterator[Row]:  # fmt: skip
    """The rows of a part, entry after entry."""
    zone = ZoneInfo(query.of.rows.timezone or "UTC")

    def moment(ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)

    touches, entries = mine.touches, mine.entries.some(some)
    counts = mine.count[some].tolist()
    values = [n for n, one in enumerate(query.of.by) if one.name != "touch"]
    kinds = tuple(touch.KINDS)
    at = 0
    for n, count in enumerate(counts):
        head = (
            some.start + n + 1,
            moment(int(mine.rows.at[entries.conversion[n]])),
            "refund" if entries.refund[n] else "conversion",
            plain(int(entries.amount[n])),
        )
        if not count:
            whole = plain(int(entries.amount[n]))
            none: tuple[Cell, ...] = (None, columns.NO_TOUCH, *(None,) * len(values))
            yield (*head, *none, *(whole,) * len(given))
        for place in range(at, at + count):
            one = int(pairs.touch[place])
            group = touches.groups[int(touches.group[one])]
            said: tuple[Cell, ...] = (
                moment(int(touches.at[one])),
                kinds[int(touches.kind[one])],
                *(group[k] for k in values),
            )
            yield (*head, *said, *(plain(credit[place]) for credit in given))
        at += count
