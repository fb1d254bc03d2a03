"""A person erased: gone from everything, everybody else as before, and nothing comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from minilens.identity import parity
from minilens.identity.actor import actor
from minilens.identity.lookup import look_up
from minilens.identity.types import DEFAULT
from minilens.load.erasure import OF_PERSONS, Eraser
from minilens.load.merges import merge, undo
from minilens.load.replay import rewind_all
from minilens.period import now_ms
from minilens.records.store import Erasure
from minilens.spool.record import Batch, decode, encode
from minilens.spool.writer import frame
from tests.pipeline import OF_APPS, Happening, House, at, days

#: Each erasure goes through every part of every table: few, where other tests have not filled them.
pytestmark = pytest.mark.waits

LI, WANG = ("wechat-unionid", "u-li"), ("wechat-unionid", "u-wang")
MEMBER = ("c_memberid", "li-1")
SELDOM = "SELECT count() FROM person_map WHERE app = {app:UInt32} AND actor = {a:UInt64} AND kind = 'c_memberid'"
#: What a careless rewriting would change.
PROPS = '{"size": 9007199254740993, "x": "2026-01-01"}'
WEEK = days("2026-03-01", "2026-03-05")
#: Columns by which a table names somebody. The phone of an event is that of whoever's event it is.
NAMING = ("actor", "node", "other")


def story() -> list[Happening]:
    """Li on two phones, the first days unknown; Wang on a phone of his own and once on Li's."""
    return [
        Happening(at("2026-03-01 10:00"), device="old", session="a"),
        Happening(at("2026-03-01 10:01"), device="old", session="a", name="share"),
        Happening(at("2026-03-02 10:00"), device="old", session="b", identity=LI, props='{"x": "1"}'),
        Happening(at("2026-03-02 11:00"), device="own", session="c", identity=WANG, props=PROPS),
        Happening(at("2026-03-03 10:00"), device="old", session="d", identity=WANG),
        Happening(at("2026-03-03 11:00"), device="new", session="e", identity=MEMBER),
        Happening(at("2026-03-04 12:00"), device="other", session="f"),
        Happening(at("2026-03-02 12:00"), device="old", identity=LI, name="set", profile='{"gender": "f"}'),
    ]  # fmt: skip


def eraser(house: House) -> Eraser:
    return house.pipeline.eraser


def erase(house: House, text: str, *, only_this: bool = False) -> Erasure:
    """Erase and make the days."""
    engine, secret = house.pipeline.engine, house.pipeline.secret
    found = eraser(house).erase(
        house.app.id, look_up(engine, house.app.id, text, secret, only_this=only_this)
    )
    house.build()
    return found


def actors(house: House, *identities: tuple[str, str]) -> set[int]:
    return {actor(house.app.id, *one) for one in identities}


def named(house: House) -> set[int]:
    """Every identity that any table names."""
    found: set[int] = set()
    for (table,) in house.pipeline.engine.shards()[0].rows(OF_APPS):
        columns = {
            row[0] for row in house.rows(f"SELECT name FROM system.columns WHERE table = '{table}'")
        }
        for column in columns & set(NAMING):
            found |= {
                int(str(n))
                for (n,) in house.rows(f"SELECT {column} FROM {table} WHERE app = {{app:UInt32}}")
            }
    lines = house.rows("SELECT line FROM quarantine WHERE app = {app:UInt32}")
    return found | {json.loads(str(line))["actor"] for (line,) in lines if line}


def received(house: House) -> list[Batch]:
    """Every record of this app in the spool."""
    found = []
    for path in sorted(house.pipeline.spool.glob("*/*.seg")):
        for line in path.read_bytes().split(b"\n"):
            if line:
                found.append(decode(line[9:]))
    return [batch for batch in found if batch.app == house.app.id]


def sums(house: House) -> tuple[int, ...]:
    """The ledger of this app: received, refused, accepted, and what became of these."""
    (found,) = house.rows(
        "SELECT sum(received), sum(refused), sum(accepted), sum(loaded), sum(duplicate), sum(quarantined) "
        "FROM ledger WHERE app = {app:UInt32}"
    )
    return tuple(int(str(n)) for n in found)


