"""All persons of an app, and those with a property."""

from __future__ import annotations

import numpy as np

from minilens.measure.events.condition_sql import Bound, Rows
from minilens.measure.events.query import Condition
from minilens.measure.persons.query import Whole
from minilens.warehouse.engine import Engine

_EVERYBODY = """
SELECT DISTINCT toInt64(person) AS number FROM
(
    SELECT actor, since, argMax(m.person, version) AS person FROM person_map AS m
    WHERE app = {app:UInt32} AND kind != 'erased' GROUP BY actor, since
)"""


def everybody(engine: Engine, app: int) -> Whole:
    """Everybody known, in order."""
    found = engine.arrow(f"{_EVERYBODY}\nORDER BY number", {"app": app})
    return np.asarray(found.column("number").to_numpy(), np.int64)


def with_property(engine: Engine, app: int, one: Condition, zone: str) -> Whole:
    """Those of whom a condition about a property of the person holds, in order."""
    bound = Bound()
    holds = Rows("actions", "person", zone, bound).holds(one)
    found = engine.arrow(
        f"{_EVERYBODY}\nWHERE {holds}\nORDER BY number", {"app": app} | bound.values
    )
    return np.asarray(found.column("number").to_numpy(), np.int64)
