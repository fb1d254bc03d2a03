"""Believable answers about what persons are worth: the figures of a few persons made by a formula."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow  # type: ignore[import-untyped]

from minilens.measure.ltv.entrants import Entrants
from minilens.measure.ltv.fetched import Fetched
from minilens.measure.ltv.figures import Counting
from minilens.measure.ltv.payments import payments as paid
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
    money = {
        "person": place, "since": entrants.first[place] + np.where(np.arange(len(place)) < PERSONS, 0, 7),
        "bits": np.where(place % 9 == 0, 3, 1), "coin": ["CNY"] * len(place), "paid": np.full(len(place), 19.99),
        "back": np.full(len(place), 5.0), "gained": np.full(len(place), 8.0), "lost": np.zeros(len(place)),
    }  # fmt: skip
    rows = pyarrow.Table.from_batches([pyarrow.record_batch(money)])
    cohort = entrants.cohorts(query)
    payments = paid(query, entrants, cohort, rows)
    found = Fetched(entrants, cohort, payments, number % 40 - 1, Cost(0, 0, 0))
    return Counting(query, found, AsOf(today(app.timezone), now(), 0)).table()
