"""Questions about payments that are asked in every way there is."""

from __future__ import annotations

from minilens.measure.payments.query import SHOWS, PaymentsQuery
from minilens.measure.run import AnyQuery
from minilens.period import Range


def about_payments(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """Each way of showing them; histories have no payments, so that page views stand for them."""
    names = ("page_view",)
    return {
        f"payments, {show}": PaymentsQuery(app, over, zone, show, "tracker_only", names, *names)
        for show in SHOWS
    }
