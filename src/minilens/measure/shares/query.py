"""A question about shares, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.query import Traffic
from minilens.period import Range

#: Rows are days, levels of the tree, pages that were shared, or cards that were opened in a group chat.
Show = Literal["days", "levels", "pages", "groups"]
SHOWS: tuple[Show, ...] = ("days", "levels", "pages", "groups")
#: So many days before the range a card may have been shared that is opened in it.
LOOK_BACK = 30


@dataclass(frozen=True)
class SharesQuery:
    """Cards that were shared or opened in `range`. Of pages and groups the `top` rows with the most opens have rows."""

    app: int
    range: Range
    show: Show = "days"
    traffic: Traffic = "release"
    top: int = 10
    timezone: str = ""
