"""Alarms over a day with faults: each is found within its hour, is over by itself, and is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from minilens.load.pipeline import Pipeline
from minilens.measure.alarms.events_seen import EventsSeen
from minilens.measure.alarms.learned import Learned
from minilens.records.alarms import Alarm
from minilens.records.channel_content import ChannelContent
from minilens.records.cost_content import NewCost
from minilens.records.store import AlarmSettings, SavedRule
from minilens.reports.alarm_definition import (
    AlarmDefinition,
    BandAlarm,
    ChangeAlarm,
    FatigueAlarm,
    KpisAlarm,
    MissingAlarm,
    ReleaseAlarm,
    ThresholdAlarm,
)
from minilens.reports.alarm_facts import FatigueFacts, MissingFacts, ReleaseFacts, SeriesFacts
from minilens.reports.alarm_facts import decoded as facts_of
from minilens.reports.alarm_smallest import smallest_of
from minilens.reports.alarm_targets import encoded
from minilens.reports.alarms import Situation
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure
from minilens.reports.kpis import encoded as kpi_body
from minilens.serve.alarms import Watch
from minilens.serve.messages import asking
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.text import Text
from tests.pipeline import Happening, House, at

ZONE = ZoneInfo("Asia/Shanghai")
#: A Tuesday with a spike at noon and an outage from three to five.
DAY = date(2026, 11, 24)
FIRST = date(2026, 9, 20)
VISITS = KpiMeasure(measure="visits")
SECRET = b"the server's own secret"


def hour_of(day: date, hour: int, count: int) -> list[Happening]:
    """So many visits of one phone, a minute or less apart."""
    start, gap = at(f"{day} {hour:02d}:00"), 3_600_000 // (count + 1)
    who = f"{day} {hour}"
    return [Happening(start + (n + 1) * gap, device=who, session=who, seq=n) for n in range(count)]


def faulty() -> list[Happening]:
    """Twelve visits an hour from nine to six, more or less; on the last day what is said above."""
    found = []
    for n in range((DAY - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        for hour in range(9, 19):
            count = 12 + (n + hour) % 3 - 1
            if day == DAY:
                count = {12: 60, 15: 0, 16: 0}.get(hour, count)
            found += hour_of(day, hour, count)
    return found


def released() -> list[Happening]:
    """Forty come each day with 2.0. On the last one sixty have 2.1, of whom twenty meet an error and two order."""
    found = []
    for n in range(8, -1, -1):
        day = DAY - timedelta(days=n)
        for who in range(40):
            found += _session(day, f"old{who}", "2.0", order=who < 16)
    for who in range(60):
        found += _session(DAY, f"new{who}", "2.1", fails=who < 20, order=who < 2)
    return found


def _session(
    day: date, who: str, version: str, *, fails: bool = False, order: bool = False
) -> list[Happening]:
    names = ["page_view", *(["api_error"] if fails else []), *(["pay_success"] if order else [])]
    start = at(f"{day} 10:00")
    return [
        Happening(start + n * 1000, name, who, session=f"{who} {day}", seq=n, app_version=version)
        for n, name in enumerate(names)
    ]


def clock(text: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day} {text}").replace(tzinfo=ZONE).astimezone(UTC)


@dataclass(frozen=True)
class Watched:
    """An app whose rules are looked at as of any moment."""

    house: House
    watch: Watch

    def rule(self, definition: AlarmDefinition) -> SavedRule:
        """The only one."""
        rules = self.house.pipeline.records.alarm_rules
        for one in rules.of(self.house.app.id):
            rules.remove(self.house.app.id, one.id, now=clock("00:00"), by=None)
        name = Text("规则", "Rule")
        return rules.create(
            self.house.app.id, [(name, encoded(definition))], now=clock("00:00"), by=None
        )[0]

    def look(self, *times: str, day: date = DAY) -> list[Alarm]:
        """What is open after the last of these times."""
        app = next(one for one in self.watch.apps() if one.id == self.house.app.id)
        records = self.house.pipeline.records
        for text in times:
            now = clock(text, day)
            last = self.watch.seen.last([app.id], now).get(app.id)
            self.watch.look(app, records.alarm_rules.of(app.id), now, now, last)
        return records.alarms.open(app.id)


Makes = Callable[[list[Happening], date], Watched]


@pytest.fixture(scope="module")
def made(pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]) -> Makes:
    site = console(pipeline, settings, questions(pipeline, settings))

    def make(happenings: list[Happening], first: date) -> Watched:
        house = new_app()
        house.load(happenings)

        def asks(app, now):  # type: ignore[no-untyped-def]
            found = asking(site, app, now)
            return replace(found, context=replace(found.context, first_day=first))

        watch = Watch(
            pipeline.records, site.apps, asks, lambda: None, EventsSeen(pipeline.engine), {}
        )
        return Watched(house, watch)

    return make


@pytest.fixture(scope="module")
def shop(made: Makes) -> Watched:
    return made(faulty(), FIRST)


def series(alarm: Alarm) -> SeriesFacts:
    facts = facts_of(alarm.facts)
    assert isinstance(facts, SeriesFacts)
    return facts


def test_a_spike_is_found_while_its_hour_runs_and_is_over_by_itself(shop: Watched) -> None:
    shop.rule(BandAlarm(source=VISITS))
    assert shop.look("11:15") == []
    (alarm,) = shop.look("12:59")
    facts = series(alarm)
    assert (facts.side, facts.value, facts.weeks) == ("high", 60, 8)
    assert facts.high is not None
    assert 12 < facts.high < 60
    assert alarm.since == clock("12:00")
    assert [one.id for one in shop.look("13:05", "13:10", "14:15")] == [alarm.id]
    assert shop.look("15:10") == []


def test_an_outage_is_found_by_its_numbers_when_its_hour_is_over(shop: Watched) -> None:
    shop.rule(BandAlarm(source=VISITS, side="below"))
    assert shop.look("15:59", "16:05") == []
    (alarm,) = shop.look("16:10")
    assert (series(alarm).side, series(alarm).value, alarm.since) == ("low", 0, clock("15:00"))
    assert shop.look("18:15") != []
    assert shop.look("19:10") == []


def test_missing_data_is_found_within_the_hour_and_is_over_when_events_come_again(
    shop: Watched,
) -> None:
    shop.rule(MissingAlarm())
    assert shop.look("12:30", "15:20") == []
    (alarm,) = shop.look("16:00")
    facts = facts_of(alarm.facts)
    assert isinstance(facts, MissingFacts)
    assert facts.weekly
    assert alarm.since == datetime.fromtimestamp(facts.since / 1000, UTC)
    assert clock("14:50") < alarm.since < clock("15:00")
    assert [one.id for one in shop.look("16:55")] == [alarm.id]
    assert shop.look("17:30") == []
    assert shop.look("23:00") == []  # the night explains itself


def test_looking_twice_finds_it_once(shop: Watched) -> None:
    shop.rule(BandAlarm(source=VISITS))
    assert [one.id for one in shop.look("12:59")] == [one.id for one in shop.look("12:59")]
    records = shop.house.pipeline.records
    assert len(records.alarms.open(shop.house.app.id)) == 1


@pytest.fixture
def no_pauses(shop: Watched) -> Iterator[None]:
    """Pauses are of the server: those of a test are no other's."""
    yield
    with shop.house.pipeline.records.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM alarm_pauses")


