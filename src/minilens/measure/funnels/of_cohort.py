"""Funnels of a cohort: rows are kept whoever they are of, and only those of its members are looked at.

Who is in a cohort may change while a build holds, so that rows that were read under such a condition are not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from minilens.identity import cohort_members
from minilens.measure.events.operand import InCohort
from minilens.measure.events.query import Condition, Conditions, EventsQuery
from minilens.measure.funnels.packed import Packing
from minilens.measure.funnels.rows import Whole
from minilens.warehouse.engine import Engine


def apart(rows: EventsQuery) -> tuple[EventsQuery, tuple[Condition, ...]]:
    """The question without the conditions on cohorts that hold for every row, and these."""
    where = rows.where
    if not where.every:
        return rows, ()
    some = tuple(
        one
        for one in where.parts
        if isinstance(one, Condition) and isinstance(one.operand, InCohort)
    )
    left = tuple(one for one in where.parts if one not in some)
    return replace(rows, where=Conditions(True, left)), some


def theirs(
    engine: Engine, app: int, how: Packing, keys: Whole, conditions: Sequence[Condition]
) -> Whole:
    """Of rows that are numbers those of persons for whom the conditions hold."""
    for one in conditions:
        of = one.operand
        assert isinstance(of, InCohort)
        members = cohort_members.read(engine, app, of.cohort, of.version)
        owner = keys >> (how.for_kind + how.for_moment)
        inside = np.zeros(max(int(owner.max(initial=0)), int(members.max(initial=0))) + 1, np.bool_)
        inside[members] = True
        keys = keys[inside[owner] if one.operator == "is" else ~inside[owner]]
    return keys
