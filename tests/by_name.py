"""Questions written with the names of measures and dimensions, as an address would write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast, get_args

from minilens.measure.catalog import BUILT_IN
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Condition
from minilens.measure.measures import Measure
from minilens.measure.query import Query
from minilens.period import Grain, Range


def query(
    app: int,
    measures: Iterable[str],
    over: Range,
    dimensions: Iterable[str] = ("day",),
    *,
    sort: str = "",
    **more: Any,
) -> Query:
    """The question; `more`: its other fields."""
    leads = BUILT_IN.measure(sort) if sort else None
    return Query(app, measured(*measures), over, apart(*dimensions), sort=leads, **more)


def measured(*names: str) -> tuple[Measure, ...]:
    """Measures."""
    return BUILT_IN.measures_named(names)


def apart(*names: str) -> tuple[Dimension | Grain, ...]:
    """What rows are told apart by."""
    grains = get_args(Grain)
    return tuple(cast("Grain", n) if n in grains else BUILT_IN.dimension(n) for n in names)


def condition(name: str, operator: str, values: Iterable[str] = ()) -> Condition:
    """One condition."""
    return Condition(BUILT_IN.dimension(name), operator, tuple(values))
