"""The page of paths: what the form says is what is asked; nodes lead to the next column; the real store."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from minilens.period import now
from minilens.reports.asking import request
from minilens.reports.kinds.paths import PathsRequest
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.paths import PathsQuestion
from minilens.reports.request import AppContext
from minilens.web.paths import form
from minilens.web.paths.question import question_of, tree_of
from tests.measure.paths.asking import DAY, STORY, happened
from tests.web.store_site import Site, site
from tests.web.test_event_analysis import WHERE, plain, sent

__all__ = ["site"]
NODE = some.sampled_from([{"page": "home"}, {"page": "pages/menu"}, {"event": "share"}])
EVENT = some.fixed_dictionaries(
    {"event": some.one_of(some.sampled_from(["a", "b"]), some.just(["a", "b"]))},
    optional={"where": WHERE, "title": some.sampled_from(["Came", "到达"])},
)
ASKED = some.fixed_dictionaries(
    {"kind": some.just("paths")},
    optional={
        "chosen": some.lists(NODE, min_size=1, max_size=3), "pages": some.sampled_from(["type", "none"]),
        "events": some.lists(EVENT, min_size=1, max_size=2), "repeats": some.just("kept"), "where": WHERE,
        "period": some.sampled_from(["14d", "all"]), "top": some.integers(11, 99),
    },
)  # fmt: skip


@given(
    ASKED, some.sampled_from(["", "after", "before"]), NODE, some.sampled_from(["", "of persons"])
)
def test_a_question_survives_the_form(
    asked: dict[str, Any], direction: str, anchor: dict[str, str], more: str
) -> None:
    """Also when the form is sent as a browser sends it."""
    if direction:
        asked |= {"anchor": anchor} | ({"direction": "before"} if direction == "before" else {})
    if more:
        asked |= {"counts": "persons", "gap": "90s", "show": "links", "steps": 7}
    if more and "pages" not in asked:
        asked |= {"pages": "folder", "patterns": ["pages/a*", "*b"], "opened": ["pages/c"]}
    tree = tree_of(decoded(json.dumps(asked), PathsQuestion))
    assert form.typed(sent(tree)) == tree
    for one in (asked, *asked.get("events", [])):
        if "where" in one:
            one["where"] = plain(one["where"])
    assert json.loads(encoded(question_of(tree))) == {"period": "7d"} | asked


def test_another_beginning_closes_what_was_opened() -> None:
    asked = {"kind": "paths", "anchor": {"page": "home"}, "chosen": [{"page": "list"}]}
    tree = tree_of(decoded(json.dumps(asked), PathsQuestion))
    assert question_of(tree | {"counts": "persons"}).chosen
    for change in ({"anchor": "list"}, {"begin": "before"}, {"pages": "type"}, {"begin": "start"}):
        assert question_of(tree | change).chosen == []
    assert question_of(tree | {"way": "nonsense"}).chosen == []


def asked_of(**more: Any) -> PathsRequest:
    question = decoded(json.dumps({"kind": "paths"} | more), PathsQuestion)
    found = request(question, AppContext("Asia/Shanghai", now()))
    assert isinstance(found, PathsRequest)
    return found


def told(question: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encoded(question))
    return found


def test_where_a_way_leads_on_to() -> None:
    here = asked_of(anchor={"page": "home"}, chosen=[{"page": "list"}, {"page": "cart"}])
    assert told(here.to(2, "event", "share"))["chosen"] == [{"page": "list"}, {"event": "share"}]
    assert told(here.to(3, "page", "pay"))["chosen"][2:] == [{"page": "pay"}]
    assert told(here.back_to(1))["chosen"] == [{"page": "list"}]
    assert told(here.from_here("before")) == {
        "kind": "paths", "anchor": {"page": "cart"}, "direction": "before",
    }  # fmt: skip
    assert here.longer is not None
    assert (here.longer.top, asked_of(top=1000).longer) == (100, None)
    assert asked_of().here is None
    assert told(here.shown_as("links"))["show"] == "links"


def of_page(operator: str, value: str) -> dict[str, Any]:
    return {"field": "page", "operator": operator, "values": [value]}


@pytest.mark.parametrize(
    ("more", "steps"),
    [
        ({"chosen": [{"page": "a"}, {"event": "share"}]},
         [("page_view", of_page("is", "a")), ("share", None)]),
        ({"anchor": {"page": "a"}, "chosen": [{"page": "b"}], "direction": "before"},
         [("page_view", of_page("is", "b")), ("page_view", of_page("is", "a"))]),
        ({"chosen": [{"page": "p/a"}, {"page": "p"}], "pages": "folder", "opened": ["p"]},
         [("page_view", of_page("is", "p/a")), ("page_view", of_page("starts_with", "p/"))]),
        ({"chosen": [{"page": "home"}, {"page": "(none)"}], "pages": "type"},
         [("page_view", {"field": "page_type", "operator": "is", "values": ["home"]}),
          ("page_view", {"field": "page_type", "operator": "is_unknown"})]),
        ({"chosen": [{"page": "p*"}, {"event": "Paid"}], "patterns": ["p*"],
          "events": [{"event": ["pay", "paid"], "title": "Paid"}]},
         [("page_view", of_page("starts_with", "p")), (["pay", "paid"], None)]),
    ],
)  # fmt: skip
def test_a_way_becomes_a_funnel(more: dict[str, Any], steps: list[tuple[Any, Any]]) -> None:
    for order in ("ordered", "strict"):
        made = asked_of(**more).funnel(order)
        assert made is not None
        said = told(made)
        assert [(one["event"], one.get("where")) for one in said["steps"]] == steps
        assert (said["counts"], said.get("order", "ordered")) == ("sessions", order)
        request(made, AppContext("Asia/Shanghai", now()))


def test_what_is_no_funnel() -> None:
    assert asked_of(anchor={"page": "a"}).funnel("ordered") is None
    assert (
        asked_of(chosen=[{"page": "*b*"}, {"page": "a"}], patterns=["*b*"]).funnel("ordered")
        is None
    )


def test_it_is_asked_opened_and_answered(site: Site) -> None:
    """The form leads to the card; each node of the last column leads to the next; files say the same."""
    site.house.load(happened(STORY))
    site.house.build()
    here = f"/a/{site.house.app.name}/paths"
    english = {"accept-language": "en"}
    first = site.client.get(here, headers=english)
    assert "/paths/answer?question=" in first.text
    found = re.search(r'name="csrf" value="([^"]+)"', first.text)
    assert found is not None
    body = {
        "csrf": found[1], "do": "ask", "begin": "after", "anchor_kind": "page", "anchor": "home", "pages": "page",
        "period": "custom", "from": DAY, "to": DAY, "w.join": "all", "counts": "sessions",
    }  # fmt: skip
    head = {"content-type": "application/x-www-form-urlencoded", "X-Minilens-Form": "1", **english}
    done = site.client.post(here, content=urlencode(body), headers=head, follow_redirects=False)
    onward = done.headers.get("X-Minilens-Location") or done.headers["location"]
    text = parse_qs(urlsplit(onward).query)["question"][0]
    assert json.loads(text) == {"kind": "paths", "anchor": {"page": "home"}, "from": DAY, "to": DAY}
    card = site.client.get(f"{here}/answer?{urlencode({'question': text})}", headers=english)
    assert card.status_code == 200, card.text
    plain_card = html.unescape(card.text)
    links = re.findall(r'href="([^"]+)"[^>]*title="What came next"', plain_card)
    assert len(links) == 2
    chosen = parse_qs(urlsplit(links[0]).query)["question"][0]
    assert json.loads(chosen)["chosen"] == [{"page": "list"}]
    query = urlencode({"question": chosen})
    then = html.unescape(site.client.get(f"{here}/answer?{query}", headers=english).text)
    assert "home → list → …, one a launch" in then
    assert re.findall(r'aria-current="true" title="Close"', then)
    assert "This way as a funnel:" in then
    rows = site.client.get(f"{here}/answer.json?{query}").json()["rows"]
    assert [(row["node"], row["sessions"]) for row in rows if row["step"] == 2] == [
        ("detail", 2), ("(end)", 1),
    ]  # fmt: skip
    flow = json.dumps(json.loads(chosen) | {"show": "links"})
    drawn = site.client.get(f"{here}/answer?{urlencode({'question': flow})}", headers=english).text
    assert '<svg class="flow"' in drawn
    assert "list → detail: 2 (66.67%)" in html.unescape(drawn)


def test_nodes_to_choose_from(site: Site) -> None:
    site.house.load(happened(STORY))
    here = f"/a/{site.house.app.name}/paths/nodes"
    days = {"period": "custom", "from": DAY, "to": DAY}
    pages = site.client.get(here, params={**days, "anchor": "det"}).text
    assert 'value="detail"' in pages
    assert 'value="home"' not in pages
    assert 'value="cart"' in site.client.get(here, params={"pages": "type"}).text
    assert 'value="share"' in site.client.get(here, params={"anchor_kind": "event"}).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"begin": "after", "anchor": ""}, "anchor"),
        ({"counts": "persons", "gap": "25", "unit": "h"}, "gap"),
        ({"show": "links", "steps": "11"}, "steps"),
        ({"n.0.event": "a", "n.0.w.p.0.on": "field.nowhere", "n.0.w.p.0.values": "1"}, "n.0.w.p.0.on"),
        ({"top": "0"}, "top"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    site: Site, changes: dict[str, str], field: str
) -> None:
    here = f"/a/{site.house.app.name}/paths"
    found = re.search(r'name="csrf" value="([^"]+)"', site.client.get(here).text)
    assert found is not None
    for language in ("zh", "en"):
        body = urlencode({"csrf": found[1], "do": "ask", "pages": "page", **changes})
        answer = site.client.post(
            here, content=body, follow_redirects=False,
            headers={
                "content-type": "application/x-www-form-urlencoded", "X-Minilens-Form": "1",
                "accept-language": language,
            },
        )  # fmt: skip
        assert answer.status_code == 422
        assert f'id="w-{field}" role="alert"' in answer.text
