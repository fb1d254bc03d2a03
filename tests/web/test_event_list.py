"""The list of events: searched, by state, page by page. The page of one: versions compared, gone back to, retired."""

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
from minilens.records.event_content import Content, read
from minilens.web.console import App, Users
from tests.web.cast import CAFE, Theatre, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
HERE = "/a/cafe/events/manage"
EN = {"accept-language": "en"}


def content(page: str, *fields: str, note: str = "") -> Content:
    data = [{"field": name, "value": "$PAGE_TIME"} for name in fields]
    said = [{"name": name, "zh": f"字段{name}", "type": "number"} for name in fields]
    action = {
        "trigger": "pageLoad",
        "action": "once",
        "page": page,
        **({"data": data} if data else {}),
    }
    return read({"actions": [action], "fields": said, "note": note})


def text(client: Client, path: str) -> str:
    """A page without its markup."""
    answer = client.get(path, headers=EN)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def names(client: Client, query: str = "") -> list[str]:
    """English names of the events that the list shows."""
    found = client.get(f"{HERE}{query}", headers=EN).text
    return re.findall(r'<th scope="row" class="mono">(\w+)</th>', found)


def send(client: Client, deed: str, **form: object) -> Any:
    data = {name: str(value) for name, value in form.items()} | {"csrf": mark(client, "/account")}
    return client.post(f"{HERE}/{deed}", data=data, headers=EN, follow_redirects=False)


@pytest.fixture
def three(theatre: Theatre) -> Theatre:
    """tea is published twice, cake changed since, bread a draft; toast is retired."""
    events = theatre.records.events
    for name, zh in (("tea", "茶"), ("cake", "糕"), ("bread", "面包"), ("toast", "吐司")):
        events.create(
            CAFE.id, name, zh, content(f"pages/{name}", "price", note="old"), now=now(), by=1
        )
    for number in (1, 2, 4):
        events.publish(CAFE.id, number, revision=1, now=now(), by=1)
    events.save(CAFE.id, 1, content("pages/tea2", "size", note="new"), revision=2, now=now(), by=2)
    events.publish(CAFE.id, 1, revision=3, now=now(), by=2)
    events.save(
        CAFE.id, 2, content("pages/cake", "price", note="changed"), revision=2, now=now(), by=2
    )
    events.retire(CAFE.id, 4, revision=2, now=now())
    return theatre


def test_an_empty_list_says_what_an_event_is(owner: Client) -> None:
    assert "An event is something you want to count" in text(owner, HERE)


def test_the_list_by_state_and_search(owner: Client, three: Theatre) -> None:
    assert names(owner) == ["bread", "cake", "tea"]
    assert names(owner, "?status=all") == ["toast", "bread", "cake", "tea"]
    assert names(owner, "?status=retired") == ["toast"]
    assert names(owner, "?status=draft") == ["bread"]
    assert names(owner, "?status=changed") == ["cake"]
    assert names(owner, "?status=published") == ["tea"]
    assert names(owner, "?status=nonsense&page=x") == ["bread", "cake", "tea"]
    for search, found in (
        ("糕", ["cake"]), ("TEA", ["tea"]), ("pages/tea2", ["tea"]), ("size", ["tea"]), ("price cake", ["cake"]),
        ("3", ["bread"]), ("吐司", ["toast"]), ("no such", []), ("<b>", []),
    ):  # fmt: skip
        assert names(owner, f"?q={search}") == found, search
    assert "No event matches." in text(owner, f"{HERE}?q=nothing")
    said = text(owner, HERE)
    assert "2 cake 糕 unpublished changes v1" in said
    assert "View published cake Edit cake" in said
    assert text(owner, "/a/cafe/events") == said


