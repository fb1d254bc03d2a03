"""The builder of a question: what the form says is what is asked; each refusal stands at its field; the real store."""

from __future__ import annotations

import csv
import html
import json
import re
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from minilens.errors import Refused
from minilens.measure.events.operators import OPERATORS
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.events import EventsQuestion
from minilens.web.events import ask_form
from minilens.web.events.ask_form import Tree, changed, input_of, typed
from minilens.web.events.ask_question import joined, parted, question_of, tree_of
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.web.cast import mark
from tests.web.store_site import Site, site

__all__ = ["site"]

#: As a browser sends it: two events, a formula, two groups, conditions within conditions.
FORM = {
    "e.0.event": "pay_success", "e.0.m.0.name": "m1", "e.0.m.0.aggregate": "total", "e.0.m.0.on": "",
    "e.0.m.1.name": "m2", "e.0.m.1.aggregate": "sum", "e.0.m.1.on": "property.amount", "e.0.m.1.title": "Revenue",
    "e.0.w.join": "all",
    "e.1.event": "pay_success, add_to_cart", "e.1.m.0.name": "m3", "e.1.m.0.aggregate": "persons", "e.1.w.join": "all",
    "e.1.w.p.0.on": "field.province", "e.1.w.p.0.operator": "is", "e.1.w.p.0.values": "上海，广东",
    "x.0.name": "m4", "x.0.formula": "m2 / m1",
    "g.0.on": "field.province", "g.1.on": "property.", "g.1.other": "sku",
    "w.join": "all", "w.p.0.on": "property.amount", "w.p.0.operator": "gt", "w.p.0.values": "5",
    "w.p.1.join": "any",
    "w.p.1.p.0.on": "property.sku", "w.p.1.p.0.operator": "is", "w.p.1.p.0.values": "x, 5",
    "w.p.1.p.1.on": "property.sku", "w.p.1.p.1.operator": "is_unknown", "w.p.1.p.1.values": "left over",
    "period": "custom", "from": DAY, "to": NEXT, "grain": "whole", "traffic": "release", "sort": "m2", "order": "desc",
    "top": "10", "rest": "1",
}  # fmt: skip
QUESTION = {
    "kind": "events",
    "events": [
        {"event": "pay_success"},
        {
            "event": ["pay_success", "add_to_cart"],
            "where": {"all": [{"field": "province", "operator": "is", "values": ["上海", "广东"]}]},
        },
    ],
    "measures": [
        {"aggregate": "total"}, {"aggregate": "sum", "property": "amount", "title": "Revenue"},
        {"aggregate": "persons", "of": "b"}, {"formula": "m2 / m1"},
    ],
    "groups": [{"field": "province"}, {"property": "sku"}],
    "where": {
        "all": [
            {"property": "amount", "operator": "gt", "values": [5]},
            {
                "any": [
                    {"property": "sku", "operator": "is", "values": ["x", "5"]},
                    {"property": "sku", "operator": "is_unknown"},
                ]
            },
        ]
    },
    "from": DAY, "to": NEXT, "grain": "whole", "sort": "m2",
}  # fmt: skip


def test_the_form_says_a_question_and_shows_one() -> None:
    tree = typed(FORM)
    asked = question_of(tree)
    assert json.loads(encoded(asked)) == QUESTION
    shown = tree_of(asked)
    assert shown["g"] == [
        {"on": "field.province", "other": ""},
        {"on": "property.sku", "other": ""},
    ]
    assert shown["e"][1]["event"] == "pay_success, add_to_cart"
    assert question_of(shown) == asked


def test_what_people_call_a_thing_is_that_thing() -> None:
    said = {
        "e.0.event": "支付成功",
        "e.0.w.p.0.on": "field.newness",
        "e.0.w.p.0.values": "新用户",
        "period": "7d",
    }
    asked = question_of(typed(said | {"e.0.m.0.aggregate": "total"}), {"支付成功": "pay_success"})
    assert asked.events[0].event == "pay_success"
    assert asked.events[0].where is not None
    assert asked.events[0].where.all is not None
    assert asked.events[0].where.all[0].values == ["new"]


