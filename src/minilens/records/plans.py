"""Plans: the configuration that an app's trackers fetch, each published version kept.

Whatever is done (published, gone back, switched off or on) makes a new revision, so that phones notice it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records import event_rows, plan_rules
from minilens.records.database import Database, record_audit, utc
from minilens.records.tables import ACCOUNTS, DEFINITIONS, PLANS
from minilens.reference.events import BUILT_IN

Body = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """One revision. `off`: trackers capture nothing.

    `deed`: push, back, off or on; or publish, back, retire or restore of an event's definition.
    `text` is what was published, as JSON without `rev` and `off`. `author` is None for the command line.
    """

    revision: int
    deed: str
    off: bool
    text: str
    created: datetime
    author: str | None

    @property
    def body(self) -> Body:
        """What was published."""
        found: Body = json.loads(self.text)
        return found

    def config(self) -> bytes:
        """What trackers are sent: without what only people read."""
        body = self.body
        events = [{k: v for k, v in event.items() if k != "zh"} for event in body.get("events", [])]
        sent = {"rev": str(self.revision), **({"off": True} if self.off else {}), **body}
        return _packed(sent | ({"events": events} if "events" in body else {})).encode()


@dataclass(frozen=True)
class Change:
    """What publishing changes: names of events. `plan` is None where nothing does, and before it is done."""

    plan: Plan | None
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    same: bool = False


class Plans:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[Plan]:
        """All revisions, the newest first."""
        with self._database.read() as connection:
            return _all(connection, app)

    def find(self, app: int, revision: int | None = None) -> Plan | None:
        """That revision, else the newest."""
        query = _select(app).limit(1)
        if revision is not None:
            query = query.where(PLANS.c.revision == revision)
        with self._database.read() as connection:
            row = connection.execute(query).first()
            return _plan(row) if row else None

    def newest(self) -> dict[int, int]:
        """App → its newest revision."""
        query = sa.select(PLANS.c.app_id, sa.func.max(PLANS.c.revision)).group_by(PLANS.c.app_id)
        with self._database.read() as connection:
            return {int(app): int(revision) for app, revision in connection.execute(query)}

    def push(
        self, app: int, text: bytes, *, now: datetime, by: int | None = None, dry_run: bool = False
    ) -> Change:
        """Publish a plan. Its events are declared with it, so that they count. Refused with place and reason."""
        given = plan_rules.read(text)
        with self._database.write(alone=True) as connection:
            before = _all(connection, app)
            body = _kept(connection, app, given)
            last = before[0] if before else None
            undeclared = _undeclared(connection, app, body)
            change = _compared(body, last.body if last else None, tuple(undeclared))
            off = last.off if last else False
            draft = Plan(_next(before), "push", off, _packed(body), now, None)
            plan_rules.check_size(draft.config())
            if dry_run or change.same:
                return change
            event_rows.follow(connection, app, body.get("events", []), now=now, by=by)
            made = _insert(connection, app, draft, by)
            record_audit(
                connection, "plan.push", now=now, by=by, app=app, target=made.revision,
                events=len(body.get("events", [])),
            )  # fmt: skip
        return replace(change, plan=made)

    def back(self, app: int, revision: int, *, now: datetime, by: int | None = None) -> Plan:
        """Publish an earlier revision again; NotFound where there is none."""
        with self._database.write(alone=True) as connection:
            every = _all(connection, app)
            found = next((one for one in every if one.revision == revision), None)
            if found is None:
                raise NotFound("unknown_revision", "revision", got=revision)
            again = Plan(_next(every), "back", every[0].off, found.text, now, None)
            event_rows.follow(connection, app, found.body.get("events", []), now=now, by=by)
            made = _insert(connection, app, again, by)
            record_audit(
                connection, "plan.back", now=now, by=by, app=app, target=made.revision, of=revision
            )  # fmt: skip
        return made

    def switch(self, app: int, *, off: bool, now: datetime, by: int | None = None) -> Plan | None:
        """Stop the trackers of an app, or let them go on; None where it is so already."""
        with self._database.write(alone=True) as connection:
            every = _all(connection, app)
            last = every[0] if every else None
            if (last.off if last else False) == off:
                return None
            deed = "off" if off else "on"
            turned = Plan(_next(every), deed, off, last.text if last else "{}", now, None)
            made = _insert(connection, app, turned, by)
            record_audit(connection, f"plan.{deed}", now=now, by=by, app=app, target=made.revision)
        return made


def _packed(body: Body) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _next(every: list[Plan]) -> int:
    return every[0].revision + 1 if every else 1


def _compared(body: Body, before: Body | None, declared: tuple[str, ...]) -> Change:
    """Names of events that are new, other, and gone."""
    now = {event["name"]: event for event in body.get("events", [])}
    then = {event["name"]: event for event in (before or {}).get("events", [])}
    return Change(
        None,
        added=tuple(name for name in now if name not in then),
        changed=tuple(name for name in now if name in then and now[name] != then[name]),
        removed=tuple(name for name in then if name not in now),
        declared=declared,
        same=body == before,
    )


def _undeclared(connection: sa.Connection, app: int, body: Body) -> dict[str, str]:
    """Events of the plan that nobody has declared → their Chinese names."""
    held = sa.select(DEFINITIONS.c.name).where(DEFINITIONS.c.app_id == app)
    known = {*connection.execute(held).scalars(), *BUILT_IN}
    events = body.get("events", [])
    return {e["name"]: e.get("zh", e["name"]) for e in events if e["name"] not in known}


def publish_events(
    connection: sa.Connection, app: int, deed: str, *, now: datetime, by: int | None
) -> Plan | None:
    """A revision with the events that the definitions come to; None where phones are sent them already."""
    every = _all(connection, app)
    last = every[0] if every else None
    body = last.body if last else {}
    events = event_rows.compiled(connection, app, body.get("events", []))
    if events == body.get("events", []):
        return None
    off = last.off if last else False
    if len(events) > plan_rules.MOST_EVENTS:
        raise Refused("too_many", "events", limit=plan_rules.MOST_EVENTS)
    draft = Plan(_next(every), deed, off, _packed({**body, "events": events}), now, None)
    plan_rules.check_size(draft.config())
    return _insert(connection, app, draft, by)


def _kept(connection: sa.Connection, app: int, given: Body) -> Body:
    """The plan of a file as it is kept: its events as their definitions have them."""
    if "events" not in given:
        return given
    return {**given, "events": event_rows.numbered(connection, app, given["events"])}


def _insert(connection: sa.Connection, app: int, plan: Plan, by: int | None) -> Plan:
    connection.execute(
        sa.insert(PLANS).values(
            app_id=app, revision=plan.revision, deed=plan.deed, off=plan.off, body=plan.text,
            created=plan.created, by_id=by,
        )
    )  # fmt: skip
    return plan


def _select(app: int) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(PLANS, ACCOUNTS.c.name.label("author"))
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == PLANS.c.by_id)
        .where(PLANS.c.app_id == app)
        .order_by(PLANS.c.revision.desc())
    )


def _all(connection: sa.Connection, app: int) -> list[Plan]:
    return [_plan(row) for row in connection.execute(_select(app))]


def _plan(row: sa.Row[tuple[object, ...]]) -> Plan:
    return Plan(row.revision, row.deed, row.off, row.body, utc(row.created), row.author)
