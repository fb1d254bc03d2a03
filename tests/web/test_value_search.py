"""Values of a condition, searched as they are typed: what came with its events, by value and by name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from minilens.period import now
from minilens.records.event_content import read
from minilens.records.field_values import ValueName
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.web.store_site import Site, site

__all__ = ["site"]

ROW = {"e.0.event": "pay_success", "period": "custom", "from": DAY, "to": NEXT}


def searched(site: Site, about: str, text: str = "", **more: str) -> list[tuple[str, str]]:
    """Entries with what stands beside them. `more`: other fields, with _ for the dots in their names."""
    form = ROW | {
        "w.p.3.on": about,
        "w.p.3.other": "",
        "w.p.3.operator": "is",
        "w.p.3.values": text,
    }
    form |= {name.replace("_", "."): value for name, value in more.items()}
    answer = site.client.get(
        f"/a/{site.house.app.name}/events/values", params=form, headers={"accept-language": "zh-CN"}
    )
    assert answer.status_code == 200
    options: list[Any] = re.findall(r'<option value="(.*?)"(?: label="(.*?)")?>', answer.text)
    return options


@pytest.fixture
def shop(site: Site) -> Site:
    records, app = site.house.pipeline.records, site.house.app.id
    sku = {"name": "sku", "zh": "商品", "type": "text", "note": ""}
    action = {"trigger": "click", "element": "#a", "data": [{"field": "sku", "value": '"x"'}]}
    told = read({"actions": [{"action": "once", **action}], "fields": [sku]})
    records.events.create(app, "tea_order", "点茶", told, now=now())
    records.events.publish(app, "tea_order", revision=1, now=now())
    named = (ValueName("x", "龙井", "Longjing"), ValueName("z", "毛尖", "Maojian"))
    records.field_values.set(app, "sku", named, now=now())
    site.house.load(STORY)
    site.house.build()
    return site


def test_the_most_frequent_come_first_under_their_names(shop: Site) -> None:
    # x twice, y and 5 once each; z has a name only, and never came
    assert searched(shop, "property.sku")[0] == ("龙井", "Longjing · x")
    assert {one for one, _ in searched(shop, "property.sku")} == {"龙井", "y", "5"}
    assert searched(shop, "property.sku", "long") == [("龙井", "Longjing · x")]
    assert searched(shop, "property.sku", "毛") == [("毛尖", "Maojian · z")]
    assert searched(shop, "property.", "Y", w_p_3_other="sku") == [("y", "")]


def test_what_was_typed_before_the_last_comma_stays(shop: Site) -> None:
    assert searched(shop, "property.sku", "a\\,b，y")[0] == ("a\\,b, y", "")
    assert {one for one, _ in searched(shop, "property.sku", "y, ")} == {"y, 龙井", "y, y", "y, 5"}


def test_fields_are_searched_by_their_names_in_both_languages(shop: Site) -> None:
    assert {one for one, _ in searched(shop, "field.province")} == {"广东", "上海"}
    assert searched(shop, "field.province", "shang") == [("上海", "Shanghai")]
    assert [one for one, _ in searched(shop, "field.newness", "新用户")] == ["新用户"]
    assert searched(shop, "field.page_type", "cart")[0][0] == "购物车"
    assert searched(shop, "session.entry", "pages/")[0][0].startswith("pages/")


def test_a_condition_of_one_event_asks_that_event(shop: Site) -> None:
    other = {"e.1.event": "add_to_cart", "e.1.w.p.0.on": "property.amount", "e.1.w.p.0.values": ""}
    path = f"/a/{shop.house.app.name}/events/values"
    own = shop.client.get(path, params=ROW | other).text
    assert re.findall(r'value="(.*?)"', own) == ["1"]
    of_all = ROW | {"e.1.event": "add_to_cart", "w.p.0.on": "property.amount", "w.p.0.values": ""}
    found = re.findall(r'value="(.*?)"', shop.client.get(path, params=of_all).text)
    assert set(found) == {"10", "20.00", "5.5", "much", "100", "1"}


NOTHING: tuple[tuple[str, dict[str, str]], ...] = (
    ("property.sku", {"e_0_event": ""}), ("property.sku", {"w_p_3_operator": "gt"}), ("", {}), ("session.depth", {}),
    ("property.sku", {"w_p_3_operator": "is_known"}), ("field.nonsense", {}), ("field.value", {}), ("property.a'b", {}),
    ("property.sku", {"from": "soon"}), ("property.nothing", {}), ("profile.level", {}),
)  # fmt: skip


def test_where_nothing_can_be_searched_there_is_nothing(shop: Site) -> None:
    for about, more in NOTHING:
        assert searched(shop, about, **more) == [], (about, more)


def test_sensitive_properties_are_not_shown_nor_anything_to_strangers(shop: Site) -> None:
    assert searched(shop, "property.vip")
    shop.house.pipeline.records.sensitive.set(shop.house.app.id, "vip", now=now())
    assert searched(shop, "property.vip") == []
    shop.client.cookies.clear()
    path = f"/a/{shop.house.app.name}/events/values"
    answer = shop.client.get(path, params=ROW, follow_redirects=False)
    assert answer.status_code in (303, 401, 404)