LIS = (LI, ("device", "old"))


@dataclass(frozen=True)
class Scene:
    """An app of which Li was erased, and what was so before."""

    house: House
    order: Erasure
    li: int
    wang: int
    props: list[tuple[object, ...]]


_PROPS = (
    "SELECT toString(props), id FROM events WHERE app = {app:UInt32} AND person = {p:UInt32} "
    "AND day <= '2026-03-05' ORDER BY id"
)


@pytest.fixture(scope="module")
def scene(new_app: Callable[..., House]) -> Scene:
    """One erasure for all that only looks at it: each goes through every part of eight tables."""
    other, house = new_app(), new_app()
    other.load(story())
    house.load(story())
    house.build()
    li, wang = house.person(*LI), house.person(*WANG)
    assert li == house.person("device", "old") != wang
    assert [row[4] for row in house.figures(WEEK)] == [1, 2, 2, 1, 0]
    props = house.rows(_PROPS, p=wang)
    return Scene(house, erase(house, "wechat-unionid=u-li"), li, wang, props)


def test_a_person_is_gone_and_the_others_are_as_before(scene: Scene) -> None:
    house, done = scene.house, scene.order
    assert done.counts == {
        "events": 4, "quarantined": 0, "days": 3, "identities": 2, "received": 0,
    }  # fmt: skip
    # total users, launches, visits, visitors, new users
    assert [row[1:6] for row in house.figures(WEEK)] == [
        (0, 0, 0, 0, 0), (1, 1, 1, 1, 1), (2, 2, 2, 2, 1), (3, 1, 1, 1, 1), (3, 0, 0, 0, 0),
    ]  # fmt: skip
    assert actors(house, WANG, MEMBER) <= named(house)
    for table in (*OF_PERSONS, "persons", "first_touches"):
        asked = f"SELECT count() FROM {table} WHERE app = {{app:UInt32}} AND person = {{p:UInt32}}"
        assert house.rows(asked, p=scene.li) == [(0,)], table
    theirs = "SELECT count() FROM day_values WHERE app = {app:UInt32} AND bitmapToArray(visitors) = [{p:UInt32}]"
    assert house.rows(theirs, p=scene.li) == [(0,)], "what nobody else came with"
    assert house.rows(_PROPS, p=scene.wang) == scene.props, (
        "properties of others are what they were"
    )
    causes = house.rows(
        "SELECT DISTINCT day FROM builds WHERE app = {app:UInt32} AND cause LIKE '%erasure%' ORDER BY day"
    )
    assert [str(day)[-2:] for (day,) in causes] == ["01", "02", "03"]
    assert [one.counts for one in house.pipeline.records.erasures.all(house.app.id)] == [
        done.counts
    ]


def test_the_order_names_nobody(scene: Scene) -> None:
    house, records = scene.house, scene.house.pipeline.records
    (order,) = records.erasures.all(house.app.id)
    kept = repr(order) + repr(records.audit.entries(apps=(house.app.id,)))
    assert "u-li" not in kept
    assert not any(str(number) in kept for number in actors(house, *LIS))
    assert "user.erase" in kept


@pytest.mark.parametrize("via", ["tracker", "import", "server"])
def test_what_was_before_never_comes_in_again(scene: Scene, via: str) -> None:
    house = scene.house
    figures, booked = house.figures(WEEK), sums(house)
    late = [
        Happening(at("2026-03-02 13:00"), device="old", session="x", identity=LI),
        Happening(at("2026-03-01 13:00"), device="old", session="y"),
        Happening(at("2026-03-01 13:30"), device="lost", session="y", identity=("c_memberid", f"p{scene.li}")),
        Happening(at("2026-03-01 14:00"), device="old", session="z", identity=("c_memberid", "never seen")),
    ]  # fmt: skip
    for batch in house.batches(late):
        batch.via = via
        house.writer.write(frame(encode(batch)))
    house.pipeline.loader.drain()
    house.build()
    assert house.figures(WEEK) == figures
    assert house.rows(SELDOM, a=actor(house.app.id, "c_memberid", "never seen")) == [(0,)]
    assert sums(house) == (booked[0] + 4, booked[1] + 4, *booked[2:])
    (reasons,) = house.rows("SELECT mapKeys(sumMap(reasons)) FROM ledger WHERE app = {app:UInt32}")
    assert reasons == (["erased"],)


