"""What a message says is what the page and the API say as of the same moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.deliver.contents import KINDS, Asking
from minilens.deliver.contents.whole import message
from minilens.load.pipeline import Pipeline
from minilens.period import Range, now, today
from minilens.render import format
from minilens.reports.kpi_definition import KpiDefinition
from minilens.reports.kpis import encoded
from minilens.reports.question import as_json
from minilens.serve.messages import asking
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.text import LANGUAGES, Text
from tests.pipeline import Happening, House, at
from tests.web.sites import site


@dataclass(frozen=True)
class Asked:
    """An app of which both are asked: the API by `get`, and contents by `told`."""

    client: Any
    house: House
    token: str
    told: Callable[[], Asking]

    def get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        found = self.client.get(f"/api/v1/apps/{self.house.app.name}/{path}", headers=headers)
        assert found.status_code == 200, found.text
        return found.json()


TODAY = today("Asia/Shanghai")
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def asked(pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]) -> Iterator[Asked]:
    """Three come on each of the last ten days, and on every second one more."""
    house = new_app()
    happenings = []
    for n in range(11):
        day = TODAY - timedelta(days=n)
        for who in ("abc", "abcd")[n % 2]:
            moment = at(f"{day} 00:00") + ord(who)
            happenings.append(Happening(moment, device=who, session=f"{who}{n}"))
    house.load(happenings)
    house.build()
    token = pipeline.records.tokens.create(house.app.id, ("report:read",), now=now())
    made = console(pipeline, settings, questions(pipeline, settings))
    with site(made) as app, TestClient(app) as client:
        yield Asked(client, house, token, lambda: asking(made, made.app(house.app.name), now()))


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


def test_a_whole_message(asked: Asked) -> None:
    over = Range(YESTERDAY, YESTERDAY)
    for language in LANGUAGES:
        told = message(asked.told(), [KINDS["kpis"]], over, language, "footer")
        assert told.title.startswith(asked.told().title.of(language))
        assert told.sections
        assert told.footer == "footer"


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
