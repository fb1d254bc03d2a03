"""Annotations: from the chart, by programs, and in every form of a trend over days."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from minilens.cli.main import main
from minilens.period import now, today
from minilens.records.store import Records
from tests.web.cast import CAFE, SHOP, Theatre, mark

Client = TestClient[Litestar]
TREND = "/a/cafe/overview/trend"
FORM = "/a/cafe/annotations"
API = "/api/v1/apps/cafe/annotations"
READER, ADMIN = ({"Authorization": f"Bearer {word}"} for word in ("reader", "deployer"))
DAY = today(CAFE.timezone) - timedelta(days=3)


def client_of(theatre: Theatre, who: str) -> Client:
    return theatre.client(who)


def add(client: Client, text: str, day: date | str = DAY, page: str = "") -> int:
    form = {"csrf": mark(client, "/account"), "day": str(day), "text": text}
    headers = {"referer": f"http://testserver.local{page}"} if page else {}
    answer = client.post(FORM, data=form, headers=headers, follow_redirects=False)
    if page:
        assert answer.headers["location"] == page
    return answer.status_code


def test_the_form_adds_one_and_leads_back_to_the_page(owner: Client, theatre: Theatre) -> None:
    assert add(owner, "双十一", page="/a/cafe/overview?period=90d&measure=visits") == 303
    (made,) = theatre.records.annotations.of(CAFE.id)
    assert (made.day, made.text, made.author) == (DAY, "双十一", "Owner")
    stranger_page = "http://elsewhere.example/a/cafe/overview?period=90d"
    form = {"csrf": mark(owner, "/account"), "day": str(DAY), "text": "x"}
    answer = owner.post(FORM, data=form, headers={"referer": stranger_page}, follow_redirects=False)
    assert answer.headers["location"] == "/a/cafe/overview"


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [("", DAY, "no_value"), ("x" * 61, DAY, "too_long"), ("x", "yesterday", "bad_date")],
)
def test_what_is_no_annotation_is_refused(
    owner: Client, theatre: Theatre, text: str, day: date | str, code: str
) -> None:
    form = {"csrf": mark(owner, "/account"), "day": str(day), "text": text}
    answer = owner.post(FORM, data=form, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert theatre.records.annotations.of(CAFE.id) == []


def test_a_form_of_another_site_adds_nothing(owner: Client, theatre: Theatre) -> None:
    assert owner.post(FORM, data={"day": str(DAY), "text": "x"}).status_code == 403
    assert theatre.records.annotations.of(CAFE.id) == []


def test_it_stands_on_the_chart_in_the_table_and_in_json_and_not_in_sheets(owner: Client) -> None:
    add(owner, 'rel. "2.1" <b>')
    card = owner.get(TREND).text
    found = re.search(r'options="([^"]+)"', card)
    assert found
    chart = json.loads(html.unescape(found[1]))
    (dots,) = [one for one in chart["option"]["series"] if one["id"] == "marks"]
    (dot,) = dots["data"]
    line = chart["option"]["series"][0]["data"]
    assert dot["name"] == 'rel. "2.1" <b>'
    at = dot["value"][0]
    assert dot["value"][1] == line[at]
    assert [n for n, tip in enumerate(chart["tips"]) if tip["marks"]] == [at]
    assert '2.1" <b>' not in card
    table = owner.get(f"{TREND}?view=table").text
    row = re.search(rf'<tr data-day="{DAY}".*?</tr>', table, re.DOTALL)
    assert row
    assert 'class="mark"' in row[0]
    assert table.count('<small class="mark"') == 1
    answer = owner.get(f"{TREND}.json").json()
    assert answer["annotations"] == [{"day": str(DAY), "text": 'rel. "2.1" <b>'}]
    sheet = owner.get(f"{TREND}.csv").text
    assert "rel." not in sheet
    assert len(list(csv.reader(io.StringIO(sheet)))) == 31


def test_a_week_says_the_day(owner: Client) -> None:
    add(owner, "outage")
    answer = owner.get(f"{TREND}?period=90d&grain=week&view=table&lang=en").text
    assert re.search(rf'class="mark" title="{DAY.day} \w+ outage"', answer)


def test_one_day_alone_says_what_happened_beside_its_figures(owner: Client) -> None:
    add(owner, "outage")
    card = owner.get(f"{TREND}?from={DAY}&to={DAY}&grain=day").text
    assert "line-chart" not in card
    assert '<span class="mark">outage</span>' in card
    hours = owner.get(f"{TREND}?from={DAY}&to={DAY}&view=table").text
    assert hours.count("outage</small>") == 1  # at the first hour of the day


def test_other_days_other_apps_and_moments_have_none(owner: Client) -> None:
    add(owner, "outage")
    before = DAY - timedelta(days=1)
    assert owner.get(f"{TREND}.json?from={before}&to={before}").json()["annotations"] == []
    assert owner.get("/a/shop/overview/trend.json").json()["annotations"] == []
    live = owner.get(f"/a/cafe/live/visits.json?from={DAY}&to={DAY}").json()
    assert live["annotations"] == []
    assert owner.get("/a/cafe/overview/pages.json?period=7d").json()["annotations"] == []


@pytest.mark.parametrize("form", [".json", "?view=table", ""])
def test_the_first_day_and_the_last_one_belong_to_a_trend(owner: Client, form: str) -> None:
    start, end = DAY - timedelta(days=4), DAY
    for day, text in ((start, "at first"), (end, "at last")):
        add(owner, text, str(day))
    for first, last, said in (
        (start, end, {"at first", "at last"}),
        (start + timedelta(days=1), end, {"at last"}),
        (start, end - timedelta(days=1), {"at first"}),
    ):
        joined = "&" if "?" in form else "?"
        shown = owner.get(f"{TREND}{form}{joined}from={first}&to={last}").text
        assert {text for text in ("at first", "at last") if text in shown} == said


def test_who_writes_removes_own_ones_and_an_admin_any(theatre: Theatre) -> None:
    who = {name: client_of(theatre, name) for name in ("analyst", "admin", "viewer")}
    assert add(who["viewer"], "x") == 403
    assert add(who["analyst"], "of the analyst") == 303
    assert add(who["admin"], "of the admin") == 303
    of = {one.text: one.id for one in theatre.records.annotations.of(CAFE.id)}
    links = {
        name: re.findall(r"/a/cafe/annotations/(\d+)/remove", client.get(TREND).text)
        for name, client in who.items()
    }
    assert links["viewer"] == []
    assert links["analyst"] == [str(of["of the analyst"])]
    assert len(links["admin"]) == 2
    assert 'name="personal" value="1"><p' in who["viewer"].get(f"{TREND}?lang=zh").text

    def remove(name: str, text: str) -> int:
        form = {"csrf": mark(who[name], "/account")}
        return (
            who[name]
            .post(f"{FORM}/{of[text]}/remove", data=form, follow_redirects=False)
            .status_code
        )

    assert remove("viewer", "of the analyst") == 404
    assert remove("analyst", "of the admin") == 404
    assert remove("analyst", "of the analyst") == 303
    assert remove("admin", "of the analyst") == 404
    assert remove("admin", "of the admin") == 303
    assert theatre.records.annotations.of(CAFE.id) == []


def test_ones_own_are_seen_and_removed_by_nobody_else(theatre: Theatre, stranger: Client) -> None:
    who = {name: client_of(theatre, name) for name in ("viewer", "admin")}
    form = {
        "csrf": mark(who["viewer"], "/account"),
        "day": str(DAY),
        "text": "secret",
        "personal": "1",
    }
    assert who["viewer"].post(FORM, data=form, follow_redirects=False).status_code == 303
    assert "secret" in who["viewer"].get(TREND).text
    assert who["viewer"].get(f"{TREND}.json").json()["annotations"][0]["text"] == "secret"
    for form_ in (TREND, f"{TREND}.json", f"{TREND}?view=table", "/a/cafe/settings/audit"):
        assert "secret" not in who["admin"].get(form_).text
    assert stranger.get(API, headers=READER).json()["annotations"] == []
    report = "/api/v1/apps/cafe/reports/overview.trend"
    assert stranger.get(report, headers=READER).json()["annotations"] == []
    number = theatre.records.annotations.of(CAFE.id, account=theatre.number("viewer"))[0].id
    for name, status in (("admin", 404), ("viewer", 303)):
        sent = {"csrf": mark(who[name], "/account")}
        gone = who[name].post(f"{FORM}/{number}/remove", data=sent, follow_redirects=False)
        assert gone.status_code == status


@pytest.fixture
def deployer(theatre: Theatre) -> dict[str, str]:
    token = theatre.records.tokens.create(CAFE.id, ("admin",), now=now(), name="deployer")
    return {"Authorization": f"Bearer {token}"}


def test_a_program_marks_a_release_once(
    stranger: Client, theatre: Theatre, deployer: dict[str, str]
) -> None:
    for _ in range(2):
        made = stranger.post(API, json={"text": "发布 2.1"}, headers=deployer)
        assert made.status_code == 201
    assert made.json()["day"] == str(today(CAFE.timezone))
    stranger.post(API, json={"text": "campaign", "day": str(DAY)}, headers=deployer)
    found = stranger.get(API, headers=READER).json()["annotations"]
    assert [(one["day"], one["text"], one["by"]) for one in found] == [
        (str(DAY), "campaign", None),
        (str(today(CAFE.timezone)), "发布 2.1", None),
    ]
    some = stranger.get(f"{API}?to={DAY}", headers=READER).json()["annotations"]
    assert [one["text"] for one in some] == ["campaign"]
    assert [e.action for e in theatre.records.audit.entries(action="annotation")] == [
        "annotation.create"
    ] * 2


def test_a_command_marks_a_day(tmp_path: Path) -> None:
    settings = {"MINILENS_DATA": str(tmp_path)}
    run = CliRunner(env=settings).invoke
    assert run(main, ["apps", "create", "shop", "--timezone", "Asia/Tokyo"]).exit_code == 0
    for _ in range(2):
        done = run(main, ["annotate", "shop", "today", "Release 2.1"])
        assert done.output == f"{today('Asia/Tokyo')}  Release 2.1\n"
    wrong = run(main, ["annotate", "shop", "soon", "x"])
    assert wrong.exit_code != 0
    records = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    assert [one.text for one in records.annotations.of(records.apps.named("shop").id)] == [
        "Release 2.1"
    ]
    records.database.close()


def test_a_command_writes_for_one_member_who_may_see_the_app(tmp_path: Path) -> None:
    run = CliRunner(env={"MINILENS_DATA": str(tmp_path)}).invoke
    assert run(main, ["apps", "create", "shop", "--timezone", "Asia/Tokyo"]).exit_code == 0
    records = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    shop = records.apps.named("shop").id
    ann, bo = (
        records.accounts.create(f"{one}@example.org", one, now=now()) for one in ("ann", "bo")
    )
    records.grants.set(ann.id, shop, "viewer", now=now(), by=None)
    wrote = ["annotate", "shop", "2026-11-01", "why?", "--for"]
    assert run(main, [*wrote, "ann@example.org"]).exit_code == 0
    for nobody in ("bo@example.org", "nobody@example.org"):
        refused = run(main, [*wrote, nobody])
        assert refused.exit_code != 0
        assert nobody in refused.output
    assert [one.text for one in records.annotations.of(shop, account=ann.id)] == ["why?"]
    assert records.annotations.of(shop, account=bo.id) == records.annotations.of(shop) == []
    records.database.close()


def test_programs_are_refused_as_everywhere(stranger: Client, deployer: dict[str, str]) -> None:
    assert stranger.post(API, json={"text": "x"}, headers=READER).json()["code"] == "missing_scope"
    refused = {
        "missing": {"day": str(DAY)},
        "bad_date": {"text": "x", "day": "22 November"},
        "too_long": {"text": "x" * 61},
        "wrong_type": {"text": "x", "words": "x"},
    }
    for code, body in refused.items():
        answer = stranger.post(API, json=body, headers=deployer)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert stranger.get(f"{API}?from=soon", headers=READER).json()["field"] == "from"
    other = API.replace("cafe", SHOP.name)
    assert stranger.post(other, json={"text": "x"}, headers=deployer).status_code == 404


def test_a_program_writes_for_whoever_made_its_token_alone(
    stranger: Client, theatre: Theatre, deployer: dict[str, str]
) -> None:
    maker = theatre.number("owner")
    word = theatre.records.tokens.create(CAFE.id, ("admin",), now=now(), name="own", by=maker)
    own = {"Authorization": f"Bearer {word}"}
    said = {"text": "why?", "day": str(DAY), "personal": True}
    made = stranger.post(API, json=said, headers=own)
    assert (made.status_code, made.json()["personal"], made.json()["by"]) == (201, True, "Owner")
    assert stranger.post(API, json=said, headers=own).json()["id"] == made.json()["id"]
    assert stranger.get(API, headers=READER).json()["annotations"] == []
    of = theatre.records.annotations.of
    assert [one.text for one in of(CAFE.id, account=maker)] == ["why?"]
    assert of(CAFE.id, account=theatre.number("admin")) == []
    theatre.records.annotations.create(
        CAFE.id, DAY, "theirs", now=now(), by=theatre.number("admin"), personal=True
    )
    read = stranger.get(f"{API}?personal=1", headers=own).json()["annotations"]
    assert [(one["text"], one["personal"]) for one in read] == [("why?", True)]
    refused = stranger.get(f"{API}?personal=1", headers=READER).json()
    assert (refused["code"], refused["field"]) == ("token_of_nobody", "personal")
    nobody = stranger.post(API, json=said, headers=deployer)
    assert (nobody.status_code, nobody.json()["code"]) == (422, "token_of_nobody")
    assert nobody.json()["field"] == "personal"
