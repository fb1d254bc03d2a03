"""The builder of a funnel: what the form says is what is asked; each refusal stands at its field; the real store."""

from __future__ import annotations

import csv
import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from minilens.period import now
from minilens.reports.funnels_reader import read
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.request import AppContext
from minilens.reports.stage_funnels import starts
from minilens.text import LANGUAGES, Text
from minilens.web.funnels import form
from minilens.web.funnels.question import question_of, tree_of
from minilens.web.funnels.sentence import sentence
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.measure.funnels.asking import happened
from tests.web.store_site import Site, site
from tests.web.test_event_analysis import WHERE, plain, sent

__all__ = ["site"]

#: As a browser sends it.
FORM = {
    "s.0.event": "page_view, app_launch", "s.0.title": "Came", "s.0.w.join": "all",
    "s.1.event": "add_to_cart", "s.1.within": "", "s.1.unit": "m", "s.1.w.join": "all",
    "s.2.event": "pay_success", "s.2.within": "30", "s.2.unit": "h", "s.2.w.join": "all",
    "s.2.w.p.0.on": "property.amount", "s.2.w.p.0.operator": "gt", "s.2.w.p.0.values": "5",
    "x.0.event": "refund_request", "x.0.after": "2", "x.0.w.join": "all",
    "h.0.property": "sku, sku, item",
    "g.0.on": "field.province", "g.0.other": "",
    "w.join": "all", "w.p.0.on": "field.province", "w.p.0.operator": "is", "w.p.0.values": "上海，广东",
    "window": "3", "unit": "n", "mode": "entry", "order": "ordered", "entry": "first", "counts": "persons",
    "ended": "left_out", "attributed": "2", "show": "steps", "period": "custom", "from": DAY, "to": NEXT,
    "grain": "day", "traffic": "release", "top": "10", "rest": "1",
}  # fmt: skip
QUESTION = {
    "kind": "funnel",
    "steps": [
        {"event": ["page_view", "app_launch"], "title": "Came"},
        {"event": "add_to_cart"},
        {
            "event": "pay_success", "within": "30h",
            "where": {"all": [{"property": "amount", "operator": "gt", "values": [5]}]},
        },
    ],
    "window": "3d", "natural_days": True, "entry": "first",
    "excluded": [{"event": "refund_request", "after": 2}], "ended": "left_out",
    "hold": [{"properties": ["sku", "sku", "item"]}], "groups": [{"field": "province"}], "attributed": 2,
    "where": {"all": [{"field": "province", "operator": "is", "values": ["上海", "广东"]}]},
    "from": DAY, "to": NEXT,
}  # fmt: skip


def test_the_form_says_a_question_and_shows_one() -> None:
    asked = question_of(form.typed(FORM))
    assert json.loads(encoded(asked)) == QUESTION
    assert sent(tree_of(asked)) == {
        **{f"s.{n}.{name}": value for n in range(3) for name, value in
           (("title", ""), ("within", ""), ("unit", "m"), ("optional", ""), ("w.join", "all"))},
        "step": "", "from_step": "", "bins": "", "compared": "previous", "x.0.before": "",
        **FORM, "s.2.w.p.0.other": "", "w.p.0.other": "", "w.p.0.values": "上海, 广东",
    }  # fmt: skip


STEP = some.fixed_dictionaries(
    {"event": some.one_of(some.sampled_from(["a", "b"]), some.just(["a", "b"]))},
    optional={"where": WHERE, "title": some.sampled_from(["Came", "到达"])},
)
HELD = some.one_of(some.just({"property": "sku"}), some.just({"properties": ["a", "b"]}))
ASKED = some.fixed_dictionaries(
    {"kind": some.just("funnel"), "steps": some.lists(STEP, min_size=2, max_size=4)},
    optional={
        "window": some.sampled_from(["30s", "20m", "12h", "14d"]),
        "counts": some.sampled_from(["sessions", "attempts"]),
        "order": some.sampled_from(["any", "strict"]), "entry": some.just("first"), "where": WHERE,
        "hold": some.lists(HELD, min_size=1, max_size=2), "period": some.sampled_from(["14d", "all"]),
        "top": some.integers(11, 99), "rest": some.just(False),
    },
)  # fmt: skip


