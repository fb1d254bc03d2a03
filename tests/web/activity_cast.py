"""Believable answers about retention, stickiness and lifecycle: the figures of a few persons made by a formula."""

from __future__ import annotations

import numpy as np

from minilens.measure.activity import lifecycle, retention, stickiness
from minilens.measure.activity.active import Active, Coded
from minilens.measure.activity.query import (
    ActivityQuery,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
)
from minilens.measure.activity.sets import Persons
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cost, Table
from minilens.period import now, today
from minilens.web.console import App
from tests.web.ltv_cast import worth

PERSONS, PLACES = (
    300,
    ["广东", "上海", "\0", "a value that is very long and is a group all the same"],
)


def active(query: ActivityQuery | LtvQuery, app: App) -> Table:
    """The table of a question over them."""
    if isinstance(query, LtvQuery):
        return worth(query, app)
    as_of = AsOf(today(app.timezone), now(), 0)
    told = _pairs(query)
    if isinstance(query, ReturnsQuery):
        return retention.Counting(query, told, as_of).table()
    if isinstance(query, StickinessQuery):
        return stickiness.Counting(query, told, as_of).table()
    assert isinstance(query, LifecycleQuery)
    return lifecycle.Counting(query, told, as_of).table()


def _pairs(query: ActivityQuery) -> Active:
    """Each is there in about one period of three."""
    count = len(query.periods) + 30
    place, period = (one.ravel() for one in np.meshgrid(np.arange(PERSONS), np.arange(-1, count)))
    there = (place * 7 + period * period) % 3 == 0
    place, period = place[there], period[there]
    flags = {
        name: np.ones(len(place), np.uint8) for name in ("started", "returned", "again", "begun", "holds")
    }  # fmt: skip
    values = {
        f"{name}_{half}": np.full(len(place), 3_000_000 if half == "low" else 0, np.int64)
        for name in ("added", "added_again") for half in ("high", "low")
    }  # fmt: skip
    groups = {
        f"group{n}": Coded((place % len(PLACES)).astype(np.int64), PLACES)
        for n in range(len(query.rows.groups))
    }
    return Active(
        Persons(PERSONS), place.astype(np.int64), period.astype(np.int64), flags | values | groups, Cost(0, 0, 0)
    )  # fmt: skip
