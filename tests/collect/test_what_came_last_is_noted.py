"""What the page of the tracker is told of: environment, clock and refusals of the last batches of a key."""

from __future__ import annotations

from minilens.period import now_ms
from minilens.spool.arrivals import Arrival
from tests.collect.receiving import House, event


def came(door: House) -> Arrival:
    found = door.receiver.arrivals._now()
    return found.get(door.records.keys.of(door.app.id)[0].id, Arrival())


def test_a_batch_is_noted_with_what_was_refused_in_both_languages(door: House) -> None:
    secret = "13900001111x"
    answer = door.send(
        door.envelope(
            event(p="pages/a"), event(n="paid", val=secret), event(n="seen", pr={"a": "x" * 3000}),
            ctx={"env": "trial", "appv": "2.0"}, sent=now_ms() + 300_000,
        )
    )  # fmt: skip
    assert answer.json()["accepted"] == 1
    found = came(door)
    assert list(found.environments) == ["trial"]
    assert (found.event, found.page, found.version) == ("page_view", "pages/a", "2.0")
    assert -310_000 < found.skew < -290_000
    told = {one.code: one for one in found.reasons}
    assert (told["bad_value"].event, told["bad_value"].field) == ("paid", "val")
    assert (told["too_long"].event, told["too_long"].field) == ("seen", "pr.a")
    assert told["too_long"].zh == "pr.a 超过 2000 个字符"
    assert told["too_long"].en == "pr.a is longer than 2000 characters"
    assert secret not in str(found)
    assert secret in answer.json()["refused"][0]["message"]  # only who sent it reads it


def test_a_batch_of_nothing_but_wrong_events_is_noted_too(door: House) -> None:
    door.send(door.envelope({"id": "1"}, {"n": 7}))
    found = came(door)
    assert found.environments == {}
    assert {(one.code, one.field) for one in found.reasons} == {
        ("missing", "n"),
        ("wrong_type", "n"),
    }


def test_what_is_refused_as_a_whole_is_not_of_this_key(door: House) -> None:
    door.send(
        door.envelope(event()),
        referer="https://servicewechat.com/wxffffffffffffffff/1/page-frame.html",
    )
    door.send(door.envelope(event(), k="wk_wrong"))
    door.send(b"{")
    assert came(door) == Arrival()


def test_what_the_tracker_says_of_itself_is_noted(door: House) -> None:
    slot = {"code": "slot_taken", "slot": 1, "before": "mobile", "type": "email"}
    door.send(door.envelope(event(n="sdk_error", pr=slot), event(n="sdk_error", pr={"code": [7]})))
    door.send(door.envelope(event(n="sdk_error"), event(n="sdk_error", pr={"code": "other"})))
    door.send(door.envelope(event(n="page_view", pr=slot)))
    (found,) = came(door).faults.items()
    assert found[0] == "slot_taken"
    assert (found[1].slot, found[1].before, found[1].type) == ("1", "mobile", "email")
