"""Sends: each key once, each batch of one worker, whatever the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from minilens.errors import NotFound, Refused
from minilens.period import Range
from minilens.records.sends import NewSend
from minilens.records.store import Records
from minilens.records.subscriptions import Schedule

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def app(records: Records) -> int:
    return records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id


def new(app: int, key: str, *, minutes: int = 0, subscription: int | None = None) -> NewSend:
    return NewSend(app, 1, key, "kpis", NOW + minutes * MINUTE, subscription=subscription)


def test_a_key_is_put_once(records: Records) -> None:
    held = app(records)
    assert records.sends.put([new(held, "a"), new(held, "b"), new(held, "a")], now=NOW) == 2
    assert records.sends.put([new(held, "a"), new(held, "c")], now=NOW) == 1
    assert [one.key for one in records.sends.due(NOW)] == ["a", "b", "c"]
    assert records.sends.keys(["a", "x"]) == {"a"}


def test_a_batch_is_of_one_worker_and_is_settled_once(records: Records) -> None:
    held, sends = app(records), records.sends
    sends.put([new(held, "a"), new(held, "b", minutes=1), new(held, "c", minutes=2)], now=NOW)
    a, b, c = (one.id for one in sends.due(NOW + DAY))
    assert sends.claim([a, b], "one", now=NOW) == a
    assert sends.claim([a, b, c], "two", now=NOW) is None
    assert sends.claim([c, b], "two", now=NOW) == c
    assert not sends.begin(a, "two", "{}", now=NOW)
    assert sends.begin(a, "one", "{}", now=NOW)
    assert sends.settle(a, "one", "sent", "200 ok", now=NOW)
    assert not sends.settle(a, "one", "due", "", now=NOW, at=NOW)
    told = {one.key: (one.state, one.tries, one.answer, one.batch) for one in sends.of(held)}
    assert told == {
        "a": ("sent", 1, "200 ok", a),
        "b": ("sent", 1, "200 ok", a),
        "c": ("claimed", 0, "", c),
    }
    second = next(one for one in sends.of(held) if one.key == "b")
    assert sends.message(second) == "{}"
    assert [one.key for one in sends.batch(a)] == ["a", "b"]


def test_what_was_left_is_taken_over_once(records: Records) -> None:
    held, sends = app(records), records.sends
    sends.put([new(held, "a")], now=NOW)
    (a,) = (one.id for one in sends.due(NOW))
    sends.claim([a], "one", now=NOW)
    assert sends.abandoned(NOW) == []
    assert sends.abandoned(NOW + MINUTE, "two") == []
    assert [one.id for one in sends.abandoned(NOW + MINUTE, "one")] == [a]
    assert sends.take_over(a, "two", NOW + MINUTE, now=NOW + MINUTE)
    assert not sends.take_over(a, "three", NOW + MINUTE, now=NOW + MINUTE)
    assert not sends.settle(a, "one", "sent", "", now=NOW)
    assert sends.settle(a, "two", "due", "", now=NOW, at=NOW + DAY, twice=True)
    assert [(one.twice, one.at) for one in sends.due(NOW + DAY)] == [(True, NOW + DAY)]


def test_the_next_of_a_subscription_takes_the_place_of_one_that_waits(records: Records) -> None:
    held, sends = app(records), records.sends
    sends.put([new(held, "a", subscription=5), new(held, "other", subscription=6)], now=NOW)
    sends.put([new(held, "b", minutes=1440, subscription=5)], now=NOW + DAY)
    assert {one.key: one.state for one in sends.of(held)} == {
        "a": "skipped", "other": "due", "b": "due",
    }  # fmt: skip


def test_a_subscription_is_made_changed_paused_and_removed(records: Records) -> None:
    held, those = app(records), records.subscriptions
    made = those.create(held, 3, "kpis", Schedule("week", "08:30", 4), now=NOW, by=None)
    assert those.of(held) == those.running() == [made]
    days = Range(date(2026, 11, 23), date(2026, 11, 29))
    due = NewSend(held, 3, "s", "kpis", NOW, over=days, subscription=made.id)
    records.sends.put([due], now=NOW)
    assert records.sends.of(held)[0].over == days
    paused = those.pause(held, made.id, now=NOW + DAY, by=None)
    assert (paused.paused, paused.through) == (True, NOW + DAY)
    assert those.running() == [] == records.sends.of(held)
    those.resume(held, made.id, now=NOW + DAY, by=None)
    new = Schedule("month", "20:00", month_day=0)
    assert those.change(held, made.id, 4, "other", new, now=NOW, by=None).schedule == new
    assert those.get(held, made.id).channel == 4
    those.remove(held, made.id, now=NOW, by=None)
    with pytest.raises(NotFound):
        those.get(held, made.id)
    actions = [one.action for one in records.audit.entries(apps=[held])][:5]
    assert actions == [
        f"subscription.{done}" for done in ("remove", "change", "resume", "pause", "create")
    ]


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        (Schedule("day", "9:00"), "at"), (Schedule("day", "24:00"), "at"), (Schedule("day", ""), "at"),
        (Schedule("week", weekday=7), "weekday"), (Schedule("month", month_day=29), "month_day"),
        (Schedule("year"), "cadence"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(records: Records, schedule: Schedule, field: str) -> None:
    with pytest.raises(Refused) as refused:
        records.subscriptions.create(app(records), 1, "kpis", schedule, now=NOW, by=None)
    assert refused.value.field == field


def test_old_ones_are_forgotten_messages_first(records: Records) -> None:
    held, sends = app(records), records.sends
    sends.put([new(held, "old"), new(held, "young", minutes=1440)], now=NOW)
    for one in sends.due(NOW + DAY):
        sends.claim([one.id], "w", now=NOW)
        sends.begin(one.id, "w", "{}", now=NOW)
        sends.settle(one.id, "w", "sent", "", now=NOW)
    sends.forget(NOW + MINUTE, NOW - DAY)
    assert [sends.message(one) for one in sends.of(held)] == ["{}", None]
    sends.forget(NOW + MINUTE, NOW + MINUTE)
    assert [one.key for one in sends.of(held)] == ["young"]
