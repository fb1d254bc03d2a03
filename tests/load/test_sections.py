"""Sections of a chunk on two servers at once: what one server makes of the whole, whatever fails on the way."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import ShardAway
from minilens.load.election import LeaseLost
from minilens.load.pipeline import Pipeline, open_pipeline
from minilens.load.sections import (
    Abandoned,
    EachServer,
    Turn,
    beside_each_other,
    divided,
)
from minilens.settings import load
from minilens.spool.reader import Chunk
from minilens.spool.writer import Writer
from minilens.warehouse.engine import Engine
from tests.examples import at_length, examples
from tests.pipeline import Happening, House, at, new_house, spool_writer
from tests.warehouse.clickhouse_node import Nodes, running

#: A chunk of a test has many sections of these.
FEW_BYTES = 4_000
#: Happenings of a few sections.
FEW = 25


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 60))
@examples(50, 500)
def test_sections_are_the_chunk_and_about_as_large_as_each_other(
    sizes: list[int], most: int
) -> None:
    texts = [b"x" * size for size in sizes]
    chunk = Chunk("s", 100, 100 + sum(sizes), 7, texts, len(texts) + 2, 2)
    sections = divided(chunk, 3, most)
    assert [text for one in sections for text in one.chunk.texts] == texts
    assert [one.chunk.first for one in sections] == [
        7 + sum(len(one.chunk.texts) for one in sections[:n]) for n in range(len(sections))
    ]
    assert len(sections) <= -(-sum(sizes) // most)
    assert all(
        sum(map(len, one.chunk.texts)) < sum(sizes) / -(-sum(sizes) // most) + max(sizes)
        for one in sections
    )
    assert [one.token for one in sections] == ["s:3:100", *(f"s:3:100.{n}" for n in range(1, 99))][
        : len(sections)
    ]


def test_what_was_imported_is_loaded_in_order() -> None:
    texts = [b'{"at":1,"app":1,"via":"tracker"}', b'{"at":1,"app":1,"via":"import"}']
    chunk = Chunk("s", 0, 9, 0, texts, 2, 0)
    assert not beside_each_other(divided(chunk, 0, 1))
    tracked = Chunk("s", 0, 9, 0, texts[:1] * 2, 2, 0)
    assert beside_each_other(divided(tracked, 0, 1))
    assert not beside_each_other(divided(tracked, 0, 1000))


def test_turns_come_one_after_the_other_and_the_rest_goes_on_meanwhile() -> None:
    taken, met = list[int](), threading.Barrier(2, timeout=30)

    def work(server: str, n: int, turn: Turn) -> str:
        with turn.taken():
            taken.append(n)
        if n < 2:
            met.wait()  # both servers are at work behind their turns
        return f"{server}{n}"

    servers = EachServer(["a", "b"])
    done = servers.in_turn(5, work)
    servers.close()
    assert taken == [0, 1, 2, 3, 4]
    assert [one[1:] for one in done] == ["0", "1", "2", "3", "4"]
    assert {one[0] for one in done} == {"a", "b"}


def test_nothing_is_begun_after_a_failure_and_who_waits_is_told() -> None:
    waited, begun, told = threading.Event(), list[int](), list[int]()

    def work(_: str, n: int, turn: Turn) -> None:
        begun.append(n)
        if n == 0:
            waited.wait(30)
            raise ValueError("first")
        waited.set()
        try:
            with turn.taken():
                raise AssertionError
        except Abandoned:
            told.append(n)
            raise

    servers = EachServer(["a", "b"])
    with pytest.raises(ValueError, match="first"):
        servers.in_turn(6, work)
    servers.close()
    assert (begun, told) == ([0, 1], [1])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pipeline, Writer, Nodes]]:
    """The product's own pipeline with its warehouse on a cluster, which loads few bytes at once."""
    folder = tmp_path_factory.mktemp("sections")
    with running(folder / "nodes", 2) as nodes:
        said = {
            "MINILENS_DATA": str(folder / "data"),
            "MINILENS_WAREHOUSE": nodes.named("minilens"),
        }
        settings = load(said)
        pipeline, writer = open_pipeline(settings), spool_writer(settings.spool)
        pipeline.loader.chunk_bytes = FEW_BYTES
        yield pipeline, writer, nodes
        writer.close()
        pipeline.close()