def test_is_of_a_number_compares_numbers() -> None:
    said = {
        "w.p.0.on": "session.depth",
        "w.p.0.operator": "is",
        "w.p.0.values": "2",
        "period": "7d",
    }
    where = question_of(typed(FORM | said | {"w.p.1.join": "any"})).where
    assert where is not None
    assert where.all is not None
    assert (where.all[0].operator, where.all[0].values) == ("eq", [2])


@given(
    some.lists(
        some.text(
            some.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=9
        )
    )
)
def test_values_are_what_was_typed(values: list[str]) -> None:
    kept = [one for one in values if not one.endswith("\\")]
    assert parted(joined([*kept])) == kept


NAMES = some.sampled_from(["sku", "amount", "cart.items"])
VALUES = some.lists(
    some.one_of(some.integers(-9, 9).map(float), some.sampled_from(["x", "a, b", "是", "5"])), min_size=1, max_size=3
)  # fmt: skip
ONE = some.builds(
    lambda kind, name, operator, values: {
        kind: name, "operator": operator,
        **({} if OPERATORS[operator].values == "none" else {"values": values}),
    },
    some.sampled_from(["property", "profile"]), NAMES, some.sampled_from(["is", "contains", "is_unknown"]),
    VALUES.map(lambda every: [str(one) for one in every]),
)  # fmt: skip
OF_COHORT = some.builds(
    lambda name, operator: {"cohort": name, "operator": operator}, NAMES, some.sampled_from(["is", "is_not"])
)  # fmt: skip
WHERE = some.recursive(
    some.one_of(ONE, OF_COHORT),
    lambda parts: some.builds(
        lambda join, held: {join: held},
        some.sampled_from(["all", "any"]),
        some.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
ASKED = some.fixed_dictionaries(
    {"kind": some.just("events"), "events": some.lists(
        some.fixed_dictionaries({"event": some.sampled_from(["a", "b"])}, optional={"where": WHERE}),
        min_size=1, max_size=3,
    )},
    optional={
        "where": WHERE, "groups": some.lists(NAMES.map(lambda name: {"property": name}), max_size=2, unique_by=str),
        "period": some.sampled_from(["7d", "14d", "all"]), "grain": some.sampled_from(["whole", "day"]),
        "top": some.integers(1, 99), "rest": some.booleans(),
    },
)  # fmt: skip


def plain(where: Any) -> Any:
    """Conditions as the form has them: one alone is a group of one."""
    return where if where is None or "all" in where or "any" in where else {"all": [where]}


@given(ASKED)
def test_a_question_survives_the_form(asked: dict[str, Any]) -> None:
    """Also when the form is sent as a browser sends it."""
    tree = tree_of(decoded(json.dumps(asked), EventsQuestion))
    assert typed(sent(tree)) == tree
    found = json.loads(encoded(question_of(tree)))
    for one in (asked, *asked["events"]):
        if "where" in one:
            one["where"] = plain(one["where"])
    assert found["events"] == asked["events"]
    assert (found.get("where"), found.get("groups", [])) == (
        asked.get("where"),
        asked.get("groups", []),
    )


def sent(tree: Tree, at: str = "") -> dict[str, str]:
    """The fields of the form."""
    found: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, list):
            for n, row in enumerate(value):
                found |= sent(row, f"{at}{name}.{n}.")
        elif isinstance(value, dict):
            found |= sent(value, f"{at}{name}.")
        else:
            found[f"{at}{name}"] = value
    return found


def test_rows_are_added_moved_and_taken_away() -> None:
    tree = ask_form.first()
    tree, focus = changed(tree, "add:e")
    assert (focus, [one["m"][0]["name"] for one in tree["e"]]) == ("e.1.event", ["m1", "m2"])
    tree, focus = changed(tree, "up:e.1")
    assert (focus, [one["m"][0]["name"] for one in tree["e"]]) == ("up:e.0", ["m2", "m1"])
    tree, focus = changed(tree, "nest:e.0.w.p")
    assert focus == "e.0.w.p.0.p.0.on"
    tree, _ = changed(tree, "add:e.0.w.p.0.p")
    assert len(tree["e"][0]["w"]["p"][0]["p"]) == 2
    for _n in range(2):
        tree, focus = changed(tree, "drop:e.0.w.p.0.p.0")
    assert tree["e"][0]["w"]["p"] == []  # a group without conditions is none
    tree, _ = changed(tree, "add:e.0.m")
    assert [one["name"] for one in tree["e"][0]["m"]] == ["m2", "m3"]
    tree, _ = changed(tree, "drop:e.1")
    tree, focus = changed(tree, "add:x")
    assert (focus, tree["x"][0]["name"]) == ("x.0.formula", "m1")
    for nonsense in (
        "up:e.9",
        "drop:w",
        "add:q",
        "add:e.x.m",
        "nest:e",
        "drop:e.-1",
        "",
        "add:w.join",
        "up:e.0.event",
    ):
        same, _focus = changed(tree, nonsense)
        assert same["w"] == tree["w"], nonsense
    for _n in range(9):
        tree, _ = changed(tree, "add:g")
    assert len(tree["g"]) == 5


def ask(site: Site, form: dict[str, str], do: str = "ask", language: str = "en") -> Any:
    sent = form | {"csrf": mark(site.client, "/account"), "do": do}
    return site.client.post(
        f"/a/{site.house.app.name}/events/ask",
        data=sent,
        headers={"accept-language": language},
        follow_redirects=False,
    )


def card(site: Site, asked: EventsQuestion | dict[str, Any], form: str = "", **more: str) -> Any:
    text = json.dumps(asked) if isinstance(asked, dict) else encoded(asked)
    query = urlencode({"question": text, **more})
    return site.client.get(
        f"/a/{site.house.app.name}/events/ask/answer{form}?{query}",
        headers={"accept-language": "en", "X-Minilens-Card": "1" if not form else ""},
    )


def test_it_is_asked_and_answered(site: Site) -> None:
    """The card, its files and the API have the same figures; what was asked is remembered."""
    site.house.load(STORY)
    site.house.build()
    done = ask(site, FORM)
    assert done.status_code == 303, html.unescape(done.text)
    where = urlsplit(done.headers["location"])
    text = parse_qs(where.query)["question"][0]
    assert (json.loads(text), where.fragment) == (QUESTION, "answer")
    page = html.unescape(site.client.get(done.headers["location"]).text)
    assert 'name="w.p.1.p.0.values" value="x, 5"' in page
    assert "/events/ask/answer?question=" in page
    told = site.api("/../ask", "report:read", **QUESTION).json()
    shown = card(site, QUESTION)
    assert shown.status_code == 200, shown.text
    written = re.findall(r'<(?:th scope="row"|td class="n")>(.*?)</t[hd]>', shown.text, re.DOTALL)
    cells = [re.sub(r"<[^>]*>", "", one).strip() for one in written]
    assert cells[0] == "All"
    for row in told["rows"]:
        assert f"{row['m1']:,}" in cells
    assert "Guangdong" in cells
    listed = list(csv.reader(card(site, QUESTION, ".csv").text.removeprefix("\ufeff").splitlines()))
    assert listed[0] == ["province", "property.sku", "m1", "m2", "m3", "m4"]
    assert len(listed) == len(told["rows"]) + 1
    assert card(site, QUESTION, ".json").json()["rows"] == told["rows"]
    assert card(site, QUESTION, ".pdf").status_code == 404
    (kept,) = site.house.pipeline.records.questions.asked(site.house.app.id, site.admin)
    assert json.loads(kept.body) == QUESTION


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"e.0.event": ""}, "e.0.event", "Enter a value"),
        ({"e.0.event": "Pay!"}, "", ""),
        ({"e.0.m.1.on": ""}, "e.0.m.1.on", "Enter a value"),
        ({"x.0.formula": "m2 / m9"}, "x.0.formula", "m9"),
        ({"x.0.formula": "m2 /"}, "x.0.formula", "formula"),
        ({"w.p.0.operator": "gt", "w.p.0.values": "many"}, "w.p.0.values", "many"),
        ({"w.p.1.p.0.operator": "between", "w.p.1.p.0.values": "5"}, "w.p.1.p.0.values", "2 or more"),
        ({"e.1.w.p.0.operator": "gt"}, "e.1.w.p.0.operator", "gt"),
        ({"g.1.on": "field.province"}, "g.1.on", "twice"),
        ({"from": "2026-13-01"}, "from", "2026-13-01"),
        ({"from": ""}, "from", "Enter a value"),
        ({"to": "2026-11-01"}, "from", "after"),
        ({"top": "0"}, "top", "10000"),
        ({"grain": "hour", "from": "2026-01-01"}, "grain", "points"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    site: Site, changes: dict[str, str], field: str, said: str
) -> None:
    answer = ask(site, FORM | changes)
    if not field:  # any name may be asked about
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert f'id="w-{field}"' in text, re.findall(r'class="w[a-z]+"[^>]*>([^<]+)', text)
    sentence = re.search(rf'id="w-{re.escape(field)}" role="alert">([^<]*)<', text)
    assert sentence is not None
    assert said in sentence[1]
    assert re.search(
        r"[\u4e00-\u9fff]",
        html.unescape(
            ask(site, FORM | changes, language="zh").text.split(f'id="w-{field}"')[1][:60]
        ),
    )