@pytest.mark.usefixtures("no_pauses")
def test_an_outage_of_ours_says_nothing_of_the_app(shop: Watched) -> None:
    alive = shop.house.pipeline.records.alarms.alive
    for text in ("14:50", "17:05"):
        alive(clock(text), behind=False)
    shop.rule(MissingAlarm())
    assert shop.look("16:10", "17:10") == []
    shop.rule(BandAlarm(source=VISITS, side="below"))
    assert shop.look("17:15", "18:15") == []


def at_all_times(moment: datetime | None) -> Callable[[], datetime | None]:
    return lambda: moment


@pytest.mark.usefixtures("no_pauses")
def test_a_step_that_is_behind_looks_at_nothing_and_keeps_that(shop: Watched) -> None:
    shop.rule(BandAlarm(source=VISITS))
    records, at_noon = shop.house.pipeline.records, [f"12:5{n}" for n in range(5)]
    for complete in (None, clock("12:00")):
        watch = replace(shop.watch, complete=at_all_times(complete))
        for text in at_noon:
            watch.step(clock(text))
    assert records.alarms.open(shop.house.app.id) == []
    assert [one.reason for one in records.alarms.pauses()] == ["behind"]


@pytest.mark.usefixtures("no_pauses")
def test_a_step_looks_at_the_apps_whose_turn_it_is(shop: Watched) -> None:
    shop.rule(BandAlarm(source=VISITS))
    watch = replace(shop.watch, complete=at_all_times(clock("12:59")))
    for n in range(5):
        watch.step(clock(f"12:5{n + 5}"))
    assert len(shop.house.pipeline.records.alarms.open(shop.house.app.id)) == 1