SHAPES = [
    "trend", "trend of groups", "each_day", "groups", "times", "next", "drivers", "values", "compare", "optional",
]  # fmt: skip


@given(
    ASKED,
    some.sampled_from(["", "natural days"]),
    some.sampled_from(SHAPES),
)
def test_a_question_survives_the_form(asked: dict[str, Any], days: str, shape: str) -> None:
    """Also when the form is sent as a browser sends it."""
    if days:
        asked |= {"window": "30d", "natural_days": True}
    if "order" not in asked:
        asked["steps"][1]["within"] = "90s"
        asked["excluded"] = [{"event": "c"}, {"event": ["d", "e"], "after": 1}]
        asked["ended"] = "left_out"
    asked |= (
        {"groups": [{"property": "sku"}], "attributed": 2} if shape == "groups" else {"show": shape}
    )
    if shape == "trend of groups":
        asked |= {"show": "trend", "groups": [{"property": "sku"}], "attributed": "each"}
        asked["steps"][1]["event"] = "*"
    if shape == "values":
        asked |= {"show": "drivers", "groups": [{"property": "sku"}]}
    if shape in ("next", "times"):
        asked["step"] = 2
    if shape == "compare":
        asked["compared"] = "week"
    if shape == "optional":
        asked |= {"show": "steps"}
        for one in asked["steps"][1:-1]:
            one["optional"] = True
    tree = tree_of(decoded(json.dumps(asked), FunnelQuestion))
    assert form.typed(sent(tree)) == tree
    for one in (asked, *asked["steps"]):
        if "where" in one:
            one["where"] = plain(one["where"])
    if shape == "optional":
        asked.pop("show")
    assert json.loads(encoded(question_of(tree))) == {"period": "7d"} | asked


def test_what_has_no_meaning_is_not_said() -> None:
    """What the style sheet hides: of open steps all that is said of attempts, of a closed funnel its window."""
    opened = json.loads(encoded(question_of(form.typed(FORM | {"mode": "open"}))))
    assert not opened.keys() & {"window", "entry", "excluded", "hold", "groups", "attributed"}
    assert "within" not in opened["steps"][2]
    closed = question_of(form.typed(FORM | {"mode": "closed", "window": ""}))
    assert (closed.window, closed.mode) == ("7d", "closed")
    strict = question_of(form.typed(FORM | {"order": "strict"}))
    assert (strict.excluded, strict.steps[2].within) == ([], "")
    assert question_of(form.typed(FORM | {"show": "each_day"})).groups == []
    assert question_of(form.typed(FORM | {"show": "trend"})).groups


def test_what_is_said_of_a_step_goes_with_it() -> None:
    tree = form.typed(FORM | {"h.0.property": "a, b, c"})
    moved, focus = form.changed(tree, "up:s.1")
    assert ([one["event"] for one in moved["s"]], focus) == (
        ["add_to_cart", "page_view, app_launch", "pay_success"],
        "up:s.0",
    )
    assert (moved["h"][0]["property"], moved["attributed"]) == ("b, a, c", "1")
    fewer, focus = form.changed(moved, "drop:s.0")
    assert (fewer["h"][0]["property"], fewer["x"][0]["after"], focus) == ("a, c", "1", "add:s")
    more, focus = form.changed(fewer, "add:s")
    assert (len(more["s"]), focus) == (3, "s.2.event")
    for _n in range(20):
        more, _focus = form.changed(more, "add:s")
    assert len(more["s"]) == 10
    assert [one["event"] for one in form.pruned(more)["s"]] == [
        one["event"] for one in fewer["s"]
    ]  # those that nobody filled in
    assert form.changed(more, "up:s.44") == (more, "")


