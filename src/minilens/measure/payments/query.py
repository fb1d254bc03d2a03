"""A question about orders that were paid, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from minilens.measure.query import Traffic
from minilens.period import Range

#: Rows are groups of orders, days, or orders.
Show = Literal["groups", "days", "orders"]
SHOWS: tuple[Show, ...] = get_args(Show)
#: Where an order is: on both sides, with the same amount or with others; told by servers alone; seen by the tracker
#: alone. Besides, it may have been paid more than once, or refunded.
Group = Literal["matched", "differing", "server_only", "tracker_only", "double", "refunded"]
GROUPS: tuple[Group, ...] = get_args(Group)
STATES: tuple[Group, ...] = GROUPS[:4]
#: So many days before and behind the range the other side of an order is looked for.
AROUND = 7
#: What the tracker sends, and what servers tell of refunds.
SEEN, REFUNDED = "pay_success", "refund_success"
#: Of an amount that names none.
CURRENCY = "CNY"


@dataclass(frozen=True)
class PaymentsQuery:
    """Orders that were paid in `range`: an order's day is that of its first payment as servers tell it, else as the
    tracker saw it. `told`: events by which servers tell payments; `seen`: that of the tracker. Of orders the newest
    `top` of a `group` have rows."""

    app: int
    range: Range
    timezone: str
    show: Show = "groups"
    group: Group = "server_only"
    told: tuple[str, ...] = ()
    seen: str = SEEN
    traffic: Traffic = "release"
    top: int = 100
