"""The table of scenes carries dates: a later row counts from its day on, unless the newest is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.measure.dimensions import Dimension, by_group, by_source, first_touch
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.run import run
from minilens.measure.scene_table import DATED, NEWEST
from minilens.measure.table import Table
from minilens.period import Range
from minilens.reference import scenes
from minilens.reports import find
from minilens.reports.request import AppContext
from minilens.text import Text
from tests import by_name
from tests.pipeline import CREATED, LATER, Happening, House, at

pytestmark = pytest.mark.side_by_side
#: Source, then group, of 1005 move on the 20th; 7777 is new on the 21st.
ROWS = scenes.read(
    [
        ["1005", "顶部搜索", "Search box", "搜索", "Search", "2", "live"],
        [
            "1005",
            "顶部搜索框",
            "Top search",
            "固定场景",
            "Fixed entries",
            "35",
            "live",
            "2026-11-20",
        ],
        ["1011", "扫描二维码", "Scan", "扫码", "Scan", "4", "live"],
        ["7777", "新场景", "New", "分享", "Share", "3", "live", "2026-11-21"],
    ]
)
DAYS = Range(date(2026, 11, 19), date(2026, 11, 21))
#: Visits of 1005 and of 7777 on each day: 1, 2 and 4 of each by one person, and 1 by a code.
STORY = [
    Happening(at(f"2026-11-{day} 08:00") + n, device=f"{scene}", scene=scene, session=f"{day}{scene}", seq=n)
    for day, times in ((19, 1), (20, 2), (21, 4))
    for scene, often in ((1005, times), (7777, times), (1011, 1))
    for n in range(often)
]  # fmt: skip
#: By whose table → source → its visits; first the days', then the newest.
VISITS = {
    "dated": {"2": 1, "35": 6, "10": 3, "3": 4, "4": 3},
    "newest": {"35": 7, "3": 7, "4": 3},
}


def newest(of: Dimension) -> Dimension:
    dimensions = Catalog({}, {of.name: of}).regrouped().dimensions
    return dimensions[of.name]


def ask(house: House, query: Query) -> Table:
    return run(house.pipeline.engine, query, AsOf(LATER, CREATED, 0))


def rows(table: Table) -> dict[object, object]:
    return {row[0]: row[1] for row in table.rows}


@pytest.fixture(params=["made", "tail"])
def told(request: pytest.FixtureRequest, house: House) -> House:
    """The story, in days or in what came after them."""
    house.load(STORY)
    if request.param == "made":
        house.build()
    return house


def test_a_later_row_changes_no_day_before_it(told: House) -> None:
    source, group = by_source(ROWS), by_group(ROWS)
    query = by_name.query(told.app.id, ("visits",), DAYS, ())
    by = {"dated": source, "newest": newest(source)}
    for table, expected in VISITS.items():
        assert rows(ask(told, replace(query, dimensions=(by[table],)))) == expected
    assert rows(ask(told, replace(query, dimensions=(group,)))) == {
        "搜索": 1, "固定场景": 6, "其他": 3, "分享": 4, "扫码": 3,
    }  # fmt: skip
    lines = ask(told, replace(query, dimensions=("day", source), top=8))
    assert {row[1].day: row[2] for row in lines.rows if row[0] == "35"} == {19: 0, 20: 2, 21: 4}  # type: ignore[union-attr]


def test_filters_and_first_touches_stand_on_the_table_of_their_day(told: House) -> None:
    source = by_source(ROWS)
    picked = replace(by_name.condition("scene_source", "is", ("35",)), dimension=source)
    query = by_name.query(told.app.id, ("visits",), DAYS, (), filters=((picked,),))
    assert [row[1] for row in ask(told, replace(query, dimensions=("day",))).rows] == [0, 2, 4]
    for dimension in (source, *by_name.apart("page")):
        assert ask(told, replace(query, dimensions=(dimension,))).rows[0][1] == 6
    every = replace(
        query, dimensions=("day",), filters=((replace(picked, dimension=newest(source)),),)
    )
    assert [row[1] for row in ask(told, every).rows] == [1, 2, 4]
    first = replace(query, measures=by_name.measured("new_users"), filters=())
    assert rows(ask(told, replace(first, dimensions=(first_touch(source),)))) == {
        "2": 1, "10": 1, "4": 1,
    }  # fmt: skip


def test_an_answer_says_by_which_table_where_that_matters(house: House) -> None:
    dimensions = {**BUILT_IN.dimensions, "scene_source": by_source(ROWS)}
    moment = datetime.combine(LATER, time(4), CREATED.tzinfo)
    context = AppContext("Asia/Shanghai", moment, catalog=Catalog(BUILT_IN.measures, dimensions))

    def said(context: AppContext, *asked: tuple[str, str]) -> tuple[Text, ...]:
        state = find("sources.list").kind.read(asked, find("sources.list"), context)
        return run(house.pipeline.engine, state.query(house.app.id), AsOf(LATER, moment, 0)).notes

    before, after = ("from", "2026-11-19"), ("from", "2026-11-21")
    assert said(context, before) == (DATED,)
    assert said(context, after, ("compare", "none")) == ()
    assert said(context, after, ("compare", "week")) == (DATED,)
    assert said(context, before, ("by", "scene")) == ()
    regrouped = replace(context, catalog=context.catalog.regrouped())
    assert said(regrouped, before) == (NEWEST,)
    assert said(AppContext("Asia/Shanghai", moment), before) == ()


def test_names_are_always_the_newest_and_no_day_before_a_row_knows_it() -> None:
    assert scenes.newest(ROWS)[1005].title.en == "Top search"
    (first, then), (second, later) = scenes.before(ROWS)
    assert (first, second) == (date(2026, 11, 20), date(2026, 11, 21))
    assert (then[1005].source.key, later[1005].source.key) == (2, 35)
    assert 7777 not in then
    assert 7777 not in later
    assert scenes.before(scenes.ROWS) == ()