def test_page_by_page(owner: Client, theatre: Theatre) -> None:
    for number in range(45):
        theatre.records.events.create(
            CAFE.id, f"e{number:02}", f"事件{number}", content("pages/a"), now=now()
        )
    assert [len(names(owner, f"?page={n}")) for n in (1, 2, 3)] == [20, 20, 5]
    assert names(owner, "?page=3")[-1] == "e00"
    assert names(owner, "?page=99") == names(owner, "?page=3")
    assert names(owner, "?page=0") == names(owner)
    assert "/ 3 Go" in text(owner, f"{HERE}?page=2")


def test_versions_are_read_and_compared(owner: Client, three: Theatre) -> None:
    said = text(owner, f"{HERE}/1/versions")
    assert "Version 2 · published" in said
    assert "← $PAGE_TIME" in said
    old = text(owner, f"{HERE}/1/versions?version=1&with=2")
    assert "note new old" in old
    assert "Action 1 · page pages/tea2 pages/tea " in old
    assert "Action 1 · data 1 size ← $PAGE_TIME price ← $PAGE_TIME" in old
    assert "Publish this version again" in old
    assert "Publish this version again" not in said
    draft = text(owner, f"{HERE}/2/versions?version=draft&with=1")
    assert "note old changed" in draft
    for odd in ("?version=99", "?version=x&with=y", "?with=2", "?version=1&with=1"):
        assert owner.get(f"{HERE}/1/versions{odd}").status_code == 200
    assert owner.get(f"{HERE}/99/versions").status_code == 404


def test_back_retire_and_restore(owner: Client, three: Theatre) -> None:
    events = three.records.events
    seen = events.find(CAFE.id, 1).one.revision
    assert (
        send(owner, "1/back", version=1, revision=seen).headers["location"].endswith("?done=back")
    )
    assert events.find(CAFE.id, 1).one.version == 1
    late = send(owner, "1/retire", revision=seen)
    assert (late.status_code, "tea was just changed" in unescape(late.text)) == (409, True)
    assert send(owner, "1/retire", revision=seen + 1).headers["location"].endswith("?done=retired")
    assert "Restore…" in text(owner, f"{HERE}/1/versions?done=retired")
    assert (
        send(owner, "1/restore", revision=seen + 2).headers["location"].endswith("?done=restored")
    )
    for wrong in ("", "x", "-1", "9" * 20):
        assert send(owner, "1/retire", revision=wrong).status_code == 422
        assert send(owner, "1/back", version=wrong, revision=seen + 3).status_code == 422
    assert send(owner, "1/back", version=77, revision=seen + 3).status_code == 404
    assert not events.find(CAFE.id, 1).one.retired


def test_samples_are_shown_to_those_who_may_see_them(theatre: Theatre, three: Theatre) -> None:
    found = {"price": FieldSample(1_700_000_000_000, 2, 3, ("18", "<b>"))}
    asked: list[object] = []

    def samples(app: App, users: Users) -> dict[str, FieldSample]:
        asked.append((app.id, users))
        return found

    console = replace(theatre.console(), samples=samples)
    with site(console) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre, "analyst")
        said = text(client, "/a/cafe/events/fields")
        assert "price 字段price number – cake, toast 2023-11-15 06:13 67% 18 · <b> – size" in said
        assert asked == [(CAFE.id, {"price": ("cake", "toast"), "size": ("tea",)})]
        theatre.records.sensitive.set(CAFE.id, "price", now=now())
        assert "67% •••• – size" in text(client, "/a/cafe/events/fields")
        theatre.records.sensitive.set(CAFE.id, "", now=now())
        sign_in(client, theatre, "viewer")
        assert "67% •••• – size" in text(client, "/a/cafe/events/fields")


def test_fields_are_listed_with_who_uses_them(owner: Client, three: Theatre) -> None:
    said = text(owner, "/a/cafe/events/fields")
    assert "price 字段price number – cake, toast" in said
    assert "size 字段size number – tea" in said
    assert "open_id OpenID text" in said
    assert len(re.findall(r'<th scope="row"', owner.get("/a/cafe/events/fields").text)) == 2 + 16
