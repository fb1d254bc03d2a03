"""Questions about what persons are worth, to be asked of every sort of warehouse."""

from __future__ import annotations

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.run import AnyQuery
from minilens.period import Range
from minilens.text import NOTHING


def about_ltv(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """What new users share, as if shares were orders: by their first share, and by their first visit."""
    events = (Counted("a", ("share",)), Counted("b", ("page_view",)), Counted("c", ("share",)))
    figures = tuple(Figure(f"m{n}", NOTHING, n, "sum", Property("ms")) for n in range(2))
    rows = EventsQuery(app, events, figures, over, timezone=zone)
    groups = (DIMENSIONS["scene_source"],)
    touched = EventsQuery(app, events[:2], figures, over, groups=groups, timezone=zone)
    return {
        "lifetime value": LtvQuery(rows, entry=True, unit="day", show="cohorts"),
        "lifetime value by days later": LtvQuery(
            touched, unit="day", cells=(0, 1, 2), show="triangle"
        ),
    }
