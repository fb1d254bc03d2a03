"""A webhook gets the message as JSON, signed; what its server answers decides what comes of it."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace

import pytest

from minilens.deliver.send import send
from minilens.deliver.sender import Sender
from minilens.networks import NOBODY
from minilens.render.message import Figure, Listing, Message, Picture, Section
from tests.deliver.conftest import NOW_MS, SECRET, Makes, with_rates
from tests.deliver.others import Other, Reply

MESSAGE = Message(
    "小店 · 日报", "截至 3月1日 24:00",
    (Section("流量", ("一切正常。",), (Figure("访问人数", "1,234", "+12.3%", "good"),),
             Picture(b"\x89PNG", "访问人数", "▁▃█"), Listing("页面", ("页面", "人数"), (("首页", "9"),), 4)),),
    "https://stats.example.com/a/shop", "zh",
)  # fmt: skip


def test_it_is_the_message_signed_with_the_secret(
    made: Makes, other: Other, sender: Sender
) -> None:
    channel = made("webhook", secret="s" * 20)
    other.say(Reply(b"thanks"))
    found = send(channel, MESSAGE, NOW_MS, sender=sender, key="7.2026-03-01")
    assert (found.state, found.answer) == ("sent", "200 thanks")
    (got,) = other.got
    stamp = got.headers["x-minilens-timestamp"]
    assert stamp == str(NOW_MS // 1000)
    tag = hmac.new(b"s" * 20, stamp.encode() + b"." + got.body, "sha256").hexdigest()
    assert got.headers["x-minilens-signature"] == f"v1={tag}"
    assert got.headers["x-minilens-delivery"] == "7.2026-03-01"
    told = json.loads(got.body)
    assert told["sections"][0]["figures"][0]["value"] == "1,234"
    assert base64.b64decode(told["sections"][0]["picture"]["png"]) == b"\x89PNG"


@pytest.mark.parametrize(
    ("reply", "state", "code"),
    [
        (Reply(status=429, headers={"Retry-After": "7"}), "again", "busy"),
        (Reply(status=503), "again", "busy"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}), "stopped", "redirected"),
        (Reply(status=410, body=b"gone"), "stopped", "refused_there"),
        (Reply(status=400, body=b"what?"), "failed", "not_taken_there"),
        (Reply(body=b"x" * 100, half=10), "unknown", "no_answer"),
        (Reply(after=1.5), "unknown", "no_answer"),
    ],
    ids=["429", "503", "redirect", "gone", "refused", "half", "slow"],
)  # fmt: skip
def test_what_is_answered_decides(
    made: Makes, other: Other, sender: Sender, reply: Reply, state: str, code: str
) -> None:
    channel = made("webhook")
    other.say(reply)
    found = send(
        channel, MESSAGE, NOW_MS, sender=replace(with_rates(sender), patience=0.5), key="k"
    )
    assert (found.state, found.code) == (state, code)
    assert found.wait == (7 if reply.status == 429 else None)
    kept = sender.records.channels.get(1, channel.id)
    assert kept.state == ("stopped" if state == "stopped" else "on")
    assert len(other.got) == 1


def test_a_private_address_is_not_reached_unless_the_owner_named_it(
    made: Makes, other: Other, sender: Sender
) -> None:
    channel = made("webhook")
    found = send(
        channel, MESSAGE, NOW_MS, sender=replace(with_rates(sender), within=NOBODY), key="k"
    )
    assert (found.state, found.code) == ("stopped", "private_address")
    assert not other.got
    access = channel.access(SECRET)
    assert access
    assert access.address not in repr(found)
