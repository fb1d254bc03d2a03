"""Virtual events on their pages and by API: looked at, saved, repaired by another condition; the real store below."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

from minilens.period import now, today
from minilens.records.virtual_content import read
from minilens.spool.test_mode import EventInTest
from minilens.web.admin.test_mode import from_tap
from minilens.web.events.virtual_form import meaning_of, typed_of, without
from tests.pipeline import Happening, at
from tests.web.cast import mark
from tests.web.store_site import Site, site

__all__ = ["site"]

BUY = {"event": "click", "pages": "exact", "page": "pages/tea", "element": {"handler": "onBuy"}}
FORM = {
    "count": "1",
    "c0.event": "click",
    "c0.pages": "exact",
    "c0.page": "pages/tea",
    "c0.handler": "onBuy",
}


def noon() -> int:
    """Of yesterday: near midnight the day after is built, too, and what came since is read of the newest day alone."""
    return at(f"{today('Asia/Shanghai') - timedelta(days=1)} 12:00")


def tap(n: int, handler: str = "onBuy") -> Happening:
    props = json.dumps({"handler": handler, "data": {"sku": "7"}})
    return Happening(noon() + n, "click", device=f"d{n}", page="pages/tea", props=props)


def get(site: Site, path: str) -> str:
    address = f"/a/{site.house.app.name}/events/virtual{path}"
    return html.unescape(site.client.get(address, headers={"accept-language": "en"}).text)


def send(site: Site, path: str = "/edit", **form: str) -> Any:
    form["csrf"] = mark(site.client, "/account")
    address = f"/a/{site.house.app.name}/events/virtual{path}"
    return site.client.post(
        address, data=form, headers={"accept-language": "en"}, follow_redirects=False
    )


def facts(text: str) -> dict[str, str]:
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([\d,]+)</dd>", text))


def test_it_is_looked_at_saved_and_repaired(site: Site) -> None:
    site.house.load([tap(0), tap(1), tap(2, "onBuyNew")])
    names = {"name": "buy_tap", "zh": "点购买", "en": "Buy tapped"}
    shown = html.unescape(send(site, **FORM, **names, do="preview").text)
    assert (facts(shown)["Last 7 days"], facts(shown)["Persons"]) == ("2", "2")
    assert "buy_tap" not in get(site, "")
    wrong = send(site, **FORM | {"c0.page": ""}, **names, do="save")
    assert wrong.status_code == 422
    assert "conditions[0].page" in wrong.text
    assert send(site, **FORM, **names | {"zh": ""}, do="save").status_code == 422
    assert send(site, **FORM, **names, do="save").status_code == 303
    page = get(site, "/of/buy_tap")
    assert facts(page)["Last 7 days"] == "2"
    two = html.unescape(send(site, **FORM, own="buy_tap", version="1", do="add").text)
    assert 'name="c1.event"' in two
    repaired = FORM | {
        "count": "2",
        "c1.event": "click",
        "c1.handler": "onBuyNew",
        "c1.pages": "any",
    }
    assert send(site, **repaired, own="buy_tap", version="1", do="save").status_code == 303
    assert send(site, **repaired, own="buy_tap", version="1", do="save").status_code == 409
    page = get(site, "/of/buy_tap")
    assert facts(page)["Last 7 days"] == "3"
    assert page.count("Last 30 days:") == 2
    less = html.unescape(send(site, **repaired, own="buy_tap", version="2", do="remove0").text)
    assert 'name="c0.handler" value="onBuyNew"' in less
    assert 'name="c1.handler"' not in less
    assert send(site, "/of/buy_tap/retire", do="retire").status_code == 303
    assert "retired" in get(site, "")


def test_programs_do_the_same(site: Site) -> None:
    site.house.load([tap(0), tap(1)])
    address = "/../virtual-events"
    looked = site.api(f"{address}/preview", "report:read", name="x", conditions=[BUY]).json()
    assert (looked["matches"], looked["persons"], len(looked["days"])) == (2, 2, 7)
    assert [one["code"] for one in looked["warnings"]] == []
    bad = site.api(f"{address}/preview", "report:read", name="x", conditions=[{"event": "X"}])
    assert (bad.status_code, bad.json()["field"]) == (422, "conditions[0].event")
    given = {"name": "buy_tap", "zh": "点购买", "conditions": [BUY]}
    assert site.api(address, "report:read", **given).status_code == 403
    made = site.api(address, "admin", **given).json()
    assert (made["version"], made["conditions"]) == (1, [BUY])
    assert site.api(address, "admin", **given).json()["code"] == "event_exists"
    every = [BUY, {"event": "share"}]
    assert (
        site.api(address, "admin", name="buy_tap", version=1, conditions=every).json()["version"]
        == 2
    )
    assert (
        site.api(address, "admin", name="buy_tap", version=1, conditions=[BUY]).status_code == 409
    )
    assert site.api(address, "admin", name="buy_tap", retired=True).json()["retired"]
    same = site.api(f"{address}/preview", "report:read", name="y", conditions=every).json()
    assert same["warnings"] == []  # a retired one is nobody's double
    site.api(address, "admin", name="buy_tap", retired=False)
    same = site.api(f"{address}/preview", "report:read", name="y", conditions=every).json()
    assert [one["code"] for one in same["warnings"]] == ["same"]
    assert [one["name"] for one in site.api(address, "report:read").json()["events"]] == ["buy_tap"]


def test_a_question_may_name_one(site: Site) -> None:
    """Wherever an event is asked for; beside a plain one it counts once what is both."""
    rooms, app = site.house.pipeline.records.virtual_events, site.house.app
    moment, day = noon(), today(app.timezone)
    share = Happening(moment, "share", device="d0", page="pages/tea")
    site.house.load([tap(0), tap(1), tap(2, "other"), share])
    site.house.build()
    site.house.load([tap(1)])  # what came since
    rooms.create(app.id, "buy", read({"conditions": [BUY]}), zh="购买", en="", now=now())
    every = read(
        {"conditions": [{"event": "buy"}, {"event": "click", "element": {"data.sku": "7"}}]}
    )
    rooms.create(app.id, "buy_or_seven", every, zh="购买或七", en="", now=now())
    asked = [["buy"], ["buy_or_seven"], ["buy", "share"], ["buy", "click"], ["share"]]
    question = {
        "kind": "events", "from": str(day - timedelta(days=1)),
        "to": str(day), "grain": "whole", "events": [{"event": one} for one in asked],
        "measures": [
            {"name": f"{of}_{aggregate}", "of": of, "aggregate": aggregate}
            for of in "abcde" for aggregate in ("total", "persons")
        ],
    }  # fmt: skip
    found = site.api("/../ask", "report:read", **question).json()
    assert found["rows"] == [
        {
            "a_total": 3, "a_persons": 2, "b_total": 4, "b_persons": 3, "c_total": 4, "c_persons": 2, "d_total": 4,
            "d_persons": 3, "e_total": 1, "e_persons": 1,
        }
    ], found  # fmt: skip
    assert "buy + share" in json.dumps(found["columns"], ensure_ascii=False)
    alone = question | {"events": [{"event": "buy"}], "measures": [{"aggregate": "total"}]}
    (row,) = site.api("/../ask", "report:read", **alone).json()["rows"]
    assert list(row.values()) == [3]


def test_what_the_form_shows_is_what_was_meant() -> None:
    typed = FORM | {
        "count": "2", "c0.keys": "data.sku=7, mark.zone=top", "c0.f0.field": "scene", "c0.f0.operator": "is",
        "c0.f0.values": "1047，1048", "c0.f1.field": "props.cups", "c0.f1.operator": "is_known", "c1.event": "share",
    }  # fmt: skip
    meaning = meaning_of(typed)
    assert dict(meaning.conditions[0].element) == {
        "handler": "onBuy",
        "data.sku": "7",
        "mark.zone": "top",
    }
    assert meaning.conditions[0].filters[0].values == ("1047", "1048")
    assert meaning_of(typed_of(meaning)) == meaning
    assert meaning_of(without(typed, 0)).conditions == meaning.conditions[1:]
    assert without(FORM, 0) == FORM


def test_a_tap_fills_the_form(site: Site) -> None:
    props = json.dumps(
        {"handler": "onBuy", "element": "buy", "data": {"sku": 7, "odd": "a,b"}, "x": 3}
    )
    one = EventInTest(at=0, name="click", raw_name="", kind="track", page="pages/tea", props=props)
    page = get(site, f"/new?{from_tap(one)}")
    for name, value in (
        ("event", "click"), ("page", "pages/tea"), ("handler", "onBuy"), ("id", "buy"), ("keys", "data.sku=7"),
    ):  # fmt: skip
        assert f'name="c0.{name}" value="{value}"' in page
    assert (
        from_tap(EventInTest(at=0, name="share", raw_name="", kind="track", page="", props="{}"))
        == ""
    )
