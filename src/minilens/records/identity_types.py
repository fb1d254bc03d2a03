"""Types of identities as owners set them: how many values a person has, which is stronger, what joins nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from minilens.errors import Refused
from minilens.records.database import Database, plain, record_audit
from minilens.records.tables import IDENTITY_TYPES

OVERS = ("refuse", "succeed", "oldest")
MOST_TYPES = 50
#: Highest numbers that make sense: values a person, days, devices.
MOST_VALUES, MOST_DAYS, MOST_CROWD, LAST = 1000, 366, 100_000, 97
#: What identities are called that nobody sends: the visit of an import, the device after a sign-out, one erased,
#: a UnionID of the whole installation.
NO_TYPES = ("session", "stretch", "erased", "shared")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}").fullmatch


@dataclass(frozen=True)
class TypeRow:
    """The settings of one type; what each means stands in `identity.types`."""

    name: str
    zh: str
    en: str
    priority: int
    most: int
    days: int
    over: str
    crowd: int
    parent: str
    takes_part: bool


class IdentityTypes:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, app: int | None = None) -> dict[int, list[TypeRow]]:
        """What is set, by app; of one app, or of all."""
        query = sa.select(IDENTITY_TYPES).order_by(IDENTITY_TYPES.c.priority, IDENTITY_TYPES.c.name)
        if app is not None:
            query = query.where(IDENTITY_TYPES.c.app_id == app)
        names = [one.name for one in fields(TypeRow)]
        found: dict[int, list[TypeRow]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                one = TypeRow(**{name: getattr(row, name) for name in names})
                found.setdefault(row.app_id, []).append(one)
        return found

    def set(
        self, app: int, before: TypeRow, *, now: datetime, by: int | None = None, **changes: Any
    ) -> TypeRow:
        """Change some settings of a type, or make an own type: `before` is what holds now. Refused with the field, and
        where something else holds by now.

        Nobody becomes another person by a stricter setting; what it allows is joined once the loader has looked.
        """
        one = replace(before, **changes)
        one = replace(one, zh=plain(one.zh, "zh", 32), en=plain(one.en, "en", 32))
        self.check(one)
        row = asdict(one) | {"app_id": app, "applied": False, "changed": now, "by_id": by}
        of = (IDENTITY_TYPES.c.app_id == app) & (IDENTITY_TYPES.c.name == one.name)
        other = {k: v for k, v in asdict(one).items() if v != getattr(before, k)}
        with self._database.write(alone=True) as connection:
            known = _rows(connection, app)
            if known.get(before.name, before) != before:
                raise Refused("changed_meanwhile", "name", got=before.name)
            if len(known.keys() - {one.name}) >= MOST_TYPES:
                raise Refused("too_many", "name", limit=MOST_TYPES)
            connection.execute(sa.delete(IDENTITY_TYPES).where(of))
            connection.execute(sa.insert(IDENTITY_TYPES).values(**row))
            was = {k: getattr(before, k) for k in other}
            record_audit(
                connection,
                "identity.type",
                now=now,
                by=by,
                app=app,
                target=one.name,
                to=other,
                was=was,
            )
        return one

    def keep(self, app: int, one: TypeRow, *, now: datetime) -> None:
        """Write down a type that nobody added and that joined persons before it had to be. One that is there stays."""
        with self._database.write(alone=True) as connection:
            if one.name not in _rows(connection, app):
                more = {"app_id": app, "applied": True, "changed": now, "by_id": None}
                connection.execute(sa.insert(IDENTITY_TYPES).values(**asdict(one), **more))
                record_audit(
                    connection, "identity.type", now=now, by=None, app=app, target=one.name
                )

    def check(self, one: TypeRow) -> None:
        """Refused with the field where the settings of a type make no sense."""
        _check(one)

    def reorder(
        self, app: int, rows: Sequence[TypeRow], *, now: datetime, by: int | None = None
    ) -> None:
        """Give types, which are these now, the priorities 0, 1, 2 … in this order. Refused where others hold by now."""
        with self._database.write(alone=True) as connection:
            known, order = _rows(connection, app), ", ".join(row.name for row in rows)
            if any(known.get(row.name, row) != row for row in rows):
                raise Refused("changed_meanwhile", "priority", got=order)
            for priority, row in enumerate(rows):
                if row.priority != priority:
                    moved = asdict(replace(row, priority=priority))
                    of = (IDENTITY_TYPES.c.app_id == app) & (IDENTITY_TYPES.c.name == row.name)
                    connection.execute(sa.delete(IDENTITY_TYPES).where(of))
                    more = {"app_id": app, "applied": False, "changed": now, "by_id": by}
                    connection.execute(sa.insert(IDENTITY_TYPES).values(**moved, **more))
            record_audit(connection, "identity.order", now=now, by=by, app=app, text=order)

    def waiting(self) -> list[tuple[int, str]]:
        """(app, type) that were changed since the loader looked at who hangs together by them."""
        query = sa.select(IDENTITY_TYPES.c.app_id, IDENTITY_TYPES.c.name).where(
            ~IDENTITY_TYPES.c.applied
        )
        with self._database.read() as connection:
            return [(row.app_id, row.name) for row in connection.execute(query)]

    def applied(self, app: int, name: str) -> None:
        """The loader has looked."""
        of = (IDENTITY_TYPES.c.app_id == app) & (IDENTITY_TYPES.c.name == name)
        with self._database.write() as connection:
            connection.execute(sa.update(IDENTITY_TYPES).where(of).values(applied=True))


def lawful(name: str) -> bool:
    """Whether an own type may be called so."""
    return bool(_NAME(name)) and name not in NO_TYPES


def _rows(connection: sa.Connection, app: int) -> dict[str, TypeRow]:
    """What is set in an app, by name."""
    names = [one.name for one in fields(TypeRow)]
    query = sa.select(*(IDENTITY_TYPES.c[name] for name in names))
    rows = connection.execute(query.where(IDENTITY_TYPES.c.app_id == app))
    return {row.name: TypeRow(**row._mapping) for row in rows}


def _check(one: TypeRow) -> None:
    if not lawful(one.name):
        raise Refused("bad_identity_type", "name", got=one.name[:64])
    for field, most in (
        ("priority", LAST), ("most", MOST_VALUES), ("days", MOST_DAYS), ("crowd", MOST_CROWD),
    ):  # fmt: skip
        value = getattr(one, field)
        top = 99 if field == "priority" and one.name in ("device", "group_openid") else most
        if not 0 <= value <= top:
            raise Refused("out_of_range", field, got=value, least=0, most=top)
    if one.over not in OVERS:
        raise Refused("unknown_choice", "over", got=one.over[:64])