def test_hours_that_are_not_whole_are_not_judged(shop: Watched) -> None:
    """Loading is behind: of the hour from three nothing is known yet."""
    shop.rule(BandAlarm(source=VISITS, side="below"))
    app = next(one for one in shop.watch.apps() if one.id == shop.house.app.id)
    records = shop.house.pipeline.records
    rules = records.alarm_rules.of(app.id)
    shop.watch.look(app, rules, clock("16:30"), clock("15:30"), None)
    assert records.alarms.open(app.id) == []


def test_a_rule_says_what_it_shows_at_once(shop: Watched) -> None:
    """Of twelve an hour next to nothing is little enough; of the spike it is twice as many and some."""
    app = next(one for one in shop.watch.apps() if one.id == shop.house.app.id)
    asks = shop.watch.asks(app, clock("09:00"))
    at = Situation(asks.context, app.id, asks.ask, clock("09:00"), None, dict, Learned())
    (told,) = smallest_of(BandAlarm(source=VISITS), at)
    assert told.length == "hour"
    assert told.found is not None
    busiest, middle = told.found
    assert (round(busiest.middle), round(middle.middle)) == (12, 12)
    assert middle.low is not None
    assert middle.high is not None
    assert 0 < middle.low < 4
    assert 24 < middle.high < 60
    assert smallest_of(ReleaseAlarm(), at) == []


def test_a_threshold_by_the_hour_and_a_change_by_the_day(shop: Watched) -> None:
    shop.rule(ThresholdAlarm(source=VISITS, side="above", value=50, length="hour"))
    (alarm,) = shop.look("12:59")
    assert (series(alarm).by, series(alarm).limit) == ("threshold", 50)
    shop.rule(ChangeAlarm(source=VISITS, share=0.2, length="day", side="above"))
    assert shop.look("10:00") == []
    shop.rule(ChangeAlarm(source=VISITS, share=4, length="hour"))
    assert shop.look("12:59", "13:10") == []  # one hour of five times as many is not enough


def test_a_new_app_has_no_band_yet(made: Makes) -> None:
    young = made([one for n in range(9, 12) for one in hour_of(DAY, n, 30)], DAY)
    young.rule(BandAlarm(source=VISITS))
    assert young.look("12:59", "16:00") == []
    young.rule(MissingAlarm())
    assert young.look("12:59", "16:00") == []


def test_an_app_without_any_event_is_watched_and_silent(made: Makes) -> None:
    empty = made(hour_of(DAY, 9, 1), DAY)
    for definition in (
        MissingAlarm(),
        ReleaseAlarm(),
        FatigueAlarm(),
        KpisAlarm(),
        BandAlarm(source=VISITS),
    ):
        empty.rule(definition)
        assert empty.look("12:59", "13:10") == []


