"""How long pages took to load, where events tell: by hand, built and before that, filtered; and by brute force."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from minilens.measure.filters import Filters
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Row, Table
from minilens.reports import find, read
from tests import by_name
from tests.measure.oracle import Oracle, ratio
from tests.pipeline import CREATED, LATER, Happening, House, at, days

pytestmark = pytest.mark.side_by_side
LOADS = ("load_time", "timed_loads")
DAY, NEXT = "2026-11-19", "2026-11-20"


def loaded(
    when: str, ms: object, page: str = "home", device: str = "a", **more: object
) -> Happening:
    """A page view's other half: that the page was loaded."""
    props = "{}" if ms is None else f'{{"ms":{ms}}}'
    return Happening(
        at(when), "page_load_time", device=device, session=f"{device}1", page=page, props=props, **more,  # type: ignore[arg-type]
    )  # fmt: skip


#: On the first day 0.6 s of two of home, 0.9 s of one of menu; one without a number, one negative, one that slept.
STORY = [
    Happening(at(f"{DAY} 10:00"), device="a", session="a1", page="home"),
    loaded(f"{DAY} 10:00", 400), loaded(f"{DAY} 10:01", '"800.0"', device="b", network="wifi", scene=1047),
    loaded(f"{DAY} 10:02", 900, "menu"), loaded(f"{DAY} 10:03", None), loaded(f"{DAY} 10:04", -1),
    loaded(f"{DAY} 10:05", 600_001), loaded(f"{DAY} 10:06", 5000, traffic="trial"),
    loaded(f"{NEXT} 00:00", 250),
]  # fmt: skip


def ask(house: House, filters: Filters = (), **more: object) -> list[tuple[object, ...]]:
    query = by_name.query(house.app.id, LOADS, days(DAY, NEXT), filters=filters, **more)  # type: ignore[arg-type]
    return [row[1:] for row in run(house.pipeline.engine, query, AsOf(LATER, CREATED, 0)).rows]


def one(name: str, value: str) -> Filters:
    return ((by_name.condition(name, "is", (value,)),),)


def test_by_hand_as_built_and_before_that_and_under_filters(house: House) -> None:
    house.load(STORY)
    for made in (False, True):
        if made:
            house.build()
        assert ask(house) == [(pytest.approx(0.7), 3), (pytest.approx(0.25), 1)], made
        assert ask(house, one("page", "home"))[0] == (pytest.approx(0.6), 2)
        assert ask(house, one("scene_group", "扫码"))[0] == (pytest.approx(0.8), 1)
        assert ask(house, one("network", "wifi"))[0] == (pytest.approx(0.8), 1)
        assert ask(house, one("page", "cart")) == [(None, 0), (None, 0)]
    new = ask(house, (*one("newness", "new"), *one("page", "home")))
    assert new == [(pytest.approx(0.4), 1), (None, 0)]  # b never saw a page
    noon = datetime(2026, 11, 19, 2, 1, 30, tzinfo=UTC)
    assert ask(house, dimensions=("day",), cutoff=noon)[0] == (pytest.approx(0.6), 2)


def test_what_comes_later_counts_at_once_and_a_copy_never(house: House) -> None:
    house.load(STORY)
    house.build()
    house.load([STORY[1], loaded(f"{NEXT} 09:00", 750)])
    assert ask(house)[1] == (pytest.approx(0.5), 2)
    house.build()
    assert ask(house) == [(pytest.approx(0.7), 3), (pytest.approx(0.5), 2)]


#: Filter → the loads that it lets through.
PICKED: dict[str, Callable[[Happening], bool]] = {
    "page:home": lambda h: h.page == "home", "scene_group:扫码": lambda h: h.scene in (1011, 1047),
    "os:iOS": lambda h: h.os == "iOS", "": lambda _: True,
}  # fmt: skip


def scattered(zone: str) -> list[Happening]:
    """Late, twice, around midnight and the change of the clock, of pages, scenes and phones."""
    draw, first, some = random.Random(7), at("2026-03-07 18:00", zone), []
    for _ in range(120):
        made = loaded(
            "2026-03-07 18:00", draw.choice([None, draw.randrange(0, 3000)]), draw.choice(["home", "menu"]),
            draw.choice("abc"), scene=draw.choice([1011, 1047, 1089]), os=draw.choice(["iOS", "Android"]),
        )  # fmt: skip
        some.append(replace(made, ts=first + draw.randrange(0, 40 * 3600) * 1000))
        if draw.random() < 0.1:
            some.append(draw.choice(some))
    return some


