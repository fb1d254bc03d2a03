"""The editor's form, the lists of a page and the values of a field, as addresses."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens import reports
from minilens.errors import Busy
from minilens.measure import filters
from minilens.measure.measures import MEASURES
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reports.report import Report
from minilens.web.console import App
from tests import by_name
from tests.addresses import asked as asked_of
from tests.web.cast import Theatre, answer

Client = TestClient[Litestar]
PAGE = "/a/cafe/overview"
READER = {"Authorization": "Bearer reader"}
AS_CARD = {"X-Minilens-Card": "1"}


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("filter_field=province&filter_operator=is&filter_value=", ""),
        ("filter_field=province&filter_operator=is&filter_value=广东", "filter=province:is:广东"),
        (
            "filter_field=page&filter_operator=is_not&filter_value=&filter_value=a&filter_value=b,c",
            r"filter=page:is_not:a,b\,c",
        ),
        (
            "filter_field=campaign&filter_operator=is_known&filter_value=x",
            "filter=campaign:is_known",
        ),
        (
            "filter=scene:is:1047&filter_field=newness&filter_operator=is&filter_value=new",
            "filter=scene:is:1047&filter=newness:is:new",
        ),
        (
            "filter=scene:is:1047&filter_field=scene&filter_operator=is&filter_value=1047",
            "filter=scene:is:1047",
        ),
        (
            (
                "filter=campaign:is_known&filter=scene:is:1047&filter_join=or"
                "&filter_field=province&filter_operator=is&filter_value=广东"
            ),
            "filter=campaign:is_known&filter=scene:is:1047|province:is:广东",
        ),
        (
            "filter_join=or&filter_field=newness&filter_operator=is&filter_value=new",
            "filter=newness:is:new",
        ),
    ],
)
def test_the_form_becomes_a_filter_of_the_address(owner: Client, form: str, wanted: str) -> None:
    sent = owner.get(f"{PAGE}?measure=visits&{form}", follow_redirects=False)
    if not wanted:
        assert sent.status_code == 422
        return
    assert sent.status_code == 303
    there = owner.get(sent.headers["location"])
    assert there.status_code == 200
    assert unquote(there.url.query.decode()) == f"measure=visits&{wanted}"


def test_a_wrong_form_is_shown_again_beside_its_reason(owner: Client) -> None:
    form = "filter_field=scene&filter_operator=is&filter_value=a+code&lang=en"
    page = owner.get(f"{PAGE}?period=7d&filter=newness:is:new&{form}")
    assert page.status_code == 422
    assert "Filter not applied: Scene is not a valid number: a code" in page.text
    assert "data-refused" in page.text
    assert re.search(r'name="filter_value" value="a code"', page.text)
    assert "New or returning is New" in page.text
    assert 'src="/a/cafe/overview/trend?period=7d&amp;filter=newness:is:new"' in page.text


def test_the_editor_offers_either_or_with_the_last_filter(owner: Client) -> None:
    assert "filter_join" not in owner.get(f"{PAGE}?lang=en").text
    page = owner.get(f"{PAGE}?lang=en&filter=newness:is:new&filter=scene:is:1|scene:is:2").text
    assert "Combine with “Scene is 1 or Scene is 2”" in html.unescape(page)
    assert len(re.findall('name="filter_join"', page)) == 2
    form = "filter_field=scene&filter_operator=is&filter_value=x&filter_join=or"
    again = owner.get(f"{PAGE}?filter=newness:is:new&{form}").text
    assert re.search('value="or" checked', again)


def test_each_list_has_its_own_part_of_the_page_address(owner: Client) -> None:
    page = owner.get(
        f"{PAGE}?period=7d&pages.sort=visitors&entries.top=50&entries.search=menu"
    ).text
    sources = [html.unescape(src) for src in re.findall(r' src="(/a/[^"]+overview/[^"]+)"', page)]
    assert sources == [
        "/a/cafe/overview/yesterday",
        "/a/cafe/overview/trend?period=7d",
        "/a/cafe/overview/pages?period=7d&sort=visitors",
        "/a/cafe/overview/entries?period=7d&top=50&search=menu",
    ]
    links = {html.unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page)}
    kept = "&entries.search=menu&entries.top=50&pages.sort=visitors"
    assert f"?period=90d{kept}" in links
    assert f"?period=7d&traffic=trial{kept}" in links


def test_another_measure_of_the_trend_leaves_the_other_cards_alone(owner: Client) -> None:
    def others(query: str) -> list[str]:
        page = owner.get(f"{PAGE}?{query}").text
        return [s for s in re.findall(r' src="(/a/[^"]+)"', page) if "/trend" not in s]

    assert others("period=7d&measure=visits&view=table") == others("period=7d")


def test_a_wrong_part_of_a_list_is_refused(owner: Client) -> None:
    answer = owner.get(f"{PAGE}?pages.sort=luck&lang=en")
    assert answer.status_code == 422
    assert "luck" in answer.text


def test_values_of_a_field_carry_their_names(owner: Client, theatre: Theatre) -> None:
    asked: list[Query] = []

    def by_scene(report: Report, query: Query, app: App) -> Table:
        asked.append(query)
        found = answer(report, replace(query, dimensions=by_name.apart("page")), app)
        rows = (("1047", 12_000), ("1011", 30), ("0", 5), ("9999", 1))
        return replace(found, rows=rows)

    theatre.answer = by_scene
    found = owner.get("/a/cafe/values/scene?period=7d&lang=en&search=").json()
    assert [one["value"] for one in found] == ["1047", "1011", "9999"]
    assert found[0]["title"] == "1047 Mini program code scanned with camera"
    assert found[0]["visits"] == "12.0k"
    assert found[2]["title"] == "9999"
    assert [one.name for one in asked[0].values] == ["scene"]
    assert asked[0].sort is MEASURES["visits"]
    assert asked[0].range.days == 7
    named = owner.get("/a/cafe/values/scene?lang=zh&search=扫描小程序码").json()
    assert [one["value"] for one in named] == ["1047"]


def test_values_are_searched_where_they_are_kept(owner: Client, theatre: Theatre) -> None:
    asked: list[Query] = []

    def listening(report: Report, query: Query, app: App) -> Table:
        asked.append(query)
        return answer(report, query, app)

    theatre.answer = listening
    found = owner.get("/a/cafe/values/page?search=menu&traffic=trial&filter=nonsense").json()
    assert [one["value"] for one in found] == ["pages/menu/menu"]
    ((condition,),) = asked[0].filters
    assert (condition.dimension.name, condition.operator, condition.values) == (
        "page",
        "contains",
        ("menu",),
    )
    assert asked[0].traffic == "trial"


def test_values_of_no_field_and_for_strangers(owner: Client, stranger: Client) -> None:
    wrong = owner.get("/a/cafe/values/colour", headers={"accept": "application/json"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_field")
    stranger.cookies.clear()
    refused = stranger.get("/a/cafe/values/page", headers={"accept": "application/json"})
    assert refused.status_code == 401


def test_a_queue_is_said_in_the_card_and_in_the_headers(owner: Client, theatre: Theatre) -> None:
    def full(report: Report, query: Query, app: App) -> Table:
        raise Busy("queued", 2, ahead=3)

    theatre.answer = full
    card = owner.get(f"{PAGE}/trend?lang=zh", headers=AS_CARD)
    assert card.status_code == 503
    assert (card.headers["retry-after"], card.headers["x-queries-ahead"]) == ("2", "3")
    assert 'data-state="queued"' in card.text
    assert "前面还有 3 个" in card.text
    assert "data-retry" not in card.text


def test_a_list_leads_to_more_and_to_a_filter(owner: Client) -> None:
    card = html.unescape(owner.get(f"{PAGE}/pages?lang=zh&period=7d").text)
    assert 'data-set="pages.sort=visitors&pages.order=&pages.offset="' in card
    turned = 'data-set="pages.sort=&pages.order=asc&pages.offset="'
    assert f'{turned} data-turn="pages.sort=&pages.order=&pages.offset="' in card
    assert 'data-set="pages.top=1000&pages.offset="' in card
    assert 'data-set="pages.sort_by=change&pages.offset="' in card
    assert 'data-set="pages.rest=1"' in card
    assert 'data-add="page:is:pages/menu/menu"' in card
    assert "/a/cafe/overview/pages.xlsx?" in card


def test_headings_offer_only_orders_that_have_an_answer(owner: Client) -> None:
    """Launches are of no page: under a filter by one they are named, and no order."""

    def orders(query: str) -> set[str]:
        card = html.unescape(owner.get(f"/a/cafe/sources/list?lang=en&{query}").text)
        assert card.count("<th scope") == 6 + card.count('<th scope="row"')
        return set(re.findall(r'data-set="list\.sort=(\w*)&', card))

    assert orders("") == {"", "launch_share", "visits", "visitors", "new_users"}
    assert orders("filter=page:is:pages/index") == {"visits", "visitors", "new_users"}


def test_a_list_is_read_page_by_page(owner: Client) -> None:
    def pager(query: str) -> str:
        card = html.unescape(owner.get(f"{PAGE}/pages?lang=en&period=7d&{query}").text)
        return "".join(re.findall(r'<nav class="pager".*?</nav>', card, re.DOTALL))

    first, last, beyond = pager("top=2"), pager("top=2&offset=2"), pager("offset=90")
    assert "1–2 of " in first
    assert 'data-set="pages.offset=2" rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'data-set="pages.offset=" rel="prev">Previous rows' in last
    assert "No rows here; there are 12" in beyond
    assert 'data-set="pages.offset=" rel="prev">First rows' in beyond


def test_an_order_by_change_needs_something_beside_it(owner: Client) -> None:
    api, asked = "/api/v1/apps/cafe/reports/overview.pages", "sort_by=change&compare=none&lang=en"
    refused = owner.get(f"{api}?{asked}", headers=READER)
    assert refused.status_code == 422
    assert (refused.json()["code"], refused.json()["field"]) == ("nothing_compared", "sort_by")
    assert owner.get(f"{api}?sort_by=change", headers=READER).status_code == 200
    # a page of which the comparison is taken away shows the list by its values
    card = owner.get(f"{PAGE}/pages?{asked}").text
    assert 'data-state="shown"' in card
    assert "Δ" not in card
    assert "Δ" in owner.get(f"{PAGE}/pages?sort_by=change").text


@pytest.mark.parametrize(
    ("field", "search", "value", "title"),
    [
        ("province", "guangd", "广东", "Guangdong"),
        ("province", "广东", "广东", "Guangdong"),
        ("city", "hangz", "杭州", "Hangzhou"),
        ("city", "杭", "杭州", "Hangzhou"),
        ("person_city", "urumqi", "乌鲁木齐", "Ürümqi"),
    ],
)
def test_regions_are_found_by_either_name(
    owner: Client, theatre: Theatre, field: str, search: str, value: str, title: str
) -> None:
    asked: list[Query] = []

    def by_region(report: Report, query: Query, app: App) -> Table:
        asked.append(query)
        found = answer(report, replace(query, dimensions=by_name.apart("page")), app)
        return replace(found, rows=((value, 12_000),))

    theatre.answer = by_region
    found = owner.get(f"/a/cafe/values/{field}?lang=en&search={search}").json()
    assert [(one["value"], one["title"]) for one in found] == [(value, title)]
    ((condition,),) = asked[0].filters
    assert condition.values == (search,)
    assert search in value or value in condition.dimension.named("contains", (search,))


@pytest.mark.parametrize(
    ("place", "held"),
    [
        ("0.1", ["scene:is:1|scene:is:3", "page:contains:menu"]),
        ("1.0", ["scene:is:1|scene:is:2", "scene:is:3"]),
        ("7.0", ["scene:is:1|scene:is:2", "page:contains:menu", "scene:is:3"]),
        ("x", ["scene:is:1|scene:is:2", "page:contains:menu", "scene:is:3"]),
    ],
)
def test_a_filter_is_changed_in_its_place(place: str, held: list[str]) -> None:
    given = [
        ("filter", "scene:is:1|scene:is:2"), ("filter", "page:contains:menu"), ("filter_at", place),
        ("filter_field", "scene"), ("filter_operator", "is"), ("filter_value", "3"),
    ]  # fmt: skip
    state = asked_of(given, reports.find("overview.trend"), date(2026, 11, 22))
    assert [filters.write(clause) for clause in state.filters] == held
