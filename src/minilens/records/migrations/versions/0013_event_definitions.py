"""Definitions of events with their versions, and fields; those that plans and declared names have come to so far."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables, and fill them."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "event_definitions",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("apps", "event_definitions", "app_id", nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("zh", sa.String(32), nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("created", moment, nullable=False),
        sa.Column("updated", moment, nullable=False),
        _of("people", "event_definitions", "by_id"),
        sa.Column("published", moment),
        sa.Column("retired", moment),
        sa.UniqueConstraint("app_id", "number", name="uq_event_definitions_app_id"),
        sa.UniqueConstraint("app_id", "name", name="uq_event_definitions_name"),
    )
    _versions_and_fields(moment)
    _fill(op.get_bind())


def _versions_and_fields(moment: sa.DateTime) -> None:
    op.create_table(
        "event_versions",
        _of("event_definitions", "event_versions", "definition_id", primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created", moment, nullable=False),
        _of("people", "event_versions", "by_id"),
    )
    op.create_table(
        "event_fields",
        _of("apps", "event_fields", "app_id", primary_key=True),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("zh", sa.String(32), nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("created", moment, nullable=False),
    )


def _of(table: str, own: str, name: str, **more: Any) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", name=f"fk_{own}_{name}")
    return sa.Column(name, sa.Integer, key, **more)


def _fill(connection: sa.Connection) -> None:
    """Every event of every plan, and every declared name; the plan that is on phones says which of them count."""
    old = sa.MetaData()
    old.reflect(connection, only=["plans", "definitions", *_MADE])
    plans, declared = old.tables["plans"], old.tables["definitions"]
    zhs = {(row.app_id, row.name): row for row in connection.execute(sa.select(declared))}
    apps: dict[int, dict[str, dict[str, Any]]] = {}
    for row in connection.execute(sa.select(plans).order_by(plans.c.app_id, plans.c.revision)):
        events = apps.setdefault(row.app_id, {})
        for one in events.values():
            one["retired"] = one["retired"] or row.created
        for event in json.loads(row.body).get("events", []):
            _of_plan(events, event, row, zhs.get((row.app_id, event["name"])))
    for (app, name), row in zhs.items():
        events = apps.setdefault(app, {})
        if name not in events:
            number = max([0, *(one["number"] for one in events.values())]) + 1
            body = _content({"actions": []}, "api")
            events[name] = _started(number, name, row.zh, row.created, None) | {
                "draft": body, "version": 1, "versions": {1: (body, row.created, None)}, "types": {},
            }  # fmt: skip
    for app, events in apps.items():
        _insert(connection, old, app, list(events.values()))


_MADE = ("event_definitions", "event_versions", "event_fields")


def _started(number: int, name: str, zh: str, created: Any, by: Any) -> dict[str, Any]:
    return {
        "number": number, "name": name, "zh": zh, "created": created, "updated": created, "by_id": by,
        "published": created, "retired": None,
    }  # fmt: skip


def _of_plan(events: dict[str, dict[str, Any]], event: Any, row: Any, declared: Any) -> None:
    """One event of a plan; the last plan that has it says what counts."""
    name, body = event["name"], _content(event, "form")
    zh = declared.zh if declared else event.get("zh") or name
    one = events.setdefault(
        name,
        _started(event["id"], name, zh, row.created, row.by_id) | {"versions": {}, "types": {}},
    )
    if event["rev"] not in one["versions"]:
        one["versions"][event["rev"]] = body, row.created, row.by_id
        one |= {"updated": row.created, "published": row.created, "by_id": row.by_id}
    one |= {"draft": body, "version": event["rev"], "retired": None}
    for action in event["actions"]:
        for field in action.get("data", []):
            one["types"][field["field"]] = field.get("type") or one["types"].get(field["field"], "")


def _content(event: Any, way: str) -> str:
    types: dict[str, str] = {}
    actions = []
    for action in event["actions"]:
        data = [{"field": row["field"], "value": row["value"]} for row in action.get("data", [])]
        for row in action.get("data", []):
            types[row["field"]] = row.get("type") or types.get(row["field"], "")
        kept = {name: value for name, value in action.items() if name != "data"}
        actions.append(kept | ({"data": data} if data else {}))
    fields = [{"name": name, "zh": "", "type": kind, "note": ""} for name, kind in types.items()]
    content = {"way": way, "template": "blank", "note": "", "actions": actions, "fields": fields}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _insert(
    connection: sa.Connection, old: sa.MetaData, app: int, events: list[dict[str, Any]]
) -> None:
    definitions, versions, fields = (old.tables[name] for name in _MADE)
    types: dict[str, tuple[str, Any]] = {}
    for one in sorted(events, key=lambda event: int(event["number"])):
        kept, kinds = one.pop("versions"), one.pop("types")
        row = sa.insert(definitions).values(app_id=app, revision=1, **one)
        own = connection.execute(row.returning(definitions.c.id)).scalar_one()
        for version, (body, created, by) in kept.items():
            made = {
                "definition_id": own,
                "version": version,
                "content": body,
                "created": created,
                "by_id": by,
            }
            connection.execute(sa.insert(versions).values(**made))
        for name, kind in kinds.items():
            types[name] = kind or types.get(name, ("", None))[0], one["created"]
    for name, (kind, created) in types.items():
        said = {"app_id": app, "name": name, "zh": "", "type": kind, "note": "", "created": created}
        connection.execute(sa.insert(fields).values(**said))
