"""Each template is written at least once, in both languages, without a name left undefined."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from urllib.parse import urlencode

import pytest
from jinja2 import Environment, Template
from litestar import Litestar
from litestar.testing import TestClient

from minilens.collect import test_codes
from minilens.errors import Busy, EngineFailed
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import now, now_ms
from minilens.records.channel_content import ChannelContent
from minilens.records.event_content import read
from minilens.records.link_content import NewLink
from minilens.records.reviews import Review
from minilens.records.sends import NewSend
from minilens.records.unsubscribing import token
from minilens.reports.kpis import decoded as kpi_decoded
from minilens.reports.kpis import encoded as kpi_encoded
from minilens.reports.report import Report
from minilens.text import Text
from minilens.web.app import create_app
from minilens.web.console import App
from minilens.web.templating import environment
from tests.web.cast import Theatre, answer, mark, nothing

CODE = test_codes.create(b"a secret of the tests only", 1, now_ms()).text
ASKED = '{"kind":"events","events":[{"event":"share"}],"groups":[{"field":"province"}]}'
FUNNEL = '{"kind":"funnel","steps":[{"event":"page_view"},{"event":"share"}]}'
RETENTION = (
    '{"kind":"retention","first":{"event":"share"},"return":{},"groups":[{"field":"province"}]}'
)
PATHS = (
    '{"kind":"paths","anchor":{"page":"pages/home/index"},"chosen":[{"page":"pages/menu/list"}]}'
)
LTV = '{"kind":"ltv","show":"triangle","groups":[{"field":"province"}]}'
LINKS = '{"kind":"paths","show":"links"}'
ATTRIBUTION = '{"kind":"attribution","conversion":{"event":"share"}}'
PLACE = '["m1",{}]'
BEHIND = f"/a/cafe/persons/behind?{urlencode({'question': ASKED, 'at': PLACE})}"
OF_KPIS = (
    "/a/cafe/dashboard",
    "/a/cafe/dashboard/kpis",
    "/a/cafe/dashboard/kpi/1",
    "/a/cafe/alarms",
    "/a/cafe/alarms/rules",
)
ADDRESSES = [
    "/a/cafe/overview",
    "/a/cafe/overview?from=2026-11-01&to=2026-11-03",
    "/a/cafe/overview?filter=scene:is:1047&filter=newness:is:new&pages.sort=visitors",
    "/a/cafe/overview/yesterday",
    "/a/cafe/overview/pages?top=5&rest=1",
    "/a/cafe/overview/trend",
    "/a/shop/overview/pages?search=nothing",
    "/a/cafe/overview/trend?view=table",
    "/a/cafe/overview/trend?period=today",
    "/a/shop/overview/trend",
    "/a/cafe/notices",
    "/a/cafe/events/values?e.0.event=share&w.p.0.on=field.newness&w.p.0.values=",
    "/a/cafe/traffic",
    "/a/cafe/traffic/sources",
    "/a/cafe/traffic/durations?compare=none",
    "/a/cafe/traffic/depths?over_time=1&grain=week",
    "/a/cafe/traffic/depths?filter=page:is:pages/index",
    "/a/cafe/traffic/retention?period=7d",
    "/a/cafe/traffic/retention?cohort=month&show=count&users=active",
    "/a/cafe/traffic/retention?cohort=week&show=curve",
    "/a/cafe/sources",
    "/a/cafe/sources/list?by=scene_group",
    "/a/cafe/sources/trend?by=scene&top=3&sort=new_users",
    "/a/cafe/sources/trend?view=table",
    "/a/cafe/sources/trend?filter=page:is:pages/menu/menu&sort=launches",
    "/a/cafe/audience",
    "/a/cafe/audience/models?users=new",
    "/a/cafe/audience/provinces",
    "/a/cafe/quality",
    "/a/cafe/quality/ledger?grain=day&view=table",
    "/a/cafe/quality/reasons",
    "/a/cafe/quality/restated",
    "/a/cafe/quality/delays",
    "/a/cafe/quality/samples",
    "/a/cafe/quality/pages",
    "/a/cafe/traffic/load_times",
    "/a/cafe/live",
    "/a/cafe/live/visits?page=pages/menu/menu&compare=day",
    "/a/cafe/live/pages",
    "/a/cafe/live/online",
    "/a/cafe/settings",
    "/a/cafe/events/questions",
    "/a/cafe/events/virtual",
    "/a/cafe/events/virtual/new",
    "/a/cafe/events/page-types",
    "/a/cafe/events/key",
    "/a/cafe/events/key/key_actions",
    "/a/cafe/events/key/performance",
    "/a/cafe/events/quarantine",
    "/a/cafe/events/quarantine/event?event=tea_order&reason=undeclared",
    "/a/cafe/events/quarantine/event?event=cup&reason=field_type",
    "/a/cafe/settings/tracker",
    "/a/cafe/settings/tracker/check",
    f"/a/cafe/settings/tracker/test?code={CODE}",
    "/a/cafe/settings/members",
    "/a/cafe/settings/tokens",
    "/a/cafe/settings/feeds",
    "/a/cafe/settings/payments",
    "/a/cafe/settings/audit",
    "/a/cafe/settings/identities",
    "/a/cafe/settings/identities/type?name=mobile",
    "/a/cafe/settings/identities/type",
    "/a/cafe/settings/identities?list=merges",
    "/a/cafe/persons",
    "/a/cafe/persons/cohorts",
    BEHIND,
    "/a/cafe/persons/p12",
    "/a/cafe/events",
    f"/a/cafe/events/ask?question={ASKED}",
    f"/a/cafe/events/ask/answer?question={ASKED}",
    "/a/cafe/paths",
    "/a/cafe/attribution",
    f"/a/cafe/attribution/answer?question={ATTRIBUTION}",
    f"/a/cafe/paths/answer?question={PATHS}",
    f"/a/cafe/paths/answer?question={LINKS}",
    f"/a/cafe/funnels?question={FUNNEL}",
    f"/a/cafe/funnels/answer?question={FUNNEL}",
    f"/a/cafe/persons/why?person=p12&question={FUNNEL}",
    f"/a/cafe/persons/why?question={FUNNEL}",
    f"/a/cafe/persons/why?person=p12&question={RETENTION}",
    f"/a/cafe/retention?question={RETENTION}",
    f"/a/cafe/retention/answer?question={RETENTION}",
    '/a/cafe/stickiness/answer?question={"kind":"stickiness"}',
    '/a/cafe/lifecycle/answer?question={"kind":"lifecycle"}',
    f"/a/cafe/ltv?question={LTV}",
    f"/a/cafe/ltv/answer?question={LTV}",
    '/a/cafe/ltv/answer?question={"kind":"ltv"}',
    "/a/cafe/events/values?e.0.event=page_view&w.p.0.on=field.newness&w.p.0.values=n&period=7d",
    "/a/cafe/events/fields",
    "/a/cafe/events/fields/sku",
    "/a/cafe/events/manage/new",
    "/a/cafe/events/manage/1",
    "/a/cafe/events/manage/1/versions?version=draft&with=1",
    f"/a/cafe/settings/tracker/test?code={CODE}&event=1",
    "/a/cafe/campaigns",
    "/a/cafe/campaign?campaign=spring",
    "/a/cafe/ads",
    "/a/cafe/campaigns/list?by=placement",
    "/a/cafe/links",
    "/a/cafe/links/sheet",
    "/a/cafe/links/codes",
    "/a/cafe/costs",
    "/a/cafe/payments",
    '/a/cafe/payments/answer?question={"kind":"payments"}',
    '/a/cafe/payments/answer?question={"kind":"payments","show":"days"}',
    '/a/cafe/payments/answer?question={"kind":"payments","show":"orders"}',
    "/a/cafe/content",
    "/a/cafe/content-files",
    "/a/cafe/shares",
    "/a/cafe/dashboard",
    "/a/cafe/dashboard/kpis",
    "/a/cafe/messages/channels?add=mail",
    "/a/cafe/dashboard/stages",
    "/a/cafe/reviews/monthly",
    "/a/cafe/reviews/checklist",
    "/a/cafe/reviews/week/2026-11-16/sheet",
    *(
        f"/a/cafe/reviews/month/2026-10-01/part/{name}"
        for name in (
            "changes?figure=visitors",
            "steps",
            "kept",
            "effect",
            "campaigns",
            "verdicts",
            "cohorts",
            "articles",
        )
    ),
    "/a/cafe/messages",
    "/a/cafe/messages/sends",
    "/a/cafe/messages/preview?content=kpis",
    "/audit",
    "/people",
    "/apps",
    "/a/cafe/brief",
    "/a/cafe/home",
    "/phone?code=x",
    "/guide/install",
    "/guide/search?q=visits",
    "/nowhere",
]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Names of the templates that were fetched to be written."""
    names: set[str] = set()
    plain = Environment._load_template

    def watched(self: Environment, name: str, globals: object) -> Template:
        names.add(name)
        return plain(self, name, globals)  # type: ignore[arg-type]

    monkeypatch.setattr(Environment, "_load_template", watched)
    environment.cache_clear()
    yield names
    environment.cache_clear()


