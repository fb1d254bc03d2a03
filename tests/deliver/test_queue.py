"""The queue: who is sent what when, once; what becomes of what was not taken; whatever stops in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from minilens.deliver import queue
from minilens.deliver.outcome import Outcome
from minilens.deliver.schedule import at_once, coming
from minilens.records.store import Records
from minilens.records.subscriptions import Cadence, Schedule
from minilens.render.message import Message, Section, decoded
from tests.deliver.queues import Desk

#: A Monday, 08:00 in Shanghai.
NOW = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
UNKNOWN = Outcome("unknown", "ReadTimeout", code="no_answer")
AGAIN = Outcome("again", "503", code="busy")
ALARM = Message("Shop · alarm", "", (Section(sentences=("Spend is up.",)),), "", "en")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("migrated") / "records.sqlite"
    records = Records(f"sqlite:///{path}")
    records.database.migrate()
    records.database.close()
    return path.read_bytes()


@pytest.fixture
def desk(migrated: bytes, tmp_path: Path) -> Iterator[Desk]:
    path = tmp_path / "records.sqlite"
    path.write_bytes(migrated)
    records = Records(f"sqlite:///{path}")
    yield Desk(records, NOW)
    records.database.close()


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def alarm(desk: Desk, app: int, channel: int) -> None:
    """Another room's message."""
    asked = {"app": app, "channel": channel, "key": "alarm:1", "now": NOW}
    for put in (True, False):
        assert queue.put(desk.records, ALARM, content="alarm", **asked) is put  # type: ignore[arg-type]


def test_it_is_sent_once_at_its_minute_and_can_be_read_again(desk: Desk) -> None:
    app = desk.app()
    one = desk.subscribe(app, desk.channel(app), Schedule("day", "09:00"))
    at = coming(one, desk.records.apps.named("shop"), NOW)
    assert at is not None
    desk.at(at - MINUTE)
    assert desk.got == []
    desk.at(at)
    desk.at(at + MINUTE)
    ((_, message, key),) = desk.got
    assert message.title == "shop · KPIs · 29 Nov"
    assert key == f"subscription:{one.id}:2026-11-29:2026-11-29"
    sent = desk.last(app)
    assert (sent.state, sent.answer, sent.late, sent.due) == ("sent", "200 ok", False, at)
    assert decoded(desk.records.sends.message(sent) or "") == message


def test_all_that_is_due_within_ten_minutes_is_one_message_never_early(desk: Desk) -> None:
    app = desk.app()
    team, other = desk.channel(app), desk.channel(app, "other")
    for chosen in ("09:00", "09:02", "09:05"):
        desk.subscribe(app, team, Schedule("day", chosen))
    desk.subscribe(app, team, Schedule("week", "09:00"))
    desk.subscribe(app, team, Schedule("day", "09:31"))
    desk.subscribe(app, other, Schedule("day", "09:00"))
    for minute in range(56, 125):
        before = len(desk.got)
        desk.at(NOW + minute * MINUTE)
        for channel, message, _ in desk.got[before:]:
            if channel == team and message.title == "shop · 2 reports":
                assert desk.now >= shanghai("2026-11-30T09:06")
                assert [one.title[:6] for one in message.sections] == ["29 Nov", "23 Nov"]
    assert [channel for channel, *_ in desk.got].count(team) == 2
    assert [channel for channel, *_ in desk.got].count(other) == 1
    assert desk.states(app) == ["sent"] * 6