def test_every_stage_to_start_from_can_be_asked() -> None:
    context = AppContext("Asia/Shanghai", now())
    for language in LANGUAGES:
        for title, question in starts(language):
            assert title
            assert json.loads(encoded(question_of(tree_of(question)))) == json.loads(
                encoded(read_as_form(question))
            )
            read(question, context, 1)


def read_as_form(question: FunnelQuestion) -> FunnelQuestion:
    """The same with each condition as a group of one."""
    whole = json.loads(encoded(question))
    for one in whole["steps"]:
        if "where" in one:
            one["where"] = plain(one["where"])
    return decoded(json.dumps(whole), FunnelQuestion)


def test_the_question_is_a_sentence_that_leads_to_its_controls() -> None:
    named = {"add_to_cart": Text("加购", "Add to cart"), "pay_success": Text("支付", "Paid")}
    tree = form.typed(FORM | {"w.p.0.on": ""})
    parts = sentence(tree, named, "in the last 7 days", "en")
    assert "".join(text for text, _at in parts) == (
        "How many persons who did Came in the last 7 days went on to Add to cart, "
        "then Paid (under conditions), in this order, "
        "within 3 calendar days, the first entry only, leaving out those ended by refund_request, "
        "the same sku, sku, item, under the conditions of all steps?"
    )
    assert ("Paid (under conditions)", "f-s.2.event") in parts
    hour = sentence(form.typed(FORM | {"window": "1", "unit": "h"}), named, "at any time", "en")
    assert ("within 1 hour", "f-window") in hour
    opened = sentence(form.typed(FORM | {"mode": "open"}), named, "最近 7 天", "zh")
    assert "".join(text for text, _at in opened).startswith(
        "最近 7 天内，有多少用户做了 Came、加购、支付（满足条件），各步单独计数"
    )


def ask(site: Site, fields: dict[str, str], language: str = "en", do: str = "ask") -> Any:
    page = f"/a/{site.house.app.name}/funnels"
    found = re.search(r'name="csrf" value="([^"]+)"', site.client.get(page).text)
    assert found is not None
    body = urlencode({"csrf": found[1], **fields, "do": do})
    head = {
        "content-type": "application/x-www-form-urlencoded",
        "accept-language": language,
        "X-Minilens-Form": "1",
    }
    return site.client.post(page, content=body, headers=head, follow_redirects=False)


#: Two of three who pay have put something into the cart before or after it: the order decides.
SHORT = {
    "s.0.event": "add_to_cart", "s.0.w.join": "all", "s.1.event": "pay_success", "s.1.w.join": "all", "window": "7",
    "unit": "d", "period": "custom", "from": DAY, "to": NEXT, "order": "any", "mode": "entry",
}  # fmt: skip


def test_it_is_asked_and_answered(site: Site) -> None:
    """The card, its files and the API have the same figures; what was asked is remembered."""
    site.house.load(STORY)
    site.house.build()
    done = ask(site, SHORT)
    assert done.status_code in (200, 303), html.unescape(done.text)
    onward = done.headers.get("X-Minilens-Location") or done.headers["location"]
    text = parse_qs(urlsplit(onward).query)["question"][0]
    question = json.loads(text)
    page = html.unescape(site.client.get(onward, headers={"accept-language": "en"}).text)
    assert 'name="s.1.event" value="pay_success"' in page
    assert 'href="#f-s.1.event"' in page
    told = site.api("/../ask", "report:read", **question).json()
    here, query = f"/a/{site.house.app.name}/funnels/answer", urlencode({"question": text})
    shown = site.client.get(f"{here}?{query}", headers={"accept-language": "en"})
    assert shown.status_code == 200, shown.text
    cells = re.findall(r'<td class="n">(.*?)<', shown.text)
    for row in told["rows"]:
        assert f"{row['persons']:,}" in cells
    entered, through = told["rows"][0]["persons"], told["rows"][1]["persons"]
    assert entered > through > 0
    assert f"Of {entered} persons who entered, {through}" in html.unescape(shown.text)
    listed = list(csv.reader(site.client.get(f"{here}.csv?{query}").text.splitlines()))
    assert [row[2] for row in listed[1:]] == [str(entered), str(through)]
    assert site.client.get(f"{here}.json?{query}").json()["rows"] == told["rows"]
    assert site.client.get(f"{here}.xlsx?{query}").content[:2] == b"PK"
    (kept,) = site.house.pipeline.records.questions.asked(site.house.app.id, site.admin)
    assert json.loads(kept.body) == question


