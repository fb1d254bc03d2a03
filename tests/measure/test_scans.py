"""Codes that launches were opened by: by hand, and beside a count by brute force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given

from minilens.measure.days.run import answer
from minilens.measure.dimensions import CODE
from minilens.measure.filters import Condition, Filters
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import Range
from minilens.reports import find
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import Begun, Filtered, begun
from tests.measure.histories import History, histories
from tests.measure.oracle import OPENS, Oracle
from tests.measure.test_filters_against_brute_force import all_made, picks, scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

pytestmark = pytest.mark.side_by_side
MEASURES = find("traffic.scans").measures
DAY = days("2026-03-02")
#: Measure → how it is counted of some launches, given who is new on a day.
SCANNED: dict[str, Callable[[list[Begun], Callable[[int, date], bool]], int]] = {
    "scans": lambda some, new: len(some),
    "scan_users": lambda some, new: len({b.session.person for b in some}),
    "scan_new_users": lambda some, new: len(
        {b.session.person for b in some if new(b.session.person, b.session.day)}
    ),
    "scan_continued": lambda some, new: sum(b.session.visits > 1 for b in some),
}


def asked(app: int, over: Range, filters: Filters = ()) -> Query:
    """The question of the card."""
    only = (Condition(CODE, "is_known"),)
    query = by_name.query(app, MEASURES, over, dimensions=(), filters=(*filters, only), top=1000)
    return replace(query, dimensions=(CODE,), include_other=True)


def ask(house: House, query: Query) -> Table:
    return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)


def launch(
    device: str, moment: str, query: str, *, scene: int = 1047, pages: int = 1
) -> list[Happening]:
    """A launch by a code, whose first event says only that it began."""
    start, session = at(moment), f"{device}-{moment}"
    first = Happening(start, "app_launch", device, session=session, page="", scene=scene, seq=1)
    views = [
        Happening(
            start + n, device=device, session=session, page=f"p{n}", scene=scene, seq=1 + n,
            query=query if n == 1 else "",
        )
        for n in range(1, pages + 1)
    ]  # fmt: skip
    return [first, *views]


def test_a_code_is_its_decoded_scene_else_path_and_query(house: House) -> None:
    house.load([
        *launch("a", "2026-03-02 08:00", "scene=shop%3D7%26t%3D2"),
        *launch("b", "2026-03-02 08:00", "from=x&scene=shop%253D7%2526t%253D2", pages=2),
        *launch("b", "2026-03-02 09:00", "id=5", scene=1011),
        *launch("c", "2026-03-02 09:00", "", scene=1013),
        *launch("c", "2026-03-02 10:00", "", scene=1012, pages=0),
        *launch("d", "2026-03-02 11:00", "scene=shop%3D7", scene=1001),
    ])  # fmt: skip
    house.build()
    table = ask(house, asked(house.app.id, DAY))
    assert table.rows == (
        ("shop=7&t=2", 2, 2, 2, 1), ("/", 1, 1, 1, 0), ("p1", 1, 1, 1, 0), ("p1?id=5", 1, 1, 1, 0),
    )  # fmt: skip
    assert table.totals == (None, 5, 3, 3, 1), "who scanned nothing is not among them"
    few = ask(house, replace(asked(house.app.id, DAY), top=1))
    assert (few.total_rows, few.other) == (4, (None, 3, 2, 2, 0))


def test_of_a_page_nothing_is_known(house: House) -> None:
    house.load(launch("a", "2026-03-02 08:00", "scene=x"))
    house.build()
    page = ((by_name.condition("page", "is", ("p1",)),),)
    table = ask(house, asked(house.app.id, DAY, page))
    assert (table.rows, table.totals) == ((), (None, None, None, None, None))


def test_before_a_moment_only_launches_that_had_begun_count(house: House) -> None:
    house.load([*launch("a", "2026-03-02 08:00", "scene=x"), *launch("b", "2026-03-02 20:00", "scene=x"),
                *launch("b", "2026-03-03 07:00", "scene=x")])  # fmt: skip
    house.build()
    query = replace(
        asked(house.app.id, days("2026-03-03")), compare=DAY, cutoff=datetime(2026, 3, 2, 4, tzinfo=UTC)
    )  # fmt: skip
    table = ask(house, query)
    assert (table.rows, table.compared) == ((("x", 1, 1, 0, 0),), (("x", 1, 1, 1, 0),))


@costly(2, 100)
@given(history=histories().map(scattered))
def test_against_brute_force(new_app: Callable[..., House], history: History) -> None:
    house = all_made(new_app, coded(history))
    arrived = coded(history).arrived
    oracle, over = Oracle(arrived, history.zone), around(arrived, history.zone)
    for filters in ((), ((by_name.condition("city", "is", ("深圳", "广州")),),)):
        picked = Filtered(oracle, picks(filters))
        by_code: dict[str, list[Begun]] = {}
        for one in begun(oracle):
            new = picked.is_new(one.session.person, one.session.day, one.session.traffic)
            if one.session.traffic == "release" and picked.picks(one.first, new):
                by_code.setdefault(code_of(oracle, one), []).append(one)
        by_code.pop("", None)
        table = ask(house, asked(house.app.id, over, filters))
        right = {code: counted(picked, some) for code, some in by_code.items()}
        assert {row[0]: row[1:] for row in table.rows} == right
        every = [one for some in by_code.values() for one in some]
        assert table.totals == (None, *counted(picked, every))


def coded(history: History) -> History:
    """The same history, some pages of it with a query."""

    def put(h: Happening) -> Happening:
        n = sum(h.id.encode())
        return replace(h, query=("", "scene=a%3D1", "scene=b", "id=1")[n // 5 % 4])

    return History(history.zone, tuple(tuple(put(h) for h in c) for c in history.chunks))


def code_of(oracle: Oracle, one: Begun) -> str:
    """The words: of a launch with a scan scene what its first page with an address says."""
    if one.first.scene not in (1011, 1047):
        return ""
    (run,) = (some for session, some in oracle.runs if session is one.session)
    first = next(h for h in run if h.name in OPENS and oracle.day(h) == one.session.day)
    scanned = [
        h for h in run if h.name in OPENS and h.scene == 1047 and oracle.day(h) == one.session.day
    ]
    first = scanned[0] if scanned else first
    name, _, value = first.query.partition("=")
    if name == "scene":
        return unquote(value)
    return f"{first.page}?{first.query}" if first.query else first.page


def counted(picked: Filtered, some: list[Begun]) -> tuple[int, ...]:
    """The measures of some launches."""
    return tuple(
        SCANNED[name](some, lambda who, day: picked.is_new(who, day, "release"))
        for name in MEASURES
    )
