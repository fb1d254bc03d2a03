"""A phone with a good code: its events are kept apart and shown one by one; any other code is as none."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.collect import access
from minilens.collect import test_codes as codes
from minilens.collect.test_codes import LASTS_MS, TestCode
from minilens.period import now, now_ms
from minilens.records.event_content import read
from minilens.spool.test_mode import (
    FOLDER,
    MOST_EVENTS,
    EventInTest,
    EventsInTest,
    events_in_test,
    sweep,
)
from tests.collect.receiving import SECRET, House, event

SOON = 1_800_000_000_000


def code_of(door: House) -> TestCode:
    door.receiver.in_test = EventsInTest(door.folder)
    return codes.create(SECRET, door.app.id, now_ms())


def came(door: House, code: TestCode) -> list[EventInTest]:
    return events_in_test(door.folder.parent, code.name)


def test_its_events_are_shown_and_kept_apart(door: House) -> None:
    code = code_of(door)
    release = "https://servicewechat.com/wx0123456789abcdef/12/page-frame.html"
    answer = door.send(
        door.envelope(
            event(n="goods_pick", r="3@2", p="pages/a?token=x", pr={"sku": 1, "phone": "13900001111"}),
            event(n="$MPClick", val="x"), event(n="pay_success", val="19.9", cur="cny", tn="t", ti="i"),
            test=code.text, ctx={"brand": "Apple", "model": "iPhone 15", "appv": "1.2"},
        ),
        referer=release,
    )  # fmt: skip
    assert answer.json()["accepted"] == 2
    assert answer.json()["cfg"] == "0-test"
    (batch,) = door.batches()
    assert batch.env == "preview"  # although the released version sent it
    refused, pay, pick = (came(door, code)[at] for at in (0, 1, 2))
    assert (pick.name, pick.rule, pick.page, pick.device, pick.version) == (
        "goods_pick", "3@2", "pages/a", "Apple iPhone 15", "1.2",
    )  # fmt: skip
    assert json.loads(pick.props)["sku"] == 1
    assert (pay.value, pay.currency, pay.target_name, pay.target_id) == ("19.9", "CNY", "t", "i")
    assert refused.refused
    assert (refused.name, refused.refused.field) == ("$MPClick", "val")
    assert pick.props == batch.events[0].props  # secrets are gone as from the spool


@pytest.mark.parametrize("test", [None, "", "x" * 32, 7, {"a": 1}, "é" * 32, ["x"]])
def test_no_code_is_as_none(door: House, test: object) -> None:
    code_of(door)
    answer = door.send(door.envelope(event(), test=test))
    assert answer.json() | {"ts": 0} == {"accepted": 1, "refused": [], "ts": 0, "cfg": ""}
    (batch,) = door.batches()
    assert batch.env == "release"
    assert not (door.folder / FOLDER).exists()


def test_a_code_of_another_app_or_of_another_server_is_none(door: House) -> None:
    code_of(door)
    for code in (
        codes.create(SECRET, door.app.id + 1, now_ms()),
        codes.create(b"another secret", door.app.id, now_ms()),
        codes.create(SECRET, door.app.id, now_ms() - LASTS_MS),
    ):
        door.send(door.envelope(event(), test=code.text))
        assert came(door, code) == []
    assert {batch.env for batch in door.batches()} == {"release"}


def test_rules_and_codes_of_any_kind_cost_no_event(door: House) -> None:
    code = code_of(door)
    for more in ([], [{"n": 7}]):  # also where the batch is read in pieces
        batch = door.envelope(event(), event(r=5), event(r={"x": 1}), *more, test=code.text)
        assert door.send(batch).json()["accepted"] == 3
    assert {one.rule for one in came(door, code)} == {""}


def test_its_plan_makes_it_send_at_once(door: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "LOOK", -1)  # what changes is seen at once
    action = {"trigger": "launch", "action": "once"}
    plan = {"events": [{"name": "tea", "actions": [action]}], "flush": {"size": 50, "seconds": 60}}
    door.records.plans.push(door.app.id, json.dumps(plan).encode(), now=now())
    code = code_of(door)

    def asked(rev: str, test: str) -> tuple[int, dict[str, Any]]:
        path = f"/v1/config?k={door.key}&rev={rev}&test={test}"
        answer = door.run(door.client.get(path))
        return answer.status_code, answer.json() if answer.content else {}

    status, found = asked("1", code.text)
    assert (status, found["rev"], found["flush"]) == (200, "1-2-test", {"size": 5, "seconds": 1})
    assert found["events"][0]["name"] == "tea"
    assert asked("1-2-test", code.text) == (304, {})
    # a draft is on the phone that tries it, and on no other
    draft = read({"actions": [{"trigger": "background", "action": "once"}]})
    door.records.events.create(door.app.id, "cake", "糕", draft, now=now())
    _, found = asked("1-2-test", code.text)
    assert [(one["name"], "zh" in one) for one in found["events"]] == [
        ("tea", False),
        ("cake", False),
    ]
    assert [one["name"] for one in asked("", "x")[1]["events"]] == ["tea"]
    assert door.send(door.envelope(event(), test=code.text)).json()["cfg"] == found["rev"]
    assert asked("", "x")[1]["flush"] == {"size": 50, "seconds": 60}


def test_a_code_is_good_for_an_hour() -> None:
    code = codes.create(SECRET, 7, SOON)
    assert len(code.text) <= 64  # the tracker takes no more
    assert codes.read(SECRET, 7, code.text, SOON) == code
    assert codes.read(SECRET, 7, code.text, code.ends - 1) == code
    assert codes.read(SECRET, 7, code.text, code.ends) is None
    assert codes.create(SECRET, 7, SOON).text != code.text


@given(st.integers(0, 31), st.integers(1, 63))
def test_a_code_with_any_letter_changed_is_none(at: int, by: int) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = codes.create(SECRET, 7, SOON).text
    other = letters[(letters.index(text[at]) + by) % 64]
    changed = text[:at] + other + text[at + 1 :]
    assert codes.read(SECRET, 7, changed, SOON) is None


@given(
    st.text(max_size=40)
    | st.binary(max_size=30).map(lambda b: base64.urlsafe_b64encode(b).decode())
)
def test_any_text_is_no_code(text: str) -> None:
    assert codes.read(SECRET, 7, text, SOON) is None


def test_only_so_many_are_kept_and_old_files_go(tmp_path: Path) -> None:
    folder = tmp_path / "r-0"
    folder.mkdir()
    log = EventsInTest(folder)
    many = [EventInTest(at=n, name=f"e{n}") for n in range(50)]
    for _ in range(MOST_EVENTS // 50 + 2):
        log.note("code", many)
    assert len(events_in_test(tmp_path, "code")) == MOST_EVENTS
    again = EventsInTest(folder)  # the next process
    again.note("code", many)
    assert len(events_in_test(tmp_path, "code")) == MOST_EVENTS
    big = EventInTest(at=1, name="big", props=json.dumps({"a": "x" * 16_000}))
    for _ in range(4):
        again.note("big", [big] * 50)
    assert 0 < len(events_in_test(tmp_path, "big")) <= 150
    again.note("new", many[:1])
    os.utime(folder / FOLDER / "code.jsonl", (1, 1))
    sweep(tmp_path, now_ms())
    assert len(events_in_test(tmp_path, "new")) == 1
    assert events_in_test(tmp_path, "code") == []
    with open(folder / FOLDER / "new.jsonl", "ab") as file:
        file.write(b'{"at": 5, "na')
    assert len(events_in_test(tmp_path, "new")) == 1