@pytest.fixture
def there(opened: tuple[Pipeline, Writer, Nodes]) -> House:
    """An app on the cluster."""
    return new_house(*opened[:2])


def story(chance: random.Random, count: int) -> list[Happening]:
    """Visits of few phones, on which few people sign in; some are sent twice, some say what no engine can read."""
    made: list[Happening] = []
    for n in range(count):
        if made and chance.random() < 0.2:
            made.append(chance.choice(made))  # a retry
            continue
        who = ("c_member", f"m{chance.randrange(5)}") if chance.random() < 0.4 else None
        made.append(
            Happening(
                at(f"2026-11-{15 + chance.randrange(3)} 12:00") + n * 1000, device=f"d{chance.randrange(9)}",
                identity=who, session=f"s{chance.randrange(12)}", page=f"p{n % 4}", seq=n,
                props=chance.choice(["", f'{{"sku":"{n % 3}","n{n % 7}":{n}}}', '{"a":1,"a":{"b":2}}']),
            )
        )  # fmt: skip
    return made


TOLD = """
SELECT (SELECT (count(), uniqExact(id), uniqExact(actor), uniqExact(person), uniqExact(segment, record, i))
        FROM events WHERE app = {app:UInt32}),
    (SELECT (count(), uniqExact(id)) FROM ids WHERE app = {app:UInt32}),
    (SELECT (sum(received), sum(loaded), sum(duplicate), sum(quarantined)) FROM ledger WHERE app = {app:UInt32}),
    (SELECT arraySort(groupArray((reason, name))) FROM quarantine WHERE app = {app:UInt32}),
    (SELECT arraySort(groupUniqArray(name)) FROM property_names WHERE app = {app:UInt32})
"""
#: Which events are of the same person, by the times of these: numbers of persons and identities differ between apps.
PERSONS = """
SELECT arraySort(groupArray(toUnixTimestamp64Milli(e.ts))) AS theirs FROM events AS e
INNER JOIN
(
    SELECT actor, argMax(person, version) AS person FROM person_map WHERE app = {app:UInt32} GROUP BY actor
) AS m ON e.actor = m.actor
WHERE e.app = {app:UInt32} GROUP BY m.person ORDER BY theirs
"""


def told(house: House) -> list[object]:
    """What is in the warehouse of an app, and who is who."""
    return [house.rows(TOLD), house.rows(PERSONS)]


def test_it_is_what_one_server_makes_of_the_whole(house: House, there: House) -> None:
    for seed in range(12 if at_length() else 1):
        some = story(random.Random(seed), 70)
        house.load(some)
        there.receive(some)
        loader = there.pipeline.loader
        before = loader.counter.value
        there.step()
        assert loader.counter.value >= before + 4  # a load for each section
        loader.drain()
        assert told(there) == told(house)
        assert there.waiting() == house.waiting()
        house.build()
        there.build()
        assert told(there) == told(house)


def all_is_in(house: House, some: list[Happening]) -> None:
    """Everything was received once and has become something once."""
    ((loaded, ids),) = house.rows(
        "SELECT count(), uniqExact(id) FROM events WHERE app = {app:UInt32}"
    )
    assert loaded == ids
    assert ids
    ((received, counted),) = house.rows(
        "SELECT sum(received), sum(loaded + duplicate + quarantined) FROM ledger WHERE app = {app:UInt32}"
    )
    assert received == counted == len(some)


class Killed(BaseException):
    """Stands for kill -9: nothing after it runs."""


