"""Questions written with the names of measures and dimensions, as an address would write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast, get_args

from minilens.measure.catalog import BUILT_IN
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Condition, Filters
from minilens.measure.measures import Measure
from minilens.measure.query import Moments, Query
from minilens.measure.span import Span, Step
from minilens.period import Grain, Range
from minilens.reports.kinds.live import ONLINE


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


def live(
    app: int,
    timezone: str,
    of: str,
    span: Span,
    now: datetime,
    *,
    step: Step = 30,
    compare: Span | None = None,
    page: str = "",
    filters: Filters = (),
    **more: Any,
) -> Query:
    """A question of the Live tab: `visits` by the step, `pages`, or who is `online`; as its reports ask it."""
    if of == "online":
        span = Span(now - ONLINE, now)
    only: Filters = ((condition("page", "is", (page,)),),) if page and of == "visits" else ()
    return Query(
        app,
        measured(*{"visits": ("visits",), "pages": ("visits", "visit_share"), "online": ("online",)}[of]),
        span.days(timezone),
        {"visits": ("minutes",), "pages": apart("page"), "online": ()}[of],  # type: ignore[arg-type]
        filters=(*filters, *only),
        timezone=timezone,
        moments=Moments(span, now, step, None if of == "online" else compare),
        **more,
    )  # fmt: skip
