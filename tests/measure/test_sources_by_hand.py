"""Sources are groups of scenes: counted by hand where days are made, in the tail, and beside other filters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from minilens.errors import Refused
from minilens.measure.days.run import answer
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.reports import find, read
from tests import by_name
from tests.pipeline import CREATED, LATER, Happening, House, at, days

pytestmark = pytest.mark.side_by_side
DAY = "2026-11-20"
MEASURES = ("launches", "visits", "visitors", "new_users")


def seen(scene: int, device: str, hour: int, page: str = "pages/index") -> list[Happening]:
    """A launch and a visit of one scene."""
    moment = at(f"{DAY} {hour:02d}:00")
    session = f"{device}-{hour}"
    return [
        Happening(moment, "app_launch", device=device, session=session, page=page, scene=scene),
        Happening(moment + 1, device=device, session=session, page=page, scene=scene, seq=1),
    ]


#: Both are scans (1011, 1047: source 4), by one person; 1001 is the history list; 9999 is in no list; 0 is unknown.
STORY = [
    *seen(1011, "a", 8), *seen(1047, "a", 9), *seen(1001, "a", 10, "pages/cart"), *seen(1047, "b", 11),
    *seen(9999, "c", 12), *seen(0, "d", 13),
]  # fmt: skip
BY_SOURCE = {
    "4": (3, 3, 2, 2), "1": (1, 1, 1, 1), "10": (1, 1, 1, 1), "": (1, 1, 1, 1),
}  # fmt: skip


def ask(house: House, query: Query) -> Table:
    return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)


def rows(table: Table) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in table.rows}


@pytest.fixture(params=["made", "tail"])
def told(request: pytest.FixtureRequest, house: House) -> House:
    """The story, in days or in what came after them."""
    house.load(STORY)
    if request.param == "made":
        house.build()
    return house


def test_a_person_of_two_scenes_of_a_source_counts_once(told: House) -> None:
    query = by_name.query(told.app.id, MEASURES, days(DAY), ("scene_source",))
    table = ask(told, query)
    assert rows(table) == BY_SOURCE
    assert table.totals == (None, 6, 6, 4, 4)
    groups = rows(ask(told, replace(query, dimensions=by_name.apart("scene_group"))))
    assert groups["扫码"] == (3, 3, 2, 2)
    assert groups[""] == (1, 1, 1, 1)


def test_a_source_filters_scenes_and_pages(told: House) -> None:
    scans = ((by_name.condition("scene_source", "is", ("4",)),),)
    query = by_name.query(told.app.id, MEASURES, days(DAY), ("scene",), filters=scans)
    assert rows(ask(told, query)) == {"1047": (2, 2, 2, 2), "1011": (1, 1, 1, 1)}
    pages = replace(query, measures=by_name.measured("visits"), dimensions=by_name.apart("page"))
    assert rows(ask(told, pages)) == {"pages/index": (3,)}
    no_scans = ((by_name.condition("scene_source", "is_not", ("4",)),),)
    assert rows(ask(told, replace(pages, filters=no_scans))) == {
        "pages/index": (2,),
        "pages/cart": (1,),
    }


def test_a_source_is_found_by_its_name_in_either_language(told: House) -> None:
    query = by_name.query(told.app.id, ("visits",), days(DAY), ("scene_source",))
    for search in ("扫一扫", "qr SCAN"):
        table = ask(told, replace(query, search=search, include_other=True))
        assert (rows(table), table.total_rows, table.totals) == ({"4": (3,)}, 1, (None, 6))
    scenes = replace(query, dimensions=by_name.apart("scene"), search="1001")
    assert rows(ask(told, scenes)) == {"1001": (1,)}


def test_a_list_is_sorted_by_what_has_an_answer(told: House) -> None:
    """A page has no launches, by which the ring of sources is sorted: then its visitors lead."""
    report, moment = find("traffic.sources"), datetime.combine(LATER, time(4), UTC)
    for top in ("1", "all"):
        asked = [("from", DAY), ("top", top), ("filter", "page:is:pages/index")]
        state = read(asked, report, told.app.timezone, moment)
        table = run(told.pipeline.engine, state.query(told.app.id), AsOf(LATER, moment, 0))
        assert table.rows[0] == ("4", None, None, 2, 0.5)
        assert table.total_rows == 3


def test_lines_of_sources_are_their_days(told: House) -> None:
    """The two sources with the most visits, the more of them first; a day without any is 0, one to come unknown."""
    report, moment = find("sources.trend"), datetime.combine(LATER, time(4), UTC)
    asked = [("from", "2026-11-19"), ("to", DAY), ("top", "2"), ("sort", "visits")]
    state = read(asked, report, told.app.timezone, moment)
    table = run(told.pipeline.engine, state.query(told.app.id), AsOf(LATER, moment, 0))
    before, day = date(2026, 11, 19), date(2026, 11, 20)
    nothing = (0, 0, 0, 0)
    assert (table.keys, table.total_rows) == (2, 4)
    # visits, visitors, launches, new users
    assert table.rows[:2] == (("4", before, *nothing), ("4", day, 3, 2, 3, 2))
    assert [row[2] for row in table.rows[2:]] == [0, 1]
    scenes = read([*asked, ("by", "scene")], report, told.app.timezone, moment)
    found = run(told.pipeline.engine, scenes.query(told.app.id), AsOf(LATER, moment, 0))
    assert found.rows[1] == ("1047", day, 2, 2, 2, 2)
    whole = read([("top", "all")], report, told.app.timezone, moment)
    assert dict(whole.pairs())["top"] == "8"


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"top": "9"}, "top"), ({"top": "0"}, "top"), ({"sort": "exits"}, "sort"), ({"by": "city"}, "by"),
     ({"from": "2000-01-01", "to": "2026-11-20"}, "grain")],
)  # fmt: skip
def test_more_lines_or_points_than_can_be_shown_are_refused(
    asked: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(asked, find("sources.trend"), "Asia/Shanghai", CREATED)
    assert refused.value.field == field
