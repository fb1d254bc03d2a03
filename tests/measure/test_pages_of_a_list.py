"""A list is read page by page: no row twice, none left out, the whole and the rest right on each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from minilens.measure.days import breakdown
from minilens.measure.days.run import answer
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.span import Span
from minilens.measure.table import Row, Table
from tests import by_name
from tests.pipeline import CREATED, Happening, House, at, days

pytestmark = pytest.mark.side_by_side
MEASURES = ("visits", "visitors", "visit_share")
DAY = "2026-11-19"
#: Many pages have as many visits as others; two people see all of them.
SEEN = [
    Happening(at(f"{DAY} 09:00") + 1000 * n, device="ab"[n % 2], session=f"s{n % 2}", page=f"p{n % 23:02d}")
    for n in range(60)
]  # fmt: skip
QUERY = by_name.query(
    0, MEASURES, days(DAY), dimensions=("page",), sort="visits", compare=days("2026-11-18")
)


def ask(house: House, query: Query) -> Table:
    query = replace(query, app=house.app.id)
    return answer(house.pipeline.engine, query, today=date(2026, 11, 20), as_of=CREATED)


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize("sort", ["visits", "visitors"])
def test_pages_together_are_the_list(house: House, sort: str, built: bool) -> None:  # noqa: FBT001
    house.load(SEEN)
    if built:
        house.build()
    query = replace(QUERY, sort=by_name.measured(sort)[0])
    whole = ask(house, replace(query, top=ALL_ROWS))
    assert whole.total_rows == len(whole.rows) == 23
    assert sum(int(str(row[1])) for row in whole.rows) == 60
    rows: list[Row] = []
    for offset in range(0, 30, 5):
        page = ask(house, replace(query, top=5, offset=offset, include_other=True))
        assert (page.total_rows, page.totals) == (23, whole.totals)
        assert page.other is not None
        assert int(str(page.other[1])) == 60 - sum(int(str(row[1])) for row in page.rows)
        rows += page.rows
    assert tuple(rows) == whole.rows


def test_a_list_too_long_to_be_told_by_name_is_compared_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = [replace(one, ts=one.ts - 86_400_000, id=f"e{n}") for n, one in enumerate(SEEN[:30])]
    house.load([*earlier, *SEEN])
    house.build()
    told = ask(house, replace(QUERY, top=1000))
    monkeypatch.setattr(breakdown, "MOST_TOLD", 10)
    assert ask(house, replace(QUERY, top=1000)).compared == told.compared
    assert ask(house, replace(QUERY, top=1000)).rows == told.rows


def test_live_pages_too(house: House) -> None:
    house.load(SEEN)
    start = datetime(2026, 11, 19, tzinfo=UTC)
    query = by_name.live(
        house.app.id, "Asia/Shanghai", "pages", Span(start, start + timedelta(hours=6)),
        start + timedelta(days=1), top=ALL_ROWS,
    )  # fmt: skip
    whole = ask(house, query)
    assert whole.total_rows == len(whole.rows) == 23
    rows: list[Row] = []
    for offset in range(0, 25, 4):
        page = ask(house, replace(query, top=4, offset=offset, include_other=True))
        assert (page.total_rows, page.totals) == (23, whole.totals)
        rows += page.rows
    assert tuple(rows) == whole.rows
