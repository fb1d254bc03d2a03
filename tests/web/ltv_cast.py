"""Believable answers about what persons are worth: the figures of a few persons made by a formula."""

from __future__ import annotations

from datetime import date

import numpy as np

from minilens.measure.ltv.fetched import Entrants, Fetched, Payments
from minilens.measure.ltv.figures import Counting
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cost, Table
from minilens.period import now, today
from minilens.web.console import App

PERSONS = 300
PLACES = ("广东", "上海", "\0", "a value that is very long and is a group all the same")


def worth(query: LtvQuery, app: App) -> Table:
    """The table of a question over them: each pays on the first day, every second one again a week later."""
    number = np.arange(PERSONS, dtype=np.int64)
    start = (query.days.start - date(1970, 1, 1)).days
    groups = len(query.rows.groups)
    texts = tuple((one,) * groups for one in PLACES) if groups else ((),)
    entrants = Entrants(number, start + number % query.days.days, number % len(texts), texts)
    place = np.concatenate([number, number[::2]])
    age = np.where(np.arange(len(place)) < PERSONS, 0, 7)
    one, none = np.ones(len(place), np.int64), np.zeros(len(place), np.int64)
    payments = Payments(
        place,
        age,
        none,
        ("CNY",),
        one,
        (none, one * 199_900),
        (none, (place % 9 == 0) * 50_000),
        (none, one * 80_000),
    )
    found = Fetched(entrants, payments, number % 40 - 1, Cost(0, 0, 0))
    return Counting(query, found, AsOf(today(app.timezone), now(), 0)).table()
