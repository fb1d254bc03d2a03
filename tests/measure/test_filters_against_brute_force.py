"""Filtered figures and lists of pages equal a count by brute force, whichever way they are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure import plan as plans
from minilens.measure.days import run
from minilens.measure.days.run import answer
from minilens.measure.filters import Condition, Filters
from minilens.measure.plan import Plan, plan
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import GRAINS, Range
from minilens.reference import scenes
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import SAYS, Filtered, Picks
from tests.measure.histories import PAGES, History, histories
from tests.measure.oracle import Oracle
from tests.measure.tails import joining_nobody
from tests.measure.test_against_brute_force import same
from tests.pipeline import CREATED, LATER, OF_TREND, Happening, House, around, at

Houses = Callable[..., House]
CENTURY = datetime(2100, 1, 1, tzinfo=UTC)
#: What events say of each dimension but the page, and what is asked for.
SCENES = (1001, 1047, 1089)
TEXTS = {
    "province": ("广东", "上海", ""),
    "city": ("深圳", "广州", ""),
    "app_version": ("2.1", "2.10", ""),
    "source": ("ad", "Ads", ""),
    "campaign": ("双11", "双12", ""),
    "placement": ("门口", "餐桌", ""),
    "material": ("A3", "杯套", ""),
    "link": ("a-1", "b-1", ""),
    "brand": ("Apple", "Huawei", ""),
    "model": ("iPhone 14 Pro<iPhone15,2>", "iPhone15,2", "P50"),
    "os": ("iOS", "Android", ""),
    "os_version": ("17.4", "14", ""),
    "language": ("zh_CN", "en", ""),
    "network": ("wifi", "5G", "unknown"),
    "wx_version": ("8.0.58", "8.0.50", ""),
}
#: What some of these are called in the store; a part of a name means those it is a part of.
STORED = {
    "city": ("深圳", "广州", "GUANG"),
    "model": ("iPhone 14 Pro", "P50", "iPhone"),
    "os_version": ("iOS 17.4", "Android 14", "iOS"),
    "network": ("wifi", "5g", "w"),
}
OF_PAGES = (
    "visits", "visitors", "shares", "entries", "exits", "exit_rate", "bounce_rate", "visit_share", "entry_share",
    "visitor_share", "page_time_per_visit", "page_time_per_visitor",
)  # fmt: skip


def scattered(history: History) -> History:
    """The same history, from several scenes and provinces; a phone may travel."""

    def put(h: Happening) -> Happening:
        n = sum(h.id.encode())
        said = {name: some[n // (at + 3) % 3] for at, (name, some) in enumerate(TEXTS.items())}
        screen = ((390, 844), (360, 800), (0, 0))[n // 7 % 3]
        return replace(h, scene=SCENES[n % 3], screen=screen, **said)  # type: ignore[arg-type]

    return History(history.zone, tuple(tuple(put(h) for h in c) for c in history.chunks))


def holds(condition: Condition, h: Happening, *, new: bool) -> bool:
    """The words of one condition."""
    said = SAYS[condition.dimension.name](h, new)
    named = said in condition.dimension.named(condition.operator, condition.values)
    return {
        "is": said in condition.values,
        "is_not": said not in condition.values,
        "contains": named or any(v.lower() in said.lower() for v in condition.values),
        "contains_not": not named and not any(v.lower() in said.lower() for v in condition.values),
        "starts_with": named or any(said.startswith(value) for value in condition.values),
        "is_known": said != "",
        "is_unknown": said == "",
    }[condition.operator]


def picks(filters: Filters) -> Picks:
    """The words of all of them."""
    return lambda h, new: all(any(holds(c, h, new=new) for c in clause) for clause in filters)


def of_text(name: str, values: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    """Whole values or parts of them, or whether there is one; `page` always has one."""
    texts = st.sampled_from(("is", "is_not", "contains", "contains_not", "starts_with"))
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
    known = st.builds(by_name.condition, st.just(name), st.sampled_from(("is_known", "is_unknown")))
    asked = st.builds(by_name.condition, st.just(name), texts, some)
    return asked if name == "page" else st.one_of(asked, asked, known)


def of_codes(name: str, operators: tuple[str, ...], *values: str) -> st.SearchStrategy[Condition]:
    """Whole values alone."""
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
    return st.builds(by_name.condition, st.just(name), st.sampled_from(operators), some)


#: How each dimension is asked for.
ASKED: dict[str, st.SearchStrategy[Condition]] = {
    "page": of_text("page", (*PAGES, "INDEX", "pages/c")),
    "scene": of_codes("scene", ("is", "is_not"), *map(str, SCENES)),
    "scene_source": of_codes("scene_source", ("is", "is_not"), "1", "4", "29", "10"),
    "scene_group": of_codes("scene_group", ("is", "is_not"), *sorted({scenes.scene(code).group.zh for code in SCENES})),
    "newness": of_codes("newness", ("is",), "new", "returning").filter(lambda c: len(c.values) == 1),
    "province": of_text("province", ("广东", "上海", "东")),
    "screen": of_text("screen", ("390×844", "360×800", "39")),
    **{
        name: of_text(name, STORED.get(name, (*some[:2], some[0][:1])))
        for name, some in TEXTS.items() if name != "province"
    },
}  # fmt: skip


def conditions() -> st.SearchStrategy[Condition]:
    """One condition on any dimension."""
    return st.one_of(*ASKED.values())


def of_each() -> st.SearchStrategy[tuple[Filters, ...]]:
    """One condition on each dimension."""
    return st.tuples(*(some.map(lambda one: ((one,),)) for some in ASKED.values()))


def clauses() -> st.SearchStrategy[Filters]:
    """One to three clauses of one or two conditions."""
    clause = st.lists(conditions(), min_size=1, max_size=2).map(tuple)
    return st.lists(clause, min_size=1, max_size=3).map(tuple)


def ask(house: House, query: Query) -> Table:
    """The table as of a day after everything."""
    return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)


def all_made(new_app: Houses, history: History) -> House:
    """A house that has loaded and made everything."""
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
    house.build()
    return house


def of_one_field() -> st.SearchStrategy[Filters]:
    """One condition, or two on the same field: with the page beside it, days have rows of both."""
    return conditions().flatmap(
        lambda one: st.sampled_from((((one,),), ((one, one),), ((one,), (one,))))
    )


def beside_a_page() -> st.SearchStrategy[Filters]:
    """A page and one condition on any field: both must hold, or either."""
    page = st.sampled_from(PAGES).map(lambda one: by_name.condition("page", "is", (one,)))
    both = st.tuples(page, conditions())
    return both.flatmap(lambda two: st.sampled_from((((two[0],), (two[1],)), (two,))))


def from_visits(query: Query) -> Plan:
    """The long way, also where there is a short one."""
    return replace(plan(query), source="visits", dimension="")


@contextmanager
def every_plan(way: Callable[[Query], Plan]) -> Iterator[None]:
    """All questions go this way."""
    with patch.object(run, "plan", way), patch.object(plans, "plan", way):
        yield


def from_events(query: Query) -> Plan:
    """The longest way: as for a day cut short, but long after it."""
    return replace(plan(query), source="events", dimension="", tail=False)


@costly(2, 200)
@given(
    history=histories().map(scattered),
    filters=st.tuples(of_each(), st.tuples(*[clauses()] * 3, beside_a_page())).map(
        lambda two: two[0] + two[1]
    ),
)
def test_the_measures_of_a_trend(
    new_app: Houses, history: History, filters: tuple[Filters, ...]
) -> None:
    house = all_made(new_app, history)
    oracle = Oracle(history.arrived, history.zone)
    over = around(history.arrived, history.zone)
    for n, some in enumerate(filters):
        picked = Filtered(oracle, picks(some))
        by_page = any(c.dimension.name == "page" for clause in some for c in clause)
        query = by_name.query(house.app.id, OF_TREND, over, (GRAINS[n % 3],), filters=some)
        right = picked.figures(over.start, over.end, query.grain, by_page=by_page)
        same(list(ask(house, query).rows), right)
        with every_plan(from_visits):
            same(list(ask(house, query).rows), right)
        with every_plan(from_events):
            same(list(ask(house, replace(query, cutoff=CENTURY)).rows), right)
        trial = replace(query, traffic="trial")
        right = picked.figures(over.start, over.end, query.grain, "trial", by_page=by_page)
        same(list(ask(house, trial).rows), right)


def listed(table: Table) -> dict[object, tuple[object, ...]]:
    """Rows by their value, ratios to a millionth."""
    return {row[0]: rounded(row[1:]) for row in table.rows}


def rounded(cells: tuple[object, ...]) -> tuple[object, ...]:
    """Ratios to a millionth."""
    return tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in cells)


@costly(2, 200)
@given(
    history=histories().map(scattered),
    filters=st.tuples(of_one_field(), of_one_field(), clauses(), clauses()),
)
def test_the_list_of_pages(new_app: Houses, history: History, filters: tuple[Filters, ...]) -> None:
    house = all_made(new_app, history)
    oracle = Oracle(history.arrived, history.zone)
    over = around(history.arrived, history.zone)
    for some in ((), *filters):
        by_page = any(c.dimension.name == "page" for clause in some for c in clause)
        if by_page:
            continue  # of a session the page that it was entered by is asked: see by hand
        pages = Filtered(oracle, picks(some)).pages(over.start, over.end, OF_PAGES)
        query = by_name.query(
            house.app.id, OF_PAGES, over, dimensions=("page",), sort="visits", filters=some
        )
        table = ask(house, query)
        assert listed(table) == {page: rounded(cells) for page, cells in pages.items()}
        with every_plan(from_visits):
            assert listed(ask(house, query)) == listed(table)
        assert table.total_rows == len(pages)
        visits = [int(str(row[1])) for row in table.rows]
        assert visits == sorted(visits, reverse=True)
        one = ask(house, replace(query, top=1, include_other=True))
        assert one.rows == table.rows[:1]
        check_ends(oracle, over, picks(some), one)


def check_ends(oracle: Oracle, over: Range, picked: Picks, one: Table) -> None:
    """What all pages come to, and all but the first: people once."""
    days = set(over)

    def count(shown: Callable[[str], bool]) -> tuple[int, int]:
        views = [
            h
            for h in Filtered(oracle, picked).events("page_view", days, "release")
            if shown(h.page)
        ]
        return len(views), len({oracle.person[h.id] for h in views})

    assert one.totals is not None
    assert one.totals[1:3] == count(lambda page: True)
    if one.total_rows > 1:
        first = one.rows[0][0]
        assert one.other is not None
        assert one.other[1:3] == count(lambda page: page != first)
    else:
        assert one.other is None


@costly(2, 100)
@given(history=histories().map(scattered), some=clauses(), data=st.data())
def test_what_came_after_the_build(
    new_app: Houses, history: History, some: Filters, data: st.DataObject
) -> None:
    """Visits and shares are there before the day is made."""
    oracle = Oracle(history.arrived, history.zone)
    newest = data.draw(st.sampled_from(sorted({oracle.day(h) for h in history.arrived})))
    built = [h for h in history.arrived if oracle.day(h) < newest]
    tail = joining_nobody(built, [h for h in history.arrived if oracle.day(h) >= newest])
    oracle = Oracle([*built, *tail], history.zone)  # who came first is who was received first
    house = new_app(history.zone)
    house.load(built)
    house.build()
    house.load(tail)
    some = tuple(c for c in some if all(one.dimension.name != "newness" for one in c))
    over = around(history.arrived, history.zone)
    right = Filtered(oracle, picks(some)).figures(over.start, over.end, "day", by_page=False)
    found = ask(house, by_name.query(house.app.id, OF_TREND, over, filters=some)).rows
    for column in (
        0,
        *(OF_TREND.index(name) + 1 for name in ("visits", "visitors", "shares", "sharers")),
    ):
        assert [row[column] for row in found] == [row[column] for row in right]


def test_empty_days_are_nought_or_unknown(house: House) -> None:
    over = Range(date(2026, 11, 1), date(2026, 11, 2))
    scene = ((by_name.condition("scene", "is", ("1047",)),),)
    page = ((by_name.condition("page", "is", ("pages/cart",)),),)
    rows = ask(house, by_name.query(house.app.id, OF_TREND, over, filters=scene)).rows
    assert [row[1:] for row in rows] == [(None, 0, 0, 0, 0, 0, 0, None, None, None, None, None)] * 2
    rows = ask(house, by_name.query(house.app.id, OF_TREND, over, filters=page)).rows
    assert [row[1:] for row in rows] == [
        (None, None, 0, 0, 0, 0, 0, None, None, None, None, None)
    ] * 2
    table = ask(house, by_name.query(house.app.id, OF_PAGES, over, dimensions=("page",)))
    assert (table.rows, table.total_rows) == ((), 0)


def test_measures_that_are_unknown_under_a_filter_are_so_alone_as_well(house: House) -> None:
    house.load(
        [Happening(at("2026-11-01 09:00"), device="a", session="s", page="home", scene=1047)]
    )
    house.build()
    over = Range(date(2026, 11, 1), date(2026, 11, 1))
    page = ((by_name.condition("page", "is", ("home",)),),)
    scenes = by_name.query(
        house.app.id, ("launches", "visits"), over, dimensions=("scene",), filters=page
    )
    table = ask(house, scenes)
    assert (table.rows, table.totals) == ((("1047", None, 1),), (None, None, 1))
    two = (*page, (by_name.condition("province", "is_not", ("广东",)),))
    assert ask(house, replace(scenes, filters=two)).totals == (None, None, 1)
    alone = replace(scenes, measures=by_name.measured("launches"), dimensions=("day",), filters=two)
    assert ask(house, alone).rows == ((date(2026, 11, 1), None),)
