"""The Live tab: what its address means, what its cards show, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import Refused
from minilens.reports import find, read
from minilens.reports.kinds.live import LiveRequest

Client = TestClient[Litestar]
AS_CARD = {"X-Minilens-Card": "1"}
#: 15:24:31 in Shanghai.
MOMENT = datetime(2026, 11, 22, 7, 24, 31, tzinfo=UTC)


def state(query: dict[str, str], zone: str = "Asia/Shanghai", card: str = "visits") -> LiveRequest:
    found = read(query, find(f"live.{card}"), zone, MOMENT)
    assert isinstance(found, LiveRequest)
    return found


def local(one: LiveRequest) -> list[str]:
    """The two ends in the app's clock."""
    ends = (one.span.start, one.span.end)
    return [f"{end.astimezone(one.zone):%m-%d %H:%M}" for end in ends]


@pytest.mark.parametrize(
    ("query", "ends"),
    [
        ({}, ["11-21 15:30", "11-22 15:30"]),
        ({"period": "1h", "step": "1"}, ["11-22 14:25", "11-22 15:25"]),
        ({"period": "6h", "step": "5"}, ["11-22 09:25", "11-22 15:25"]),
        ({"period": "today"}, ["11-22 00:00", "11-23 00:00"]),
        ({"period": "yesterday"}, ["11-21 00:00", "11-22 00:00"]),
        ({"period": "7d", "step": "60"}, ["11-15 16:00", "11-22 16:00"]),
        ({"from": "2026-11-20T10:31", "to": "2026-11-20T11:01"}, ["11-20 10:30", "11-20 11:30"]),
        ({"from": "2026-11-20", "to": "2026-11-21"}, ["11-20 00:00", "11-22 00:00"]),
        ({"from": "2026-11-22T10:00"}, ["11-22 10:00", "11-22 15:30"]),
        ({"to": "2026-11-22T10:00"}, ["11-21 10:00", "11-22 10:00"]),
    ],
)
def test_what_an_address_means(query: dict[str, str], ends: list[str]) -> None:
    assert local(state(query)) == ends
    again = dict(pair.split("=") for pair in state(query).at()[1:].split("&") if pair)
    assert local(state(again)) == ends


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ({}, None),
        ({"compare": "previous"}, "2026-11-20 15:30"),
        ({"compare": "day"}, "2026-11-20 15:30"),
        ({"compare": "week"}, "2026-11-14 15:30"),
        ({"compare": "month"}, "2026-10-21 15:30"),
        ({"compare": "year"}, "2025-11-21 15:30"),
        ({"compare": "previous", "period": "1h", "step": "5"}, "2026-11-22 13:25"),
        (
            {"compare_from": "2026-11-01T00:00", "compare_to": "2026-11-01T05:00"},
            "2026-11-01 00:00",
        ),
    ],
)
def test_what_it_is_compared_with(query: dict[str, str], other: str | None) -> None:
    one = state(query)
    found = one.other_span
    start = f"{found.start.astimezone(one.zone):%Y-%m-%d %H:%M}" if found else None
    assert start == other
    assert found is None or "compare_from" in query or found.length == one.span.length


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    zone = "America/New_York"
    both = {"from": "2026-11-01T01:30-05:00", "to": "2026-11-01T03:00"}
    once = state(both, zone)
    assert once.span.start == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert "from=2026-11-01T01:30-05:00" in once.at()
    first = state({**both, "from": "2026-11-01T01:30"}, zone)
    assert once.span.start - first.span.start == timedelta(hours=1)
    day = state({"from": "2026-11-01", "to": "2026-11-01", "step": "60"}, zone)
    assert day.span.length == timedelta(hours=25)


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"step": "7"}, "unknown_choice", "step"),
        ({"period": "30d"}, "unknown_choice", "period"),
        ({"period": "7d", "step": "1"}, "too_many_buckets", "step"),
        ({"from": "2026-11-22T25:00"}, "bad_time", "from"),
        ({"from": "2026-02-30"}, "bad_time", "from"),
        ({"to": "tomorrow"}, "bad_time", "to"),
        ({"from": "1999-12-31"}, "bad_time", "from"),
        ({"from": "2026-11-22T10:00", "to": "2026-11-22T10:00"}, "bad_range", "from"),
        ({"compare": "century"}, "unknown_choice", "compare"),
        ({"compare_to": "2026-11-22"}, "missing", "compare_from"),
        ({"compare_from": "2026-11-22", "compare_to": "2026-11-21"}, "bad_range", "compare_from"),
        ({"page": "p" * 600}, "too_long", "page"),
        ({"traffic": "people"}, "unknown_choice", "traffic"),
        ({"filter": "colour:is:red"}, "unknown_field", "filter"),
    ],
)
def test_refusals_name_the_field(
    owner: Client, query: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        state(query)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    answer = owner.get("/a/cafe/live/visits.json", params=query)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)


