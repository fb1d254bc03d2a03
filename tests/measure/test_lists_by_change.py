"""A list in the order of how a measure changed: by hand, where values came and went, and against all ways to sort."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from minilens.measure.days.run import answer
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.table import Row, Table
from minilens.reports import find
from tests import by_name
from tests.pipeline import CREATED, LATER, Happening, House, at, days

THEN, NOW = "2026-11-18", "2026-11-19"
MEASURES = find("traffic.pages").measures


def views(day: str, page: str, *times: str) -> list[Happening]:
    """Visits of a page, each person's a session of its own."""
    return [
        Happening(at(f"{day} 09:00") + 1000 * n, device=who, session=f"{day}{page}{n}", page=page)
        for n, who in enumerate(times)
    ]


#: Page → visits then and now: up 4→6 (+2, +50 %), down 5→1 (−4, −80 %), same 2→2, gone 3→0 (−3, −100 %),
#: new 0→1 (+1, no per cent).
STORY = [
    *views(THEN, "up", *"abcd"), *views(NOW, "up", *"aaabcd"), *views(THEN, "down", *"abcde"), *views(NOW, "down", "a"),
    *views(THEN, "same", "a", "b"), *views(NOW, "same", "a", "a"), *views(THEN, "gone", *"aaa"),
    *views(NOW, "new", "f"),
]  # fmt: skip
QUERY = by_name.query(
    0, MEASURES, days(NOW), ("page",), compare=days(THEN), sort="visits", sort_by="change"
)


def ask(house: House, query: Query) -> Table:
    return answer(
        house.pipeline.engine, replace(query, app=house.app.id), today=LATER, as_of=CREATED
    )


def pages(table: Table) -> list[object]:
    return [row[0] for row in table.rows]


@pytest.fixture(scope="module", params=["made", "tail"])
def told(request: pytest.FixtureRequest, new_app: Callable[..., House]) -> House:
    house = new_app()
    house.load(STORY)
    if request.param == "made":
        house.build()
    return house


def test_what_rose_the_most_comes_first(told: House) -> None:
    table = ask(told, QUERY)
    assert pages(table) == ["up", "new", "same", "gone", "down"]
    assert [row[1] for row in table.rows] == [6, 1, 2, 0, 1]
    assert [row[1] for row in table.compared] == [4, 0, 2, 3, 5]
    assert table.total_rows == 5
    assert pages(ask(told, replace(QUERY, ascending=True))) == ["down", "gone", "same", "new", "up"]


def test_per_cent_of_nothing_comes_last_in_both_orders(told: House) -> None:
    rate = replace(QUERY, sort_by="change_rate")
    assert pages(ask(told, rate)) == ["up", "same", "down", "gone", "new"]
    assert pages(ask(told, replace(rate, ascending=True))) == ["gone", "down", "same", "up", "new"]


def test_people_and_shares_change_too(told: House) -> None:
    # visitors: up 4→4, down 5→1, same 2→1, gone 1→0, new 0→1
    people = replace(QUERY, sort=by_name.measured("visitors")[0])
    assert pages(ask(told, people)) == ["new", "up", "gone", "same", "down"]
    # of 14 visits then and 10 now: up 29→60, new 0→10, same 14→20, gone 21→0, down 36→10
    shares = replace(
        by_name.query(0, ("visits", "visit_share"), days(NOW), ("page",), sort="visit_share"),
        compare=days(THEN), sort_by="change",
    )  # fmt: skip
    assert pages(ask(told, shares)) == ["up", "new", "same", "gone", "down"]
    assert pages(ask(told, replace(shares, ascending=True))) == [
        "down", "gone", "same", "new", "up",
    ]  # fmt: skip


def test_a_search_and_pages_of_it(told: House) -> None:
    found = ask(told, replace(QUERY, search="e"))
    assert (pages(found), found.total_rows) == (["new", "same", "gone"], 3)
    rows: list[Row] = []
    for offset in range(0, 7, 2):
        page = ask(told, replace(QUERY, top=2, offset=offset, include_other=True))
        assert page.total_rows == 5
        assert page.other is not None
        assert page.totals is not None
        assert int(str(page.other[1])) + sum(int(str(row[1])) for row in page.rows) == 10
        rows += page.rows
    assert tuple(rows) == ask(told, replace(QUERY, top=ALL_ROWS)).rows


def test_beside_the_same_hours_only_these_count(house: House) -> None:
    late = [replace(one, ts=at(f"{THEN} 20:00")) for one in views(THEN, "up", *"aaaaaaa")]
    house.load([*STORY, *late])
    house.build()
    noon = datetime.combine(date.fromisoformat(THEN), time(4), UTC)
    assert pages(ask(house, QUERY))[-1] == "up"
    assert pages(ask(house, replace(QUERY, cutoff=noon)))[0] == "up"


def test_every_measure_is_in_the_order_of_its_change(house: House) -> None:
    """The order is that of the two columns of the whole list."""
    house.load(STORY)
    house.build()
    for place, sort in enumerate(by_name.measured(*MEASURES), 1):
        table = ask(house, replace(QUERY, sort=sort))
        moved = [
            None if now[place] is None or then[place] is None else float(str(now[place])) - float(str(then[place]))
            for now, then in zip(table.rows, table.compared, strict=True)
        ]  # fmt: skip
        known = [one for one in moved if one is not None]
        assert known == sorted(known, reverse=True), sort.name
        assert moved[: len(known)] == known, sort.name
        assert sorted(map(str, pages(table))) == ["down", "gone", "new", "same", "up"]
