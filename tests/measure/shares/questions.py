"""Questions about shares that are asked in every way there is."""

from __future__ import annotations

from minilens.measure.run import AnyQuery
from minilens.measure.shares.query import SHOWS, shares_of
from minilens.period import Range


def about_shares(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """Each way of telling them apart."""
    return {f"shares, {show}": shares_of(app, over, show, timezone=zone) for show in SHOWS}