def test_open_steps_say_how_often_their_event_happened(site: Site) -> None:
    site.house.load(STORY)
    site.house.build()
    steps = [{"event": "page_view"}, {"event": "pay_success"}]
    question = {"kind": "funnel", "mode": "open", "steps": steps, "from": DAY, "to": NEXT}
    told = site.api("/../ask", "report:read", **question).json()["rows"]
    here = (
        f"/a/{site.house.app.name}/funnels/answer?{urlencode({'question': json.dumps(question)})}"
    )
    for language, noun in (("en", "times?"), ("zh", "次")):
        shown = site.client.get(here, headers={"accept-language": language}).text
        found = re.findall(rf"· ([\d,]+) ?{noun}<", shown)
        assert found == [f"{row['events']:,}" for row in told]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"show": "times"}, "So far"), ({"show": "next", "step": "1"}, "Nothing more"), ({"show": "drivers"}, ""),
        ({"show": "drivers", "g.0.on": "field.province", "attributed": "2"}, "Rate of others"),
        ({"show": "compare", "compared": "week"}, "Too few to tell"), ({"show": "trend"}, "From first"),
        ({"show": "compare", "g.0.on": "field.province"}, "Rate of the others"),
        ({"s.2.event": "pay_success", "s.2.w.join": "all", "s.1.optional": "1", "order": "ordered"}, "Without it"),
    ],
)  # fmt: skip
def test_what_else_is_shown_of_a_funnel(site: Site, changes: dict[str, str], said: str) -> None:
    """Times, what came next, what goes with going on, comparisons, an optional step: each has a card."""
    site.house.load(STORY)
    site.house.build()
    done = ask(site, SHORT | {"order": "ordered"} | changes)
    onward = done.headers.get("X-Minilens-Location") or done.headers["location"]
    text = parse_qs(urlsplit(onward).query)["question"][0]
    query = urlencode({"question": text})
    shown = site.client.get(
        f"/a/{site.house.app.name}/funnels/answer?{query}", headers={"accept-language": "en"}
    )
    assert shown.status_code == 200, shown.text
    assert said in html.unescape(shown.text)
    if said == "Without it":
        assert (
            shown.text.count('<p class="step">') == 3
        )  # each step once, both ways beside each other


def test_what_came_next_is_called_by_its_names(site: Site) -> None:
    site.house.load(happened("A: c0 p5. B: c0 p9", DAY))
    site.house.build()
    text = json.dumps({
        "kind": "funnel", "show": "next", "step": 1, "from": DAY, "to": DAY,
        "steps": [{"event": "add_to_cart"}, {"event": "refund_request"}],
    })  # fmt: skip
    address = f"/a/{site.house.app.name}/funnels/answer"
    for language, name in (("en", "Payment success"), ("zh", "支付成功")):
        headers = {"accept-language": language}
        card = site.client.get(f"{address}?{urlencode({'question': text})}", headers=headers).text
        assert name in html.unescape(card)
    plain = site.client.get(f"{address}.csv?{urlencode({'question': text})}").text
    assert "pay_success" in plain


