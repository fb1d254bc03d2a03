"""Quarantined events are let in at their own time, once, or dropped for good; the ledger's sums hold throughout."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from minilens.load.quarantine import Left
from minilens.load.replay import rewind_all
from minilens.period import now
from minilens.spool.writer import Writer
from tests.pipeline import Happening, House, at, days

MONDAY, TUESDAY = at("2026-03-02 09:00"), at("2026-03-03 23:59")
LI = ("wechat-unionid", "u-li")
POINTS = ("judged", "assigned", "left", "events", "ledger", "quarantine")


class Killed(Exception):
    """Stands for kill -9: nothing after it runs."""


def story(house: House) -> list[Happening]:
    """A visit, three cups on two days by two people, and a name that stays unknown."""
    return [
        Happening(MONDAY, device="a", session="s1"),
        Happening(MONDAY + 1000, "cup", device="a", session="s1", scene=1047, city="杭州", props='{"n": 2}'),
        Happening(MONDAY + 2000, "cup", device="a", session="s1", identity=LI, scene=1047),
        Happening(TUESDAY, "cup", device="b", session="s2", traffic="trial", brand="Apple"),
        Happening(TUESDAY + 1000, "typo", device="b", session="s2", traffic="trial"),
    ]  # fmt: skip


def define(house: House, name: str = "cup") -> None:
    house.pipeline.records.definitions.create(house.app.id, name, "一杯", now=now())


def release(house: House, name: str = "cup", seconds: float = 600.0) -> Left:
    return house.pipeline.quarantine.release(house.app.id, name=name, seconds=seconds)


def sums(house: House) -> tuple[object, ...]:
    """Received, refused, loaded, duplicate, quarantined; and whether every row holds."""
    return house.rows(
        """
SELECT sum(received), sum(refused), sum(loaded), sum(duplicate), sum(quarantined),
    min(received = refused + accepted AND accepted = loaded + duplicate + quarantined
        AND refused = arraySum(mapValues(reasons)))