def test_kpis_with_few_a_day_are_held_against_their_days(shop: Watched) -> None:
    records, app = shop.house.pipeline.records, shop.house.app.id
    body = kpi_body(KpiDefinition(source=VISITS, target=1))
    kpi = records.kpis.create(app, Text("访问", "Visits"), body, None, now=clock("00:00"), by=None)
    shop.rule(KpisAlarm())
    assert shop.look("12:59") == []  # 120 a day: an hour says little
    records.kpis.remove(app, kpi.id, now=clock("00:00"), by=None)


def test_a_release_that_fails_is_found_within_the_hour(made: Makes) -> None:
    app = made(released(), DAY - timedelta(days=8))
    app.rule(ReleaseAlarm())
    (alarm,) = app.look("10:05")
    facts = facts_of(alarm.facts)
    assert isinstance(facts, ReleaseFacts)
    assert (facts.version, facts.before, facts.users) == ("2.1", "2.0", 60)
    assert [(one.what, one.event) for one in facts.worse] == [
        ("errors", "api_error"), ("volume", "pay_success"),
    ]  # fmt: skip
    assert app.look("10:00", day=DAY + timedelta(days=2)) == []  # nothing is new any more


def test_tired_ads_are_said_with_their_figures(made: Makes) -> None:
    app = made(hour_of(DAY, 9, 1), DAY - timedelta(days=30))
    costs = [
        NewCost(day=DAY - timedelta(days=n), cost=Decimal(100), campaign="Spring", impressions=10_000, clicks=500)
        for n in range(2, 9)
    ]  # fmt: skip
    costs.append(
        NewCost(day=DAY - timedelta(days=1), cost=Decimal(100), campaign="Spring", impressions=10_000, clicks=300)
    )  # fmt: skip
    records = app.house.pipeline.records
    records.costs.put(app.house.app.id, costs, today=DAY, now=clock("00:00"))
    app.rule(FatigueAlarm())
    (alarm,) = app.look("09:00")
    facts = facts_of(alarm.facts)
    assert isinstance(facts, FatigueFacts)
    assert (facts.day, facts.tired) == ("2026-11-23", True)
    assert facts.cpc == pytest.approx(1 / 3)
    assert facts.cpc_before == pytest.approx(0.2)


def test_what_opens_together_is_one_message_told_once_and_not_in_quiet_hours(shop: Watched) -> None:
    records, app = shop.house.pipeline.records, shop.house.app.id
    content = ChannelContent("webhook", "hook", "zh", "https://example.com/hook", None)
    channel, _ = records.channels.create(app, content, SECRET, now=clock("00:00"))
    rules = records.alarm_rules
    shop.rule(BandAlarm(source=VISITS))
    more = [(Text("二", "Two"), encoded(BandAlarm(source=KpiMeasure(measure="launches"))))]
    rules.create(app, more, now=clock("00:00"), by=None)
    rules.set_settings(app, AlarmSettings((channel.id,), (780, 840)), now=clock("00:00"), by=None)
    shop.look("12:59")
    for text in ("12:59", "13:05", "13:59"):  # they may still be joined by others; then it is quiet
        shop.watch.tell(clock(text))
    assert sent(shop) == []
    for text in ("14:00", "14:01"):
        shop.watch.tell(clock(text))
    assert sent(shop) == [f"alarm:open:{app}:{channel.id}:2026-11-24T04:55"]
    assert shop.look("15:10") == []
    shop.watch.tell(clock("15:15"))
    shop.watch.tell(clock("15:20"))
    assert len(sent(shop)) == 2


def sent(shop: Watched) -> list[str]:
    with shop.house.pipeline.records.database.read() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT key FROM sends WHERE app_id = {shop.house.app.id} ORDER BY id"
        )
        return [row[0] for row in rows]