def test_a_saved_funnel_is_a_report_and_stands_in_the_list(site: Site) -> None:
    """By its number: card and files; its page opens with its form; the list has it beside other queries."""
    site.house.load(STORY)
    site.house.build()
    done = ask(site, SHORT | {"zh": "下单漏斗", "en": "Order funnel", "team": "1"}, do="save-new")
    (one,) = site.house.pipeline.records.questions.of(site.house.app.id, site.admin)
    here = f"/a/{site.house.app.name}"
    onward = done.headers.get("X-Minilens-Location") or done.headers["location"]
    assert onward.endswith(f"{here}/funnels?saved={one.id}&done=saved")
    page = html.unescape(site.client.get(f"{here}/funnels?saved={one.id}").text)
    assert f'src="{here}/question/{one.id}"' in page
    card = site.client.get(f"{here}/question/{one.id}", headers={"accept-language": "en"}).text
    assert "Order funnel" in card
    assert "Add to cart" in card  # called by its name; files have it as it was sent
    elsewhere = site.client.get(f"{here}/events/ask?saved={one.id}", follow_redirects=False)
    assert (elsewhere.status_code, elsewhere.headers["location"]) == (
        303,
        f"{here}/funnels?saved={one.id}",
    )
    told = site.client.get(f"{here}/question/{one.id}.json").json()
    assert [row["event"] for row in told["rows"]] == ["add_to_cart", "pay_success"]
    assert site.client.get(f"{here}/question/{one.id}.csv").text.startswith("step,event,persons")
    assert site.client.get(f"{here}/question/{one.id}.xlsx").content[:2] == b"PK"
    listed = html.unescape(
        site.client.get(f"{here}/events/questions", headers={"accept-language": "en"}).text
    )
    assert f'href="{here}/funnels?saved={one.id}"' in listed
    assert "add_to_cart → pay_success, in any order, within 7 days" in listed
    places = site.client.get(f"{here}/palette", headers={"accept-language": "en"}).json()
    assert f"{here}/funnels?saved={one.id}" in [place["href"] for place in places]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"s.0.event": ""}, "s.0.event", "Enter a value"),
        ({"s.2.within": "soon"}, "s.2.within", "whole number"),
        ({"window": "367", "unit": "d"}, "window", "366"),
        ({"window": ""}, "window", "Enter a value"),
        ({"x.0.event": "", "x.0.w.p.0.on": "field.province"}, "", "0"),
        ({"x.0.w.p.0.on": "property.n", "x.0.w.p.0.operator": "gt", "x.0.w.p.0.values": "b"}, "x.0.w.p.0.values", "b"),
        ({"h.0.property": "sku, item"}, "h.0.property", "3 steps"),
        ({"g.0.on": "field.nowhere"}, "g.0.on", "nowhere"),
        ({"s.2.w.p.0.values": "much"}, "s.2.w.p.0.values", "much"),
        ({"from": ""}, "from", "Enter a value"),
        ({"to": "2026-11-01"}, "from", "after"),
        ({"top": "0"}, "top", "10000"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    site: Site, changes: dict[str, str], field: str, said: str
) -> None:
    answer = ask(site, FORM | changes)
    if not field:  # a row of which only a condition is filled in says no event, and is none
        assert answer.headers.get("X-Minilens-Location") or answer.status_code == 303
        return
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    found = re.search(rf'id="w-{re.escape(field)}" role="alert">([^<]*)<', text)
    assert found is not None, re.findall(r'class="w[a-z]+"[^>]*>([^<]+)', text)
    assert said in found[1]
    zh = html.unescape(ask(site, FORM | changes, language="zh").text)
    assert re.search(r"[\u4e00-\u9fff]", zh.split(f'id="w-{field}"')[1][:60])


def test_an_address_that_is_no_funnel_is_told(site: Site) -> None:
    here = f"/a/{site.house.app.name}/funnels?question="
    eleven = json.dumps({"kind": "funnel", "steps": [{"event": "share"}] * 11})
    for text in (
        "nonsense",
        '{"kind":"events","events":[]}',
        '{"kind":"funnel","steps":[]}',
        eleven,
    ):
        answer = site.client.get(here + text, headers={"accept-language": "en"})
        assert answer.status_code in (400, 422), text
        assert 'role="alert"' in answer.text