def test_a_coarser_step_is_offered(owner: Client) -> None:
    answer = owner.get("/a/cafe/live/visits.json?period=7d&step=1&lang=zh").json()
    assert answer["hint"] == 10
    assert "10" in answer["message"]


def test_the_page_holds_its_cards_and_the_stream(owner: Client) -> None:
    page = owner.get(
        "/a/cafe/live?period=1h&step=1&traffic=trial&page=pages/menu/menu&lang=en"
    ).text
    for card in ("visits", "pages"):
        assert f'src="/a/cafe/live/{card}?period=1h&amp;step=1' in page
    assert 'src="/a/cafe/live/online?traffic=trial"' in page  # of the present, whatever the range
    assert 'src="/a/cafe/stream?traffic=trial"' in page
    assert re.search(
        r'<input type="datetime-local" id="datetime-local-from" name="from" value="\d{4}-\d\d-\d\dT\d\d:\d\d"',
        page,
    )
    links = set(re.findall(r'href="(\?[^"]*)"', page))
    assert "?period=24h" not in links
    assert "?period=6h&amp;step=1&amp;page=pages/menu/menu&amp;traffic=trial" in links


def test_a_step_that_makes_no_line_is_not_offered() -> None:
    hour = state({"period": "1h", "step": "5"})
    assert [bool(hour.in_steps(step)) for step in (1, 5, 10, 30, 60)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    week = state({"period": "7d", "step": "60"})
    assert [bool(week.in_steps(step)) for step in (1, 5, 10, 30, 60)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert state({"step": "60"}).over("1h") == "?period=1h&step=1"


def test_the_list_has_all_pages_first_and_leads_to_the_line_of_one(owner: Client) -> None:
    card = owner.get("/a/cafe/live/pages?lang=zh&page=pages/menu/menu", headers=AS_CARD).text
    body = card[card.index("<tbody>") :]
    first = body[: body.index("</tr>")]
    assert "全部页面" in first
    assert ">–<" in first
    assert 'data-set="page="' in first
    chosen = re.search(r'data-set="page=([^"]*)" aria-current="true"', body)
    assert chosen is not None
    assert chosen[1] == "pages%2Fmenu%2Fmenu"
    line = owner.get("/a/cafe/live/visits?page=pages/menu/menu", headers=AS_CARD).text
    assert 'class="chip"><span>pages/menu/menu</span>' in line


@pytest.mark.parametrize(
    ("query", "again"), [("", True), ("?period=yesterday", False), ("?period=today", True)]
)
def test_only_a_range_that_is_not_over_looks_again(
    owner: Client, query: str, *, again: bool
) -> None:
    for card in ("visits", "pages"):
        assert ("data-refresh" in owner.get(f"/a/cafe/live/{card}{query}").text) == again
    assert "data-refresh" in owner.get(f"/a/cafe/live/online{query}").text


def test_moments_in_every_form(owner: Client) -> None:
    query = "?from=2026-03-01T10:00&to=2026-03-01T12:00&lang=en"
    answer: dict[str, Any] = owner.get(f"/a/cafe/live/visits.json{query}").json()
    assert (answer["from"], answer["to"]) == (
        "2026-03-01T10:00:00+08:00",
        "2026-03-01T12:00:00+08:00",
    )
    assert answer["grain"] == "30min"
    moments = [row["moment"] for row in answer["rows"]]
    assert moments[1] == "2026-03-01T10:30:00+08:00"
    file = owner.get(f"/a/cafe/live/visits.csv{query}")
    assert file.text.splitlines()[2].startswith("2026-03-01T10:30:00+08:00,")
    assert (
        'filename="cafe_live.visits_2026-03-01_2026-03-01.csv"'
        in file.headers["content-disposition"]
    )
    card = owner.get(f"/a/cafe/live/visits{query}&view=table", headers=AS_CARD).text
    assert "03-01 10:30" in card
    assert "1 Mar 10:00 – 12:00" in card
    api = owner.get(
        f"/api/v1/apps/cafe/reports/live.visits{query}", headers={"Authorization": "Bearer reader"}
    )
    assert api.json()["rows"] == answer["rows"]


def test_the_stream_has_the_filters_of_the_page(owner: Client) -> None:
    page = owner.get("/a/cafe/live?filter=scene:is:1001&filter=newness:is:new&lang=en").text
    assert 'src="/a/cafe/stream?filter=scene%3Ais%3A1001&amp;filter=newness%3Ais%3Anew"' in page
    assert "Who is new is not known yet" in page
    assert "Who is new is not known yet" not in owner.get("/a/cafe/live?filter=scene:is:1001").text
    wrong = owner.get("/a/cafe/stream?filter=scene:is:nothing")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "filter")


def test_the_stream_is_for_those_who_signed_in(stranger: Client, owner: Client) -> None:
    wrong = owner.get("/a/cafe/stream?after=yesterday")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "after")
    assert owner.get("/a/nobody/stream").json()["code"] == "unknown_app"
    owner.cookies.clear()
    refused = owner.get("/a/cafe/stream")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
