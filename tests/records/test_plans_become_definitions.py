"""Plans and names that were there before events had definitions: the migration makes definitions of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from minilens.records import schema
from minilens.records.event_content import Content, Field
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ROW = {"field": "price", "type": "number", "value": "p"}


def event(name: str, number: int, version: int, trigger: str, *rows: Any) -> dict[str, Any]:
    action = {"trigger": trigger, "action": "once", **({"data": list(rows)} if rows else {})}
    return {"name": name, "id": number, "rev": version, "actions": [action]}


TEA, CAKE = event("tea", 1, 1, "launch", ROW), event("cake", 2, 1, "launch")


def before(dsn: str) -> None:
    """A store of the schema before: two plans, and three declared names, one of them in no plan."""
    app = {"appid": "", "zh": "a", "en": "a", "timezone": "UTC", "undeclared": "strict"}
    plans = ([TEA, CAKE], [event("tea", 1, 2, "background", ROW)])
    engine = sa.create_engine(dsn)
    with engine.begin() as connection:
        schema.migrate(connection, "0012")
        old = sa.MetaData()
        old.reflect(connection)

        def add(table: str, **row: Any) -> None:
            connection.execute(sa.insert(old.tables[table]).values(**row, created=NOW))

        add("apps", id=1, name="cafe", **app)
        for name in ("tea", "cake", "by_code"):
            add("definitions", app_id=1, name=name, zh=f"中{name}")
        for number, events in enumerate(plans):
            body = json.dumps({"sample": 0.5, "events": events})
            add("plans", app_id=1, revision=number + 1, deed="push", off=False, body=body)
    engine.dispose()


def test_they_keep_numbers_versions_and_names(empty_dsn: str) -> None:
    before(empty_dsn)
    records = Records(empty_dsn)
    records.database.migrate()
    found = {kept.one.name: kept for kept in records.events.of(1)}
    assert {
        name: (kept.one.number, kept.one.version, bool(kept.one.retired))
        for name, kept in found.items()
    } == {"tea": (1, 2, False), "cake": (2, 1, True), "by_code": (3, 1, False)}
    assert {kept.one.zh for kept in found.values()} == {"中tea", "中cake", "中by_code"}
    assert [one.version for one in found["tea"].versions] == [2, 1]
    assert found["by_code"].published == Content("api")
    assert records.events.fields(1) == {"price": Field("price", "", "number")}
    assert not any(kept.ahead for kept in found.values())
    text = json.dumps({"events": [TEA, CAKE]}).encode()
    records.plans.push(1, text, now=NOW)  # of the file as it was: the numbers stay
    plan = records.plans.find(1)
    assert plan
    numbers = [(one["name"], one["id"], one["rev"]) for one in plan.body["events"]]
    assert numbers == [("tea", 1, 3), ("cake", 2, 1)]
    assert records.definitions.all() == {(1, "tea"), (1, "cake"), (1, "by_code")}
    records.database.close()
