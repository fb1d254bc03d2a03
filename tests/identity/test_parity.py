"""Whatever was said in whatever order, replayed, merged by hand and undone: the map says what the links say."""

from __future__ import annotations

import random
from functools import partial
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from minilens.identity.parity import mismatches, of_app
from minilens.identity.types import DEFAULT
from minilens.load.merges import complete
from minilens.load.parity_watch import ParityWatch
from tests.examples import costly
from tests.identity.story import Said, last_merge, load, merge, number, undo, who
from tests.measure.test_against_brute_force import Houses
from tests.pipeline import House, days
from tests.side_by_side import together

WHOLE = days("2026-11-16", "2026-12-31")
DEVICES = [f"d{n}" for n in range(1, 25)]
NAMES = [f"{letter}{n}" for letter in "abmoc" for n in range(1, 10)]
ALL = " ".join([*DEVICES, *NAMES])


def stories(seed: int, most: int) -> list[Said]:
    """So many sayings of few people on few devices, at moments that are all different."""
    dice = random.Random(seed)
    found = []
    for when in dice.sample(range(0, 40 * 24 * 60), most):
        device = dice.choice([*DEVICES, ""])
        kinds = dice.sample("amoc", dice.choice([0, 1, 1, 2, 2, 3]) if device else 2)
        named = " ".join(dice.choice([n for n in NAMES if n[0] == kind]) for kind in kinds)
        server = not device or dice.random() < 0.2
        found.append(
            Said(device, named, when, ep=dice.choice((0, 0, 0, 1)) if device else 0, server=server)
        )
    return found


def persons(house: House) -> set[str]:
    """Who is one person, of all that the map knows."""
    return who(house, ALL)


def checked(house: House) -> None:
    assert of_app(house.pipeline.engine, house.app.id, DEFAULT) == []


SEEDS = st.integers(0, 10**6)


@costly(1, 33)
@given(seeds=st.lists(SEEDS, min_size=3, max_size=3, unique=True))
def test_16_the_same_sayings_in_any_order(new_app: Houses, seeds: list[int]) -> None:
    together(*(partial(heard, new_app, seed) for seed in seeds))


def heard(new_app: Houses, seed: int) -> None:
    """Two apps hear the same in two orders and portions, some of it twice: same persons, same figures."""
    said = stories(seed, 200)
    houses = [new_app("Asia/Shanghai"), new_app("Asia/Shanghai")]
    mixed = [*said, *random.Random(seed).sample(said, 40)]
    random.Random(seed + 1).shuffle(mixed)
    dice = random.Random(seed + 2)
    bounds = sorted({0, len(mixed), *dice.sample(range(200), dice.randint(0, 4))})
    load(houses[0], said)
    for first, last in pairwise(bounds):
        load(houses[1], mixed[first:last])
        if first % 2:
            houses[1].build()
    for house in houses:
        house.build()
        checked(house)
    assert persons(houses[0]) == persons(houses[1])
    assert [row[1] for row in houses[0].figures(WHOLE)] == [
        row[1] for row in houses[1].figures(WHOLE)
    ]


@costly(1, 30)
@given(seeds=st.lists(SEEDS, min_size=2, max_size=2, unique=True))
def test_merges_by_hand_and_undone_among_them(new_app: Houses, seeds: list[int]) -> None:
    together(*(partial(merged_and_undone, new_app, seed) for seed in seeds))


def merged_and_undone(new_app: Houses, seed: int) -> None:
    house, dice = new_app("Asia/Shanghai"), random.Random(seed)
    said = stories(seed, 60)
    for n in range(0, 60, 12):
        load(house, said[n : n + 12])
        words = sorted(persons(house))
        if len(words) > 1:
            one, other = dice.sample(words, 2)
            merge(house, one.split()[0], other.split()[0])
            assert any({one.split()[0], other.split()[0]} <= set(w.split()) for w in persons(house))
            checked(house)
        if dice.random() < 0.6:
            undo(house, last_merge(house))
            checked(house)
    house.build()
    figures = house.figures(WHOLE)
    complete(house.pipeline.engine, house.pipeline.pending, house.pipeline.counter)
    assert house.waiting() == []
    # every day made once more from its events says the same
    sql = "SELECT DISTINCT day FROM builds WHERE app = {app:UInt32} ORDER BY day"
    house.pipeline.builder.make(house.app.id, [row[0] for row in house.rows(sql)])  # type: ignore[misc]
    assert house.figures(WHOLE) == figures


def test_what_the_map_says_wrong_is_named(house: House) -> None:
    load(house, [Said("d1", "a1"), Said("d2", "b1", 1)])
    checked(house)
    actor, engine = number(house, "d1"), house.pipeline.engine
    engine.run(
        "INSERT INTO person_map (app, actor, version, person, kind) VALUES "
        f"({house.app.id}, {actor}, 1, 2, 'device')"
    )
    (found,) = {
        one.persons for one in of_app(engine, house.app.id, DEFAULT) if len(one.persons) > 1
    }
    assert found == (1, 2)
    assert mismatches(engine, [(house.app.id, number(house, "b1"))], lambda _: DEFAULT) == []


def test_what_differs_is_decided_anew_by_the_loader(house: House) -> None:
    """A phone that a fault gave to somebody else is given back, and its day made again."""
    loader, engine = house.pipeline.loader, house.pipeline.engine
    loader._parity = ParityWatch(engine)
    load(house, [Said("d1", "a1"), Said("d2", "b1", 1)])  # nothing is wrong: what the look finds
    house.build()
    before = house.figures(WHOLE)
    engine.run(
        "INSERT INTO person_map (app, actor, version, person, kind) VALUES "
        f"({house.app.id}, {number(house, 'd1')}, 1, 2, 'device')"
    )
    loader._parity._nodes, loader._parity._after = {(house.app.id, number(house, "a1"))}, 0.0
    loader.each([])
    checked(house)
    assert who(house, "a1 d1 b1 d2") == {"a1 d1", "b1 d2"}
    house.build()
    assert house.figures(WHOLE) == before