def counted(oracle: Oracle, day: object, holds: Callable[[Happening], bool]) -> list[object]:
    """The measures of a day, from the words."""
    return counted_of(oracle, lambda h: holds(h) and oracle.day(h) == day)


def counted_of(oracle: Oracle, holds: Callable[[Happening], bool]) -> list[object]:
    """Those of some loads."""
    loads = [h for h in oracle.events if holds(h) and h.props != "{}"]
    mean = ratio(sum(float(h.props[6:-1]) for h in loads) / 1000, len(loads))
    return [None if mean is None else pytest.approx(mean), len(loads)]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_against_brute_force(new_app: Callable[..., House], zone: str) -> None:
    """Half of it comes after the build: of a day before the newest it waits for the next one."""
    house, some = new_app(zone), scattered(zone)
    house.load(some[:70])
    house.build()
    house.load(some[70:])
    oracle, over = Oracle(some, zone), days("2026-03-07", "2026-03-09")
    for built in (False, True):
        if built:
            house.build()
        newest = max(
            str(row[0]) for row in house.rows("SELECT day FROM builds WHERE app = {app:UInt32}")
        )
        for text, holds in PICKED.items():
            name, _, value = text.partition(":")
            found = by_name.query(
                house.app.id, LOADS, over, filters=one(name, value) if name else ()
            )
            for day, *cells in run(house.pipeline.engine, found, AsOf(LATER, CREATED, 0)).rows:
                if built or str(day) >= newest:
                    assert cells == counted(oracle, day, holds), (text, day, built)
            listed = replace(found, dimensions=by_name.apart("page"))
            for page, *cells in run(house.pipeline.engine, listed, AsOf(LATER, CREATED, 0)).rows:
                of_page = [h for h in some if h.page == page]
                if built:
                    assert cells == counted_of(Oracle(of_page, zone), holds)


def by_page(house: House, *more: tuple[str, str], today: date = date(2026, 11, 21)) -> Table:
    """The list as its address asks for it: the first day beside the day after."""
    asked = [("from", DAY), ("to", DAY), ("compare_from", NEXT), ("compare_to", NEXT), *more]
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    query = read(asked, find("traffic.load_times"), house.app.timezone, now).query(house.app.id)
    return run(house.pipeline.engine, query, AsOf(today, now, 0))


def row(page: str | None, loads: int, seconds: float) -> Row:
    """A row of the list."""
    return page, loads, pytest.approx(seconds)  # type: ignore[return-value]


def test_the_list_is_by_page(house: House) -> None:
    house.load(STORY)
    home, menu = row("home", 2, 0.6), row("menu", 1, 0.9)
    for made in (False, True):
        if made:
            house.build()
        table = by_page(house)
        assert table.rows == (home, menu), made
        assert table.totals == row(None, 3, 0.7)
        assert table.compared[0] == row("home", 1, 0.25)
        assert by_page(house, ("sort", "load_time")).rows == (menu, home)
        assert by_page(house, ("search", "men")).rows == (menu,)
        assert by_page(house, ("filter", "network:is:wifi")).rows == (row("home", 1, 0.8),)
        assert by_page(house, ("filter", "newness:is:new")).total_rows == (2 if made else 0)
        rest = by_page(house, ("top", "1"), ("rest", "1"))
        assert rest.rows == (home,)
        assert rest.other == row(None, 1, 0.9)


def test_its_card_is_of_a_page_by_whole_days(house: House) -> None:
    house.load(STORY)
    report, now = find("page.load_times"), datetime(2026, 11, 21, tzinfo=UTC)
    state = read(
        {"page": "home", "period": "yesterday", "show": "timed_loads"}, report, "Asia/Shanghai", now
    )
    assert (state.bucket, state.shown) == ("day", "timed_loads")
    table = run(house.pipeline.engine, state.query(house.app.id), AsOf(date(2026, 11, 21), now, 0))
    assert table.rows == ((date(2026, 11, 20), 0.25, 1),)
    assert ("show", "timed_loads") in state.pairs()
