"""An identity that an app's owner blocked is left out of an event, which is then the next one's, or the device's."""

from __future__ import annotations

from typing import Any

import pytest

from minilens.collect.flat.event import Flat
from minilens.collect.flat.event_ids import EventIds
from minilens.collect.flat.mapping import understood
from minilens.collect.login import tell
from minilens.collect.steps import Request
from minilens.errors import Refused
from minilens.identity.actor import actor
from minilens.spool.record import Batch

SECRET = b"s"
CARD = actor(1, "c_memberid", "no-card", SECRET)
UNION = actor(1, "wechat-unionid", "u-1", SECRET)
PHONE = actor(1, "device", "phone", SECRET)


def request(*blocked: int, **more: Any) -> Request:
    return Request(1, 1_000, SECRET, 30, device="phone", blocked=frozenset(blocked), **more)


def test_the_next_identity_has_the_event() -> None:
    ids = {"wechat-unionid": "u-1", "c_memberid": "no-card"}
    assert request().who(ids) == (UNION, "wechat-unionid", 1)
    asked = request(CARD)
    assert asked.who(ids) == (UNION, "wechat-unionid", 1)
    assert [[kind for kind, _ in some] for some in asked.beside] == [["shared"]]
    assert request(UNION).who(ids) == (CARD, "c_memberid", 0)
    assert request(UNION, CARD).who(ids) == (PHONE, "device", 0)


def test_an_event_of_nobody_else_is_refused() -> None:
    asked = request(CARD)
    asked.device = ""
    with pytest.raises(Refused) as refused:
        asked.who({"c_memberid": "no-card"})
    assert (refused.value.code, refused.value.field) == ("blocked_identity", "ids.c_memberid")


def test_a_row_of_a_file_or_a_server() -> None:
    flat = Flat(
        1, SECRET, 10**13, "c_memberid", understood(None), EventIds(1, SECRET), frozenset({CARD})
    )
    row = ["pay_success", "no-card", "v1", "", "", "", "", "", "2026-11-16T10:00:00+08:00"]
    event, *_ = flat.taken(row, {}, "{}")
    assert event.actor_type == "session"
    row[2] = ""
    with pytest.raises(Refused, match="no-card"):
        flat.taken(row, {}, "{}")


def test_a_sign_in_by_code() -> None:
    batch = Batch(1_000, 1, "login", 1, "", PHONE, 0, "release")
    told = tell(
        {"applet-wechat": "o-1", "wechat-unionid": "u-1"}, batch, SECRET, frozenset({UNION})
    )
    assert [(one.actor_type, told.who[one.w - 1]) for one in told.events] == [("applet-wechat", [])]
