"""Event management: events defined by people, each a draft and its published versions.

What is published is compiled into the app's plan, which phones fetch; a plan pushed as a file publishes definitions.
So the two always say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records import event_rows, plan_rules
from minilens.records.database import Database, plain, record_audit
from minilens.records.event_content import LONGEST_ZH, Body, Content, Field, read
from minilens.records.event_fields import Checked, History, check, settled
from minilens.records.event_rows import Definition, Types, Version
from minilens.records.plans import Plan, publish_events
from minilens.records.tables import EVENT_DEFINITIONS
from minilens.reference.events import BUILT_IN


@dataclass(frozen=True)
class Kept:
    """A definition with its versions, the newest first, and what its fields are held against."""

    one: Definition
    versions: tuple[Version, ...]
    history: History

    @property
    def published(self) -> Content | None:
        """The version that counts; None before any."""
        found = (held.content for held in self.versions if held.version == self.one.version)
        return next(found, None)

    @property
    def ahead(self) -> bool:
        """Whether the draft says something that is not published."""
        return self.one.draft != self.published


class EventDefinitions:
    """Changes take `by`, the account's number; None is the command line. `revision` is the one that was seen: where
    somebody has changed it since, Refused, and nothing is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._types: dict[int, tuple[int, Types]] = {}

    def of(self, app: int) -> list[Kept]:
        """All of an app, the newest first."""
        with self._database.read() as connection:
            every, kept = (
                event_rows.definitions(connection, app),
                event_rows.versions(connection, app),
            )
            held = event_rows.history(connection, app)
        return [Kept(one, tuple(kept.get(one.name, ())), held) for one in every]

    def find(self, app: int, event: int | str) -> Kept:
        """By its number or name; NotFound with a hint."""
        with self._database.read() as connection:
            return _kept(connection, app, event)

    def history(self, app: int) -> History:
        """What the fields of a new event are held against."""
        with self._database.read() as connection:
            return event_rows.history(connection, app)

    def check(self, app: int, name: str, content: Content) -> list[Checked]:
        """Its fields, each with its state; nothing is kept."""
        with self._database.read() as connection:
            return check(content, event_rows.history(connection, app, name), name)

    def create(
        self,
        app: int,
        name: str,
        zh: str,
        content: Content,
        *,
        now: datetime,
        by: int | None = None,
    ) -> Kept:
        """Save a new draft. From here on neither name changes."""
        name = name.strip()
        check_new_name(name)
        said = plain(zh, "zh", LONGEST_ZH) or (BUILT_IN[name].zh if name in BUILT_IN else "")
        if not said:
            raise Refused("missing", "zh")
        with self._database.write(alone=True) as connection:
            every = event_rows.definitions(connection, app)
            event_rows.check_names(every, name, said)
            event_rows.check_no_virtual(connection, app, name, said)
            full = settled(content, event_rows.history(connection, app, name), name)
            number = event_rows.next_number(every)
            event_rows.insert(connection, app, name, said, number, full, now=now, by=by)
            record_audit(connection, "event.create", now=now, by=by, app=app, target=name, zh=said)
            return _kept(connection, app, name)

    def declare(
        self, app: int, name: str, zh: str, fields: Sequence[Field] = (), *, now: datetime, by: int | None = None
    ) -> None:  # fmt: skip
        """Define an event that programs report, with its fields, and publish it: from now on it counts."""
        content = read({"way": "api", "fields": [asdict(one) for one in fields]})
        kept = self.create(app, name, zh, content, now=now, by=by)
        self.publish(app, name, revision=kept.one.revision, now=now, by=by)

    def save(
        self, app: int, event: int | str, content: Content, *, revision: int, now: datetime, by: int | None = None
    ) -> Kept:  # fmt: skip
        """Save the draft."""
        with self._database.write(alone=True) as connection:
            held = _seen(connection, app, event, revision)
            full = settled(content, held.history, held.one.name)
            if full != held.one.draft:
                event_rows.change(connection, held.one, now=now, by=by, draft=full.packed())
                record_audit(
                    connection, "event.save", now=now, by=by, app=app, target=held.one.name
                )
            return _kept(connection, app, event)

    def publish(
        self, app: int, event: int | str, *, revision: int, now: datetime, by: int | None = None
    ) -> Plan | None:
        """Publish the draft as it is saved: phones have it at their next launch. None where they need no other plan."""
        with self._database.write(alone=True) as connection:
            held = _seen(connection, app, event, revision)
            if not held.ahead and not held.one.retired:
                return None
            content = settled(held.one.draft, held.history, held.one.name)
            one = replace(held.one, draft=held.published or content)  # it is published whole
            version = event_rows.publish(
                connection, app, one, content, list(held.versions), now=now, by=by
            )
            event_rows.keep_fields(connection, app, content, dict(held.history.held), now)
            return _told(connection, app, "publish", held.one.name, now, by, version=version)

    def back(
        self, app: int, event: int | str, version: int, *, revision: int, now: datetime, by: int | None = None
    ) -> Plan | None:  # fmt: skip
        """Publish an earlier version again. A draft with changes of its own stays."""
        with self._database.write(alone=True) as connection:
            held = _seen(connection, app, event, revision)
            earlier = next((one for one in held.versions if one.version == version), None)
            if earlier is None:
                raise NotFound("unknown_revision", "version", got=version)
            event_rows.publish(
                connection,
                app,
                held.one,
                earlier.content,
                list(held.versions),
                now=now,
                by=by,
                version=version,
            )
            return _told(connection, app, "back", held.one.name, now, by, version=version)

    def retire(
        self, app: int, event: int | str, *, revision: int, now: datetime, by: int | None = None
    ) -> Plan | None:
        """Take it off the phones. It is offered no more; what it counted stays, and what still comes counts."""
        with self._database.write(alone=True) as connection:
            held = _seen(connection, app, event, revision)
            if held.one.retired:
                return None
            event_rows.change(connection, held.one, now=now, by=by, retired=now)
            return _told(connection, app, "retire", held.one.name, now, by)

    def restore(
        self, app: int, event: int | str, *, revision: int, now: datetime, by: int | None = None
    ) -> Plan | None:
        """Undo that: the published version is on the phones again."""
        with self._database.write(alone=True) as connection:
            held = _seen(connection, app, event, revision)
            if not held.one.retired:
                return None
            event_rows.change(connection, held.one, now=now, by=by, retired=None)
            return _told(connection, app, "restore", held.one.name, now, by)

    def fields(self, app: int) -> dict[str, Field]:
        """Every field that was published."""
        with self._database.read() as connection:
            return event_rows.fields(connection, app)

    def field_types(self) -> dict[int, Types]:
        """App → event → field → its type, of what is published and not retired; apps without any are not in it.

        Read anew only where a definition has changed.
        """
        marks = self.marks()
        with self._database.read() as connection:
            for app, mark in marks.items():
                if self._types.get(app, (0, {}))[0] != mark:
                    self._types[app] = mark, event_rows.field_types(connection, app)
        return {app: types for app, (_, types) in self._types.items() if types and app in marks}

    def in_test(self, app: int) -> list[Body]:
        """The events that a phone in test mode has: the drafts."""
        with self._database.read() as connection:
            return event_rows.in_test(connection, app)

    def marks(self) -> dict[int, int]:
        """App → a number that grows with each change of a definition."""
        total = sa.func.sum(EVENT_DEFINITIONS.c.revision)
        query = sa.select(EVENT_DEFINITIONS.c.app_id, total).group_by(EVENT_DEFINITIONS.c.app_id)
        with self._database.read() as connection:
            return {int(app): int(mark) for app, mark in connection.execute(query)}


