"""A week or month that the range cuts is told as such, and stands beside one that is cut where it is."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import msgspec
import pytest

from minilens.measure.days.run import answer
from minilens.measure.table import Table
from minilens.period import Grain, Range, compared_in, held
from minilens.render.as_card import as_card
from minilens.render.as_chart import as_chart
from minilens.render.as_csv import as_csv
from minilens.render.as_json import as_json
from minilens.render.as_text import as_text
from minilens.render.drawing import Options
from minilens.reports import REPORTS
from tests import by_name
from tests.pipeline import CREATED, Happening, House, at, days

TREND = REPORTS["overview.trend"]


@pytest.mark.parametrize(
    ("over", "kind", "grain", "other"),
    [
        (("2026-10-23", "2026-11-21"), "previous", "week", ("2026-09-18", "2026-10-17")),
        (("2026-11-02", "2026-11-15"), "previous", "week", ("2026-10-19", "2026-11-01")),
        (("2026-11-04", "2026-11-17"), "year", "week", ("2025-11-05", "2025-11-18")),
        (("2026-11-04", "2026-11-17"), "month", "week", ("2026-10-07", "2026-10-20")),
        (("2026-10-23", "2026-11-21"), "previous", "month", ("2026-08-23", "2026-09-21")),
        (("2026-10-01", "2026-10-31"), "previous", "month", ("2026-09-01", "2026-09-30")),
        (("2026-02-01", "2026-03-31"), "previous", "month", ("2025-12-01", "2026-01-31")),
        (("2026-01-15", "2026-02-28"), "previous", "month", ("2025-11-15", "2025-12-31")),
        (("2026-10-23", "2026-11-21"), "previous", "day", ("2026-09-23", "2026-10-22")),
    ],
)
def test_the_other_range_is_moved_by_whole_ones(
    over: tuple[str, str], kind: str, grain: Grain, other: tuple[str, str]
) -> None:
    assert compared_in(days(*over), kind, grain) == days(*other)


@pytest.mark.parametrize("grain", ["week", "month"])
@pytest.mark.parametrize("kind", ["previous", "month", "year"])
def test_it_has_as_many_rows_cut_where_these_are(grain: Grain, kind: str) -> None:
    for first in Range(date(2026, 1, 1), date(2026, 2, 10)):
        for length in (8, 29, 30, 90):
            over = Range(first, first + timedelta(days=length - 1))
            other = compared_in(over, kind, grain)
            ours, theirs = over.buckets(grain), other.buckets(grain)
            assert len(ours) == len(theirs)
            if grain == "week":
                assert [held(over, b, grain) for b in ours] == [
                    held(other, b, grain) for b in theirs
                ]
                assert other.end < over.start or kind == "month"


def asked(house: House, grain: Grain = "week") -> Table:
    """Each day of three weeks one visit more, from a Thursday to a Tuesday."""
    every = Range(date(2026, 10, 1), date(2026, 11, 30))
    house.load(
        [Happening(at(f"{day} 12:00"), device=f"d{day}", session=f"s{day}") for day in every]
    )
    house.build()
    over = days("2026-11-05", "2026-11-17")
    other = compared_in(over, "previous", grain)
    query = by_name.query(house.app.id, TREND.measures, over, dimensions=(grain,), compare=other)
    return answer(house.pipeline.engine, query, today=date(2026, 12, 5), as_of=CREATED)


def test_like_stands_beside_like(house: House) -> None:
    table = asked(house)
    assert table.held == ((4, 7), (7, 7), (2, 7))
    at_visits = [column.name for column in table.columns].index("visits")
    assert [row[at_visits] for row in table.rows] == [4, 7, 2]
    assert [row[at_visits] for row in table.compared] == [4, 7, 2]


def test_every_form_says_so(house: House) -> None:
    table = asked(house)
    card = as_card(
        table,
        TREND,
        Options(measure="visits", grain="week"),
        view="table",
        language="en",
        now=CREATED,
    )
    assert [row.cut for row in card.drawing.rows] == ["2 of 7 days", "", "4 of 7 days"]
    chart = as_chart(table, "visits", "week", "en")
    assert [tip["head"].endswith("of 7 days") for tip in chart["tips"]] == [True, False, True]
    lines = {one["id"]: one for one in chart["option"]["series"]}
    assert lines["running"]["lineStyle"]["type"] == [5, 4]
    assert lines["now"]["data"][0]["symbol"] == "emptyCircle"
    json = msgspec.json.decode(as_json(table, TREND, "week", "en"))
    assert json["cut"] == [
        {"row": "2026-11-02", "days": 4, "of": 7},
        {"row": "2026-11-16", "days": 2, "of": 7},
    ]
    rows = list(csv.DictReader(io.StringIO(as_csv(table))))
    assert [(row["days"], row["of_days"]) for row in rows] == [("4", "7"), ("7", "7"), ("2", "7")]
    assert "2026-11-02: 4 of 7 days" in as_text(table, TREND, "en")
    assert "2026-11-16：" not in as_text(table, TREND, "zh")
    assert "7 天中的 2 天" in as_text(table, TREND, "zh")


def test_whole_ones_are_not_marked(house: House) -> None:
    query = by_name.query(
        house.app.id, TREND.measures, days("2026-11-02", "2026-11-15"), dimensions=("week",)
    )
    table = answer(house.pipeline.engine, query, today=date(2026, 12, 5), as_of=CREATED)
    assert not table.cut
