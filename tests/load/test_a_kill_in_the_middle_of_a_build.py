"""A kill before any statement of a build: after a restart every figure is what it would have been without."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from minilens.load.build import Builder
from minilens.load.merges import merge, undo
from minilens.load.pending import LAST_NUMBER, Pending, recover
from minilens.warehouse.engine import Engine
from tests.pipeline import Happening, House, at, build_together, days, load_together

FOUR = days("2026-03-01", "2026-03-04")


class Killed(Exception):
    """Stands for kill -9: nothing after it runs."""


@dataclass
class Fuse:
    """How many more statements are run."""

    left: int


def fused(engine: Engine, fuse: Fuse) -> Engine:
    """The same engine, which dies before a statement that changes anything once the fuse has burnt down."""
    made = copy.copy(engine)

    def burn(name: str) -> Callable[..., object]:
        work = getattr(engine, name)

        def run(*asked: object, **more: object) -> object:
            fuse.left -= 1
            if fuse.left < 0:
                raise Killed
            return work(*asked, **more)

        return run

    for name in ("run", "insert"):
        setattr(made, name, burn(name))
    return made


def restarted(house: House, fuse: Fuse | None = None) -> Builder:
    """The builder as a start of the program makes it, with this app's days only."""
    pipeline = house.pipeline
    everything, pending = Pending(), Pending()
    recover(pipeline.engine, everything, time.monotonic())
    for (app, day), why in everything.all().items():
        if app == house.app.id:
            for cause in why.causes:
                pending.add(app, day, why.load, 0, why.since, cause)
    pipeline.counter.value = int(pipeline.engine.one(LAST_NUMBER))
    engine = fused(pipeline.engine, fuse) if fuse else pipeline.engine
    return Builder(engine, pending, pipeline.counter, lambda: pipeline.loader.through)


FIRST = [
    Happening(at("2026-03-02 10:00"), device="a", session="1"),
    Happening(at("2026-03-02 10:01"), "share", device="a", session="1"),
    Happening(at("2026-03-02 23:58"), device="b", session="2"),
    Happening(at("2026-03-03 00:02"), device="b", session="2", page="pages/b"),
]


def first(house: House) -> None:
    house.load(FIRST)
    house.build()


def houses_of_first(new_app: Callable[..., House]) -> Iterator[House]:
    """Apps with these days made, some at once: each by itself costs ten times as much."""
    while True:
        some = [new_app() for _ in range(12)]
        load_together(dict.fromkeys(range(12), FIRST), some)
        build_together(some)
        yield from some


def late(house: House) -> None:
    """Known people turn out to have been there a day before, and somebody is new."""
    house.load(
        [
            Happening(at("2026-03-01 10:00"), device="a", session="3"),
            Happening(at("2026-03-01 10:00"), device="c"),
            Happening(at("2026-03-02 11:00"), device="d"),
        ]
    )


def joined(house: House) -> None:
    pipeline = house.pipeline
    merge(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id,
        gone=house.person("device", "a"), into=house.person("device", "b"), cause="push",
    )  # fmt: skip


def joined_and_taken_back(house: House) -> None:
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    gone, into = house.person("device", "a"), house.person("device", "b")
    number = merge(*doors, gone=gone, into=into, cause="push")
    house.build()
    undo(*doors, version=number)


@pytest.mark.parametrize(
    ("then", "stride"),
    [
        (late, 3),
        pytest.param(late, 1, marks=pytest.mark.long),
        pytest.param(joined, 1, marks=pytest.mark.long),
        pytest.param(joined_and_taken_back, 1, marks=pytest.mark.long),
    ],
)
def test_every_figure_is_what_it_would_have_been(
    new_app: Callable[..., House], then: Callable[[House], None], stride: int
) -> None:
    houses = houses_of_first(new_app)
    undisturbed = next(houses)
    then(undisturbed)
    undisturbed.build()
    expected = undisturbed.figures(FOUR)
    assert sum(int(str(row[3])) for row in expected) > 0

    for statements in itertools.count(step=stride):
        house = next(houses)
        then(house)
        builder = restarted(house, Fuse(statements))
        try:
            builder.drain()
        except Killed:
            restarted(house).drain()
            assert house.figures(FOUR) == expected, f"killed before statement {statements}"
        else:
            assert statements > 10
            assert house.figures(FOUR) == expected
            break
        finally:
            for day in house.waiting():
                house.pipeline.pending.take(house.app.id, [day])


def test_a_number_that_rows_bear_is_not_given_again(house: House) -> None:
    first(house)
    late(house)
    with pytest.raises(Killed):
        restarted(house, Fuse(16)).drain()
    left = house.rows(
        "SELECT max(build) FROM (SELECT build FROM day_page_views WHERE app = {app:UInt32} "
        "UNION ALL SELECT build FROM sessions WHERE app = {app:UInt32})"
    )
    written = house.rows("SELECT max(build) FROM builds WHERE app = {app:UInt32}")
    assert left > written, "the build died after its first rows"
    assert int(house.pipeline.engine.one(LAST_NUMBER)) >= int(str(left[0][0]))
