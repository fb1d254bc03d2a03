"""Alarms and their rules by the API: read, acknowledged, made, changed, removed; who may; what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from minilens.period import now
from minilens.reports.alarm_facts import SeriesFacts, encoded
from tests.web.cast import CAFE, Theatre

ROOT = "/api/v1/apps/cafe"
SLOW = {
    "kind": "threshold",
    "source": {"kind": "measure", "measure": "load_time"},
    "side": "above",
    "value": 3.5,
}
FACTS = SeriesFacts(
    "band", "订单", "Orders", "count", "hour", "high", 1_795_485_600_000, 900, 420, 610, 512, 8
)


class Asker:
    """Asks with a token."""

    def __init__(self, theatre: Theatre, *scopes: str) -> None:
        self.client = theatre.client("owner")
        self.token = theatre.records.tokens.create(
            CAFE.id, scopes, now=now(), by=theatre.number("owner")
        )

    def ask(self, method: str, path: str, body: object = None) -> Any:
        headers = {"authorization": f"Bearer {self.token}", "accept-language": "en"}
        return self.client.request(method, ROOT + path, json=body, headers=headers)


@pytest.fixture
def admin(theatre: Theatre) -> Asker:
    return Asker(theatre, "admin")


def test_a_rule_is_made_changed_turned_off_and_removed(theatre: Theatre, admin: Asker) -> None:
    made = admin.ask("POST", "/alarm-rules", {"definition": SLOW, "zh": "慢", "en": "Slow"})
    assert made.status_code == 201, made.text
    assert made.json() == {
        "id": 1, "zh": "慢", "en": "Slow", "enabled": True, "definition": SLOW,
    }  # fmt: skip
    body = {"definition": {"kind": "missing"}, "zh": "断", "enabled": False}
    changed = admin.ask("POST", "/alarm-rules/1", body).json()
    assert (changed["en"], changed["enabled"], changed["definition"]) == (
        "断",
        False,
        {"kind": "missing"},
    )
    assert len(admin.ask("POST", "/alarm-rules/usual").json()["rules"]) == 3
    assert admin.ask("POST", "/alarm-rules/1/remove").json() == {"removed": 1}
    told = admin.ask("POST", "/alarm-rules/settings", {"quiet_from": "22:00", "quiet_to": "8:00"})
    assert told.json() == {"channels": [], "quiet_from": "22:00", "quiet_to": "08:00"}
    found = admin.ask("GET", "/alarm-rules").json()
    assert [one["en"] for one in found["rules"]] == ["KPIs out of their band", "Release guard"]
    assert found["settings"]["quiet_from"] == "22:00"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"definition": {"kind": "alarm"}, "zh": "慢"}, "definition.kind"),
        ({"definition": SLOW | {"length": "week"}, "zh": "慢"}, "definition.length"),
        ({"definition": {"kind": "band", "source": {"kind": "measure", "measure": "visit"}}, "zh": "慢"},
         "definition.source.measure"),
        ({"definition": {"kind": "band", "source": {"kind": "measure", "measure": "spend"}}, "zh": "慢"},
         "definition.length"),
        ({"definition": SLOW}, "zh"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(theatre: Theatre, admin: Asker, body: object, field: str) -> None:
    found = admin.ask("POST", "/alarm-rules", body)
    assert (found.status_code, found.json()["field"]) == (422, field)


def test_a_share_out_of_bounds_is_told_as_it_may_be(admin: Asker) -> None:
    source = {"kind": "measure", "measure": "visitors"}
    body = {"definition": {"kind": "change", "source": source, "share": 0}, "zh": "变"}
    told = admin.ask("POST", "/alarm-rules", body).json()
    assert (told["code"], told["field"]) == ("out_of_range", "definition.share")
    assert told["message"] == "definition.share must be between 0.05 and 100, not 0"


def test_alarms_are_read_and_acknowledged(theatre: Theatre, admin: Asker) -> None:
    admin.ask("POST", "/alarm-rules", {"definition": {"kind": "kpis"}, "zh": "KPI"})
    since = now() - timedelta(hours=2)
    theatre.records.alarms.found(CAFE.id, 1, "kpi:1", encoded(FACTS), since, now=now())
    found = admin.ask("GET", "/alarms").json()
    (alarm,) = found["open"]
    assert (found["over"], found["pauses"]) == ([], [])
    assert alarm["en"].startswith("Orders is high; 900 at Tue 11-24 10:00–11:00")
    assert (alarm["facts"]["value"], alarm["facts"]["high"], alarm["resolved"]) == (900, 610, None)
    told = admin.ask("POST", "/alarms/1/acknowledge", {"note": "a sale"}).json()
    assert (told["note"], told["acknowledged_by"]) == ("a sale", "Owner")
    theatre.records.alarms.resolve([1], now=now())
    found = admin.ask("GET", "/alarms").json()
    assert (found["open"], found["over"][0]["note"]) == ([], "a sale")
    assert admin.ask("POST", "/alarms/9/acknowledge", {}).status_code == 404


def test_who_only_reads_changes_nothing(theatre: Theatre) -> None:
    reader = Asker(theatre, "report:read")
    assert reader.ask("GET", "/alarms").status_code == 200
    assert reader.ask("GET", "/alarm-rules").status_code == 200
    for path in (
        "/alarm-rules/usual",
        "/alarm-rules",
        "/alarms/1/acknowledge",
        "/alarm-rules/1/remove",
    ):
        assert reader.ask("POST", path, {}).status_code == 403
