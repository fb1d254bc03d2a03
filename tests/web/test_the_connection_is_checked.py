"""The page of the tracker tells whether the mini program is connected, and what is wrong with what it sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.period import now, now_ms
from minilens.spool.arrivals import Arrival, Fault, Reason
from minilens.spool.turned_away import Sender
from minilens.web.console import Arrived
from tests.web.cast import Theatre, sign_in
from tests.web.sites import site

CHECK = "/a/cafe/settings/tracker/check"
HOUR = 3_600_000

Look = Callable[..., str]


@pytest.fixture
def look(theatre: Theatre) -> Iterator[Look]:
    """What the part of the page says of what arrived, without its markup."""
    arrived = [Arrived()]
    console = replace(
        theatre.console(), arrived=lambda app: arrived[0] if app.id == 1 else Arrived()
    )
    with site(console) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre)

        def said(language: str = "en", path: str = CHECK, **what: Any) -> str:
            arrived[0] = Arrived(**what)
            answer = client.get(path, headers={"accept-language": language})
            assert answer.status_code == 200
            return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))

        yield said


def came(at: int, *environments: str, **more: Any) -> dict[int, Arrival]:
    every = dict.fromkeys(environments, at)
    return {1: Arrival(at=at, environments=every, event="page_view", page="pages/a", **more)}


def test_nothing_has_come(look: Look) -> None:
    said = look()
    assert "Waiting for the first event" in said
    assert "Is http://127.0.0.1:8000 among the request domains" in said
    assert "WeChat does not accept this address" in said
    assert "等待第一条事件" in look("zh")


def test_the_released_version_sends(look: Look) -> None:
    said = look(keys=came(now_ms(), "release", "trial", version="1.2.0"))
    assert "Connected: events of the released version are arriving." in said
    assert "page_view pages/a" in said
    assert "Version 1.2.0" in said
    assert "request domains" not in said
    page = look(path="/a/cafe/settings/tracker", keys=came(now_ms(), "release"))
    assert "Connected: " in page  # without scripts it is there, too


def test_the_released_version_has_gone_quiet(look: Look) -> None:
    said = look(keys=came(now_ms() - 25 * HOUR, "release"))
    assert "No event of the released version for 24 hours. Last: " in said
    assert "Connected" not in said
    assert "among the request domains" in said
    assert "已有 24 小时没有收到正式版的事件" in look(
        "zh", keys=came(now_ms() - 25 * HOUR, "release")
    )


def test_only_other_versions_send(look: Look) -> None:
    said = look(keys=came(now_ms(), "trial", "preview"))
    assert "none of the released version yet" in said
    assert "trial version" in said
    assert "test mode and previews" in said
    # what was tried out two days ago says nothing about today
    assert "Waiting for the first" in look(keys=came(now_ms() - 48 * HOUR, "develop"))


def test_refused_events_are_told_with_field_and_reason(look: Look) -> None:
    reason = Reason(
        now_ms(), "too_long", "pr.note", "pay_<b>", "pr.note 过长", "pr.note is too long"
    )
    keys = {1: Arrival(at=now_ms(), reasons=[reason])}
    said = look(keys=keys)
    assert "sends, but nothing is accepted" in said
    assert "Rejected: pay_&lt;b&gt; pr.note · pr.note is too long" in said
    assert "pr.note 过长" in look("zh", keys=keys)
    old = replace_at(reason, now_ms() - 25 * HOUR)
    assert "Waiting for" in look(keys={1: Arrival(at=old.at, reasons=[old])})


def replace_at(reason: Reason, at: int) -> Reason:
    return Reason(at, reason.code, reason.field, reason.event, reason.zh, reason.en)


@pytest.mark.parametrize(
    ("skew", "said"),
    [
        (-240_000, "4 minutes fast"), (3_600_000, "60 minutes slow"), (0, ""),
    ],
)  # fmt: skip
def test_a_clock_that_is_off(look: Look, skew: int, said: str) -> None:
    text = look(keys=came(now_ms(), "release", skew=skew, skew_at=now_ms() if skew else 0))
    assert said in text if said else "clock" not in text


def test_what_the_tracker_says_of_itself(look: Look) -> None:
    slot = Fault(now_ms(), "1", "mobile", "<i>", "")
    stopped = Fault(now_ms(), message="x is not a function")
    said = look(keys=came(now_ms(), "release", faults={"slot_taken": slot, "stopped": stopped}))
    assert "Identity slot 1 has changed its type from mobile to &lt;i&gt;" in said
    assert "ten faults of its own: x is not a function" in said
    old = Fault(now_ms() - 25 * HOUR, "1", "mobile", "email", "")
    assert "slot" not in look(keys=came(now_ms(), "release", faults={"slot_taken": old}))


def test_another_mini_program_uses_the_key(look: Look, theatre: Theatre) -> None:
    theatre.records.apps.change(1, zh="a", en="a", appid="wx0123456789abcdef", now=now())
    sender = Sender(3, now_ms(), now_ms())
    said = look(appids={"wxfedcba9876543210": sender})
    assert "nothing is accepted" in said
    assert (
        "wxfedcba9876543210 sends with this key, but the AppID here is wx0123456789abcdef" in said
    )
    before = Sender(3, 1, now_ms() - 25 * HOUR)
    assert "Waiting for" in look(appids={"wxfedcba9876543210": before})


def test_a_key_that_nobody_has_and_one_that_was_retired(look: Look, theatre: Theatre) -> None:
    sender = Sender(1, now_ms(), now_ms())
    said = look(unknown={"mk_zzz…": sender})
    assert "does not exist and begins with mk_zzz…" in said
    assert "Waiting for" in said
    assert "mk_zzz" not in look(unknown={"mk_zzz…": sender}, keys=came(now_ms(), "release"))
    own = theatre.records.keys.of(1)[0]
    theatre.records.keys.create(1, now=now(), retire_others_after=timedelta())
    said = look(unknown={f"{own.key[:6]}…": sender})
    assert f"still sends with the retired key {own.key}" in said
    assert "nothing is accepted" in said


def test_it_is_not_for_those_who_may_not_see_keys(theatre: Theatre) -> None:
    with site(theatre.console()) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre, "viewer")
        assert client.get(CHECK).status_code == 403
