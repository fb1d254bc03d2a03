"""The dashboard and the page of KPIs: made by a form, refused by its fields, shown with where they lead."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import Refused
from minilens.period import now, today
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure, KpiRatio, KpiTime
from minilens.reports.kpis import decoded, encoded
from minilens.text import Text
from minilens.web.kpis.typed import target
from tests.web.cast import CAFE, Theatre, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
HERE = "/a/cafe/dashboard/kpis"
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh"}
GOOD: dict[str, Any] = {
    "zh": "访客",
    "en": "Visitors",
    "what": "visitors",
    "target": "12,000",
    "period": "month",
}


def press(client: Client, path: str = "", lang: dict[str, str] = EN, **form: str) -> Any:
    form |= {"csrf": mark(client, "/account")}
    return client.post(HERE + path, data=form, headers=lang, follow_redirects=False)


def kept(theatre: Theatre) -> list[KpiDefinition]:
    return [decoded(one.body) for one in theatre.records.kpis.of(CAFE.id)]


def wrong(text: str) -> list[str]:
    return [re.sub("<[^>]+>", "", one) for one in re.findall(r'class="wrong"[^>]*>(.*?)</p>', text)]


def test_made_changed_and_removed(theatre: Theatre, owner: Client) -> None:
    assert "Name one to three outcomes" in owner.get("/a/cafe/dashboard", headers=EN).text
    me = str(theatre.number("owner"))
    assert press(owner, **GOOD, owner=me).headers["location"].endswith("?done=made")
    assert kept(theatre) == [KpiDefinition(KpiMeasure("visitors"), 12_000)]
    (one,) = theatre.records.kpis.of(CAFE.id)
    page = owner.get(HERE, headers=EN).text
    assert ("At least 12.0k" in page, '<option value="visitors" selected>' in page) == (True, True)
    ratio = GOOD | {"what": "shares", "by": "visits", "target": "12%", "period": "week"}
    assert press(owner, f"/{one.id}", **ratio).status_code == 303
    over, under = KpiMeasure("shares"), KpiMeasure("visits")
    assert kept(theatre) == [KpiDefinition(KpiRatio(over, under), 0.12, period="week")]
    time = {
        "what": "time",
        "start": "ticket_created",
        "end": "return_approved",
        "target": "36h",
        "better": "less",
    }
    assert press(owner, f"/{one.id}", **(GOOD | time)).status_code == 303
    assert kept(theatre)[0].source == KpiTime("ticket_created", "return_approved")
    assert (kept(theatre)[0].target, kept(theatre)[0].better) == (129_600, "less")
    assert 'value="36h"' in owner.get(HERE, headers=EN).text
    assert press(owner, f"/{one.id}/remove").status_code == 303
    assert kept(theatre) == []


def test_what_a_kpi_is_made_of_is_called_as_people_call_it(theatre: Theatre, owner: Client) -> None:
    for number, source in enumerate(
        (
            '{"kind": "time", "from": "add_to_cart", "to": "pay_success"}',
            '{"kind": "measure", "measure": "visits", "filter": ["province:is:广东"]}',
            '{"kind": "events", "question": {"kind": "events", "events": [{"event": "pay_success"}]}}',
        )
    ):
        body = encoded(decoded(f'{{"source": {source}, "target": 9}}'))
        name = Text("", f"K{number}")
        theatre.records.kpis.create(CAFE.id, name, body, None, now=now(), by=None)
    zh, en = (html.unescape(owner.get(HERE, headers=lang).text) for lang in (ZH, EN))
    assert "加入购物车 → 支付成功" in zh
    assert "Add to cart → " in en
    assert "访问次数 · 省份 是 广东" in zh
    assert "Visits · Province is Guangdong" in en
    assert "支付成功" in zh.partition("K2")[2].partition("K3")[0]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"target": "much"}, "A target is a number, like 12000, 12% or 36h, not much"),
        ({"target": ""}, "Enter a value"),
        ({"zh": "", "en": ""}, "Enter a value"),
        ({"what": "sales"}, "Number can't be sales"),
        ({"what": "time", "start": "", "end": "x"}, "Enter a value"),
        ({"what": "time", "start": "a", "end": "b", "window": "9y"}, "9y"),
        ({"owner": "999999"}, "The owner must be a member"),
        ({"by": "nothing"}, "nothing"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    theatre: Theatre, owner: Client, form: dict[str, str], said: str
) -> None:
    found = press(owner, **(GOOD | form))
    assert found.status_code == 422, found.headers.get("location")
    (sentence,) = map(html.unescape, wrong(found.text))
    assert said.lower() in sentence.lower()
    assert 'value="Visitors"' in found.text or not form.get("en", "x")
    assert kept(theatre) == []
    assert len(wrong(press(owner, lang=ZH, **(GOOD | form)).text)) == 1


def test_a_query_that_was_saved_is_copied(theatre: Theatre, owner: Client) -> None:
    """Whatever becomes of the query, the KPI stays what it was."""
    body = '{"kind":"events","events":[{"event":"share"}],"measures":[{"aggregate":"persons"}]}'
    saved = theatre.records.questions.create(
        CAFE.id, Text("分享", "Sharing"), body, team=True, now=now(), by=theatre.number("owner")
    )
    what = f"question.{saved.id}.m1"
    assert f'<option value="{what}">' in owner.get(HERE, headers=EN).text
    assert press(owner, **(GOOD | {"what": what})).status_code == 303
    theatre.records.questions.remove(CAFE.id, saved.id, now=now(), by=theatre.number("owner"))
    (one,) = theatre.records.kpis.of(CAFE.id)
    assert '<option value="kept" selected>' in owner.get(HERE, headers=EN).text
    assert press(owner, f"/{one.id}", **(GOOD | {"what": "kept", "target": "7"})).status_code == 303
    assert (kept(theatre)[0].target, decoded(one.body).source) == (7, kept(theatre)[0].source)
    assert press(owner, **(GOOD | {"zh": "B", "en": "B", "what": "kept"})).status_code == 422


def test_a_card_says_how_it_stands(theatre: Theatre, owner: Client) -> None:
    for n, (target_, state) in enumerate((("1", "Reached"), ("900000000", "Behind"))):
        assert (
            press(owner, **(GOOD | {"zh": f"N{n}", "en": f"N{n}", "target": target_})).status_code
            == 303
        )
        one = theatre.records.kpis.of(CAFE.id)[n]
        card = owner.get(f"/a/cafe/dashboard/kpi/{one.id}", headers=EN).text
        assert f">{state}<" in card or (state == "Behind" and ">Too early" in card)
        assert "This month" in card
    page = owner.get("/a/cafe/dashboard", headers=EN).text
    assert page.count("/dashboard/kpi/") == 2
    assert owner.get("/a/cafe/dashboard/kpi/99", headers=EN).status_code == 404
    stages = owner.get("/a/cafe/dashboard/stages", headers=ZH).text
    assert [title in stages for title in ("发现", "互动", "转化", "留存")] == [True] * 4


@pytest.mark.parametrize(("days", "weeks"), [(60, 1), (3, 0)])
def test_the_dashboard_says_what_changed_last_week(theatre: Theatre, days: int, weeks: int) -> None:
    began = today(CAFE.timezone) - timedelta(days=days)
    console = replace(theatre.console(), first_day=lambda app: began)
    with site(console) as app, TestClient(app) as client:
        sign_in(client, theatre)
        assert press(client, **GOOD).status_code == 303
        (kpi,) = theatre.records.kpis.of(CAFE.id)
        page = client.get("/a/cafe/dashboard", headers=EN).text
        found = re.findall(r'src="(/a/cafe/reviews/week/[^"]+)"', page)
        figures = [html.unescape(one).partition("=")[2] for one in found if "figure" in one]
        assert figures == [f"kpi.{kpi.id}", "payments"] * weeks  # visitors are the KPI
        assert len(found) == 3 * weeks  # and what campaigns have left
        for one in found:
            assert client.get(html.unescape(one), headers=EN).status_code == 200


def test_a_viewer_sees_and_does_not_change(theatre: Theatre, owner: Client) -> None:
    assert press(owner, **GOOD).status_code == 303
    viewer = theatre.client("viewer")
    page = viewer.get(HERE, headers=EN).text
    assert ("Visitors" in page, "Set a KPI" in page, "Edit" in page) == (True, False, False)
    assert press(viewer, **(GOOD | {"zh": "B", "en": "B"})).status_code == 403
    assert viewer.get("/a/cafe/dashboard").status_code == 200


def test_an_app_begins_there(owner: Client) -> None:
    for address in ("/", "/a/cafe"):
        found = owner.get(address, follow_redirects=False)
        assert found.headers["location"].endswith("/dashboard")


@pytest.mark.parametrize(
    ("text", "value"),
    [("12,000", 12_000), ("12%", 0.12), ("0.5", 0.5), ("36h", 129_600), ("90s", 90), ("1.5d", 129_600), ("３", None),
     ("12 %", 0.12), ("-3", -3), ("1e9", None), ("1" * 30, None)],
)  # fmt: skip
def test_targets_as_they_are_typed(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(Refused):
            target(text)
    else:
        assert target(text) == pytest.approx(value)
