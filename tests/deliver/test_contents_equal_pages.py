"""What a message says is what the page and the API say as of the same moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from litestar.testing import TestClient

from minilens.deliver.contents import KINDS, Asking, find
from minilens.deliver.contents.reviews import review_of
from minilens.deliver.contents.whole import message
from minilens.deliver.pictures import Pictures
from minilens.errors import Busy, NotAllowed, NotFound, Refused
from minilens.load.pipeline import Pipeline
from minilens.measure.measures import MEASURES
from minilens.period import Range, now, now_ms, preset, today
from minilens.render import format
from minilens.render.message import MOST_FIGURES, MOST_ROWS, Section
from minilens.reports import REPORTS
from minilens.reports.kpi_definition import KpiDefinition
from minilens.reports.kpis import encoded
from minilens.reports.question import as_json
from minilens.reports.question import decoded as as_question
from minilens.reports.question import encoded as encoded_question
from minilens.serve.messages import asking, preview
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.text import LANGUAGES, Language, Text
from minilens.web.console import App, Console
from tests.pipeline import Happening, House, at
from tests.web.sites import site


@dataclass(frozen=True)
class Asked:
    """An app of which both are asked: the API by `get`, and contents by what `told` may ask."""

    client: Any
    house: House
    token: str
    console: Console

    @property
    def app(self) -> App:
        return self.console.app(self.house.app.name)

    def told(self) -> Asking:
        return asking(self.console, self.app, now())

    def get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        found = self.client.get(f"/api/v1/apps/{self.house.app.name}/{path}", headers=headers)
        assert found.status_code == 200, found.text
        return found.json()

    def ask(self, question: object, lang: str = "en") -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        address = f"/api/v1/apps/{self.house.app.name}/ask?lang={lang}"
        found = self.client.post(address, content=json.dumps(question), headers=headers)
        assert found.status_code == 200, found.text
        return found.json()


TODAY = today("Asia/Shanghai")
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def asked(pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]) -> Iterator[Asked]:
    """Three come on each of the last ten days, and on every second one more; two put something into the cart, one
    pays."""
    house = new_app()
    happenings = []
    for n in range(11):
        day = TODAY - timedelta(days=n)
        for who in ("abc", "abcd")[n % 2]:
            moment = at(f"{day} 00:00") + ord(who) * 100
            of: dict[str, Any] = {"device": who, "session": f"{who}{n}"}
            page, scene = f"pages/{n % 3}", (1001, 1047, 1011)[n % 3]
            happenings.append(Happening(moment, page=page, scene=scene, duration=ord(who), **of))
            if who in "ab":
                happenings.append(Happening(moment + 1, "add_to_cart", **of))
            if who == "a":
                told: dict[str, Any] = {
                    "props": '{"amount": 12.5}',
                    "value": "12.5",
                    "currency": "CNY",
                }
                happenings.append(Happening(moment + 2, "pay_success", **of, **told))
    house.load(happenings)
    house.build()
    token = pipeline.records.tokens.create(house.app.id, ("report:read",), now=now())
    made = console(pipeline, settings, questions(pipeline, settings))
    with site(made) as app, TestClient(app) as client:
        yield Asked(client, house, token, made)


def kpi(house: House, target: float, **more: object) -> None:
    body = {"source": {"kind": "measure", "measure": "visits"}, "target": target} | more
    definition = as_json(json.dumps(body), KpiDefinition)
    name = Text(f"访问次数 {target}", f"Visits {target}")
    house.pipeline.records.kpis.create(
        house.app.id, name, encoded(definition), None, now=now(), by=None
    )


def test_kpis(asked: Asked) -> None:
    kpi(asked.house, 10, period="week")
    kpi(asked.house, 1_000, period="month")
    over = Range(YESTERDAY, YESTERDAY)
    for language in LANGUAGES:
        (section,) = KINDS["kpis"].sections(asked.told(), over, language)
        api = asked.get(f"kpis?day={YESTERDAY}")["kpis"]
        assert len(api) == len(section.figures) == 2
        for told, figure in zip(api, section.figures, strict=True):
            assert figure.title == told[language]
            assert figure.value == format.short(told["value"], told["unit"], language)
            target = format.short(int(told["definition"]["target"]), told["unit"], language)
            assert target in figure.note
            tone = {"reached": "good", "on_course": "good", "behind": "bad"}.get(told["state"], "")
            assert figure.tone == tone

    def full(query: object) -> Any:
        raise Busy("queued", 1, ahead=2)

    with pytest.raises(Busy):  # it is made again, and says nothing instead of figures
        KINDS["kpis"].sections(replace(asked.told(), ask=full), over, "en")


#: Reports that an API address has as well, but for single pages and samples.
NAMES = sorted(
    name for name, one in REPORTS.items()
    if one.kind.takes("from") and one.kind.drawing != "samples" and not name.startswith(("page.", "campaign."))
)  # fmt: skip


@settings_of_hypothesis(max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(NAMES), st.integers(0, 9), st.integers(1, 10), st.sampled_from(LANGUAGES))
def test_any_report(asked: Asked, name: str, ago: int, days: int, language: Language) -> None:
    end = TODAY - timedelta(days=ago)
    over = Range(end - timedelta(days=days - 1), end)
    content = find(f"report:{name}", asked.house.pipeline.records, asked.house.app.id)
    (section,) = content.sections(asked.told(), over, language)
    state = asked.told().report(name, f"from={over.start}&to={over.end}", language).request
    api = asked.get(f"reports/{name}{state.whole()}{'&' if state.whole() else '?'}lang={language}")
    units = {one["title"]: (one["name"], one["unit"]) for one in api["columns"]}
    same_list(section, api, units, language)
    same_figures(section, api, units, language)


def same_list(
    section: Section, api: Any, units: dict[str, tuple[str, Any]], language: Language
) -> None:
    """Each cell of a number, in the order of the API; as many as fit."""
    if section.listing is None:
        return
    assert len(section.listing.rows) == min(10, len(api["rows"]))
    if api["values"]:
        assert section.listing.more == api["values"]["found"] - len(section.listing.rows)
    for n, title in enumerate(section.listing.columns):
        name, unit = units[title]
        if unit not in ("text", "day", "moment"):
            for told, row in zip(section.listing.rows, api["rows"], strict=False):
                assert told[n] == format.exact(row[name], unit, language)


def same_figures(
    section: Section, api: Any, units: dict[str, tuple[str, Any]], language: Language
) -> None:
    """Of the last period that is known, or of all hours together."""
    if section.listing is not None or not section.figures:
        return
    rows = api["rows"]
    values = api["values"] and api["values"]["total"]
    hours = api["columns"][0]["unit"] == "moment" and values
    keys = {one["name"] for one in api["columns"] if one["unit"] in ("day", "moment")}
    known = [row for row in rows if any(row[name] is not None for name in row.keys() - keys)]
    row = values if hours else known[-1]
    for figure in section.figures:
        name, unit = units[figure.title]
        assert figure.value == format.short(row[name], unit, language)


def test_a_saved_question_and_who_else_may_not_see_it(asked: Asked) -> None:
    records, app = asked.house.pipeline.records, asked.house.app.id
    steps = [{"event": name} for name in ("page_view", "add_to_cart", "pay_success")]
    question = as_question(
        json.dumps({"kind": "funnel", "steps": steps, "window": "1d", "period": "7d"})
    )
    saved = records.questions.create(
        app, Text("下单", "Orders"), encoded_question(question), team=True, now=now(), by=None
    )
    content = find(f"report:question.{saved.id}", records, app)
    assert content.title == Text("下单", "Orders")
    (section,) = content.sections(asked.told(), Range(YESTERDAY, YESTERDAY), "en")
    assert section.title == "Orders"
    assert section.listing
    assert [row[:3] for row in section.listing.rows] == [
        ("1 Page view", "4", "100.00%"), ("2 Add to cart", "2", "50.00%"), ("3 Payment success", "1", "25.00%"),
    ]  # fmt: skip
    assert section.picture
    (section,) = content.sections(asked.told(), Range(YESTERDAY, YESTERDAY), "zh")
    assert section.listing
    assert [row[0] for row in section.listing.rows] == ["1 页面访问", "2 加入购物车", "3 支付成功"]
    moved = {
        one.title.en: one.titles
        for one in review_of(asked.told(), "week", Range(YESTERDAY, YESTERDAY)).steps()
    }
    assert moved["Orders"][0] == Text("页面访问", "Page view")
    with pytest.raises(NotFound):
        find("report:question.999999", records, app)
    with pytest.raises(NotFound):
        find("report:overview.nothing", records, app)
    with pytest.raises(Refused) as refused:
        find("kpi", records, app)
    assert refused.value.field == "content"


def test_a_whole_message(asked: Asked) -> None:
    over = Range(YESTERDAY, YESTERDAY)
    for language in LANGUAGES:
        told = message(asked.told(), [KINDS["kpis"]], over, language, "footer")
        assert told.title.startswith(asked.told().title.of(language))
        assert told.sections
        assert told.footer == "footer"


def day_of(asked: Asked, name: str, day: date) -> dict[str, Any]:
    """The row of a day, by the API."""
    (row,) = asked.get(f"reports/{name}?from={day}&to={day}&grain=day")["rows"]
    return dict(row)


def counted(asked: Asked, event: str, aggregate: str, over: Range) -> float:
    """A measure of an event over some days, by the API."""
    (row,) = asked.ask({
        "kind": "events", "events": [{"event": event}], "measures": [{"aggregate": aggregate}],
        "from": str(over.start), "to": str(over.end), "grain": "whole",
    })["rows"]  # fmt: skip
    return float(row["m1"])


def test_health(asked: Asked) -> None:
    over, week = Range(YESTERDAY, YESTERDAY), YESTERDAY - timedelta(days=7)
    figures, data = KINDS["health"].sections(asked.told(), over, "en")
    told = {one.title: one for one in figures.figures}
    assert list(told) == [
        "Checkouts",
        "Payments",
        "Visitors",
        "New users",
    ]  # no costs: nothing is said of them
    for title, name in (("Visitors", "visitors"), ("New users", "new_users")):
        now, then, last = (
            day_of(asked, "overview.trend", day)[name]
            for day in (YESTERDAY, week, YESTERDAY - timedelta(days=1))
        )
        assert told[title].value == str(now)
        assert MEASURES[name].rise_is == "better"
        same = format.change(now, then, MEASURES[name].column(), "en")
        assert told[title].change in ("", f"{same.text} on the same weekday before")
        assert bool(told[title].change) == (then > 0)
        near = format.change(now, last, MEASURES[name].column(), "en")
        assert told[title].note in ("", f"{near.text} on the day before")
    assert float(told["Payments"].value) == counted(asked, "pay_success", "total", over) == 1
    assert figures.picture
    assert figures.picture.bars.startswith("Visitors ")
    ledger = day_of(asked, "quality.ledger", YESTERDAY)
    assert {one.title: one.value for one in data.figures} == {
        "Received": str(ledger["received_events"]), "Counted": str(ledger["counted_events"]),
        "Quarantined": str(ledger["quarantined_events"]), "Rejected": str(ledger["refused_events"]),
    }  # fmt: skip
    assert any("ledger holds" in one for one in data.sentences)


def test_funnels_and_pages(asked: Asked) -> None:
    over = Range(YESTERDAY - timedelta(days=6), YESTERDAY)
    every = KINDS["funnels"].sections(asked.told(), over, "en")
    told = {one.title: one.value for part in every for one in part.figures}
    assert float(told["Buyers"]) == counted(asked, "pay_success", "persons", over)
    assert float(told["Added to cart"]) == counted(asked, "add_to_cart", "persons", over)
    assert "Ad clicks" not in told
    pages = every[-1]
    assert pages.title == "Top pages"
    assert pages.listing
    days = f"from={over.start}&to={over.end}"
    assert [(row[0], row[1]) for row in pages.listing.rows] == [
        (row["page"], str(row["visits"])) for row in asked.get(f"reports/overview.pages?{days}")["rows"]
    ]  # fmt: skip


def test_cohorts(asked: Asked) -> None:
    first = YESTERDAY.replace(day=1)
    over = Range(first, YESTERDAY)
    for language in LANGUAGES:
        (section,) = KINDS["cohorts"].sections(asked.told(), over, language)
        assert section.listing
        start = (TODAY - timedelta(days=10)).replace(day=1)  # the first event
        question = {"kind": "ltv", "grain": "month", "from": str(start), "to": str(over.end)}
        api = asked.ask(question, language)
        units = {one["title"]: (one["name"], one["unit"]) for one in api["columns"]}
        rows = [row for row in api["rows"] if row["day"]]
        assert len(section.listing.rows) == len(rows) >= 1
        for told, row in zip(section.listing.rows, rows, strict=True):
            for title, cell in zip(section.listing.columns, told, strict=True):
                name, unit = units[title]
                if unit != "day":
                    assert cell == format.exact(row[name], unit, language)


def test_the_teams_own_question_of_value_and_its_pinned_funnels(asked: Asked) -> None:
    records, app = asked.house.pipeline.records, asked.house.app.id

    def saved(name: str, **question: object) -> int:
        body = encoded_question(as_question(json.dumps(question)))
        told = Text(name, name)
        return records.questions.create(app, told, body, team=True, now=now(), by=None).id

    value = saved("value", kind="ltv", margin={"rate": 0.4}, period="90d")
    steps = [{"event": name} for name in ("page_view", "pay_success")]
    funnels = [saved(f"funnel {n}", kind="funnel", steps=steps) for n in range(2)]
    over = Range(YESTERDAY.replace(day=1), YESTERDAY)
    (section,) = KINDS["cohorts"].sections(asked.told(), over, "en")
    assert section.listing
    assert "Payback day" in section.listing.columns
    owner = records.accounts.create(f"pins{app}@example.com", "Pins", now=now(), by=None)
    records.pins.add(app, owner.id, f"question.{funnels[1]}", "")
    titles = [part.title for part in KINDS["funnels"].sections(asked.told(), over, "en")]
    assert "funnel 1" in titles
    assert "funnel 0" not in titles
    for one in (value, *funnels):
        records.questions.remove(app, one, now=now(), by=None, others=True)


def test_every_content_of_every_cadence_has_something_to_say(asked: Asked) -> None:
    for name, content in KINDS.items():
        for days in (1, 7, 30):
            over = Range(YESTERDAY - timedelta(days=days - 1), YESTERDAY)
            for part in content.sections(asked.told(), over, "zh"):
                assert part.title, name
                assert len(part.figures) <= MOST_FIGURES
                assert len(part.listing.rows if part.listing else ()) <= MOST_ROWS


def test_a_picture_is_fetched_by_whoever_has_its_address(asked: Asked, settings: Settings) -> None:
    kept = Pictures(settings.data, settings.secret, "https://stats.example.com")
    told = replace(asked.told(), keep=lambda png: kept.keep(png, now_ms()))
    (section,) = find("report:overview.pages", told.records, told.app).sections(
        told, Range(YESTERDAY - timedelta(days=6), YESTERDAY), "zh"
    )
    assert section.picture
    path = section.picture.link.removeprefix("https://stats.example.com")
    found = asked.client.get(path)
    assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
    assert found.content == section.picture.png
    assert asked.client.get(path.replace(".png", "0.png")).status_code == 404


def test_orders_are_single_persons_and_are_never_sent(asked: Asked) -> None:
    records, app = asked.house.pipeline.records, asked.house.app.id
    question = as_question(json.dumps({"kind": "payments", "show": "orders", "period": "7d"}))
    saved = records.questions.create(
        app, Text("订单", "One by one"), encoded_question(question), team=True, now=now(), by=None
    )
    content = find(f"report:question.{saved.id}", records, app)
    with pytest.raises(NotAllowed):
        content.sections(asked.told(), Range(YESTERDAY, YESTERDAY), "en")


def test_a_preview_is_of_the_time_before(asked: Asked) -> None:
    told = asked.told()
    for cadence, name in (("day", "yesterday"), ("week", "last_week"), ("month", "last_month")):
        over = preset(name, told.context.today)
        found = preview(asked.console, asked.app, "funnels", cadence, "en", told.context.now)  # type: ignore[arg-type]
        assert found.title.endswith(
            format.span(over.start, over.end, "en", told.context.today.year)
        )
    with pytest.raises(Refused):
        preview(asked.console, asked.app, "nothing", "day", "en", told.context.now)


def test_an_app_without_events_says_so(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> None:
    house = new_app()
    made = console(pipeline, settings, questions(pipeline, settings))
    of = asking(made, made.app(house.app.name), now())
    over = Range(date(2026, 11, 1), date(2026, 11, 1))
    (section,) = message(of, list(KINDS.values()), over, "en").sections
    assert section.sentences == ("No events have come in for this app yet.",)
    assert not section.figures
