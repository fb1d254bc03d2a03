"""A question about shares, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import NO_CONDITIONS, Conditions, Counted, EventsQuery, Figure
from minilens.measure.query import Traffic
from minilens.period import Range
from minilens.text import NOTHING

#: Rows are days, levels of the tree, pages that were shared, where the cards came from, or cards that were opened in a
#: group chat.
Show = Literal["days", "levels", "pages", "origins", "groups"]
SHOWS: tuple[Show, ...] = ("days", "levels", "pages", "origins", "groups")
#: By what the origin of a card can be told.
By = Literal["campaign", "placement", "material", "link"]
ORIGINS: tuple[By, ...] = ("campaign", "placement", "material", "link")
#: So many days before the range a card may have been shared that is opened in it.
LOOK_BACK = 30


@dataclass(frozen=True)
class SharesQuery:
    """Cards that were shared or opened in the range. Of pages, origins and groups those `top` with the most opens.

    `rows`: the shares, told apart by card and page; its conditions are of the share, so that a card counts, with all
    who open it, where they hold when it is shared. `by`: the dimension by which origins are told.
    """

    rows: EventsQuery
    show: Show = "days"
    by: By = "campaign"

    @property
    def app(self) -> int:
        """Whose events they are."""
        return self.rows.app

    @property
    def range(self) -> Range:
        """The days it is about."""
        return self.rows.range

    @property
    def top(self) -> int:
        """How many rows there are at most, of pages, origins and groups."""
        return self.rows.top

    @property
    def traffic(self) -> Traffic:
        """Of which version."""
        return self.rows.traffic


def shares_of(
    app: int, over: Range, show: Show = "days", *, where: Conditions = NO_CONDITIONS, traffic: Traffic = "release",
    top: int = 10, timezone: str = "", by: By = "campaign",
) -> SharesQuery:  # fmt: skip
    """The question about the shares of an app."""
    of_origin = (DIMENSIONS[by],) if show == "origins" else ()
    groups = (Property("share_id"), DIMENSIONS["page"], *of_origin)
    rows = EventsQuery(
        app, (Counted("share", ("share",)),), (Figure("shares", NOTHING, 0, "total"),), over,
        groups=groups, where=where, traffic=traffic, top=top, timezone=timezone,
    )  # fmt: skip
    return SharesQuery(rows, show, by)