def test_what_waits_for_an_answer_is_tried_again_ever_later_for_a_day(desk: Desk) -> None:
    app = desk.app()
    alarm(desk, app, desk.channel(app))
    desk.answers = [AGAIN] * 50
    tried = []
    while desk.last(app).state == "due":
        if desk.last(app).at > NOW:
            desk.at(desk.last(app).at - MINUTE / 2)
        tried.append((desk.last(app).at - NOW) // MINUTE)
        desk.at(desk.last(app).at)
    assert tried == [0, 1, 6, 36, 156, 516, 876, 1236]
    assert (desk.last(app).state, desk.last(app).code, desk.got) == ("failed", "busy", [])


def test_they_say_how_long_to_wait(desk: Desk) -> None:
    app = desk.app()
    alarm(desk, app, desk.channel(app))
    desk.answers = [Outcome("again", "", 40.0, "own_limit")]
    desk.at(NOW)
    desk.later(seconds=39)
    assert desk.got == []
    desk.later(seconds=1)
    assert len(desk.got) == 1


def test_a_bot_that_did_not_answer_gets_it_once_more_and_says_so(desk: Desk) -> None:
    app = desk.app()
    alarm(desk, app, desk.channel(app))
    desk.answers = [UNKNOWN, UNKNOWN]
    for minute in range(0, 3000, 20):
        desk.at(NOW + minute * MINUTE)
    first, second = (message for _, message, _ in desk.got)
    assert first == ALARM
    assert "may have reached you before" in second.sections[0].sentences[0]
    assert desk.last(app).state == "unknown"
    assert desk.last(app).twice


def test_mail_that_was_not_answered_is_sent_again_as_the_same_mail(desk: Desk) -> None:
    app = desk.app()
    team = desk.channel(app, kind="mail")
    alarm(desk, app, team)
    desk.answers = [UNKNOWN, UNKNOWN, UNKNOWN]
    for minute in range(0, 200):
        desk.at(NOW + minute * MINUTE)
    assert desk.got == [(team, ALARM, "alarm:1")] * 4
    assert desk.last(app).state == "sent"


def test_a_channel_that_was_stopped_gets_it_when_it_is_mended(desk: Desk) -> None:
    app = desk.app()
    team = desk.channel(app)
    one = desk.subscribe(app, team, Schedule("day", "09:00"))
    desk.answers = [Outcome("stopped", "93000 gone", code="refused_there")]
    desk.at(shanghai("2026-11-30T09:10"))
    desk.at(shanghai("2026-12-01T09:10"))
    desk.at(shanghai("2026-12-02T09:12"))
    assert desk.got == []
    assert desk.states(app) == ["due", "skipped", "failed"]
    desk.records.channels.restart(team, now=desk.now)
    desk.later(hours=3)
    ((_, message, key),) = desk.got
    assert key == f"subscription:{one.id}:2026-12-01:2026-12-01"
    assert (
        message.sections[0]
        .sentences[0]
        .startswith("This message comes late: it was due 12-02 09:0")
    )


@pytest.mark.parametrize(
    ("cadence", "first", "waits", "gives_up"),
    [
        ("week", "2026-11-30T09:10", "2026-12-06T22:00", "2026-12-07T09:12"),
        ("month", "2026-12-01T09:10", "2026-12-30T22:00", "2027-01-01T09:12"),
    ],
)
def test_a_week_or_month_waits_for_its_channel_until_the_next_one(
    desk: Desk, cadence: Cadence, first: str, waits: str, gives_up: str
) -> None:
    """Of two apps one's channel is mended before the next is due, the other's after it."""
    apps = [desk.app(), desk.app("other")]
    for app in apps:
        desk.subscribe(app, desk.channel(app), Schedule(cadence, "09:00"))
    desk.answers = [Outcome("stopped", "93000 gone", code="refused_there")] * 2
    desk.at(shanghai(first))
    desk.at(shanghai(waits))
    assert [desk.states(app) for app in apps] == [["due"], ["due"]]
    desk.records.channels.restart(desk.last(apps[0]).channel, now=desk.now)
    desk.later(minutes=1)
    ((_, message, _),) = desk.got
    assert message.sections[0].sentences[0].startswith("This message comes late: it was due ")
    desk.at(shanghai(gives_up))
    assert [desk.states(app) for app in apps] == [["sent", "sent"], ["due", "failed"]]
    assert "comes late" not in str(desk.got[1][1].sections)


def test_a_server_that_was_down_for_days_sends_the_last_and_notes_the_others(desk: Desk) -> None:
    app = desk.app()
    desk.subscribe(app, desk.channel(app), Schedule("day", "09:00"))
    desk.at(shanghai("2026-11-30T09:10"))
    desk.at(shanghai("2026-12-03T12:00"))
    assert desk.states(app) == ["sent", "skipped", "skipped", "sent"]
    assert [message.title for _, message, _ in desk.got] == [
        "shop · KPIs · 29 Nov", "shop · KPIs · 2 Dec",
    ]  # fmt: skip
    assert "comes late" in desk.got[1][1].sections[0].sentences[0]
    assert desk.last(app).late


def test_what_is_paused_removed_or_of_no_channel_is_not_sent(desk: Desk) -> None:
    app = desk.app()
    gone, team = desk.channel(app, "gone"), desk.channel(app)
    paused = desk.subscribe(app, team, Schedule("day", "09:00"))
    removed = desk.subscribe(app, team, Schedule("day", "09:00"))
    desk.subscribe(app, gone, Schedule("day", "09:00"))
    desk.at(shanghai("2026-11-30T08:59"))  # they are in the queue
    desk.records.subscriptions.pause(app, paused.id, now=desk.now, by=None)
    desk.records.subscriptions.remove(app, removed.id, now=desk.now, by=None)
    desk.records.channels.remove(app, gone, now=desk.now)
    for day in (1, 2):
        desk.at(NOW + day * DAY)
    assert desk.got == []
    assert [(one.state, one.code) for one in desk.records.sends.of(app)] == [("failed", "removed")]
    desk.records.subscriptions.resume(app, paused.id, now=desk.now, by=None)
    desk.later(hours=2)
    assert len(desk.got) == 1


def test_another_time_sends_no_period_twice(desk: Desk) -> None:
    app = desk.app()
    team = desk.channel(app)
    one = desk.subscribe(app, team, Schedule("day", "09:00"))
    desk.at(shanghai("2026-11-30T09:10"))
    desk.records.subscriptions.change(
        app, one.id, team, "kpis", Schedule("day", "15:00"), now=desk.now, by=None
    )
    desk.at(shanghai("2026-11-30T15:10"))
    desk.at(shanghai("2026-12-01T15:10"))
    assert [key[-10:] for *_, key in desk.got] == ["2026-11-29", "2026-11-30"]


def test_by_hand_it_is_sent_at_once_and_the_schedule_goes_on(desk: Desk) -> None:
    app = desk.app()
    one = desk.subscribe(app, desk.channel(app), Schedule("week", "09:00", 4))
    at_once(desk.records, one, desk.records.apps.named("shop"), now=NOW)
    desk.at(NOW)
    assert desk.got[0][1].title == "shop · KPIs · 23 Nov – 29 Nov"
    desk.at(shanghai("2026-12-04T09:10"))
    assert len(desk.got) == 2


def test_what_cannot_be_made_is_said(desk: Desk) -> None:
    app = desk.app()
    desk.subscribe(app, desk.channel(app), Schedule("day", "09:00"), content="no such thing")
    desk.at(shanghai("2026-11-30T09:10"))
    assert (desk.last(app).state, desk.last(app).code) == ("failed", "not_made")
    assert "no such thing" in desk.last(app).answer


@pytest.mark.parametrize("where", ["before making", "before the channel", "after it confirmed"])
@pytest.mark.parametrize("kind", ["webhook", "mail"])
def test_killed_between_claim_and_answer(
    desk: Desk, where: str, kind: Literal["webhook", "mail"]
) -> None:
    """None is lost before a channel was asked; one that may have confirmed gets at most the same mail again."""
    app = desk.app()
    desk.subscribe(app, desk.channel(app, kind=kind), Schedule("day", "09:00"))
    desk.now = shanghai("2026-11-30T09:10")
    if where == "before making":
        desk.before_making = killed
    else:
        desk.answers = [
            KeyboardInterrupt(*([] if where == "before the channel" else ["confirmed"]))
        ]
    with pytest.raises(KeyboardInterrupt):
        desk.queue.once()
    desk.before_making = lambda: None
    desk.later(minutes=1)
    assert desk.last(app).state == "claimed"  # nobody else touches it meanwhile
    desk.queue.recover(own=True)
    for _ in range(100):
        desk.later(minutes=1)
    confirmed = 1 if where == "after it confirmed" else 0
    again = 1 if kind == "mail" or where == "before making" else 0
    assert len(desk.got) == confirmed + again
    assert len({key for *_, key in desk.got}) <= 1
    assert desk.last(app).state == ("sent" if again else "unknown")


def killed() -> None:
    raise KeyboardInterrupt


def test_what_another_worker_left_is_taken_over_after_a_while(desk: Desk) -> None:
    app = desk.app()
    desk.subscribe(app, desk.channel(app), Schedule("day", "09:00"))
    desk.now, desk.before_making = shanghai("2026-11-30T09:10"), killed
    with pytest.raises(KeyboardInterrupt):
        desk.queue.once()
    desk.before_making, desk.worker = (lambda: None), "two"
    for minutes, number in ((10, 0), (6, 1)):
        desk.now += minutes * MINUTE
        desk.queue.recover()
        desk.queue.once()
        assert len(desk.got) == number


def test_a_year_with_a_server_that_was_down_for_two_days(desk: Desk) -> None:
    """Of each period one message or one note; where the days were counted by hand."""
    zones = {"day": "America/New_York", "week": "Europe/Berlin", "month": "Asia/Shanghai"}
    apps = {name: desk.app(name, zone) for name, zone in zones.items()}
    schedules = {
        "day": Schedule("day", "02:30"), "week": Schedule("week", "23:58", 6),
        "month": Schedule("month", "00:00", month_day=0),
    }  # fmt: skip
    made = {}
    for name, schedule in schedules.items():
        made[name] = desk.subscribe(apps[name], desk.channel(apps[name]), schedule)
    end, down = NOW + 365 * DAY, datetime(2027, 3, 14, 0, 0, tzinfo=UTC)
    rows = {app.name: app for app in desk.records.apps.all()}
    while (following := min(coming(one, rows[name], desk.now) or end for name, one in made.items())) < end:  # fmt: skip
        desk.at(following if not down <= following < down + 2 * DAY else down + 2 * DAY)
    for name, app in apps.items():
        found = desk.records.sends.of(app, most=1000)
        days = [one.over.start for one in found if one.over]
        assert len(set(days)) == len(days) == {"day": 365, "week": 52, "month": 12}[name]
        unsent = [one.over for one in found if one.over and one.state != "sent"]
        assert [one.end for one in unsent] == ([date(2027, 3, 13)] if name == "day" else [])
    assert len({key for *_, key in desk.got}) == len(desk.got)
    late = [message for _, message, _ in desk.got if "late" in str(message.sections)]
    assert len(late) == 2  # the day's and the week's that ended meanwhile
