"""A single day is drawn by its hours; a new app shows today until there is a yesterday; all there is, in one click."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import Range, now, today
from minilens.reports import REPORTS
from tests.addresses import asked
from tests.web.cast import CAFE, Theatre

Client = TestClient[Litestar]
TREND, TILES = REPORTS["overview.trend"], REPORTS["overview.yesterday"]
TODAY = date(2026, 11, 22)
CARD = {"X-Minilens-Card": "1"}


@pytest.mark.parametrize("period", ["period=today", "period=yesterday", "from=2026-11-05"])
def test_a_single_day_is_drawn_by_its_hours(period: str) -> None:
    name, _, value = period.partition("=")
    state = asked([(name, value)], TREND, TODAY)
    assert (state.grain, state.grains()) == ("hour", ["hour", "day"])
    assert "grain" not in state.at()
    assert (state.shown, asked([], TREND, TODAY).shown) == ("visitors", "total_users")
    assert "grain=day" in state.at(grain="day")
    assert "grain" not in state.over("30d")
    assert asked([], TREND, TODAY).over("today") == "?period=today"
    assert ("grain", "day") in asked([(name, value)], REPORTS["overview.pages"], TODAY).pairs()


def test_the_card_of_today_has_the_day_its_hours_and_what_is_to_come(owner: Client) -> None:
    card = owner.get("/a/cafe/overview/trend?period=today&lang=en", headers=CARD).text
    assert "<line-chart" in card
    assert card.count('class="fig"') == len(TREND.measures)
    assert '<span class="then">Yesterday</span>' in card
    table = owner.get("/a/cafe/overview/trend?period=today&view=table&lang=zh", headers=CARD).text
    assert "今日至今" in table
    assert table.count("data-day=") == 24
    bar = owner.get("/a/cafe/overview?period=today&lang=zh").text
    assert ">小时<" in bar.replace("\n", "")


@pytest.mark.parametrize(
    ("lang", "yesterday", "previous"),
    [("en", "Yesterday", "Previous period"), ("zh", "昨天", "上一周期")],
)
def test_the_menu_calls_what_stands_beside_today_as_the_legend_does(
    owner: Client, lang: str, yesterday: str, previous: str
) -> None:
    for period, name in (("today", yesterday), ("yesterday", previous), ("7d", previous)):
        bar = owner.get(f"/a/cafe/overview?period={period}&lang={lang}").text
        assert (f">{yesterday}<small>" in bar, f">{previous}<small>" in bar) == (
            name == yesterday,
            name == previous,
        )


def test_programs_get_the_day_unless_they_ask_for_hours(stranger: Client) -> None:
    address = "/api/v1/apps/cafe/reports/overview.trend?period=yesterday"
    token = {"Authorization": "Bearer reader"}
    one = stranger.get(address, headers=token).json()
    many = stranger.get(f"{address}&grain=hour", headers=token).json()
    assert (one["grain"], len(one["rows"])) == ("day", 1)
    assert (many["grain"], len(many["rows"])) == ("hour", 24)
    assert many["values"]["total"]["visits"] == one["rows"][0]["visits"]
    assert "T00:00:00+08:00" in many["rows"][0]["moment"]


def test_a_new_app_shows_today_until_there_is_a_yesterday(owner: Client, theatre: Theatre) -> None:
    day = today(CAFE.timezone, now())
    theatre.first = day
    page = owner.get("/a/cafe/overview?lang=en").text
    assert "Today is shown until there is a yesterday" in page
    assert 'aria-current="true">Today<' in page
    tiles = owner.get("/a/cafe/overview/yesterday?lang=en", headers=CARD).text
    assert "Today so far" in tiles
    assert "data-refresh" in tiles
    theatre.first = day - timedelta(days=1)
    page = owner.get("/a/cafe/overview?lang=en").text
    assert "Today is shown" not in page
    assert 'aria-current="true">30 days<' in page
    assert "Today so far" not in owner.get("/a/cafe/overview/yesterday?lang=en", headers=CARD).text


def test_tiles_of_a_first_day_end_today() -> None:
    tiles = asked([], TREND, TODAY, TODAY).of(TILES)
    query = tiles.query(1)
    assert query.range.end == TODAY
    plain = asked([], TREND, TODAY, TODAY - timedelta(days=1)).of(TILES)
    assert plain.query(1).range.end == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "grain"),
    [(0, "hour"), (30, "day"), (119, "day"), (120, "week"), (729, "week"), (730, "month")],
)
def test_all_there_is_in_a_grain_that_suits_it(days: int, grain: str) -> None:
    first = TODAY - timedelta(days=days)
    state = asked([("period", "all")], TREND, TODAY, first)
    assert (state.range, state.grain) == (Range(first, TODAY), grain)
    assert (state.compare, state.other) == ("previous", None)  # nothing lies before
    assert state.over("all") == "?period=all"


def test_all_there_is_without_an_event_is_today() -> None:
    assert asked([("period", "all")], TREND, TODAY).range == Range(TODAY, TODAY)
