"""Questions about attribution that every engine must answer alike."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.attribution.touch import FIELDS
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.run import AnyQuery
from minilens.period import Range


def about_attribution(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """What brought shares: by scene with every model, by its source and the kind of touch, as ways and as pairs."""
    shares, views = Counted("conversion", ("share",)), Counted("before", ("page_view",))
    rows = EventsQuery(app, (shares,), (), over, "whole", include_other=True, timezone=zone)
    plain = AttributionQuery(rows, (DIMENSIONS["scene"],))
    several = (DIMENSIONS["scene_source"], FIELDS["touch"])
    return {
        "attribution by scene": plain,
        "attribution by day, after a visit": replace(
            plain, rows=replace(rows, events=(shares, views), grain="day"), by=several, within=3_600_000,
            counts="persons",
        ),
        "ways of touches": replace(plain, show="ways"),
        "overlap of touches": replace(plain, show="overlap", touches="sourced"),
    }  # fmt: skip
