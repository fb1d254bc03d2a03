"""A chart begins with a measure that can be counted; one that the reader has chosen stays."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.measures import MEASURES
from minilens.render.as_card import as_card
from minilens.render.drawing import Options
from minilens.reports.overview import PAGES, TREND
from tests.addresses import asked
from tests.render.tables import AS_OF, periods

TODAY = date(2026, 11, 22)
REGION, ONE_PAGE = ("filter", "province:is:广东"), ("filter", "page:is:pages/index")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ([], "total_users"),
        ([REGION], "visitors"),
        ([ONE_PAGE], "visitors"),
        ([REGION, ("measure", "total_users")], "total_users"),
        ([ONE_PAGE, ("measure", "launches")], "launches"),
        ([REGION, ("measure", "shares")], "shares"),
        ([("measure", "total_users")], "total_users"),
    ],
)
def test_filters_leave_what_was_chosen(given: list[tuple[str, str]], shown: str) -> None:
    assert asked(given, TREND, TODAY).shown == shown


def test_a_choice_stands_in_the_address_even_where_it_is_the_first() -> None:
    state = asked([], TREND, TODAY)
    assert state.at() == "?"
    assert state.at(measure="total_users") == "?measure=total_users"
    assert state.sets(measure="total_users") == "measure=total_users"
    chosen = asked([("measure", "total_users")], TREND, TODAY)
    assert "measure=total_users" in chosen.at(filters=asked([REGION], TREND, TODAY).filters)
    assert chosen.of(PAGES).at() == "?"


@pytest.mark.parametrize(
    ("measure", "uncounted", "why"),
    [
        (
            "total_users",
            {"total_users"},
            "This measure counts everyone who has ever visited, but filters apply to single visits.",
        ),
        (
            "launches",
            {"launches"},
            "This measure counts launches, and one launch spans several pages.",
        ),
        ("launches", set(), ""),
    ],
)
def test_a_measure_without_an_answer_says_why(measure: str, uncounted: set[str], why: str) -> None:
    made = periods(TREND, rows=7)
    made = replace(made, rows=tuple((row[0], None, None, *row[3:]) for row in made.rows))
    card = as_card(
        made,
        TREND,
        Options(
            measure=measure,
            grain="day",
            unavailable={name: MEASURES[name].scope for name in uncounted},
        ),
        view="chart",
        language="en",
        now=AS_OF,
    )
    assert card.drawing.unanswered
    assert card.drawing.why == why


def test_the_card_begins_with_visitors_under_a_filter(
    owner: TestClient[Litestar],
) -> None:
    for query, shown in (("", "total_users"), ("?filter=province:is:广东", "visitors")):
        page = owner.get(f"/a/cafe/overview/trend{query}", headers={"X-Minilens-Card": "1"}).text
        current = re.findall(r'data-measure="(\w+)" aria-current', page)
        assert current == [shown]
