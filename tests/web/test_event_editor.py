"""The editor of an event: its form is its state, and leads from names to publishing; nothing that was typed is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.measure.field_samples import FieldSample
from minilens.period import now
from minilens.records.event_content import Content, Field, read
from minilens.web.console import App, Users
from tests.web.cast import CAFE, Theatre, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
HERE = "/a/cafe/events/manage"
EN = {"accept-language": "en"}


def send(client: Client, where: str = "new", **form: str) -> Any:
    given = {name.replace("__", "."): value for name, value in form.items()}
    given["csrf"] = mark(client, "/account")
    return client.post(f"{HERE}/{where}", data=given, headers=EN, follow_redirects=False)


def inputs(page: str) -> dict[str, str]:
    """What the form would send: hidden and text fields, chosen options and boxes."""
    form = page.partition('class="editor"')[2]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        of = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if of.get("type") != "radio" or " checked" in tag:
            found[of.get("name", "")] = of.get("value", "")
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    return {name: value.replace("&#34;", '"') for name, value in found.items() if name}


def press(client: Client, where: str, page: str, do: str, **change: str) -> Any:
    """The form as it stands, but for this, sent by a button."""
    given = inputs(page) | {name.replace("__", "."): value for name, value in change.items()}
    given |= {"csrf": mark(client, "/account"), "do": do}
    return client.post(f"{HERE}/{where}", data=given, headers=EN, follow_redirects=False)


def text(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


TEA = {
    "name": "tea_order",
    "zh": "点茶",
    "a0__trigger": "click",
    "a0__element": "#order",
    "a0__page": "pages/tea",
}


def test_from_names_to_publishing(owner: Client, theatre: Theatre) -> None:
    page = owner.get(f"{HERE}/new", headers=EN).text
    assert "Neither name can be changed once saved" in page
    page = press(owner, "new", page, "add-row:0", **TEA).text
    assert 'name="a0.d0.field"' in page
    page = press(
        owner, "new", page, "check", a0__d0__field="cups", a0__d0__value="$DATASET.cups"
    ).text
    assert "cups new" in text(page)
    assert "choose" in page
    refused = press(owner, "new", page, "save")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert "Field 1 · Chinese name: Enter a value" in text(refused.text)
    done = press(owner, "new", refused.text, "save", f0__zh="杯数", f0__type="number")
    assert done.headers["location"] == f"{HERE}/1?done=saved"
    kept = theatre.records.events.find(CAFE.id, 1)
    assert (kept.one.name, kept.one.zh, kept.published) == ("tea_order", "点茶", None)
    assert kept.one.draft.fields == (Field("cups", "杯数", "number"),)
    assert kept.one.author == "Owner"
    page = owner.get(f"{HERE}/1?done=saved", headers=EN).text
    assert "Saved as a draft." in page
    assert inputs(page)["a0.d0.value"] == "$DATASET.cups"
    done = press(owner, "1", page, "publish", name="other", note="a note")
    assert done.headers["location"] == f"{HERE}?done=published"
    plan = theatre.records.plans.find(CAFE.id)
    assert plan
    (event,) = plan.body["events"]
    assert (event["name"], event["actions"][0]["data"][0]["type"]) == ("tea_order", "number")
    listed = text(owner.get(f"{HERE}?done=published", headers=EN).text)
    assert "Published. Phones have it" in listed
    assert "1 tea_order 点茶 published v1" in listed


def test_fields_have_to_be_checked_before_saving_and_after_each_change(owner: Client) -> None:
    page = press(owner, "new", owner.get(f"{HERE}/new", headers=EN).text, "save", **TEA)
    assert (page.status_code, "Check the fields first" in page.text) == (422, True)
    page = press(owner, "new", page.text, "check")
    assert "no fields of its own" in page.text
    changed = press(owner, "new", page.text, "add-row:0", a0__element="#other")
    assert "check them again" in changed.text
    assert press(owner, "new", changed.text, "save").status_code == 422


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"a0__element": ""}, "a0.element", "Action 1 · element: Enter a value"),
        ({"a0__element": "order"}, "a0.element", "Action 1 · element: must be #id, @handler"),
        ({"a0__trigger": "tap"}, "a0.trigger", "Action 1 · trigger can't be tap"),
        ({"a0__d0__field": "Cups", "a0__d0__value": "x"}, "a0.d0.field", "Action 1 · data 1 · field: Invalid"),
        ({"a0__d0__field": "cups", "a0__d0__value": "'x"}, "a0.d0.value", "value source: lacks its closing quote"),
        ({"a0__action": "report"}, "actions", "Action: has report but no start"),
        ({"way": "api", "n0": "1st"}, "n0", "Field 1 · English name: Invalid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(
    owner: Client, change: dict[str, str], field: str, sentence: str
) -> None:
    page = press(owner, "new", owner.get(f"{HERE}/new", headers=EN).text, "check", **TEA | change)
    assert page.status_code == 422
    assert sentence in text(page.text)
    if field != "actions":
        marked = re.search(rf'name="{re.escape(field)}"[^>]*aria-invalid="true"', page.text)
        assert marked, field
    for name, value in change.items():  # what was typed is still there
        assert value.replace("'", "&#39;") in page.text, name


def test_buttons_change_the_form_and_save_nothing(owner: Client, theatre: Theatre) -> None:
    page = press(owner, "new", owner.get(f"{HERE}/new", headers=EN).text, "add", **TEA).text
    page = press(owner, "new", page, "add", a1__trigger="launch").text
    page = press(owner, "new", page, "up:1").text
    found = inputs(page)
    assert [found[f"a{n}.trigger"] for n in range(3)] == ["launch", "click", "click"]
    assert found["a1.element"] == "#order"
    assert re.search(r'value="up:0"[^>]*disabled[^>]*data-focus', page)
    page = press(owner, "new", page, "drop:0").text
    assert "a2.trigger" not in inputs(page)
    page = press(owner, "new", page, "template", template="leave").text
    assert (inputs(page)["a0.trigger"], "a1.trigger" in inputs(page)) == ("leavePage", False)
    for nonsense in ("up:99", "drop:-1", "add-row:x", "drop-row:0.9", "", "up", "<b>"):
        assert press(owner, "new", page, nonsense).status_code == 200
    assert theatre.records.events.of(CAFE.id) == []


def test_reported_by_api_with_code_to_paste(owner: Client, theatre: Theatre) -> None:
    page = owner.get(f"{HERE}/new", headers=EN).text
    page = press(owner, "new", page, "check", name="paid", zh="已付款", way="api", n0="total").text
    page = press(owner, "new", page, "add-name", f0__zh="合计", f0__type="number").text
    page = press(owner, "new", page, "check", n1="item").text
    page = press(owner, "new", page, "publish", f1__zh="商品", f1__type="text")
    assert page.status_code == 303, text(page.text)
    assert theatre.records.definitions.all() == {(CAFE.id, "paid")}
    assert theatre.records.plans.find(CAFE.id) is None
    shown = owner.get(f"{HERE}/1/versions", headers=EN).text
    assert "cl_tracker.track(&#39;paid&#39;, {\n  total: 0,\n  item: &#39;&#39;,\n});" in shown


def launch(page: str, *fields: str) -> Content:
    data = [{"field": name, "value": "$PAGE_TIME"} for name in fields]
    described = [{"name": name, "zh": "字段", "type": "number"} for name in fields]
    return read(
        {
            "actions": [{"trigger": "pageLoad", "action": "once", "page": page, "data": data}],
            "fields": described,
        }
    )


def test_the_later_of_two_is_told_and_loses_nothing(owner: Client, theatre: Theatre) -> None:
    events = theatre.records.events
    events.create(CAFE.id, "tea", "茶", launch("pages/a"), now=now())
    mine = owner.get(f"{HERE}/1", headers=EN).text
    events.save(
        CAFE.id, 1, launch("pages/theirs"), revision=1, now=now(), by=theatre.number("admin")
    )
    checked = press(owner, "1", mine, "check", a0__page="pages/mine").text
    checked = checked.replace('name="revision" value="2"', 'name="revision" value="1"')
    late = press(owner, "1", checked, "save")
    assert late.status_code == 409
    told = text(late.text)
    assert "Admin saved this event" in told
    assert "Action 1 · page pages/theirs pages/mine" in told
    assert inputs(late.text)["a0.page"] == "pages/mine"
    assert events.find(CAFE.id, 1).one.draft.pages() == ("pages/theirs",)
    assert press(owner, "1", late.text, "save").status_code == 303  # knowing it
    assert events.find(CAFE.id, 1).one.draft.pages() == ("pages/mine",)


def test_reset_shows_what_is_published_and_saves_nothing(owner: Client, theatre: Theatre) -> None:
    events = theatre.records.events
    events.create(CAFE.id, "tea", "茶", launch("pages/a"), now=now())
    assert "Reset to published" not in owner.get(f"{HERE}/1", headers=EN).text
    events.publish(CAFE.id, 1, revision=1, now=now())
    events.save(CAFE.id, 1, launch("pages/b"), revision=2, now=now())
    page = press(owner, "1", owner.get(f"{HERE}/1", headers=EN).text, "reset").text
    assert "Save it to keep it" in page
    assert inputs(page)["a0.page"] == "pages/a"
    assert events.find(CAFE.id, 1).one.draft.pages() == ("pages/b",)
    assert press(owner, "1", page, "save").status_code == 303
    assert not events.find(CAFE.id, 1).ahead


def test_the_table_of_fields_says_what_they_held_lately(theatre: Theatre) -> None:
    events = theatre.records.events
    events.create(CAFE.id, "tea", "茶", launch("pages/a", "ms"), now=now())
    events.publish(CAFE.id, 1, revision=1, now=now())

    def samples(app: App, users: Users) -> dict[str, FieldSample]:
        return {name: FieldSample(5, 1, 2, ("18", of[0])) for name, of in users.items()}

    console = replace(theatre.console(), samples=samples)
    with site(console) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre)
        page = client.get(f"{HERE}/1", headers=EN).text
        assert "Filled 50% · Samples 18 · tea" in text(page)
        page = press(client, "1", page, "add-row:0").text
        assert "Filled" not in page  # not at every press
        theatre.records.sensitive.set(CAFE.id, "ms", now=now())
        assert "Samples" not in client.get(f"{HERE}/1", headers=EN).text


def test_a_large_one_in_chinese_comes_back_whole(owner: Client, theatre: Theatre) -> None:
    fields = [f"field_{n:02}" for n in range(50)]
    actions = [
        {"trigger": "click", "action": "once", "page": f"pages/p{n}", "element": ".项目",
         "data": [{"field": name, "value": f'"{name}·值"'} for name in fields[n : n + 31]]}
        for n in range(20)
    ]  # fmt: skip
    said = [
        {"name": name, "zh": "字" * 28 + name[-2:], "type": "text", "note": "注" * 200}
        for name in fields
    ]
    content = read({"note": "大" * 200, "actions": actions, "fields": said})
    theatre.records.events.create(CAFE.id, "large", "大", content, now=now())
    page = owner.get(f"{HERE}/1", headers=EN).text
    again = press(owner, "1", page, "check")
    assert again.status_code == 200
    assert press(owner, "1", again.text, "save").status_code == 303
    assert theatre.records.events.find(CAFE.id, 1).one.draft == content


def test_save_and_test_leads_to_the_test_mode_of_this_event(
    owner: Client, theatre: Theatre
) -> None:
    theatre.records.events.create(CAFE.id, "tea", "茶", launch("pages/a", "ms"), now=now())
    done = press(owner, "1", owner.get(f"{HERE}/1", headers=EN).text, "test")
    where = done.headers["location"]
    assert where.startswith("/a/cafe/settings/tracker/test?code=")
    assert "event=1" in where
    page = text(owner.get(where, headers=EN).text)
    assert "tea 茶 not reported yet" in page
    assert "ms number" in page


def test_an_analyst_reads_and_only_an_admin_edits(theatre: Theatre) -> None:
    theatre.records.events.create(CAFE.id, "tea", "茶", launch("pages/a"), now=now())
    with site(theatre.console()) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre, "analyst")
        assert "New event" not in client.get(HERE, headers=EN).text
        assert client.get(f"{HERE}/1/versions", headers=EN).status_code == 200
        assert client.get(f"{HERE}/1", headers=EN).status_code == 403
        assert send(client, "1", do="save").status_code == 403
        sign_in(client, theatre, "admin")
        assert "New event" in client.get(HERE, headers=EN).text
        assert client.get(f"{HERE}/1", headers=EN).status_code == 200
        assert client.get(f"{HERE}/9", headers=EN).status_code == 404
        assert send(client, "9", do="save").status_code == 404
