"""The pages of campaign links: made by form and of a sheet, listed, printed, taken away, ended; mistakes by row."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.link_content import NewLink
from minilens.records.rates import Rate
from minilens.records.store import Link
from tests.web.cast import Theatre, mark

Client = TestClient[Litestar]
HERE = "/a/cafe/links"
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh"}


def press(client: Client, path: str = HERE, lang: dict[str, str] = EN, **form: str) -> Any:
    form["csrf"] = mark(client, "/account")
    return client.post(path, data=form, headers=lang, follow_redirects=False)


def made(theatre: Theatre, *some: NewLink) -> list[Link]:
    app = theatre.records.apps.named("cafe").id
    return theatre.records.links.create(app, some, now=now())


def links(theatre: Theatre) -> list[Link]:
    return theatre.records.links.of(theatre.records.apps.named("cafe").id)


def test_one_is_made_and_looked_at(theatre: Theatre, owner: Client) -> None:
    answer = press(
        owner, of="one", campaign="Spring", placement="Door", page="pages/menu/menu", query="a=1", tags="in，out",
        expires="2099-01-31", owner="Ann",
    )  # fmt: skip
    (one,) = links(theatre)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/{one.code}?done=made")
    assert (one.tags, one.owner, str(one.expires)) == (("in", "out"), "Ann", "2099-01-31")
    page = owner.get(f"{HERE}/{one.code}?done=made", headers=EN).text
    assert "Link made." in page
    assert "<svg" in page
    assert one.path.replace("&", "&amp;") in page
    listed = owner.get(HERE, headers=EN).text
    assert "Spring › Door" in listed
    assert "Spring › Door" not in owner.get(f"{HERE}?q=summer", headers=EN).text


def test_a_sheet_is_pasted_and_a_mistake_is_named_by_its_row(
    theatre: Theatre, owner: Client
) -> None:
    rows = "推广活动\t页面\t推广位\n春茶\tpages/a\t门口\n春茶\t\t餐桌\n"
    wrong = press(owner, of="many", rows=rows, lang=ZH)
    assert wrong.status_code == 422
    assert "第 3 行页面：请填写" in wrong.text
    assert "餐桌" in wrong.text
    in_english = press(owner, of="many", rows=rows).text
    assert "Row 3, page: Enter" in in_english
    assert "links[" not in wrong.text + in_english
    strange = press(owner, of="many", rows="campaign,page,tga\nSpring,a,b\n").text
    assert "no field named tga" in strange
    assert "Row 2: page" in press(owner, of="many", rows="campaign,page\nSpring,a?b\n").text
    assert links(theatre) == []
    good = press(owner, of="many", rows=rows.replace("\t\t", "\tpages/b\t"), lang=ZH)
    assert good.status_code == 303
    assert [one.placement for one in links(theatre)] == ["门口", "餐桌"]


def test_a_mistake_of_the_form_is_at_its_field(theatre: Theatre, owner: Client) -> None:
    answer = press(owner, of="one", campaign="Spring", page="", expires="2099-01-31")
    assert answer.status_code == 422
    assert 'id="w-page"' in answer.text
    assert 'value="2099-01-31"' in answer.text
    assert 'id="w-expires"' in press(owner, of="one", campaign="S", page="a", expires="soon").text


def test_files_hold_what_the_list_shows(theatre: Theatre, owner: Client) -> None:
    evil = NewLink(campaign="../../etc/passwd", placement="a/b\\c:d", page="pages/a", note="=1+1")
    made(theatre, evil, NewLink(campaign="Spring", page="pages/a"))
    every = owner.get("/a/cafe/links.zip", headers=EN)
    names = zipfile.ZipFile(io.BytesIO(every.content)).namelist()
    assert len(names) == 3
    assert not [name for name in names if re.search(r"\.\.|[/\\:]", name)]
    png = owner.get("/a/cafe/links.zip?campaign=Spring&format=png", headers=EN)
    archive = zipfile.ZipFile(io.BytesIO(png.content))
    (image,) = [name for name in archive.namelist() if name.endswith(".png")]
    assert archive.read(image).startswith(b"\x89PNG")
    text = owner.get("/a/cafe/links.csv", headers=EN).text
    assert "'=1+1" in text
    sheet = owner.get("/a/cafe/links/sheet?campaign=Spring", headers=EN).text
    assert sheet.count("<figcaption>") == 1
    assert "passwd" not in sheet


def test_a_link_is_changed_and_ended(theatre: Theatre, owner: Client) -> None:
    (one,) = made(theatre, NewLink(campaign="Spring", page="pages/a"))
    at = f"{HERE}/{one.code}"
    assert press(owner, at, note="new", owner="Bo", expires="").status_code == 303
    assert (links(theatre)[0].note, links(theatre)[0].owner) == ("new", "Bo")
    assert 'id="w-expires"' in press(owner, at, expires="tomorrow").text
    assert press(owner, at, do="end").headers["location"] == f"{at}?done=ended"
    assert "Over" in owner.get(HERE, headers=EN).text


def test_pages_that_are_gone_are_marked(theatre: Theatre, owner: Client) -> None:
    made(theatre, NewLink(campaign="Spring", page="pages/gone"))
    app = theatre.records.apps.named("cafe").id
    theatre.records.app_pages.set(app, b'{"pages": ["pages/a"]}', now=now())
    assert "Page not in app.json" in owner.get(HERE, headers=EN).text


def test_a_link_of_another_app_is_not_there(theatre: Theatre, owner: Client) -> None:
    shop = theatre.records.apps.named("shop").id
    (other,) = theatre.records.links.create(shop, [NewLink(campaign="S", page="a")], now=now())
    assert owner.get(f"{HERE}/{other.code}").status_code == 404
    assert press(owner, f"{HERE}/{other.code}", do="end").status_code == 404
    assert theatre.records.links.get(other.code).ended is None


def test_names_stay_texts(theatre: Theatre, owner: Client) -> None:
    made(theatre, NewLink(campaign="<script>x</script>", note="<b>", page="pages/a", tags=["<i>"]))
    for path in (HERE, f"{HERE}/{links(theatre)[0].code}", "/a/cafe/links/sheet"):
        text = owner.get(path, headers=EN).text
        assert "<script>x" not in text
        assert "<i>" not in text


def test_a_zip_has_an_end(theatre: Theatre, owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made(theatre, *(NewLink(campaign="Spring", page="pages/a") for _ in range(3)))
    monkeypatch.setattr("minilens.web.campaigns.pages.IMAGES", 2)
    assert owner.get("/a/cafe/links.zip", headers=EN).status_code == 422
    assert owner.get("/a/cafe/links.zip?after=1", headers=EN).status_code == 200


def test_results_are_one_click_away_whatever_the_name(theatre: Theatre, owner: Client) -> None:
    (one,) = made(theatre, NewLink(campaign="a,b:c|d\\", page="pages/a"))
    page = owner.get(HERE, params={"campaign": one.campaign}, headers=EN).text
    (address,) = re.findall(r'href="([^"]*campaign\?campaign=[^"]*)"', page)
    shown = owner.get(address.replace("&amp;", "&"), headers=EN)
    assert shown.status_code == 200
    assert "a,b:c|d\\" in shown.text
    of_link = owner.get(f"{HERE}/{one.code}", headers=EN).text
    assert f"filter=link%3Ais%3A{one.code}" in of_link


def test_a_campaign_has_a_page_and_rows_lead_to_it(owner: Client) -> None:
    page = owner.get("/a/cafe/campaign?campaign=Spring&event=add_to_cart", headers=EN).text
    assert "Spring" in page
    assert "/a/cafe/campaign/hours?" in page
    assert "campaign=Spring" in page
    assert "event=add_to_cart" in page
    assert 'href="/a/cafe/campaigns' in page
    card = owner.get("/a/cafe/campaigns/list?event=add_to_cart", headers=EN).text
    assert '<option value="add_to_cart" selected>' in card
    assert "/a/cafe/campaign?" in card
    assert owner.get("/a/cafe/campaigns?event=%20", headers=EN).status_code == 422


def test_conversion_currency_and_refunds_are_chosen_beside_the_title(
    theatre: Theatre, owner: Client
) -> None:
    theatre.records.rates.set(1, "CNY", [Rate("USD", date(2026, 1, 1), Decimal("7.1"))], now=now())
    page = owner.get("/a/cafe/campaigns?period=7d&filter=province:is:广东", headers=EN).text
    form = re.search(r'<form class="menu" id="counted".*?</form>', page, re.DOTALL)
    assert form
    assert {"CNY", "USD"} <= set(re.findall(r"<option(?: selected)?>([A-Z]{3})</option>", form[0]))
    assert 'name="filter" value="province:is:广东"' in form[0]
    assert 'name="period" value="7d"' in form[0]
    assert "cap" not in form[0]
    asked = "event=pay_success&currency=USD&refund=-"
    chosen = owner.get(f"/a/cafe/campaign?campaign=spring&{asked}", headers=EN).text
    assert '<option value="-" selected>' in chosen
    assert "<option selected>USD</option>" in chosen
    assert 'name="campaign" value="spring"' in chosen
    own = owner.get("/a/cafe/ads?refund=order_refunded", headers=EN).text
    assert re.search(r'<option value="order_refunded" selected>', own)
    assert 'name="cap"' in own
    usual = owner.get("/a/cafe/campaigns?refund=refund_success", headers=EN).text
    assert '<option value="refund_success" selected>' not in usual
