"""Keys, trackers, delays, days made again, and what nobody declared: by hand, and against every event that was sent."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.load import imported
from minilens.load.pending import mark
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range, floor, midnight, now
from minilens.render.as_csv import as_csv
from minilens.reports import find, read
from minilens.serve.completed import completed
from minilens.spool.record import Batch, Event, encode
from minilens.spool.writer import frame
from tests.examples import examples
from tests.measure.ledger_oracle import ARRIVED, fates, figures
from tests.pipeline import Happening, House, at, build_together

pytestmark = pytest.mark.side_by_side
Houses = Callable[..., House]
MINUTE, DAY = 60_000, 86_400_000
OF_KEYS = find("quality.keys").measures


@dataclass(frozen=True)
class Sent:
    """One event: when it happened and how long it took, who sent it and by what."""

    ts: int
    delay: int = 1000
    name: str = "page_view"
    via: str = "tracker"
    key: int = 1
    lib: str = "1.4.0"
    id: int = 0

    def batch(self, house: House) -> Batch:
        """A request of its own; equal numbers are the same event."""
        told = (
            uuid.uuid5(uuid.NAMESPACE_OID, f"{house.app.id} {self.id}") if self.id else uuid.uuid4()
        )
        event = Event(i=0, id=str(told), name=self.name, ts=self.ts, actor=7)
        return Batch(
            at=self.ts + self.delay, app=house.app.id, via=self.via, key=self.key, lib=self.lib, device=7, received=1,
            events=[event],
        )  # fmt: skip


def load(house: House, *sent: Sent) -> None:
    house.writer.write(b"".join(frame(encode(one.batch(house))) for one in sent))
    house.step()


def ask(house: House, name: str, day: date, to: date | None = None, **given: str) -> Table:
    """The answer of a report about some days, at noon of the day behind them."""
    end, zone = to or day, house.app.timezone
    moment = midnight(end + timedelta(days=1), zone) + timedelta(hours=12)
    asked = {"from": str(day), "to": str(end), "compare": "none", **given}
    state = read(asked, find(f"quality.{name}"), zone, moment)
    query = completed(state.query(house.app.id), house.pipeline.records)
    as_of = AsOf(moment.astimezone(ZoneInfo(zone)).date(), moment, house.pipeline.loader.through)
    return run(house.pipeline.engine, query, as_of)


def rows(table: Table) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in table.rows}


FRIDAY = date(2026, 11, 20)


def test_two_keys_a_server_and_an_import(house: House) -> None:
    """The second key is one that the app has; a token of a server and a file have no write key."""
    records, first = house.pipeline.records, house.pipeline.records.keys.of(house.app.id)[0]
    second = records.keys.create(house.app.id, now=now())
    records.tokens.create(house.app.id, ("events:write",), name="till", now=now())
    newest = records.keys.of(house.app.id)[0]
    token = records.tokens.of(house.app.id)[0]
    moment = at("2026-11-20 10:00")
    load(
        house,
        Sent(moment, key=first.id, id=1),
        Sent(moment + 1, key=newest.id, id=1),
        Sent(moment, key=newest.id, name="sauce"),
        Sent(moment, key=newest.id),
        Sent(moment, via="server", key=token.id),
        Sent(moment, via="import", key=0),
    )
    table = ask(house, "keys", FRIDAY)
    #                                        received, counted, duplicate, quarantined, refused, lost
    assert rows(table) == {
        f"tracker:{newest.id}": (3, 1, 1, 1, 0, 0),
        f"tracker:{first.id}": (1, 1, 0, 0, 0, 0),
        f"server:{token.id}": (1, 1, 0, 0, 0, 0),
        "import": (1, 1, 0, 0, 0, 0),
    }
    assert table.totals == ("", 6, 4, 1, 1, 0, 0)
    shown = table.columns[0].shown
    assert shown is not None
    assert shown(f"tracker:{newest.id}", "zh") == f"小程序 · {second[:10]}…"
    assert shown(f"server:{token.id}", "en") == "Server · till"
    assert shown("import", "en") == "Import"
    assert [row[0] for row in ask(house, "keys", FRIDAY, search="TILL").rows] == [
        f"server:{token.id}"
    ]
    assert [row[0] for row in ask(house, "keys", FRIDAY, search="导入").rows] == ["import"]


def test_an_event_is_late_after_ten_minutes_and_counts_on_its_own_day(house: House) -> None:
    noon = at("2026-11-20 23:55")
    load(
        house,
        Sent(noon, 10 * MINUTE),
        Sent(noon, 10 * MINUTE + 1),
        Sent(noon, DAY + 1, lib="1.3.0"),
        Sent(noon, 30 * DAY, via="import"),
        Sent(noon, 1000, via="server", lib="server"),
    )
    table = ask(house, "delays", FRIDAY, FRIDAY + timedelta(days=1), grain="day")
    # share late, late, over a day late, sent
    assert table.rows == ((FRIDAY, 0.5, 2, 1, 4), (FRIDAY + timedelta(days=1), None, 0, 0, 0))
    week = ask(house, "delays", FRIDAY, grain="week")
    assert week.rows == ((date(2026, 11, 16), 0.5, 2, 1, 4),)
    trackers = ask(house, "trackers", FRIDAY)
    assert rows(trackers) == {
        "1.4.0": (2, 0.5, 1, 0),
        "1.3.0": (1, 1.0, 1, 1),
        "server": (1, 0.0, 0, 0),
    }
    assert trackers.totals == ("", 4, 0.5, 2, 1)
    rest = ask(house, "trackers", FRIDAY, top="1", rest="1")
    assert rest.other == ("", 2, 0.5, 1, 1)


def test_a_day_that_is_made_after_it_was_closed_says_what_came_since(house: House) -> None:
    """It closes an hour after midnight. A day to come is not over; new columns change no figures."""
    load(
        house,
        Sent(at("2026-11-20 23:50"), 69 * MINUTE + 59_999),
        Sent(at("2026-11-20 23:50"), 70 * MINUTE),
        Sent(at("2026-11-20 09:00"), 3 * DAY, via="import"),
        Sent(at("2026-11-21 09:00")),
        Sent(at("2049-11-21 09:00")),
    )
    house.build()
    both = (FRIDAY, date(2026, 11, 21))
    assert ask(house, "restated", *both).rows == ()  # made for the first time
    make_again(house, "merge", *both)
    table = ask(house, "restated", FRIDAY, date(2026, 11, 22))
    assert {row[0]: row[1:4] for row in table.rows} == {
        "2026-11-20": (2, 2 / 3, 3), "2026-11-21": (0, 0.0, 1),
    }  # fmt: skip
    over = midnight(date(2026, 11, 21), house.app.timezone)
    passed = int(str(table.rows[0][4]))
    assert 0 <= (now() - over).total_seconds() - passed < 120
    assert table.totals == ("", 2, 0.5, 4, None)
    assert ask(house, "restated", date(2049, 11, 21)).rows == ()
    make_again(house, "columns", FRIDAY)
    assert [row[0] for row in ask(house, "restated", FRIDAY, date(2026, 11, 22)).rows] == [
        "2026-11-21"
    ]


def test_an_import_in_several_chunks_recalculates_nothing(house: House) -> None:
    over = date(2026, 11, 18), FRIDAY
    load(house, Sent(at("2026-11-18 09:00")))
    house.build()
    # the last may change the day after, too
    for moment in ("2026-11-19 09:00", "2026-11-20 09:00", "2026-11-19 10:00", "2026-11-19 23:50"):
        load(house, Sent(at(moment), delay=5 * DAY, via="import"))
        house.build()
    builds = "SELECT day, count() FROM builds WHERE app = {app:UInt32} GROUP BY day ORDER BY day"
    assert [n for _, n in house.rows(builds)] == [1, 3, 2]
    assert ask(house, "restated", *over).rows == ()
    # what is imported into a day that was there corrects it, and so does a phone that was late
    load(house, Sent(at("2026-11-18 11:00"), delay=5 * DAY, via="import"))
    load(house, Sent(at("2026-11-20 11:00"), delay=5 * DAY))
    house.build()
    assert {row[0] for row in ask(house, "restated", *over).rows} == {"2026-11-18", "2026-11-20"}


def test_a_second_import_recalculates_the_days_of_the_first(house: House) -> None:
    for clock in ("09:00", "10:00"):
        load(house, Sent(at(f"2026-11-20 {clock}"), delay=5 * DAY, via="import"))
        house.build()
    with patch.object(imported, "LONGEST_BREAK", timedelta(seconds=-1)):  # the first is long over
        load(house, Sent(at("2026-11-20 11:00"), delay=6 * DAY, via="import"))
        house.build()
    load(house, Sent(at("2026-11-20 12:00"), delay=6 * DAY, via="import"))
    house.build()
    assert [row[0] for row in ask(house, "restated", FRIDAY).rows] == ["2026-11-20"]


def test_days_say_why_they_were_recalculated(house: House) -> None:
    """Each reason once, whichever build it was; what was before the day was over is none."""
    load(house, Sent(at("2026-11-20 09:00")), Sent(at("2026-11-19 09:00")))
    house.build()
    thursday = date(2026, 11, 19)
    for cause in ("merge", "erasure", "merge", "columns"):
        make_again(house, cause, FRIDAY, *([thursday] if cause == "merge" else []))
    make_again(house, "undo", FRIDAY)
    (column, *_) = (table := ask(house, "restated", thursday, FRIDAY)).columns
    said = {str(row[0]): column.called[str(row[0])].en for row in table.rows}
    assert said == {
        "2026-11-20": "users merged, a merge undone, a user erased",
        "2026-11-19": "users merged",
    }
    assert column.shown
    assert column.shown("2026-11-20", "zh") == "2026-11-20 · 合并用户、撤销合并、删除用户数据"
    assert "2026-11-20,users" not in as_csv(table)
    assert as_csv(table).startswith("restated,restated.zh,restated.en,added_events")


def make_again(house: House, cause: str, *some: date) -> None:
    """Days that are there already."""
    doors = (house.pipeline.engine, house.pipeline.pending, house.pipeline.counter)
    mark(*doors, house.app.id, list(some), cause)
    house.build()


def test_events_count_that_nobody_declared_where_the_app_is_open(house: House) -> None:
    records, moment = house.pipeline.records, at("2026-11-20 10:00")
    records.definitions.create(house.app.id, "order", "下单", now=now())
    records.apps.set_undeclared(house.app.id, "open", now=now())
    names = ("order", "wish", "wish", "Sauce")
    load(
        house,
        Sent(moment),
        *(Sent(moment, name=name) for name in names),
        Sent(moment, name="x", via="server"),
    )
    table = ask(house, "undeclared", FRIDAY)
    assert table.rows == (("wish", 2), ("Sauce", 1))
    assert table.totals == ("", 3)


def test_scenes_that_no_table_names_and_versions(house: House) -> None:
    moment = at("2026-11-20 10:00")
    house.load([
        Happening(moment, device="a", session="a", scene=1047, app_version="2.1"),
        Happening(moment, device="b", session="b", scene=4321, app_version="2.1"),
        Happening(moment + 1, device="b", session="b", scene=4321, app_version="2.1"),
        Happening(moment, device="c", session="c", scene=0),
    ])  # fmt: skip
    house.build()
    table = ask(house, "scenes", FRIDAY)
    assert (table.rows, table.totals) == ((("4321", 1, 2, 1),), (None, 1, 2, 1))
    filtered = ask(house, "scenes", FRIDAY, filter="scene:is:1047")
    assert filtered.rows == ()
    assert rows(ask(house, "versions", FRIDAY)) == {"2.1": (3, 0.75, 2, 2), "": (1, 0.25, 1, 1)}


@pytest.mark.parametrize("name", ["keys", "trackers", "undeclared", "restated", "delays", "scenes"])
def test_an_app_without_events(house: House, name: str) -> None:
    table = ask(house, name, FRIDAY)
    assert not any(cell for row in table.rows for cell in row[1:])
    assert table.other is None


DELAYS = (0, 9 * MINUTE, 10 * MINUTE, 10 * MINUTE + 1, 40 * MINUTE, DAY, DAY + 1, 3 * DAY)
#: About midnight here and in UTC, and about the change of the clock.
MOMENTS = tuple(
    f"2026-{day} {clock}"
    for day in ("10-31", "11-01", "11-02")
    for clock in ("00:00", "00:59", "03:59", "16:00", "23:59")
)
SENT = st.builds(
    lambda moment, **told: (moment, told),
    st.sampled_from(MOMENTS),
    delay=st.sampled_from(DELAYS),
    name=st.sampled_from(("page_view", "page_view", "app_launch", "sauce")),
    via=st.sampled_from(("tracker", "tracker", "server", "import")),
    key=st.integers(1, 2),
    lib=st.sampled_from(("1.3.0", "1.4.0", "")),
    id=st.integers(1, 15),
)
ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Kathmandu")


@given(st.lists(st.lists(SENT, min_size=8, max_size=20), min_size=6, max_size=6))
@examples(landing=2, long=200)
def test_against_brute_force(
    new_app: Houses, stories: list[list[tuple[str, dict[str, int]]]]
) -> None:
    """Each example has six histories, loaded together; every other one is of an app that counts undeclared events."""
    houses = [new_app(ZONES[n % len(ZONES)]) for n in range(len(stories))]
    for house in houses[1::2]:
        house.pipeline.records.apps.set_undeclared(house.app.id, "open", now=now())
    every: list[list[Sent]] = []
    for house, story in zip(houses, stories, strict=True):
        every.append([Sent(at(moment, house.app.timezone), **told) for moment, told in story])  # type: ignore[arg-type]
        house.writer.write(b"".join(frame(encode(one.batch(house))) for one in every[-1]))
    assert houses[0].pipeline.loader.step()
    build_together(houses)
    for house, sent in zip(houses, every, strict=True):
        some = {day_of(one, ZoneInfo(house.app.timezone)) for one in sent}
        doors = (house.pipeline.engine, house.pipeline.pending, house.pipeline.counter)
        mark(*doors, house.app.id, sorted(some), "merge")
    build_together(houses)
    for n, (house, sent) in enumerate(zip(houses, every, strict=True)):
        agrees(house, sent, open=n % 2 == 1)


def agrees(house: House, sent: list[Sent], *, open: bool) -> None:
    """Keys, trackers, delays, days made again and names, each counted by itself."""
    over, zone = Range(date(2026, 10, 30), date(2026, 11, 6)), ZoneInfo(house.app.timezone)
    names = {"page_view", "app_launch"} | ({"sauce"} if open else set())
    fate = fates((one.batch(house) for one in sent), names)
    by_key: dict[str, list[tuple[int, str, str]]] = {}
    for one, told in zip(sent, fate, strict=True):
        by_key.setdefault(f"{one.via}:{one.key}", []).append(told)
    wanted = {key: figures(some, OF_KEYS) for key, some in by_key.items()}
    assert rows(ask(house, "keys", over.start, over.end)) == wanted
    counted = [one for one, told in zip(sent, fate, strict=True) if told[1] == "counted"]
    live = [one for one in counted if one.via != "import"]
    for grain in ("day", "week"):
        table = ask(house, "delays", over.start, over.end, grain=grain)
        for bucket, *cells in table.rows:
            some = [one for one in live if floor(day_of(one, zone), grain) == bucket]
            sums = (len(some), *late(some))
            assert tuple(cells) == (sums[1] / sums[0] if some else None, sums[1], sums[2], sums[0])
    trackers = {lib: [one for one in live if one.lib == lib] for lib in {one.lib for one in live}}
    assert {
        lib: cells[0::2]
        for lib, cells in rows(ask(house, "trackers", over.start, over.end)).items()
    } == {lib: (len(some), late(some)[0]) for lib, some in trackers.items()}
    undeclared = Counter(one.name for one in live if one.via == "tracker" and one.name == "sauce")
    found = rows(ask(house, "undeclared", over.start, over.end))
    assert found == {name: (n,) for name, n in undeclared.items()}
    made: dict[str, list[int]] = {}
    for one in counted:
        day = day_of(one, zone)
        closed = midnight(day + timedelta(days=1), str(zone)) + timedelta(hours=1)
        received = datetime.fromtimestamp((one.ts + one.delay) / 1000, UTC)
        made.setdefault(str(day), []).append(received >= closed)
    restated = rows(ask(house, "restated", over.start, over.end))
    assert {day: cells[0::2] for day, cells in restated.items() if cells[2]} == {
        day: (sum(some), len(some)) for day, some in made.items()
    }


def day_of(one: Sent, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(one.ts / 1000, zone).date()


def late(some: Iterable[Sent]) -> tuple[int, int]:
    """Over ten minutes, over a day."""
    delays = [one.delay for one in some]
    return sum(ms > 10 * MINUTE for ms in delays), sum(ms > DAY for ms in delays)


def test_every_measure_of_arrivals_is_here() -> None:
    reports = ("delays", "trackers", "undeclared", "restated")
    assert {one for name in reports for one in find(f"quality.{name}").measures} == set(ARRIVED)