def test_somebody_else_on_the_same_phone_stays(scene: Scene) -> None:
    house = scene.house
    events = "SELECT count() FROM events WHERE app = {app:UInt32} AND actor = {a:UInt64}"
    ((before,),) = house.rows(events, a=actor(house.app.id, *WANG))
    house.load([Happening(at("2026-03-11 15:00"), device="old", session="w", identity=WANG)])
    assert house.rows(events, a=actor(house.app.id, *WANG)) == [(int(str(before)) + 1,)]


def test_loading_once_more_brings_nothing_back(scene: Scene) -> None:
    house = scene.house
    house.build()
    figures, (all_received, *_) = house.figures(WEEK), sums(house)
    assert rewind_all(house.pipeline.spool, only=house.writer.folder.name)
    house.pipeline.loader.drain()
    house.build()
    assert house.figures(WEEK) == figures
    received_, refused, accepted, loaded, duplicate, quarantined = sums(house)
    assert received_ == all_received == refused + accepted
    assert accepted == loaded + duplicate + quarantined
    before = (
        "SELECT count() FROM events WHERE app = {app:UInt32} AND day <= '2026-03-05' "
        "AND actor IN {a:Array(UInt64)}"
    )
    assert house.rows(before, a=sorted(actors(house, *LIS))) == [(0,)]


def test_what_was_received_is_clean_once_its_file_is_complete(scene: Scene) -> None:
    house = scene.house
    unheard = Happening(
        at("2026-03-01 15:00"), device="old", session="u", identity=("c_memberid", "unheard of")
    )
    house.load([unheard])
    figures = house.figures(WEEK)
    size = {path: path.stat().st_size for path in house.pipeline.spool.glob("*/*.seg")}
    (kept,) = house.pipeline.records.erasures.all(house.app.id)
    assert not kept.spool, "the receiver still writes to it"
    writer = house.writer
    before, writer.segment_bytes = writer.segment_bytes, 0
    writer.write(b"")
    writer.segment_bytes = before
    assert replace(house.pipeline.eraser).forget_spool()
    gone = actors(house, *LIS)
    old = [batch for batch in received(house) if batch.at < at("2026-03-10 00:00")]
    for batch in old:
        assert batch.device not in gone
        assert not {one.actor for one in batch.events} & gone
        assert batch.received == len(batch.events) + sum(batch.refused.values())
    assert sum(batch.refused.get("erased", 0) for batch in old) >= 4
    assert {path: path.stat().st_size for path in size} == size, (
        "what is said of places in it holds"
    )
    (kept,) = house.pipeline.records.erasures.all(house.app.id)
    assert kept.spool
    assert not house.pipeline.eraser.forget_spool()
    assert unheard.id not in [one.id for batch in received(house) for one in batch.events]
    assert rewind_all(house.pipeline.spool, only=house.writer.folder.name)
    house.pipeline.loader.drain()
    house.build()
    assert house.figures(WEEK) == figures, "loading could not tell any more whose phone it was"


def test_what_comes_afterwards_is_a_new_person(scene: Scene) -> None:
    house = scene.house
    house.load([Happening(now_ms() + 1000, device="old", session="n", identity=LI)])
    assert house.person(*LI) > scene.li
    assert house.person(*LI) != scene.wang


def test_a_number_is_never_given_twice(house: House) -> None:
    house.load([Happening(at("2026-03-01 10:00"), device="one")])
    first = house.person("device", "one")
    erase(house, "device=one")
    house.pipeline.loader._numbers._last.clear()  # as after a start
    house.load([Happening(now_ms() + 1000, device="two")])
    assert house.person("device", "two") == first + 1