@pytest.mark.parametrize("first", range(4))
def test_a_kill_anywhere_loses_and_doubles_nothing(house: House, there: House, first: int) -> None:
    """At every moment at length: after each insert of each section, and between its verdicts and its persons."""
    loader = there.pipeline.loader
    some = story(random.Random(100 + first), 60)
    for n in range(first, 45, 4) if at_length() else (first * 5 + 3,):
        moments = itertools.count()

        def fault(point: str, n: int = n, moments: Iterator[int] = moments) -> None:
            if next(moments) == n:
                raise Killed(point)

        there.receive(some)
        house.load(some)
        loader.fault = fault
        killed = False
        try:
            loader.step()
        except Killed:
            killed = True
        finally:
            loader.fault = lambda point: None
        assert killed or at_length()
        loader.drain()
        assert told(there) == told(house)


def test_what_fails_beside_each_other_is_loaded_one_by_one(house: House, there: House) -> None:
    some, failed = story(random.Random(7), 60), list[str]()

    def fault(point: str) -> None:
        if point == "events" and not failed:
            failed.append(threading.current_thread().name)
            raise OSError("no room")

    there.pipeline.loader.fault = fault
    try:
        there.receive(some)
        there.step()
    finally:
        there.pipeline.loader.fault = lambda point: None
    there.pipeline.loader.drain()
    house.load(some)
    assert failed[0].startswith("section")
    assert told(there) == told(house)


def test_who_lost_the_lease_loads_no_section_one_by_one(there: House) -> None:
    some, at_work, lost = story(random.Random(8), FEW), list[str](), list[str]()

    def fault(point: str) -> None:
        at_work.append(threading.current_thread().name)
        if point == "events":
            lost.append(point)

    def number() -> None:
        if lost:
            raise LeaseLost

    loader = there.pipeline.loader
    there.receive(some)
    loader.fault, loader.number = fault, number
    try:
        with pytest.raises(LeaseLost):
            loader.step()
    finally:
        loader.fault, loader.number = lambda point: None, lambda: None
    assert lost
    assert all(one.startswith("section") for one in at_work)
    loader.drain()
    all_is_in(there, some)


def test_servers_that_cannot_be_opened_anew_leave_those_that_load(
    there: House, opened: tuple[Pipeline, Writer, Nodes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard is away for a moment while sections are loaded, and away again once they were loaded one by one."""
    nodes, some, at_work = opened[2], story(random.Random(9), FEW), list[str]()
    loader, failed = there.pipeline.loader, list[str]()
    opening = loader.engine.through_each_shard

    def fault(point: str) -> None:
        at_work.append(threading.current_thread().name)
        if point == "events" and not failed:
            failed.append(point)
            raise ShardAway(("分片 2", "Shard 2"), "for a moment")

    def opened_while_it_is_away() -> list[Engine]:
        nodes.kill(1)
        return opening()

    there.receive(some)
    monkeypatch.setattr(loader.engine, "through_each_shard", opened_while_it_is_away)
    loader.fault = fault
    try:
        with pytest.raises(ShardAway):
            loader.step()
        assert at_work[-1] == threading.current_thread().name
        nodes.start_all()
        at_work.clear()
        loader.step()  # the chunk once more
    finally:
        loader.fault = lambda point: None
        nodes.start_all()
    assert at_work
    assert all(one.startswith("section") for one in at_work)
    loader.drain()
    all_is_in(there, some)


def test_a_server_that_is_started_again_after_it_staged_leaves_nothing_out(
    there: House, opened: tuple[Pipeline, Writer, Nodes]
) -> None:
    """Its tables in memory are empty then, of which every statement makes nothing at all."""
    nodes, some, killed = opened[2], story(random.Random(3), 20), list[str]()

    def fault(point: str) -> None:
        if point == "judged" and not killed:
            killed.append(point)
            nodes.kill(0)
            nodes.start(0)

    loader = there.pipeline.loader
    loader.chunk_bytes, loader.fault = 1 << 20, fault
    try:
        there.receive(some)
        for _ in range(5):
            try:
                loader.drain()
                break
            except Exception:
                nodes.start_all()
    finally:
        loader.chunk_bytes, loader.fault = FEW_BYTES, lambda point: None
    assert killed
    all_is_in(there, some)
