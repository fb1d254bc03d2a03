"""New users by what brought them the first time: by hand, and beside a count by brute force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given

from minilens.measure.days.run import answer
from minilens.measure.dimensions import FIRST_TOUCHES
from minilens.measure.filters import Filters
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import Range
from minilens.reference import scenes
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import Filtered
from tests.measure.histories import History, histories
from tests.measure.oracle import OPENS, Oracle
from tests.measure.tails import split, with_newest
from tests.measure.test_filters_against_brute_force import SCENES, all_made, picks, scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

BOTH = days("2026-03-02", "2026-03-03")
#: Dimension → what it says of a scene.
SAYS: dict[str, Callable[[int], str]] = {
    "scene": str,
    "scene_source": lambda scene: str(scenes.scene(scene).source.key),
    "scene_group": lambda scene: scenes.scene(scene).group.zh,
}


def asked(app: int, over: Range, by: str = "scene", filters: Filters = ()) -> Query:
    """The question of the card."""
    query = by_name.query(app, ("new_users", "new_user_share"), over, (), filters=filters, top=1000)
    return replace(query, dimensions=(FIRST_TOUCHES[by],))


def ask(house: House, query: Query) -> Table:
    return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)


def come(house: House) -> None:
    """Two by a code, one of whom comes again by the list; one by the list."""
    house.load([
        Happening(at("2026-03-02 08:00"), "app_launch", "a", scene=1047, session="1"),
        Happening(at("2026-03-02 08:01"), device="a", scene=1001, session="1", page="p"),
        Happening(at("2026-03-02 20:00"), device="b", scene=1047, session="2"),
        Happening(at("2026-03-03 07:00"), device="b", scene=1089, session="3"),
        Happening(at("2026-03-03 09:00"), device="c", scene=1089, session="4"),
    ])  # fmt: skip


def test_the_first_source_is_kept_whatever_follows_and_known_before_the_day_is_made(
    house: House,
) -> None:
    come(house)
    for made in (False, True):
        if made:
            house.build()
        table = ask(house, asked(house.app.id, BOTH))
        assert table.rows == (("1047", 2, 2 / 3), ("1089", 1, 1 / 3)), made
        assert table.totals == (None, 3, None)
    by_source = ask(house, asked(house.app.id, BOTH, "scene_source"))
    assert [row[:2] for row in by_source.rows] == [("4", 2), ("29", 1)]
    one = ask(house, replace(asked(house.app.id, BOTH), top=1, include_other=True))
    assert one.other == (None, 1, 1 / 3)
    second = ask(
        house, replace(asked(house.app.id, days("2026-03-03")), compare=days("2026-03-02"))
    )
    assert (second.rows, second.compared) == ((("1089", 1, 1.0),), (("1089", 0, 0.0),))


def test_filters_pick_visits_of_the_first_day_and_a_day_may_be_cut_short(house: House) -> None:
    come(house)
    house.build()
    page = ((by_name.condition("page", "is", ("p",)),),)
    assert ask(house, asked(house.app.id, BOTH, filters=page)).rows == (("1047", 1, 1.0),)
    noon = datetime(2026, 3, 2, 4, tzinfo=UTC)
    query = replace(
        asked(house.app.id, days("2026-03-03")), compare=days("2026-03-02"), cutoff=noon
    )
    assert ask(house, replace(query, dimensions=(FIRST_TOUCHES["scene_group"],))).totals == (
        None,
        1,
        None,
    )
    cut = ask(house, replace(query, range=days("2026-03-02")))
    assert (cut.rows[0][1], cut.compared[0][1]) == (2, 1)


def by_moment(history: History) -> History:
    """What happens at one moment comes from one scene."""

    def put(h: Happening) -> Happening:
        return replace(h, scene=SCENES[h.ts // 1000 % 3])

    return History(history.zone, tuple(tuple(put(h) for h in c) for c in history.chunks))


def first_scenes(oracle: Oracle, filters: Filters, over: Range) -> Counter[int]:
    """Of everyone who is new on one of these days by a visit that is picked: the scene that came first on it."""
    picked = Filtered(oracle, picks(filters))
    found: dict[int, int] = {}
    for view in picked.events("page_view", set(over), "release"):
        who, day = oracle.person[view.id], oracle.day(view)
        if picked.firsts.get(who) == day:
            found[who] = min(
                (h.ts, h.scene) for h in oracle.events
                if oracle.person[h.id] == who and oracle.day(h) == day and h.traffic == "release" and h.name in OPENS
            )[1]  # fmt: skip
    return Counter(found.values())


@costly(2, 100)
@given(history=histories().map(scattered).map(by_moment))
def test_against_brute_force(new_app: Callable[..., House], history: History) -> None:
    house = all_made(new_app, history)
    oracle, over = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    city = (by_name.condition("city", "is_not", ("深圳",)),)
    scene = (by_name.condition("scene", "is", (str(SCENES[1]), str(SCENES[2]))),)
    page = (by_name.condition("page", "is_known"),)
    # what days keep by itself and with pages, and what they do not
    for filters in ((), (city,), (scene,), (page, scene), (city, scene), ((*city, *scene),)):
        right = first_scenes(oracle, filters, over)
        for by, says in SAYS.items():
            table = ask(house, asked(house.app.id, over, by, filters))
            counted: Counter[str] = Counter()
            for first, n in right.items():
                counted[says(first)] += n
            assert {row[0]: row[1] for row in table.rows} == counted
            assert table.totals == (None, right.total(), None)


@costly(2, 100)
@given(given=with_newest())
def test_what_came_after_the_build_is_among_all(
    new_app: Callable[..., House], given: tuple[History, date]
) -> None:
    history, newest = by_moment(given[0]), given[1]
    built, tail = split(history, newest)
    house = new_app(history.zone)
    house.load(built)
    house.build()
    house.load(tail)
    table = ask(house, asked(house.app.id, around(history.arrived, history.zone)))
    assert table.totals is not None
    assert sum(int(str(row[1])) for row in table.rows) == table.totals[1]
