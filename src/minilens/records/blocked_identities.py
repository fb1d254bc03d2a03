"""Values that are nobody's in an app: what a form sends when it is empty, a number for tests.

Of a value only its hash is kept, as of every identity, and a few letters to know it by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.database import Database, record_audit, utc
from minilens.records.tables import ACCOUNTS, METADATA

BLOCKED = sa.Table(  # values that are nobody's: as hashes, with a few letters to know them by
    "blocked_identities",
    METADATA,
    sa.Column("app_id", sa.ForeignKey("apps.id"), primary_key=True),
    sa.Column("hash", sa.String(16), primary_key=True),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("shown", sa.String(32), nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False),  # false: taken back
    sa.Column("applied", sa.Boolean, nullable=False),  # the loader has looked at it
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("by_id", sa.ForeignKey("people.id")),  # null: the command line
)

#: Values of an app.
MOST = 200


@dataclass(frozen=True)
class BlockedValue:
    """One of them: its type, hash and a few letters (`shown`), since when and by whom (None: the command line)."""

    type: str
    hash: int
    shown: str
    created: datetime
    by: str | None


class BlockedIdentities:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[BlockedValue]:
        """Those of an app, by type."""
        query = (
            sa.select(BLOCKED, ACCOUNTS.c.name.label("by"))
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == BLOCKED.c.by_id)
            .where((BLOCKED.c.app_id == app) & BLOCKED.c.holds)
            .order_by(BLOCKED.c.type, BLOCKED.c.created, BLOCKED.c.hash)
        )
        with self._database.read() as connection:
            return [
                BlockedValue(row.type, int(row.hash, 16), row.shown, utc(row.created), row.by)
                for row in connection.execute(query)
            ]

    def hashes(self) -> dict[int, frozenset[int]]:
        """App → the hashes of all its values."""
        query = sa.select(BLOCKED.c.app_id, BLOCKED.c.hash).where(BLOCKED.c.holds)
        found: dict[int, set[int]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                found.setdefault(row.app_id, set()).add(int(row.hash, 16))
        return {app: frozenset(some) for app, some in found.items()}

    def add(
        self, app: int, kind: str, hash: int, shown: str, *, now: datetime, by: int | None = None
    ) -> None:
        """A value of a type is nobody's from now on. Once more changes nothing."""
        row = {"app_id": app, "type": kind, "hash": _text(hash), "holds": True, "applied": False}
        with self._database.write(alone=True) as connection:
            known = sa.select(BLOCKED.c.hash).where((BLOCKED.c.app_id == app) & BLOCKED.c.holds)
            hashes = set(connection.execute(known).scalars())
            if _text(hash) in hashes:
                return
            if len(hashes) >= MOST:
                raise Refused("too_many", "value", limit=MOST)
            connection.execute(sa.delete(BLOCKED).where(_is(app, hash)))
            connection.execute(
                sa.insert(BLOCKED).values(**row, shown=shown[:32], created=now, by_id=by)
            )
            record_audit(
                connection, "identity.block", now=now, by=by, app=app, target=kind, value=shown
            )

    def remove(self, app: int, hash: int, *, now: datetime, by: int | None = None) -> None:
        """A value may be somebody's again. NotFound where it is not among them."""
        own = _is(app, hash) & BLOCKED.c.holds
        with self._database.write(alone=True) as connection:
            row = connection.execute(sa.select(BLOCKED).where(own)).first()
            if row is None:
                raise NotFound("not_found", "value")
            connection.execute(sa.update(BLOCKED).where(own).values(holds=False, applied=False))
            record_audit(
                connection,
                "identity.unblock",
                now=now,
                by=by,
                app=app,
                target=row.type,
                value=row.shown,
            )

    def waiting(self) -> dict[int, dict[int, bool]]:
        """App → hash → whether it is nobody's now: of which the loader has not looked who hangs together by it."""
        found: dict[int, dict[int, bool]] = {}
        with self._database.read() as connection:
            for row in connection.execute(sa.select(BLOCKED).where(~BLOCKED.c.applied)):
                found.setdefault(row.app_id, {})[int(row.hash, 16)] = row.holds
        return found

    def applied(self, app: int, looked: Mapping[int, bool]) -> None:
        """The loader has looked at values that were nobody's then, or were not; what was taken back is forgotten."""
        with self._database.write() as connection:
            for hash, holds in looked.items():
                as_it_was = _is(app, hash) & (BLOCKED.c.holds == holds)
                connection.execute(
                    sa.update(BLOCKED).where(as_it_was).values(applied=True)
                    if holds
                    else sa.delete(BLOCKED).where(as_it_was)
                )


def _is(app: int, hash: int) -> sa.ColumnElement[bool]:
    return (BLOCKED.c.app_id == app) & (BLOCKED.c.hash == _text(hash))


def _text(hash: int) -> str:
    return f"{hash:016x}"
