"""Payments and refunds that the demo's payment system tells: of nearly all orders, with all that goes wrong."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

from minilens.collect.payments.signed import notice, verify
from minilens.demo.payments import Notifications, signed
from minilens.period import milliseconds
from minilens.spool.record import Batch, Event

from .conftest import APP, END, Past


def told(past: Past) -> list[Batch]:
    made = Notifications(APP, milliseconds(END))
    return [*(one for batch in past.batches for one in made.behind(batch)), *made.rest()]


def test_orders_are_told_missed_doubled_less_and_given_back(past: Past) -> None:
    batches = told(past)
    assert [one.at for one in batches] == sorted(one.at for one in batches)
    assert all(one.via == "server" and one.at <= milliseconds(END) for one in batches)
    events = [one.events[0] for one in batches]
    assert len({one.id for one in events}) == len(events)
    of: dict[str, list[Event]] = defaultdict(list)
    for one in events:
        assert json.loads(one.props)["order_id"] == one.target_id
        of[one.target_id].append(one)
    paid = {event.target_id: event for _, event in past.events if event.name == "pay_success"}
    found = Counter[str]()
    for order, some in of.items():
        payments = [one for one in some if one.name == "pay_success"]
        found["double"] += len(payments) > 1
        found["refunded"] += len(some) > len(payments) > 0
        found["unseen"] += order not in paid
        if order in paid:
            found["matched"] += payments[0].value == paid[order].value
            found["less"] += payments[0].value != paid[order].value
            assert payments[0].actor == paid[order].actor
    found["untold"] = len(set(paid) - set(of))
    assert found["matched"] > 0.9 * len(paid)
    assert all(found[name] for name in ("double", "refunded", "unseen", "less", "untold")), found


def test_a_payment_that_goes_on_arriving_is_signed_as_the_address_reads_it() -> None:
    at = milliseconds(END)
    paid = {"n": "pay_success", "t": at, "ti": "XM1", "val": "19.90"}
    envelope = {"sent": at, "ids": {"applet-wechat": "openid-li"}, "ev": [{"n": "page_view"}, paid]}
    ((body, headers),) = signed(envelope, "a secret of the demo")
    verify(
        {name.lower(): value for name, value in headers.items()}, body, "a secret of the demo", at
    )
    found = notice(body, "yuan")
    assert (found.kind, found.order, found.amount, found.user) == (
        "payment",
        "XM1",
        "19.90",
        "openid-li",
    )