FROM ledger WHERE app = {app:UInt32}"""
    )[0]


def waiting(house: House) -> list[tuple[object, ...]]:
    return house.rows(
        "SELECT name, count() FROM quarantine WHERE app = {app:UInt32} GROUP BY name ORDER BY name"
    )


COLUMNS = "ts, name, actor, device, person, session, scene, city, brand, traffic, props.n, id, via, segment, record, i"


def stored(house: House) -> list[tuple[object, ...]]:
    return house.rows(f"SELECT {COLUMNS} FROM events WHERE app = {{app:UInt32}} ORDER BY ts, id")


@pytest.fixture
def own(house: House) -> Iterator[House]:
    """The house with a receiver of its own, whose segments hold nothing else."""
    writer = Writer(house.pipeline.spool / f"own-{house.app.id}", reserve=0)
    yield replace(house, writer=writer)
    writer.close()


@pytest.mark.waits
@pytest.mark.usefixtures("emptied")
def test_what_is_let_in_is_what_would_have_counted(own: House) -> None:
    house = own
    house.load(story(house))
    assert waiting(house) == [("cup", 3), ("typo", 1)]
    assert release(house) == Left(waiting=3)  # nobody declared it
    define(house)
    assert release(house) == Left(loaded=3)
    assert release(house) == Left()
    assert waiting(house) == [("typo", 1)]
    assert sums(house) == (5, 0, 4, 0, 1, 1)
    let_in = stored(house)
    house.build()
    # the same received by an app that had declared it before
    pipeline = house.pipeline
    rewind_all(pipeline.spool, only=house.writer.folder.name)
    pipeline.loader.drain()
    assert stored(house) == let_in
    assert sums(house) == (5, 0, 4, 0, 1, 1)


def test_days_are_made_again_and_persons_are_known(house: House) -> None:
    house.load(story(house))
    house.build()
    define(house)
    release(house)
    assert [str(day) for day in house.waiting()] == ["2026-03-02", "2026-03-03"]
    house.build()
    made = house.rows(
        "SELECT toString(day), name, count(), uniqExact(person) FROM actions WHERE app = {app:UInt32} "
        "AND (day, build) IN (SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day) "
        "AND name = 'cup' GROUP BY day, name ORDER BY day"
    )
    assert made == [("2026-03-02", "cup", 2, 1), ("2026-03-03", "cup", 1, 1)]
    assert house.person(*LI) == house.person("device", "a")
    assert house.figures(days("2026-03-02"))[0][1:3] == (1, 1)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_each_point(house: House, point: str) -> None:
    house.load(story(house))
    define(house)
    quarantine = replace(house.pipeline.quarantine)
    points = [point]

    def fault(at: str) -> None:
        if at in points:
            points.remove(at)
            raise Killed(at)

    quarantine.fault = quarantine.loader.fault = fault
    try:
        with pytest.raises(Killed):
            quarantine.release(house.app.id, name="cup")
    finally:
        quarantine.loader.fault = lambda point: None
    fresh = replace(house.pipeline.quarantine)  # a start knows nothing but what is written
    fresh.complete()
    again = fresh.release(house.app.id, name="cup")
    assert again == Left(loaded=3 if point in ("judged", "assigned") else 0)
    assert fresh.complete() == 0
    assert sums(house) == (5, 0, 4, 0, 1, 1)
    assert [row[1] for row in stored(house)] == ["page_view", "cup", "cup", "cup"]
    house.build()
    kept = "SELECT count() > 0 FROM actions WHERE app = {app:UInt32} AND name = 'cup'"
    assert house.rows(kept) == [(1,)]


def test_what_fails_while_the_server_lives_is_finished_without_being_asked_for(
    house: House,
) -> None:
    house.load(story(house))
    define(house)
    quarantine = replace(house.pipeline.quarantine)
    quarantine.resume()

    def fault(at: str) -> None:
        if at == "events":
            raise OSError(at)

    quarantine.fault = fault
    with pytest.raises(OSError, match="events"):
        quarantine.release(house.app.id, name="cup")
    quarantine.fault = lambda point: None
    quarantine.resume()
    assert quarantine.complete() == 0
    assert sums(house) == (5, 0, 4, 0, 1, 1)
    assert [row[1] for row in stored(house)] == ["page_view", "cup", "cup", "cup"]


def test_two_at_once_let_in_each_event_once(house: House) -> None:
    house.load([Happening(MONDAY + n, "cup", device=f"d{n}") for n in range(60)])
    define(house)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: release(house), range(3)))
    assert sum(one.loaded for one in found) == 60
    assert sums(house) == (60, 0, 60, 0, 0, 1)
    assert len({row[11] for row in stored(house)}) == len(stored(house)) == 60


def test_a_retry_of_what_waits_stays_a_duplicate(house: House) -> None:
    some = [Happening(MONDAY + n, "cup", device=f"d{n}") for n in range(4)]
    house.load(some)
    house.load(some)
    define(house)
    assert release(house) == Left(loaded=4)
    house.load(some)
    assert sums(house) == (12, 0, 4, 8, 0, 1)


@pytest.mark.waits
@pytest.mark.usefixtures("emptied")
def test_what_was_dropped_is_refused_also_after_a_replay(own: House) -> None:
    house = own
    house.load(story(house))
    assert house.pipeline.quarantine.drop(house.app.id, name="typo") == Left(dropped=1)
    assert house.pipeline.quarantine.drop(house.app.id, name="typo") == Left()
    assert waiting(house) == [("cup", 3)]
    assert sums(house) == (5, 1, 1, 0, 3, 1)
    reasons = "SELECT sumMap(reasons) FROM ledger WHERE app = {app:UInt32}"
    assert house.rows(reasons) == [({"dropped": 1},)]
    define(house)
    release(house)
    rewind_all(house.pipeline.spool, only=house.writer.folder.name)
    house.pipeline.loader.drain()
    assert sums(house) == (5, 1, 4, 0, 0, 1)
    assert house.rows(reasons) == [({"dropped": 1},)]
    assert [row[1] for row in stored(house)] == ["page_view", "cup", "cup", "cup"]


@pytest.mark.waits
@pytest.mark.usefixtures("emptied")
def test_a_day_whose_events_have_expired_keeps_its_figures(own: House) -> None:
    house = own
    house.load(story(house))
    house.build()
    house.change("DELETE FROM events WHERE app = {app:UInt32} AND day = '2026-03-02'")
    define(house)
    assert release(house) == Left(loaded=1, waiting=2)
    house.build()
    assert house.figures(days("2026-03-02"))[0][1:3] == (1, 1)


def test_a_long_quarantine_leaves_in_portions(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.load([Happening(MONDAY + n, "cup", device=f"d{n % 3}") for n in range(30)])
    define(house)
    monkeypatch.setattr("minilens.load.quarantine.PORTION", 7)
    assert release(house, seconds=0.0) == Left(waiting=30)
    assert release(house) == Left(loaded=30)
    assert sums(house) == (30, 0, 30, 0, 0, 1)
