"""What changed and what people made of it, by the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.deliver.contents import KINDS
from minilens.load.pipeline import Pipeline
from minilens.period import Range, now, today
from minilens.records.content_rows import NewArticle
from minilens.records.cost_content import NewCost
from minilens.reports.question import encoded
from minilens.reports.questions.ltv import AskedMargin, LtvQuestion
from minilens.reports.questions.parts import AskedGroup
from minilens.serve.messages import asking as asked_of_messages
from minilens.serve.snapshots import keep_due
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.text import LANGUAGES, Text
from minilens.web.console import Console
from tests.measure.events.test_by_hand import paid
from tests.pipeline import Happening, House, at
from tests.web.sites import site

#: Mondays of the week of the story and of the one before, and one of a week without anything.
DAY, BEFORE, EMPTY = "2026-11-16", "2026-11-09", "2026-10-05"
Asking = tuple[Any, str, dict[str, str], House, Console]
#: Snapshots are kept at that moment: the Monday after, in the evening of Shanghai.
SEEN = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def asking(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[Asking]:
    """The week as `opened` has it; nothing is written and nothing comes late."""
    with opened(pipeline, settings, new_app) as found:
        yield found


@pytest.fixture
def alone(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[Asking]:
    """The same, of one test."""
    with opened(pipeline, settings, new_app) as found:
        yield found


@contextmanager
def opened(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[Asking]:
    """Three of Guangdong and one of Shanghai visit in the week of DAY, and two pay; of the week before one of either,
    and one pays."""
    house, other = new_app(), new_app()
    house.load([
        *(seen(DAY, who, "广东") for who in "abc"), seen(DAY, "d", "上海"),
        seen(BEFORE, "a", "广东"), seen(BEFORE, "d", "上海"),
        paid(f"{DAY} 10:30", "a"), paid(f"{DAY} 11:00", "b"), paid(f"{BEFORE} 10:00", "a"),
    ])  # fmt: skip
    house.build()
    made = {
        "admin": (house.app.id, "admin"), "reader": (house.app.id, "report:read"),
        "stranger": (other.app.id, "admin"),
    }  # fmt: skip
    tokens = {
        name: pipeline.records.tokens.create(app, (scope,), now=now())
        for name, (app, scope) in made.items()
    }
    held = console(pipeline, settings, questions(pipeline, settings))
    with site(held) as app, TestClient(app) as client:
        yield client, f"/api/v1/apps/{house.app.name}", tokens, house, held


def seen(day: str, who: str, province: str) -> Happening:
    one = Happening(at(f"{day} 09:00"), device=who, session=f"{who}{day}")
    return replace(one, province=province)


def get(asking: Asking, path: str, who: str = "reader") -> Any:
    client, address, tokens, *_ = asking
    return client.get(address + path, headers={"Authorization": f"Bearer {tokens[who]}"})


def post(asking: Asking, path: str, body: object, who: str = "admin", lang: str = "en") -> Any:
    client, address, tokens, *_ = asking
    headers = {"Authorization": f"Bearer {tokens[who]}"}
    return client.post(f"{address}{path}?lang={lang}", content=json.dumps(body), headers=headers)


def of_week(first: str) -> str:
    return f"from={first}&to={date.fromisoformat(first) + timedelta(days=6)}"


def test_what_changed(asking: Asking) -> None:
    found = get(asking, f"/changes?figure=visitors&{of_week(DAY)}").json()
    assert (found["now"], found["then"], found["change"], found["unit"]) == (4, 2, 2, "count")
    assert (found["compare_from"], found["compare_to"]) == (BEFORE, "2026-11-15")
    by = {one["dimension"]: one for one in found["dimensions"]}
    assert set(by) == {"scene_source", "page", "campaign", "province", "app_version", "newness"}
    assert by["province"] == {"dimension": "province", "rest": 0, "values": [
        {"value": "广东", "now": 3, "then": 1, "contribution": 2, "rate": None, "mix": None},
    ]}  # fmt: skip
    assert {one["value"]: one["contribution"] for one in by["newness"]["values"]} == {
        "returning": 2
    }
    assert all(
        sum(one["contribution"] for one in each["values"]) + each["rest"] == 2
        for each in by.values()
    )


def test_what_changed_of_payments_and_of_a_kpi(asking: Asking) -> None:
    """The KPI is payments ÷ visitors, 1/2 in both weeks: what mix and rate come to is nothing."""
    found = get(asking, f"/changes?figure=payments&by=province&{of_week(DAY)}").json()
    assert (found["now"], found["then"]) == (2, 1)
    payments = {
        "kind": "events",
        "question": {"kind": "events", "events": [{"event": "pay_success"}]},
    }
    visitors = {"kind": "measure", "measure": "visitors"}
    source = {"kind": "ratio", "over": payments, "under": visitors}
    kpi = {"definition": {"source": source, "target": 0.5, "period": "week"}, "en": "Paid"}
    number = post(asking, "/kpis", kpi).json()["id"]
    found = get(asking, f"/changes?figure=kpi.{number}&{of_week(DAY)}").json()
    assert (found["en"], found["unit"], found["change"]) == ("Paid", "ratio", 0)
    (province,) = (one for one in found["dimensions"] if one["dimension"] == "province")
    assert sum(one["contribution"] for one in province["values"]) == pytest.approx(
        -province["rest"]
    )
    assert post(asking, f"/kpis/{number}/remove", None).status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        (f"figure=visitor&{of_week(DAY)}", "figure", "unknown_choice"),
        (f"figure=visitors&by=mood&{of_week(DAY)}", "by", "unknown_choice"),
        (f"figure=visitors&from={DAY}", "to", "missing"),
        (f"figure=visitors&from={DAY}&to={BEFORE}", "from", "bad_range"),
        (f"figure=visitors&{of_week(DAY)}&compare_to=2026-01-01", "compare_from", "missing"),
        ("figure=visitors&from=2024-01-01&to=2026-01-01", "to", "too_many"),
    ],
)
def test_what_is_refused(asking: Asking, query: str, field: str, code: str) -> None:
    for lang in ("zh", "en"):
        answer = get(asking, f"/changes?lang={lang}&{query}")
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
            422,
            code,
            field,
        )


def test_strangers_are_told_nothing(asking: Asking) -> None:
    assert get(asking, f"/changes?figure=visitors&{of_week(DAY)}", "stranger").status_code == 404


def figures(asking: Asking) -> dict[str, Any]:
    """Those of the snapshot by name."""
    return {one["name"]: one for one in of_review(asking).json()["snapshot"]["figures"]}


def of_review(asking: Asking, day: str = DAY, grain: str = "week", who: str = "reader") -> Any:
    return get(asking, f"/reviews/{grain}/{day}", who)


def test_a_review_of_a_week(asking: Asking) -> None:
    """By any of its days; figures, steps and campaigns of it. Nobody has written anything."""
    found = of_review(asking, "2026-11-18").json()
    assert (found["day"], found["from"], found["to"]) == (DAY, DAY, "2026-11-22")
    assert (found["compare_from"], found["compare_to"]) == (BEFORE, "2026-11-15")
    assert {one["figure"]: one["change"] for one in found["changes"]} == {
        "visitors": 2,
        "payments": 1,
    }
    paid_for = [one for one in found["steps"] if one["funnel_en"] == "Conversion"]
    assert [one["step"] for one in paid_for] == [2, 3, 4]
    assert {one["verdict"] for one in found["steps"]} == {"too_few"}
    assert (found["effect"], found["campaigns"]) == (None, [])
    assert found["written"]["insight"] == ""


def test_a_week_without_anything(asking: Asking) -> None:
    found = of_review(asking, EMPTY).json()
    assert [(one["now"], one["then"], one["change"]) for one in found["changes"]] == [(0, 0, 0)] * 2
    assert all(one["values"] == [] for each in found["changes"] for one in each["dimensions"])
    assert found["snapshot"] is None


def test_a_week_that_has_just_begun(asking: Asking) -> None:
    """No day of it is over; of one that is to come there is none."""
    this = today("Asia/Shanghai")
    monday = this - timedelta(days=this.weekday())
    found = of_review(asking, str(monday)).json()
    assert (found["from"] is None) == (this == monday)
    later = of_review(asking, str(monday + timedelta(weeks=1)))
    assert (later.status_code, later.json()["field"]) == (422, "day")
    assert of_review(asking, DAY, "year").json()["field"] == "grain"


def test_what_people_write_and_what_it_did(alone: Asking) -> None:
    """A change of the week before is measured by the figure it names: 2 visitors, then 4."""
    text = {
        "insight": "Codes on tables work\nindoors",
        "friction": "Checkout asks twice",
        "change": "Ask once",
    }
    made = post(alone, f"/reviews/week/{BEFORE}", text | {"figure": "visitors"})
    assert made.status_code == 200, made.text
    kept = made.json()
    assert {name: kept[name] for name in text} == text
    assert (kept["figure"], kept["owner"], kept["scale"]) == ("visitors", None, "")
    found = of_review(alone).json()["effect"]
    assert (found["change"], found["moved"]["figure"]) == ("Ask once", "visitors")
    assert (found["moved"]["then"], found["moved"]["now"], found["moved"]["change"]) == (2, 4, 2)
    listed = get(alone, "/reviews").json()["reviews"]
    assert [(one["day"], one["change"]) for one in listed] == [(BEFORE, "Ask once")]
    month = post(alone, "/reviews/month/2026-11-09", {"scale": "Codes", "stop": "Banners"}).json()
    assert (month["day"], month["scale"], month["keep"], month["stop"]) == (
        "2026-11-01",
        "Codes",
        "",
        "Banners",
    )


@pytest.mark.parametrize(
    ("path", "body", "field", "code"),
    [
        ("week", {"insight": "x" * 1_001}, "insight", "too_long"),
        ("week", {"scale": "Codes"}, "scale", "not_taken_by"),
        ("month", {"insight": "Codes"}, "insight", "not_taken_by"),
        ("week", {"change": "Ask once", "figure": "visitor"}, "figure", "unknown_choice"),
        ("week", {"change": "Ask once", "owner": 4_711}, "owner", "no_such_owner"),
        ("week", {"figure": "visitors"}, "change", "missing"),
        ("week", {"mood": "good"}, "mood", "wrong_type"),
    ],
)
def test_what_is_refused_of_a_review(
    asking: Asking, path: str, body: Any, field: str, code: str
) -> None:
    answer = post(asking, f"/reviews/{path}/{DAY}", body)
    assert (answer.status_code, answer.json()["field"], answer.json()["code"]) == (422, field, code)
    assert post(asking, f"/reviews/{path}/{DAY}", body, who="reader").status_code == 403


def test_a_snapshot_and_what_came_late(alone: Asking, pipeline: Pipeline) -> None:
    """Kept once as it was seen; what comes late for the same days stands beside it, and is marked."""
    *_, house, opened = alone
    only = replace(opened, apps=lambda: [opened.app(house.app.name)])
    assert keep_due(pipeline, only, SEEN) == 1
    assert keep_due(pipeline, only, SEEN) == 0
    assert get(alone, "/reviews").json()["snapshots"] == [DAY]
    assert get(alone, "/reviews?grain=month").json()["snapshots"] == []  # it began in November
    kept = figures(alone)
    assert (kept["Engagement.Visitors"]["value"], kept["Engagement.Visitors"]["before"]) == (4, 2)
    assert not any(one["restated"] for one in kept.values())
    house.load([seen(DAY, "e", "广东")])
    house.build()
    now_ = figures(alone)
    visitors = now_["Engagement.Visitors"]
    assert (visitors["value"], visitors["now"], visitors["restated"]) == (4, 5, True)
    assert not now_["Conversion.Payments"]["restated"]


def test_the_message_says_what_the_page_does(alone: Asking) -> None:
    """Figures of the week, and what people wrote; in both languages."""
    *_, house, opened = alone
    post(alone, f"/reviews/week/{DAY}", {"insight": "Tables work", "change": "Ask once"})
    told = asked_of_messages(opened, opened.app(house.app.name), SEEN)
    first = date.fromisoformat(DAY)
    over = Range(first, first + timedelta(days=6))
    api = of_review(alone).json()["changes"]
    for language in LANGUAGES:
        changes, *_, last = KINDS["review.week"].sections(told, over, language)
        assert [one.title for one in changes.figures] == [one[language] for one in api]
        assert [one.value for one in changes.figures] == [str(int(one["now"])) for one in api]
        assert ["Tables work" in last.sentences[0], "Ask once" in last.sentences[1]] == [True, True]
    assert KINDS["review.month"].sections(told, over, "en")[-1].sentences


def test_a_review_of_a_month(alone: Asking) -> None:
    """`spring` brings 50 for 20 by one conversion; `old` brings nothing, as in October. Four came for the first time,
    and one by `spring`. The team's question says that 80 % of revenue is margin."""
    *_, house, opened = alone
    records, app, first = house.pipeline.records, house.app.id, date(2026, 11, 10)
    came = Happening(at(f"{first} 08:00"), device="e", session="e1", campaign="spring")
    bought = {"value": "50", "currency": "CNY", "campaign": "spring"}
    house.load([came, replace(paid(f"{first} 09:00", "e", **bought), session="e1")])
    house.build()
    costs = [(first, "spring", 20), (first, "old", 5), (date(2026, 10, 10), "old", 5)]
    some = [NewCost(day=day, cost=Decimal(cost), campaign=name) for day, name, cost in costs]
    records.costs.put(app, some, today=today("Asia/Shanghai"), now=now())
    read = [
        NewArticle(published=first, title=one, opens=opens)
        for one, opens in (("Tea", 900), ("Jobs", 40))
    ]
    records.content.put(app, read, today=today("Asia/Shanghai"), now=now())
    question = encoded(
        LtvQuestion(currency="CNY", margin=AskedMargin(0.8), groups=[AskedGroup(field="campaign")])
    )
    records.questions.create(app, Text("值", "Worth"), question, team=True, now=now(), by=None)
    found = of_review(alone, str(first), "month").json()
    assert [(one["campaign"], one["left"], one["verdict"], one["why"]) for one in found["campaigns"]] == [
        ("spring", 20, "keep", "few_conversions"), ("old", -5, "stop", "lost_twice"),
    ]  # fmt: skip
    (month,) = found["months"]
    assert (month["month"], month["users"], month["ltv"]) == ("2026-11-01", 5, 10)
    assert [(one["article"], one["opens"], one["launches"], one["verdict"]) for one in found["articles"]] == [
        (f"Tea {first}", 900, 0, ""), (f"Jobs {first}", 40, 0, ""),
    ]  # fmt: skip
    told = asked_of_messages(opened, opened.app(house.app.name), SEEN)
    over = Range(date(2026, 11, 1), date(2026, 11, 30))
    sections = {one.title: one for one in KINDS["review.month"].sections(told, over, "en")}
    assert sections["What to scale, keep and stop"].sentences == ("Keep: spring", "Stop: old")
    months = sections["Users by month of their first visit"].listing
    assert months
    assert months.rows[0][:2] == ("Nov 2026", "5")
    assert sections["Official Account articles"].listing