def asked_first(client: TestClient[Litestar], header: dict[str, str]) -> None:
    """A change that says what it would do before it is done."""
    here = "/a/cafe/settings/identities"
    form = {"csrf": mark(client, here), "name": "mobile", "most": "2"}
    assert client.post(f"{here}/type", data=form, headers=header).status_code == 200


def sent_message(theatre: Theatre, client: TestClient[Litestar], header: dict[str, str]) -> None:
    """One that is due."""
    due = NewSend(1, 1, "key", "kpis", now(), alone=True)
    theatre.records.sends.put([due], now=now())
    assert client.get("/a/cafe/messages/sends/1", headers=header).status_code == 200


def doors(theatre: Theatre, client: TestClient[Litestar], header: dict[str, str]) -> None:
    """The pages by which people come in, their own, and what a rule of alarms shows."""
    rules = [(Text("指标", "KPIs"), '{"kind":"kpis"}')]
    (rule,) = theatre.records.alarm_rules.create(1, rules, now=now(), by=None)
    assert client.get(f"/a/cafe/alarms/smallest/{rule.id}", headers=header).status_code == 200
    records = theatre.records
    assert client.get("/account", headers=header).status_code == 200
    form = {"csrf": mark(client, "/account"), "at": "/a/cafe/overview"}
    phone = client.post("/a/cafe/phone", data=form, headers=header | {"host": "example.org"})
    assert phone.status_code == 200
    invited = records.invitations.create("viewer@example.org", 2, "viewer", now=now(), by=None)
    assert client.get(f"/invitation?code={invited}", headers=header).status_code == 200
    theatre.apps = []
    assert client.get("/", headers=header).status_code == 200
    client.cookies.clear()
    assert client.get("/sign-in", headers=header).status_code == 200
    assert client.get(f"/sign-in?code={theatre.code()}", headers=header).status_code == 200
    nobody = Theatre(with_people=False)
    with TestClient(create_app(nobody.console())) as first:
        code = nobody.records.sign_ins.create(now=now())
        assert first.get(f"/sign-in?code={code}", headers=header).status_code == 200
    nobody.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all(
    rendered: set[str], theatre: Theatre, owner: TestClient[Litestar], language: str
) -> None:
    def mixed(report: Report, query: Query, app: App) -> Table:
        if query.traffic == "robot":
            raise EngineFailed("down")
        if query.traffic == "trial":
            raise Busy("queued", 1, ahead=2)
        return (nothing if app.name == "shop" else answer)(report, query, app)

    theatre.answer = mixed
    row = {"field": "sku", "value": "$QUERY.sku"}
    said = {"trigger": "enterPage", "action": "once", "page": "pages/a", "data": [row]}
    field = {"name": "sku", "zh": "商品", "type": "text"}
    content = read({"actions": [said], "fields": [field], "note": "a note"})
    theatre.records.events.create(1, "tea", "选茶", content, now=now())
    theatre.records.events.publish(1, 1, revision=1, now=now())
    theatre.records.pins.add(1, theatre.number("owner"), "overview.trend", "")
    review = Review("week", date(2026, 11, 16), "An insight")
    theatre.records.reviews.write(1, review, now=now(), by=None)
    header = {"accept-language": language, "accept": "text/html", "X-Minilens-Card": ""}
    for address in ADDRESSES:
        assert owner.get(address, headers=header).status_code in (200, 404)
    found = kpi_decoded('{"source": {"kind": "measure", "measure": "visitors"}, "target": 9}')
    theatre.records.kpis.create(1, Text("访客", ""), kpi_encoded(found), None, now=now(), by=None)
    for address in OF_KPIS:
        assert owner.get(address, headers=header).status_code == 200
    mail = ChannelContent("mail", "Weekly", "en", members=(1,))
    channel, _ = theatre.records.channels.create(1, mail, theatre.console().secret, now=now())
    owner.get(f"/unsubscribe/{token(theatre.console().secret, channel.id, 1)}", headers=header)
    sent_message(theatre, owner, header)
    (link,) = theatre.records.links.create(1, [NewLink(campaign="S", page="a")], now=now())
    owner.get(f"/a/cafe/links/{link.code}", headers=header)
    failing = {**header, "X-Minilens-Card": "1"}
    assert owner.get("/a/cafe/overview/trend?traffic=robot", headers=failing).status_code == 503
    assert owner.get("/a/cafe/overview/trend?traffic=trial", headers=failing).status_code == 503
    asked_first(owner, header)
    doors(theatre, owner, header)
    there = {path.name for path in (files("minilens") / "templates").iterdir()}
    assert rendered == there
