"""The tables that WeChat's own console prints, all of their rows; and the exit rate that its guide works out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from minilens.measure.days.run import answer
from minilens.measure.span import Span
from minilens.render import format
from tests import by_name
from tests.pipeline import CREATED, LATER, Happening, House, at, days

DAY = date(2018, 2, 6)
#: Visits, visitors, entries, exits, exit rate, shares, people sharing; thirty days of one mini program.
PAGES = {
    "pages/first": (1348469, 557324, 651946, 415859, "30.84%", 229, 190),
    "pages/second": (1180381, 593862, 499209, 453889, "38.45%", 0, 0),
    "pages/third": (522131, 184118, 19171, 77950, "14.93%", 0, 0),
    "pages/fourth": (309759, 84357, 3563, 4119, "1.33%", 0, 0),
}
#: Visits of a day and their share of all 157,824.
LIVE = {
    "pages/a": (48475, "30.71%"),
    "pages/b": (9762, "6.19%"),
    "pages/c": (7527, "4.77%"),
    "pages/d": (7169, "4.54%"),
    "pages/e": (1834, "1.16%"),
}
ALL_VISITS = 157824


@pytest.fixture
def month(house: House) -> House:
    """The thirty days as one day that was made."""
    engine, app = house.pipeline.engine, house.app.id
    for page, (visits, visitors, entries, exits, _, shares, sharers) in PAGES.items():
        engine.run(
            """
INSERT INTO days (app, dimension, day, build, traffic, value, visits, entries, exits, shares, visitors, sharers,
    visitors_count, sharers_count)
SELECT {app:UInt32}, 'page', {day:Date}, 1, 'release', {page:String}, {visits:UInt64}, {entries:UInt64},
    {exits:UInt64}, {shares:UInt64}, groupBitmapState(toUInt32(number)),
    groupBitmapStateIf(toUInt32(number), number < {sharers:UInt32}), {visitors:UInt32}, {sharers:UInt32}
FROM numbers({visitors:UInt64})""",
            {
                "app": app, "day": DAY, "page": page, "visits": visits, "entries": entries, "exits": exits,
                "shares": shares, "visitors": visitors, "sharers": sharers,
            },
        )  # fmt: skip
    engine.run(
        "INSERT INTO builds (app, day, build, through, events) VALUES ({app:UInt32}, {day:Date}, 1, 1, 1)",
        {"app": app, "day": DAY},
    )
    return house


def test_four_pages_with_their_exit_rates(month: House) -> None:
    measures = ("visits", "visitors", "entries", "exits", "exit_rate", "shares", "sharers")
    query = by_name.query(
        month.app.id, measures, days("2018-01-08", "2018-02-06"), dimensions=("page",)
    )
    table = answer(month.pipeline.engine, query, today=LATER, as_of=CREATED)
    found = {
        str(row[0]): (*row[1:5], format.exact(row[5], "ratio", "en"), *row[6:])
        for row in table.rows
    }
    assert found == PAGES
    assert [row[0] for row in table.rows] == list(PAGES)


def test_five_live_shares_and_all_pages_first_with_none(house: House) -> None:
    others = ALL_VISITS - sum(visits for visits, _ in LIVE.values())
    counts = {**{page: visits for page, (visits, _) in LIVE.items()}, "pages/others": others}
    for page, visits in counts.items():
        house.pipeline.engine.run(
            """
INSERT INTO events (app, day, ts, name, page, traffic, load, record, segment)
SELECT {app:UInt32}, {day:Date}, toDateTime64('2018-02-06 04:00:00', 3, 'UTC'), 'page_view', {page:String},
    'release', 1, number, {page:String}
FROM numbers({visits:UInt64})""",
            {"app": house.app.id, "day": DAY, "page": page, "visits": visits},
        )
    start = datetime(2018, 2, 5, 16, tzinfo=UTC)
    over = Span(start, start + timedelta(days=1))
    query = by_name.live(house.app.id, "Asia/Shanghai", "pages", over, over.end, top=50)
    table = answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)
    shares = {str(row[0]): (row[1], format.exact(row[2], "ratio", "en")) for row in table.rows}
    assert {page: shares[page] for page in LIVE} == LIVE
    assert table.totals == (None, ALL_VISITS, None)
    assert format.exact(None, "ratio", "en") == "–"


def test_the_exit_rate_of_two_people(house: House) -> None:
    """A opens five times, sees the page fifteen times, leaves from it twice; B sees it five times and stays."""
    minutes = iter(range(600))

    def seen(device: str, session: str, *pages: str) -> list[Happening]:
        return [
            Happening(
                at("2026-11-18 09:00") + next(minutes) * 1000,
                device=device,
                session=session,
                page=page,
            )
            for page in pages
        ]

    page, other = "pages/detail", "pages/other"
    house.load(
        [
            *seen("a", "a1", other, page, page, page),
            *seen("a", "a2", page, page, page),
            *(h for n in (3, 4, 5) for h in seen("a", f"a{n}", page, page, page, other)),
            *seen("b", "b1", page, page, page, page, page, other),
            *seen("b", "b2", other),
            *seen("b", "b3", other),
        ]
    )
    house.build()
    query = by_name.query(
        house.app.id, ("visits", "exits", "exit_rate"), days("2026-11-18"), dimensions=("page",)
    )
    table = answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)
    assert table.rows[0] == (page, 20, 2, 2 / 20)
