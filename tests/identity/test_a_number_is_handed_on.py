"""A phone number that the carrier gave to somebody else: theirs from that moment on, what came before stays."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.identity.lookup import look_up
from minilens.identity.parity import of_app
from minilens.identity.types import DEFAULT
from minilens.load import merges
from minilens.measure import person_export
from minilens.measure.person.facts import facts
from minilens.measure.person.timeline import TimelineAsked, timeline
from tests import by_name
from tests.examples import costly
from tests.identity.story import MINUTE, Said, load, merge, person, states, who
from tests.measure.test_filters_against_brute_force import ask, every_plan, from_events
from tests.pipeline import Happening, House, at, days
from tests.side_by_side import together

pytestmark = pytest.mark.side_by_side
DAY = 24 * 60
WEEK = days("2026-11-16", "2026-11-20")
FIRST = at("2026-11-16 12:00")
#: Columns of the trend: visitors, new users.
VISITORS, NEW = 4, 5


def scene(house: House) -> None:
    """Monday a with m, Tuesday m alone, Wednesday b with m, Thursday m alone and a without it."""
    load(house, [Said("d1", "a m", server=True), Said("d1", "m", DAY)])
    house.build()
    load(house, SECOND)


SECOND = [
    Said("d2", "b m", 2 * DAY, server=True), Said("d2", "m", 3 * DAY), Said("d1", "a", 3 * DAY),
]  # fmt: skip


def column(house: House, n: int) -> list[object]:
    return [row[n] for row in house.figures(WEEK)]


def agree(house: House) -> None:
    """The map says what the links say; days made anew say what they said."""
    assert of_app(house.pipeline.engine, house.app.id, DEFAULT) == []
    house.build()
    told = house.figures(WEEK)
    made = [
        row[0] for row in house.rows("SELECT DISTINCT day FROM builds WHERE app = {app:UInt32}")
    ]
    house.pipeline.builder.make(house.app.id, [day for day in made if isinstance(day, date)])
    assert house.figures(WEEK) == told


def exported(house: House, value: str) -> list[str]:
    """The moments of all events that an export of a person holds."""
    engine, app = house.pipeline.engine, house.app.id
    subject = look_up(engine, app, f"p{person(house, value)}", b"")
    lines = person_export.events(engine, app, subject, "TSV").decode().splitlines()
    return [line.split("\t")[0][5:13] for line in lines]


def on_their_page(house: House, value: str) -> tuple[int, list[int]]:
    """How many events the page of a person has, and the days of the timeline."""
    engine, app, one = house.pipeline.engine, house.app.id, person(house, value)
    of = look_up(engine, app, f"p{one}", b"")
    shown = timeline(engine, app, of.actors, TimelineAsked(), of.spans).events
    return facts(engine, app, one, of.actors, of.spans).totals.events, [one.at.day for one in shown]


def test_6_it_moves_from_that_time_on(house: House) -> None:
    scene(house)
    assert who(house, "a b d1 d2") == {"a d1", "b d2"}
    for _ in ("the tail", "made"):
        assert (column(house, VISITORS), column(house, NEW)) == ([1, 1, 1, 2, 0], [1, 0, 1, 0, 0])
        agree(house)
    assert states(house) == {}
    engine, app = house.pipeline.engine, house.app.id
    assert (
        look_up(engine, app, f"p{person(house, 'b')}", b"").spans[0].since
        == FIRST + 2 * DAY * MINUTE
    )
    assert [on_their_page(house, value) for value in ("a", "b")] == [
        (3, [19, 17, 16]),
        (2, [19, 18]),
    ]
    assert exported(house, "a") == ["11-16 04", "11-17 04", "11-19 04"]
    assert exported(house, "b") == ["11-18 04", "11-19 04"]


def test_what_was_said_late_moves_it_earlier(house: House) -> None:
    """Whoever is proved afterwards to have had it on Tuesday has Tuesday, too; made days are made again."""
    scene(house)
    house.build()
    load(house, [Said("", "b m", DAY - 1, server=True)])
    agree(house)
    assert column(house, VISITORS) == [1, 1, 1, 2, 0]
    assert exported(house, "a") == ["11-16 04", "11-19 04"]
    assert exported(house, "b") == ["11-17 03", "11-17 04", "11-18 04", "11-19 04"]


def test_the_number_follows_whoever_has_it_into_a_merge(house: House) -> None:
    scene(house)
    load(house, [Said("d3", "c", 4 * DAY)])
    agree(house)
    number_of_merge = merge(house, "b", "c")
    assert who(house, "b c") == {"b c"}
    agree(house)
    assert exported(house, "c") == ["11-18 04", "11-19 04", "11-20 04"]
    pipeline = house.pipeline
    merges.undo(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, version=number_of_merge
    )
    agree(house)
    assert exported(house, "b") == ["11-18 04", "11-19 04"]
    merge(house, "a", "b")
    agree(house)
    assert column(house, VISITORS) == [1, 1, 1, 1, 1]


def test_properties_are_those_of_whoever_had_it_then(house: House) -> None:
    """A filter by them over days that are made and their tail, and over the events themselves."""
    scene(house)
    said = [
        Happening(at("2026-11-18 20:01"), "profile_set", device="d2", identity=("wechat-unionid", "b"), profile=text)
        for text in ('{"gender":"f"}', '{"province":"广东"}')
    ]  # fmt: skip
    house.load(said)
    house.build()
    load(house, [Said("d2", "m", 4 * DAY)])
    for name, value in (("gender", "female"), ("person_province", "广东")):
        filters = ((by_name.condition(name, "is", (value,)),),)
        query = by_name.query(house.app.id, ("visitors",), WEEK, filters=filters)
        assert ask(house, query).column("visitors") == [0, 0, 1, 1, 1]
        house.build()
        with every_plan(from_events):
            assert ask(house, query).column("visitors") == [0, 0, 1, 1, 1]


def by_counting(said: Sequence[Said]) -> list[int]:
    """Visitors a day: a number is whose who was the last to be proved to have it by then, else the first's."""
    proved: dict[str, dict[str, int]] = {}
    for one in sorted(said, key=lambda one: one.when):
        if one.server:
            name, mobile = one.who.split()
            proved.setdefault(mobile, {}).setdefault(name, one.when)

    def whose(one: Said) -> str:
        actor = one.who.split()[-1]
        had = proved.get(actor, {})
        before = [name for name, when in had.items() if when <= one.when]
        return before[-1] if before else next(iter(had), actor)

    came = [{whose(one) for one in said if one.when // DAY == n} for n in range(5)]
    return [len(some) for some in came]


def sayings(seed: int) -> list[Said]:
    """Five days of three persons and two numbers that go from one to another."""
    dice = random.Random(seed)
    found = []
    for when in dice.sample(range(5 * DAY), 40):
        name, mobile = dice.choice(("a1", "a2", "a3")), dice.choice(("m1", "m2"))
        both = dice.random() < 0.25
        found.append(
            Said("", f"{name} {mobile}" if both else dice.choice((name, mobile)), when, server=both)
        )
    return found


@costly(1, 20)
@given(seeds=st.lists(st.integers(0, 10**6), min_size=3, max_size=3, unique=True))
def test_in_any_order_beside_a_count(new_app: Callable[..., House], seeds: list[int]) -> None:
    """As the tail says it, and made, with builds in between or not."""
    together(*(partial(in_any_order, new_app("Asia/Shanghai"), seed) for seed in seeds))


def in_any_order(house: House, seed: int) -> None:
    said, dice = sayings(seed), random.Random(seed + 1)
    mixed, cuts = dice.sample(said, len(said)), dice.sample(range(40), dice.randint(0, 3))
    for first, last in pairwise(sorted({0, len(mixed), *cuts})):
        load(house, mixed[first:last], start="2026-11-16 00:00")
        if seed % 2:
            house.build()
    if not seed % 2:
        assert column(house, VISITORS) == by_counting(said)
    agree(house)
    assert column(house, VISITORS) == by_counting(said)
