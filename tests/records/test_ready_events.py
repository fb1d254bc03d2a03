"""Ready events: drafts with fields, none twice, fields that are there as they are."""

from __future__ import annotations

import pytest

from minilens.errors import Refused
from minilens.period import now
from minilens.records.event_content import Field
from minilens.records.ready_events import make_drafts
from minilens.records.store import Records
from minilens.reference.events import BUILT_IN
from minilens.reference.ready_events import READY_EVENTS


def test_a_draft_for_each_and_none_twice(records: Records) -> None:
    app = records.apps.create("shop", timezone="Asia/Shanghai", now=now()).id
    held = Field("amount", "实付", "text")
    records.events.declare(app, "order_paid", "付款", [held], now=now())
    made = make_drafts(records.events, app, ["pay_success"], now=now())
    assert [(one.one.name, one.one.zh, one.published) for one in made] == [
        ("pay_success", BUILT_IN["pay_success"].zh, None)
    ]
    assert made[0].one.draft.detail("amount") == held
    assert made[0].one.draft.detail("order_id") == Field("order_id", "订单编号", "text")
    rest = make_drafts(records.events, app, now=now())
    assert {one.one.name for one in rest} == set(READY_EVENTS) - {"pay_success"}
    assert make_drafts(records.events, app, now=now()) == []
    for one in records.events.of(app):
        if one.one.version is None:
            records.events.publish(app, one.one.name, revision=one.one.revision, now=now())
    assert all(one.published for one in records.events.of(app))
    with pytest.raises(Refused, match="pay_success"):
        make_drafts(records.events, app, ["pay_sucess"], now=now())
