"""A funnel without one of its steps, of the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations
from typing import TypeVar

import numpy as np

from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Rows, Whole

Some = TypeVar("Some", int, Whole)


def ways(optional: Sequence[int]) -> list[tuple[int, ...]]:
    """Which steps are left out, in every way: of two none, the one, the other, both."""
    return [some for count in range(len(optional) + 1) for some in combinations(optional, count)]


def queries_without(query: FunnelQuery, steps: Sequence[int]) -> FunnelQuery:
    """The question without some steps."""
    return reduce(query_without, sorted(steps, reverse=True), replace(query, optional=()))


def all_rows_without(rows: Rows, steps: Sequence[int]) -> Rows:
    """The rows of a question without some steps."""
    return reduce(rows_without, sorted(steps, reverse=True), rows)


def query_without(query: FunnelQuery, step: int) -> FunnelQuery:
    """The question without a step, the first being 1."""
    at = step - 1
    within = query.within and (*query.within[:at], *query.within[at + 1 :])
    titles = (*query.titles[:at], *query.titles[at + 1 :])
    return replace(query, titles=titles, within=within, optional=())


def rows_without(rows: Rows, step: int) -> Rows:
    """Later steps are one earlier; what ends attempts in either of the gaps beside the step does so in the one left."""
    at = step - 1
    low = rows.steps & ((1 << at) - 1)
    steps = low | (rows.steps >> (at + 1) << at)
    return replace(
        rows, steps=_as(steps, rows.steps), ends=_as(gap_without(rows.ends, step), rows.ends)
    )


def gap_without(ends: Some, step: int) -> Some:
    """The gaps in which something ends attempts, after a step was left out."""
    at = step - 1
    before, behind = ends & ((1 << at) - 1), ends >> at
    return before | (behind & 1) << (at - 1) | (behind >> 1) << at


def _as(made: Whole, like: Whole) -> Whole:
    return np.asarray(made, like.dtype)