def test_weeks_that_the_range_cuts_are_marked_beside_groups_too(site: Site) -> None:
    """In the table, in JSON once a week, in CSV in each row."""
    site.house.load(STORY)
    site.house.build()
    weeks = QUESTION | {"grain": "week", "to": "2026-11-24", "groups": [{"field": "province"}]}
    page = html.unescape(card(site, weeks).text)
    assert page.count("4 of 7 days") == 1
    assert page.count("2 of 7 days") == 1
    told = card(site, weeks, ".json").json()
    assert [(one["row"], one["days"]) for one in told["cut"]] == [
        ("2026-11-16", 4),
        ("2026-11-23", 2),
    ]
    rows = list(csv.DictReader(card(site, weeks, ".csv").text.removeprefix("\ufeff").splitlines()))
    assert len(rows) > 2
    assert {(row["day"], row["days"], row["of_days"]) for row in rows} == {
        ("2026-11-16", "4", "7"), ("2026-11-23", "2", "7"),
    }  # fmt: skip


def test_a_query_too_long_for_an_address_is_to_be_saved(site: Site) -> None:
    """What is typed stays; saved, it is opened by its number and answered."""
    long = FORM | {"w.p.1.p.0.values": ", ".join(f"{'茶' * 240}商品{n}" for n in range(16))}
    answer = ask(site, long)
    assert answer.status_code == 422
    assert "save it, and it is opened by its number" in answer.text
    assert "商品15" in answer.text
    assert "data-at" not in answer.text
    saved = ask(site, long | {"zh": "很长"}, do="save-new")
    assert saved.status_code == 303
    assert len(saved.headers["location"]) < 200
    assert "商品15" in site.client.get(saved.headers["location"]).text