def check_new_name(name: str) -> None:
    """Refused where no event of ours may be called so."""
    plan_rules.check_name(name, "name")
    plan_rules.check_own(name, "name")


def _kept(connection: sa.Connection, app: int, event: int | str) -> Kept:
    every = event_rows.definitions(connection, app)
    given = str(event)
    one = next((e for e in every if given in (e.name, str(e.number))), None)
    if one is None:
        hint = did_you_mean(given, [e.name for e in every])
        raise NotFound("no_such_event", "event", got=given[:40], hint=hint)
    kept = event_rows.versions(connection, app).get(one.name, [])
    return Kept(one, tuple(kept), event_rows.history(connection, app, one.name))


def _seen(connection: sa.Connection, app: int, event: int | str, revision: int) -> Kept:
    """That which is to be changed; Refused where it is another one than was seen."""
    held = _kept(connection, app, event)
    if held.one.revision != revision:
        raise Refused("changed_meanwhile", "revision", got=held.one.name)
    return held


def _told(
    connection: sa.Connection, app: int, deed: str, name: str, now: datetime, by: int | None, **details: object
) -> Plan | None:  # fmt: skip
    """The plan that comes of it, and the audit."""
    record_audit(connection, f"event.{deed}", now=now, by=by, app=app, target=name, **details)
    return publish_events(connection, app, deed, now=now, by=by)