def test_nobody_elses_event_names_them(scene: Scene) -> None:
    """Wang's phone, offline since, says both numbers."""
    house, card = scene.house, ("c_memberid", "wang-1")
    (batch,) = house.batches([Happening(at("2026-03-12 10:00"), device="own", identity=WANG)])
    batch.who = [[(LI[0], actor(house.app.id, *LI)), (card[0], actor(house.app.id, *card))]]
    batch.root = actor(house.app.id, "device", "old")
    batch.events[0].w = 1
    house.writer.write(frame(encode(batch)))
    house.pipeline.loader.drain()
    beside = house.rows(
        "SELECT DISTINCT node FROM links WHERE app = {app:UInt32} AND other = {a:UInt64}",
        a=actor(house.app.id, *WANG),
    )
    assert (actor(house.app.id, *card),) in beside
    assert (actor(house.app.id, *LI),) not in beside


def test_what_waits_in_quarantine_is_erased_too(house: House) -> None:
    house.load([*story(), Happening(at("2026-03-02 10:05"), device="old", identity=LI, name="undeclared_thing"),
                Happening(at("2026-03-02 10:05"), device="own", identity=WANG, name="undeclared_thing")])  # fmt: skip
    held = "SELECT count() FROM quarantine WHERE app = {app:UInt32}"
    assert house.rows(held) == [(2,)]
    assert erase(house, "wechat-unionid=u-li").counts["quarantined"] == 1
    assert house.rows(held) == [(1,)]
    assert not named(house) & actors(house, *LIS)


def test_one_identity_alone(house: House) -> None:
    house.load([*story(), Happening(at("2026-03-02 09:00"), device="second", identity=LI)])
    house.build()
    person = house.person(*LI)
    assert person == house.person("device", "old") == house.person("device", "second")
    done = erase(house, "wechat-unionid=u-li", only_this=True)
    assert (done.whole, done.counts["events"], done.counts["identities"]) == (False, 3, 1)
    assert house.person("device", "old") == house.person("device", "second") == person
    assert not parity.of_app(house.pipeline.engine, house.app.id, DEFAULT)
    assert not named(house) & actors(house, LI)
    # the phone's own visit is left, on the first
    assert [row[4] for row in house.figures(WEEK)] == [1, 1, 2, 1, 0]
    profiles = "SELECT count() FROM profile_values WHERE app = {app:UInt32}"
    assert house.rows(profiles) == [(0,)]


def test_two_orders_at_once_are_carried_out_one_after_the_other(house: House) -> None:
    house.load(story())
    house.build()
    pipeline, app = house.pipeline, house.app.id
    subject = look_up(pipeline.engine, app, "wechat-unionid=u-li", pipeline.secret)
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda _: pipeline.eraser.erase(app, subject), range(2)))
    assert sorted(one.counts["events"] for one in done) == [0, 4]
    house.build()
    assert not named(house) & actors(house, *LIS)
    assert house.figures(WEEK)[1][4] == 1


def test_an_undo_brings_nobody_back(house: House) -> None:
    house.load(story())
    house.build()
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    number = merge(*doors, gone=house.person(*MEMBER), into=house.person(*LI), cause="hand")
    house.build()
    erase(house, "c_memberid=li-1")
    assert not named(house) & actors(house, *LIS, MEMBER, ("device", "new"))
    figures = house.figures(WEEK)
    undo(*doors, version=number)
    house.build()
    assert house.figures(WEEK) == figures
    assert not named(house) & actors(house, *LIS, MEMBER, ("device", "new"))


def test_an_order_of_another_copy_is_carried_out(house: House) -> None:
    """As after a restore: the records have an order that this warehouse has not carried out."""
    house.load(story())
    house.build()
    done = erase(house, "wechat-unionid=u-li")
    eraser(
        house
    ).complete()  # orders of files before: the warehouse was emptied since, the records were not
    house.change("ALTER TABLE erased DELETE WHERE erasure = {id:String}", id=done.id)
    house.load(story()[:3])
    assert named(house) & actors(house, *LIS)
    later = Happening(now_ms() + 5000, device="old", session="n", identity=LI)
    house.load([later])
    assert eraser(house).complete() == 1
    house.build()
    kept = house.rows(
        "SELECT id FROM events WHERE app = {app:UInt32} AND actor = {a:UInt64}",
        a=actor(house.app.id, *LI),
    )
    assert [str(one) for (one,) in kept] == [later.id], "what came after it is somebody new"