def test_an_address_that_is_no_question_is_told(site: Site) -> None:
    here = f"/a/{site.house.app.name}/events/ask?question="
    for text in ("nonsense", "[]", '{"kind":"x"}', '{"kind":"events","events":[]}'):
        answer = site.client.get(here + text, headers={"accept-language": "en"})
        assert answer.status_code in (400, 422), text
        assert 'role="alert"' in answer.text
    assert card(site, {"kind": "events", "events": [{"event": ""}]}).status_code == 422


def test_a_place_of_the_question_is_a_field() -> None:
    tree = typed(FORM)
    places = {
        "events[1].where.all[0].values": "e.1.w.p.0.values", "where.all[1].any[0].property": "w.p.1.p.0.on",
        "measures[1].property": "e.0.m.1.on", "measures[2].aggregate": "e.1.m.0.aggregate",
        "measures[3].formula": "x.0.formula", "groups[1].field": "g.1.on", "groups[1]": "g.1.on", "top": "top",
        "events[0].event": "e.0.event", "where.all[1]": "w.p.1.on",
    }  # fmt: skip
    assert {at: input_of(at, tree) for at in places} == places


def test_a_form_without_shape_is_a_form() -> None:
    hostile = {"e.0": "x", "e.0.m": "y", "e.0.m.0.name": "z", "w.p.0.p.0.p.0": "", "w.p": "1", "e.999999.event": "no",
               "e.0.w.p.0.on.x": "2", "..": "", "g.-1.on": "x", "e." + "0." * 400: ""}  # fmt: skip
    tree = typed(hostile)
    assert typed(sent(tree)) == tree
    with suppress(Refused):
        question_of(tree)
