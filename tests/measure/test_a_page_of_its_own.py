"""What came before and after the visits of a page, with which parameters, and its trend: by hand and by brute force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from minilens.measure.days.run import answer
from minilens.measure.dimensions import DIMENSIONS, Dimension
from minilens.measure.page_order import AFTER, BEFORE, QUERY
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.table import Table
from minilens.reference.page_order import ENTERED, LEFT
from minilens.reports import find, read
from minilens.reports.kinds.days import DaysRequest
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import SAYS
from tests.measure.histories import PAGES, History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

DAY, NEXT = "2026-11-19", "2026-11-20"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SOURCE = DIMENSIONS["scene_source"]
ORDER = ("transitions", "transition_share")


def walk(session: str, when: str, *pages: str, **more: object) -> list[Happening]:
    """A launch that sees some pages, a second apart; what stands behind ? are its parameters."""
    return [
        Happening(
            at(when) + 1000 * n, device=session[0], session=session, seq=n, page=page.partition("?")[0],
            query=page.partition("?")[2], **more,  # type: ignore[arg-type]
        )
        for n, page in enumerate(pages)
    ]  # fmt: skip


#: Seven visits of `item`: entered by it once, from `home` four times, from itself once, from `cart` once.
STORY = [
    *walk("a1", f"{DAY} 09:00", "home", "item?id=1", "cart", "item?id=2", "pay"),
    *walk("b1", f"{DAY} 10:00", "item?id=1", "item?id=1", "home"),
    *walk("c1", f"{DAY} 11:00", "home", "item", scene=1047),
    *walk("a2", f"{DAY} 23:59", "home", "item?id=1"),
    Happening(at(f"{NEXT} 00:01"), device="a", session="a2", seq=9, page="cart"),
    *walk("c2", f"{NEXT} 11:00", "home", "item?id=3", "home"),
]
BY_HAND = {
    "before": {"home": 3, ENTERED: 1, "item": 1, "cart": 1},
    # the launch of the evening goes on after midnight, and belongs to the day that it began on
    "after": {"cart": 2, "pay": 1, "item": 1, "home": 1, LEFT: 1},
}


def about(page: str, dimension: object, measures: tuple[str, ...] = ORDER, **more: object) -> Query:
    filters = ((by_name.condition("page", "is", (page,)),),) if page else ()
    return replace(
        by_name.query(0, measures, days(DAY), (), filters=filters, top=ALL_ROWS),
        dimensions=(dimension,), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def ask(house: House, query: Query) -> Table:
    return answer(
        house.pipeline.engine, replace(query, app=house.app.id), today=LATER, as_of=CREATED
    )


def counts(table: Table) -> dict[object, object]:
    return {row[0]: row[1] for row in table.rows}


@pytest.fixture(scope="module")
def told(new_app: Callable[..., House]) -> House:
    house = new_app()
    house.load(STORY)
    house.build()
    return house


def test_what_came_before_and_after_by_hand(told: House) -> None:
    before, after = ask(told, about("item", BEFORE)), ask(told, about("item", AFTER))
    assert (counts(before), counts(after)) == (BY_HAND["before"], BY_HAND["after"])
    for table in (before, after):
        assert table.totals == (None, 6, None)
        assert sum(float(str(row[2])) for row in table.rows) == pytest.approx(1)
    few = ask(told, about("item", AFTER, top=1, include_other=True))
    assert (few.rows[0][:2], few.other and few.other[1], few.total_rows) == (("cart", 2), 4, 5)


def test_filters_comparison_and_search_hold_there_too(told: House) -> None:
    scans = (by_name.condition("scene", "is", ("1047",)),)
    query = about("item", BEFORE)
    assert counts(ask(told, replace(query, filters=(*query.filters, scans)))) == {"home": 1}
    assert counts(ask(told, replace(query, search="进入"))) == {ENTERED: 1}
    beside = ask(told, replace(query, range=days(NEXT), compare=days(DAY)))
    assert (counts(beside), beside.compared[0][1]) == ({"home": 1}, 3)
    noon = datetime(2026, 11, 19, 2, 30, tzinfo=UTC)  # 10:30 there
    cut = ask(told, replace(query, range=days(NEXT), compare=days(DAY), cutoff=noon))
    assert cut.compared[0][1] == 1


def test_parameters_by_hand(told: House) -> None:
    table = ask(told, about("item", QUERY, ("visits", "visit_share", "visitors")))
    assert {row[0]: (row[1], row[3]) for row in table.rows} == {
        "id=1": (4, 2), "id=2": (1, 1), "": (1, 1),
    }  # fmt: skip
    assert table.totals == (None, 6, None, 3)


def test_parameters_are_kept_by_builds_and_what_came_after_counts_too(house: House) -> None:
    house.load(STORY)
    house.build()
    house.change("DELETE FROM events WHERE app = {app:UInt32}")
    house.load(walk("d1", f"{NEXT} 12:00", "item?id=3", "item?id=9", "item?id=9"))
    query = about("item", QUERY, ("visits", "visitors"), range=days(DAY, NEXT))
    table = ask(house, query)
    assert {row[0]: row[1:] for row in table.rows} == {
        "id=1": (4, 2), "id=2": (1, 1), "id=3": (2, 2), "id=9": (2, 1), "": (1, 1),
    }  # fmt: skip
    assert table.totals == (None, 10, 4)
    found = ask(house, replace(query, search="id=", top=1, include_other=True))
    assert (found.rows, found.total_rows, found.other) == ((("id=1", 4, 2),), 4, (None, 5, 3))


def test_its_trend_has_entries_and_exits(told: House) -> None:
    given = {"page": "item", "period": "all"}
    asked = read(given, find("page.trend"), "Asia/Shanghai", NOW, date(2026, 11, 18))
    assert isinstance(asked, DaysRequest)
    query = asked.days_query(told.app.id)
    table = answer(told.pipeline.engine, query, today=LATER, as_of=CREATED)
    names = ("visits", "visitors", "entries", "exits")
    columns = [table.column(name) for name in names]
    by_day = {str(row[0]): cells for row, *cells in zip(table.rows, *columns, strict=True)}
    assert by_day[DAY] == [6, 3, 1, 1]  # a2 is left by the cart, a1 by pay
    assert by_day[NEXT] == [1, 1, 0, 0]
    whole = ask(told, by_name.query(0, ("entries", "exits"), days(DAY), ("page",)))
    assert {row[0]: row[1:] for row in whole.rows}["item"] == (1, 1)


def with_queries(history: History) -> History:
    """The same history, with parameters."""

    def put(h: Happening) -> Happening:
        return replace(h, query=("", "id=1", "id=2")[sum(h.id.encode()) % 3])

    return History(history.zone, tuple(tuple(put(h) for h in c) for c in history.chunks))


def steps(oracle: Oracle, page: str) -> tuple[Counter[object], Counter[object]]:
    """What came before and after the visits of a page, in the launches of released versions."""
    before, after = Counter[object](), Counter[object]()
    for session, events in oracle.runs:
        if session.traffic != "release":
            continue
        seen = [h.page for h in events if h.name == "page_view"]
        for n, there in enumerate(seen):
            if page in ("", there):
                before[seen[n - 1] if n else ENTERED] += 1
                after[seen[n + 1] if n + 1 < len(seen) else LEFT] += 1
    return before, after


#: What visits say of themselves.
SAID: dict[Dimension, Callable[[Happening], str]] = {
    QUERY: lambda h: h.query,
    SOURCE: lambda h: SAYS["scene_source"](h, False),
}


@costly(2, 100)
@given(history=histories().map(scattered).map(with_queries))
def test_against_brute_force(new_app: Callable[..., House], history: History) -> None:
    """Late events, duplicates, midnight, either zone and merged persons are those of every history."""
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
    house.build()
    oracle, over = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    for page in ("", *PAGES):
        before, after = steps(oracle, page)
        for dimension, wanted in ((BEFORE, before), (AFTER, after)):
            assert counts(ask(house, about(page, dimension, range=over))) == wanted, page
        for dimension, said in SAID.items():
            table = ask(house, about(page, dimension, ("visits", "visitors"), range=over))
            seen = defaultdict[object, list[Happening]](list)
            for h in oracle.events:
                if h.name == "page_view" and h.traffic == "release" and page in ("", h.page):
                    seen[said(h)].append(h)
            assert {row[0]: row[1:] for row in table.rows} == {
                value: (len(some), len({oracle.person[h.id] for h in some}))
                for value, some in seen.items()
            }


def test_of_a_very_long_launch_the_last_page_kept_is_not_the_last(house: House) -> None:
    house.load(walk("a1", f"{DAY} 09:00", *["home", "item"] * 101))
    house.build()
    after = counts(ask(house, about("item", AFTER)))
    assert after == {"home": 99, "": 1}
