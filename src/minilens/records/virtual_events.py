"""Virtual events of an app: their names for good, and what they mean, each version kept.

A version holds for all that was ever captured, from the moment it is saved: nothing has to be counted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.database import Database, maybe_utc, plain, record_audit, utc
from minilens.records.plan_rules import check_name
from minilens.records.tables import (
    ACCOUNTS,
    DEFINITIONS,
    EVENT_DEFINITIONS,
    VIRTUAL_EVENTS,
    VIRTUAL_VERSIONS,
)
from minilens.records.virtual_content import Meaning, check_nesting, unpacked
from minilens.reference.events import BUILT_IN

LONGEST = 32


@dataclass(frozen=True)
class Virtual:
    """A virtual event as it counts now. `changed`: when its version was saved, by `author`, None: the command line."""

    id: int
    name: str
    zh: str
    en: str
    version: int
    meaning: Meaning
    created: datetime
    changed: datetime
    author: str | None
    retired: datetime | None


@dataclass(frozen=True)
class VirtualVersion:
    """What it meant as this version."""

    version: int
    meaning: Meaning
    created: datetime
    author: str | None


class VirtualEvents:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[Virtual]:
        """All of an app, retired ones too, in the order of their names."""
        with self._database.read() as connection:
            return _all(connection, app)

    def meanings(self, app: int) -> dict[str, Meaning]:
        """Name → what it means; of retired ones too, since what uses them counts on."""
        return {one.name: one.meaning for one in self.of(app)}

    def find(self, app: int, name: str) -> Virtual:
        """That one; NotFound with a hint."""
        with self._database.read() as connection:
            return _found(_all(connection, app), name)

    def versions(self, app: int, name: str) -> list[VirtualVersion]:
        """All of its versions, the newest first."""
        query = (
            sa.select(VIRTUAL_VERSIONS, ACCOUNTS.c.name.label("author"))
            .join(VIRTUAL_EVENTS, VIRTUAL_EVENTS.c.id == VIRTUAL_VERSIONS.c.event_id)
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == VIRTUAL_VERSIONS.c.by_id)
            .where(VIRTUAL_EVENTS.c.app_id == app, VIRTUAL_EVENTS.c.name == name)
            .order_by(VIRTUAL_VERSIONS.c.version.desc())
        )
        with self._database.read() as connection:
            return [
                VirtualVersion(row.version, unpacked(row.meaning), utc(row.created), row.author)
                for row in connection.execute(query)
            ]

    def create(
        self, app: int, name: str, meaning: Meaning, *, zh: str, en: str, now: datetime, by: int | None = None
    ) -> Virtual:  # fmt: skip
        """A new one; neither name changes from here on."""
        check_name(name, "name")
        said = {"zh": plain(zh, "zh", LONGEST), "en": plain(en, "en", LONGEST) or name}
        if not said["zh"]:
            raise Refused("missing", "zh")
        with self._database.write(alone=True) as connection:
            every = _all(connection, app)
            _check_names(connection, app, every, name, said)
            check_nesting(name, meaning, {one.name: one.meaning for one in every})
            made = sa.insert(VIRTUAL_EVENTS).values(
                app_id=app, name=name, version=1, created=now, **said
            )
            number = connection.execute(made.returning(VIRTUAL_EVENTS.c.id)).scalar_one()
            _keep(connection, number, 1, meaning, now, by)
            record_audit(
                connection, "virtual.create", now=now, by=by, app=app, target=name, zh=said["zh"]
            )
            return _found(_all(connection, app), name)

    def change(
        self, app: int, name: str, meaning: Meaning, *, version: int, now: datetime, by: int | None = None
    ) -> Virtual:  # fmt: skip
        """Another meaning, as a new version. `version` is the one that was seen: Refused where there is a newer one."""
        with self._database.write(alone=True) as connection:
            every = _all(connection, app)
            one = _found(every, name)
            if one.version != version:
                raise Refused("changed_meanwhile", "version", got=name)
            if one.meaning == meaning:
                return one
            others = {other.name: other.meaning for other in every if other.name != name}
            check_nesting(name, meaning, others)
            _keep(connection, one.id, version + 1, meaning, now, by)
            newer = sa.update(VIRTUAL_EVENTS).where(VIRTUAL_EVENTS.c.id == one.id)
            connection.execute(newer.values(version=version + 1))
            record_audit(
                connection, "virtual.change", now=now, by=by, app=app, target=name, version=version + 1
            )  # fmt: skip
            return _found(_all(connection, app), name)

    def retire(self, app: int, name: str, *, now: datetime, by: int | None = None) -> None:
        """Offer it no more; what uses it counts on."""
        self._set(app, name, now, "virtual.retire", now=now, by=by)

    def restore(self, app: int, name: str, *, now: datetime, by: int | None = None) -> None:
        """Undo that."""
        self._set(app, name, None, "virtual.restore", now=now, by=by)

    def _set(
        self,
        app: int,
        name: str,
        since: datetime | None,
        deed: str,
        *,
        now: datetime,
        by: int | None,
    ) -> None:
        with self._database.write(alone=True) as connection:
            one = _found(_all(connection, app), name)
            if (one.retired is None) == (since is None):
                return
            of = sa.update(VIRTUAL_EVENTS).where(VIRTUAL_EVENTS.c.id == one.id)
            connection.execute(of.values(retired=since))
            record_audit(connection, deed, now=now, by=by, app=app, target=name)


def _keep(
    connection: sa.Connection,
    event: int,
    version: int,
    meaning: Meaning,
    now: datetime,
    by: int | None,
) -> None:
    row = {
        "event_id": event,
        "version": version,
        "meaning": meaning.packed(),
        "created": now,
        "by_id": by,
    }
    connection.execute(sa.insert(VIRTUAL_VERSIONS).values(**row))


def _check_names(
    connection: sa.Connection, app: int, every: list[Virtual], name: str, said: dict[str, str]
) -> None:
    """Refused where another event of the app has one of its names."""
    names, zhs = {one.name for one in every} | set(BUILT_IN), {one.zh for one in every}
    zhs |= {one.zh for one in BUILT_IN.values()}
    ens = {one.en for one in every} | {one.en for one in BUILT_IN.values()}
    for table in (DEFINITIONS, EVENT_DEFINITIONS):
        for row in connection.execute(
            sa.select(table.c.name, table.c.zh).where(table.c.app_id == app)
        ):
            names.add(row.name)
            zhs.add(row.zh)
    for field, got, taken in (
        ("name", name, names),
        ("zh", said["zh"], zhs),
        ("en", said["en"], ens),
    ):
        if got in taken:
            raise Refused("event_exists", field, got=got)


def _all(connection: sa.Connection, app: int) -> list[Virtual]:
    query = (
        sa.select(
            VIRTUAL_EVENTS, VIRTUAL_VERSIONS.c.meaning, VIRTUAL_VERSIONS.c.created.label("changed"),
            ACCOUNTS.c.name.label("author"),
        )
        .join(
            VIRTUAL_VERSIONS,
            (VIRTUAL_VERSIONS.c.event_id == VIRTUAL_EVENTS.c.id)
            & (VIRTUAL_VERSIONS.c.version == VIRTUAL_EVENTS.c.version),
        )
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == VIRTUAL_VERSIONS.c.by_id)
        .where(VIRTUAL_EVENTS.c.app_id == app)
        .order_by(VIRTUAL_EVENTS.c.name)
    )  # fmt: skip
    return [
        Virtual(
            row.id, row.name, row.zh, row.en, row.version, unpacked(row.meaning), utc(row.created), utc(row.changed),
            row.author, maybe_utc(row.retired),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _found(every: list[Virtual], name: str) -> Virtual:
    for one in every:
        if one.name == name:
            return one
    hint = did_you_mean(name, [one.name for one in every])
    raise NotFound("no_such_event", "event", got=name[:40], hint=hint)
