"""Alarm rules and what they found: one open at a time, what is told and to whom, pauses, over both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.sends import NewSend
from minilens.records.store import AlarmSettings, Records, SavedRule
from minilens.text import Text

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id


def rule(records: Records, app: int, name: str = "Orders", body: str = "{}") -> SavedRule:
    return records.alarm_rules.create(app, [(Text(name, ""), body)], now=NOW, by=None)[0]


def find(records: Records, one: SavedRule, at: datetime = NOW, facts: str = "{}") -> bool:
    return records.alarms.found(one.app, one.id, "kpi:1", facts, NOW, now=at)


def test_a_rule_is_made_changed_turned_off_and_removed(records: Records, app: int) -> None:
    one = rule(records, app)
    assert (one.name, one.enabled) == (Text("Orders", "Orders"), True)
    assert records.alarm_rules.watched() == {app: [one]}
    with pytest.raises(Refused, match="Orders"):
        rule(records, app)
    with pytest.raises(Refused):
        rule(records, app, " ")
    off = records.alarm_rules.enable(app, one.id, on=False, now=NOW, by=None)
    assert not off.enabled
    assert records.alarm_rules.watched() == {}
    changed = records.alarm_rules.change(app, one.id, Text("订单", "Sales"), "[]", now=NOW, by=None)
    assert (changed.name, changed.body) == (Text("订单", "Sales"), "[]")
    assert records.alarm_rules.named(app, "Sales").id == one.id
    records.alarm_rules.remove(app, one.id, now=NOW, by=None)
    with pytest.raises(NotFound):
        records.alarm_rules.get(app, one.id)


def test_those_of_some_days_were_open_on_them(records: Records, app: int) -> None:
    """One that was over before, one that ended as they began, one still open, one that came after."""
    before, ended, still, after = (rule(records, app, name) for name in ("A", "B", "C", "D"))
    start, end = NOW, NOW + 10 * MINUTE
    for one, opened, resolved in (
        (before, start - 5 * MINUTE, start - MINUTE), (ended, start - 5 * MINUTE, start), (still, start, None),
        (after, end, None),
    ):  # fmt: skip
        find(records, one, opened)
        if resolved:
            ours = [alarm.id for alarm in records.alarms.open(app) if alarm.rule == one.id]
            records.alarms.resolve(ours, now=resolved)
    assert [one.rule for one in records.alarms.within(app, start, end)] == [still.id, ended.id]
    assert [one.rule for one in records.alarms.within(app, end, end + MINUTE)] == [
        after.id,
        still.id,
    ]


def test_of_a_rule_and_subject_one_is_open(records: Records, app: int) -> None:
    one = rule(records, app)
    assert find(records, one)
    assert not find(records, one, NOW + MINUTE, facts="[1]")
    (alarm,) = records.alarms.open(app)
    assert (alarm.opened, alarm.seen, alarm.facts) == (NOW, NOW + MINUTE, "[1]")
    records.alarms.resolve([alarm.id], now=NOW + 2 * MINUTE)
    assert records.alarms.open(app) == []
    assert find(records, one, NOW + 3 * MINUTE)
    assert [len(records.alarms.open(app)), len(records.alarms.history(app))] == [1, 1]


def test_a_resolved_one_is_not_resolved_again(records: Records, app: int) -> None:
    find(records, rule(records, app))
    (alarm,) = records.alarms.open(app)
    for n in (1, 2):
        records.alarms.resolve([alarm.id], now=NOW + n * MINUTE)
    assert records.alarms.get(app, alarm.id).resolved == NOW + MINUTE


def test_what_a_rule_had_found_is_over_when_it_is_turned_off_or_means_another_thing(
    records: Records, app: int
) -> None:
    one = rule(records, app)
    for end in (
        lambda: records.alarm_rules.enable(app, one.id, on=False, now=NOW, by=None),
        lambda: records.alarm_rules.change(app, one.id, one.name, "[]", now=NOW, by=None),
        lambda: records.alarm_rules.remove(app, one.id, now=NOW, by=None),
    ):
        find(records, one)
        end()
        assert records.alarms.open(app) == []
    assert records.alarms.unsent() == []  # who turned it off need not hear of it
    assert [alarm.rule for alarm in records.alarms.history(app)] == [None] * 3


def test_each_is_told_once_and_its_end_once(records: Records, app: int) -> None:
    find(records, rule(records, app))
    (alarm,) = records.alarms.unsent()
    records.alarms.tell([alarm], [], now=NOW)
    assert records.alarms.unsent() == []
    records.alarms.resolve([alarm.id], now=NOW)
    (over,) = records.alarms.unsent()
    records.alarms.tell([over], [], now=NOW)
    assert records.alarms.unsent() == []


def test_every_channel_is_told_or_none_whatever_stops_in_between(
    records: Records, app: int
) -> None:
    find(records, rule(records, app))
    (alarm,) = records.alarms.unsent()
    first, second = (
        NewSend(app, n, f"alarm:{n}", "alarm", NOW, body="{}", alone=True) for n in (1, 2)
    )
    with pytest.raises(AttributeError):
        records.alarms.tell([alarm], [first, None], now=NOW)  # type: ignore[list-item]
    assert (records.sends.of(app), records.alarms.unsent()) == ([], [alarm])
    records.alarms.tell([alarm], [first, second], now=NOW)
    assert {one.channel for one in records.sends.of(app)} == {1, 2}
    assert records.alarms.unsent() == []


def test_one_that_was_over_before_anybody_was_told_is_not_told(records: Records, app: int) -> None:
    find(records, rule(records, app))
    records.alarms.resolve([records.alarms.open(app)[0].id], now=NOW)
    assert records.alarms.unsent() == []


def test_an_acknowledged_one_stays_open_and_is_told_no_more(records: Records, app: int) -> None:
    find(records, rule(records, app))
    (alarm,) = records.alarms.open(app)
    assert records.alarms.open_apps() == {app: 1}
    told = records.alarms.acknowledge(app, alarm.id, " the shop is shut ", now=NOW, by=None)
    assert (told.note, told.open, told.acknowledged) == ("the shop is shut", True, NOW)
    assert records.alarms.unsent() == []
    assert records.alarms.open_apps() == {}
    with pytest.raises(Refused):
        records.alarms.acknowledge(app, alarm.id, "x" * 401, now=NOW, by=None)
    with pytest.raises(NotFound):
        records.alarms.acknowledge(app + 1, alarm.id, "", now=NOW, by=None)


def test_quiet_hours_may_go_over_midnight() -> None:
    night = AlarmSettings(quiet=(22 * 60, 8 * 60))
    assert [night.is_quiet(60 * hour) for hour in (21, 22, 0, 7, 8)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    noon = AlarmSettings(quiet=(12 * 60, 13 * 60))
    assert [noon.is_quiet(60 * hour) for hour in (11, 12, 13, 0)] == [False, True, False, False]
    assert not AlarmSettings().is_quiet(0)


def test_settings_are_kept_and_refused_where_they_are_none(records: Records, app: int) -> None:
    assert records.alarm_rules.settings(app) == AlarmSettings()
    told = AlarmSettings((), (0, 480))
    records.alarm_rules.set_settings(app, told, now=NOW, by=None)
    assert records.alarm_rules.settings(app) == told
    for wrong in (AlarmSettings((99,)), AlarmSettings((), (5, 5)), AlarmSettings((), (0, 1440))):
        with pytest.raises(Refused):
            records.alarm_rules.set_settings(app, wrong, now=NOW, by=None)


def test_a_gap_in_the_signs_of_life_is_a_pause_and_so_is_being_behind(records: Records) -> None:
    alive = records.alarms.alive
    alive(NOW, behind=False)
    alive(NOW + MINUTE, behind=False)
    assert records.alarms.pauses() == []
    alive(NOW + 60 * MINUTE, behind=False)
    for n in (61, 62, 63):
        alive(NOW + n * MINUTE, behind=True)
    alive(NOW + 64 * MINUTE, behind=False)
    down, behind = records.alarms.pauses()
    assert (down.reason, down.started, down.ended) == ("down", NOW + MINUTE, NOW + 60 * MINUTE)
    assert (behind.reason, behind.started, behind.ended) == (
        "behind", NOW + 61 * MINUTE, NOW + 63 * MINUTE,
    )  # fmt: skip
    alive(NOW + timedelta(days=200), behind=False)
    assert [one.reason for one in records.alarms.pauses()] == ["down"]
