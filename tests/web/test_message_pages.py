"""The pages and addresses of messages: scheduled, paused, sent at once, removed; what was sent can be read again."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.channel_content import ChannelContent
from minilens.records.sends import NewSend
from minilens.records.subscriptions import Schedule
from minilens.render.message import Figure, Listing, Message, Picture, Section, encoded
from minilens.serve.message_doors import message_doors
from tests.web.cast import CAFE, Theatre, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
HERE = "/a/cafe/messages"
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh"}
MESSAGE = Message(
    "Cafe · KPIs", "As of 2026-11-30 09:05",
    (Section("Money", ("Fine.",), (Figure("Sales", "1,234", "+12.3%", "good"),),
             Picture(b"\x89PNG", "Sales by day"), Listing("Pages", ("Page", "Users"), (("<b>home", "9"),), 4)),),
    "", "en", "Every day at 09:00.",
)  # fmt: skip


@pytest.fixture
def client(theatre: Theatre) -> Iterator[Client]:
    with (
        site(replace(theatre.console(), messages=message_doors(theatre.records))) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        sign_in(client, theatre)
        yield client


def channel(theatre: Theatre, name: str = "Team") -> int:
    content = ChannelContent("webhook", name, "en", "https://hooks.example.com/x")
    return theatre.records.channels.create(CAFE.id, content, b"k" * 32, now=now())[0].id


def press(client: Client, path: str = "", **form: str) -> Any:
    form |= {"csrf": mark(client, "/account")}
    return client.post(HERE + path, data=form, headers=EN, follow_redirects=False)


def wrong(text: str) -> list[str]:
    found = re.findall(r'class="wrong"[^>]*>(.*?)</p>', text)
    return [html.unescape(re.sub("<[^>]+>", "", one)) for one in found]


def put(theatre: Theatre, to: int, body: str = "") -> int:
    new = NewSend(CAFE.id, to, f"test:{body[:9]}", "kpis", now(), body=body, alone=True)
    theatre.records.sends.put([new], now=now())
    return theatre.records.sends.of(CAFE.id)[0].id


def test_scheduled_changed_paused_sent_and_removed(theatre: Theatre, client: Client) -> None:
    assert "First add a channel" in client.get(HERE, headers=EN).text
    to = channel(theatre)
    good: dict[str, str] = {
        "content": "kpis",
        "channel": str(to),
        "cadence": "week",
        "weekday": "4",
        "time": "08:30",
    }
    assert press(client, **good).headers["location"].endswith("?done=made")
    (one,) = theatre.records.subscriptions.of(CAFE.id)
    assert (one.content, one.channel, one.schedule) == ("kpis", to, Schedule("week", "08:30", 4))
    page = client.get(HERE, headers=EN).text
    assert "Every Friday at 08:30" in page
    assert "Next: " in page
    assert "每周五 08:30" in client.get(HERE, headers=ZH).text
    report = good | {"content": "report:overview.pages", "cadence": "month", "month_day": "0"}
    assert press(client, f"/{one.id}", **report).status_code == 303
    assert "On the last day of each month at 08:30" in client.get(HERE, headers=EN).text
    edited = client.get(f"{HERE}?edit={one.id}", headers=EN).text
    assert 'value="report:overview.pages" selected' in edited
    press(client, f"/{one.id}/now")
    assert [send.state for send in theatre.records.sends.of(CAFE.id)] == ["due"]
    press(client, f"/{one.id}/pause")
    assert "Paused" in client.get(HERE, headers=EN).text
    press(client, f"/{one.id}/resume")
    assert press(client, f"/{one.id}/remove").headers["location"].endswith("?done=remove")
    assert theatre.records.subscriptions.of(CAFE.id) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("content", "kpi", "What is sent"), ("content", "", "Enter a value"), ("channel", "99", ""),
        ("time", "9", "At is not a valid time"), ("weekday", "7", "On can't be 7"), ("cadence", "year", "How often"),
        ("month_day", "31", "On day can't be 31"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(
    theatre: Theatre, client: Client, field: str, value: str, said: str
) -> None:
    good: dict[str, str] = {
        "content": "kpis",
        "channel": str(channel(theatre)),
        "cadence": "week",
        "time": "08:30",
    }
    answer = press(client, **{**good, field: value})
    if field == "channel":
        assert answer.status_code == 404
        return
    assert answer.status_code == 422
    (sentence,) = wrong(answer.text)
    assert said in sentence
    assert theatre.records.subscriptions.of(CAFE.id) == []


def test_what_was_sent_is_read_again_with_its_picture(theatre: Theatre, client: Client) -> None:
    number = put(theatre, channel(theatre), encoded(MESSAGE))
    assert "KPIs" in client.get(f"{HERE}/sends", headers=EN).text
    page = client.get(f"{HERE}/sends/{number}", headers=EN).text
    for text in ("Cafe · KPIs", "1,234", "&lt;b&gt;home", "and 4 more", "Every day at 09:00."):
        assert text in page
    shown = client.get(f"{HERE}/sends/{number}/pictures/0")
    assert (shown.content, shown.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert client.get(f"{HERE}/sends/{number}/pictures/1").status_code == 404
    assert client.get(f"/a/club/messages/sends/{number}").status_code == 404


def test_who_only_reads_changes_nothing(theatre: Theatre, client: Client) -> None:
    channel(theatre)
    sign_in(client, theatre, "viewer")
    page = client.get(HERE, headers=EN)
    assert page.status_code == 200
    assert "Schedule a message" not in page.text
    assert press(client, content="kpis").status_code == 403


def test_the_api_says_and_does_the_same(theatre: Theatre, client: Client) -> None:
    to, api = channel(theatre), "/api/v1/apps/cafe"
    admin, reader = (
        {"authorization": f"Bearer {theatre.records.tokens.create(CAFE.id, (scope,), now=now())}"}
        for scope in ("admin", "report:read")
    )
    given = {"content": "kpis", "channel": to, "cadence": "day", "at": "07:15"}
    made = client.post(f"{api}/subscriptions", json=given, headers=admin)
    assert made.status_code == 201
    one = made.json()
    assert (one["title"], one["at"], one["paused"]) == ("KPI", "07:15", False)
    assert one["next"]
    for content, own in (("review.month", "month"), ("health", "day"), ("review.week", "week")):
        asked = {"content": content, "channel": to}
        kept = client.post(f"{api}/subscriptions", json=asked, headers=admin).json()
        assert kept["cadence"] == own
        client.post(f"{api}/subscriptions/{kept['id']}/remove", headers=admin)
    for wrong_one, field in ((given | {"at": "7"}, "at"), (given | {"content": "x"}, "content")):
        refused = client.post(f"{api}/subscriptions", json=wrong_one, headers=admin)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert client.post(f"{api}/subscriptions", json=given, headers=reader).status_code == 403
    of = f"{api}/subscriptions/{one['id']}"
    assert client.post(f"{of}/pause", headers=admin).json()["next"] is None
    assert client.post(f"{of}/resume", headers=admin).json()["paused"] is False
    assert client.post(of, json=given | {"at": "08:00"}, headers=admin).json()["at"] == "08:00"
    assert client.post(f"{of}/now", headers=admin).status_code == 200
    number = put(theatre, to, encoded(MESSAGE))
    sent = client.get(f"{api}/sends", headers=reader).json()["sends"]
    assert {one["state"] for one in sent} == {"due"}
    text = client.get(f"{api}/sends/{number}", headers=reader).json()["text"]
    assert "1,234" in text
    assert client.post(f"{of}/remove", headers=admin).json() == {"removed": one["id"]}
    assert client.get(f"{api}/subscriptions", headers=reader).json() == {"subscriptions": []}


def test_it_can_be_looked_at_before_anything_is_sent(theatre: Theatre, client: Client) -> None:
    seen = press(client, "/preview", content="kpis", channel="", cadence="week")
    assert seen.status_code == 303
    assert "No events have come in" in client.get(seen.headers["location"], headers=EN).text
    assert press(client, "/preview", content="nothing", cadence="week").status_code == 422
    to = ChannelContent("webhook", "Chinese", "zh", "https://hooks.example.com/x")
    number = theatre.records.channels.create(CAFE.id, to, b"k" * 32, now=now())[0].id
    assert (
        "还没有上报过事件"
        in client.get(f"{HERE}/preview?content=kpis&channel={number}", headers=EN).text
    )
    for asked in ("content=nothing", "content=kpis&cadence=year"):
        assert client.get(f"{HERE}/preview?{asked}", headers=EN).status_code == 422
    assert not theatre.records.sends.of(CAFE.id)


def test_a_channel_that_was_removed_meanwhile_is_said(theatre: Theatre, client: Client) -> None:
    gone = channel(theatre)
    channel(theatre, "Other")
    theatre.records.channels.remove(CAFE.id, gone, now=now())
    told = press(client, content="kpis", channel=str(gone), cadence="day", time="09:00")
    assert told.status_code == 404
    assert "This channel has been removed" in wrong(told.text)
    assert "Schedule a message" in told.text
