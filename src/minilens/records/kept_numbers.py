"""Identities that somebody said were not handed on: whatever is proved of others, they stay with whom they were first.

An identity is its hash here, as everywhere; it is forgotten with whoever is erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.database import Database, plain, record_audit, utc
from minilens.records.tables import ACCOUNTS, METADATA

TABLE = sa.Table(  # identities that somebody said were not handed on, as hashes
    "kept_numbers",
    METADATA,
    sa.Column("app_id", sa.ForeignKey("apps.id"), primary_key=True),
    sa.Column("hash", sa.String(16), primary_key=True),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("why", sa.String(120), nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False),  # false: taken back
    sa.Column("applied", sa.Boolean, nullable=False),  # the loader has decided anew
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("by_id", sa.ForeignKey("people.id")),  # null: the command line
)

#: Of an app.
MOST = 10_000


@dataclass(frozen=True)
class KeptNumber:
    """One of them: its type and hash, why, since when and by whom (None: the command line)."""

    type: str
    hash: int
    why: str
    created: datetime
    by: str | None


class KeptNumbers:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[KeptNumber]:
        """Those of an app, the newest first."""
        query = (
            sa.select(TABLE, ACCOUNTS.c.name.label("by"))
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == TABLE.c.by_id)
            .where((TABLE.c.app_id == app) & TABLE.c.holds)
            .order_by(TABLE.c.created.desc(), TABLE.c.hash)
        )
        with self._database.read() as connection:
            return [
                KeptNumber(row.type, int(row.hash, 16), row.why, utc(row.created), row.by)
                for row in connection.execute(query)
            ]

    def hashes(self) -> dict[int, frozenset[int]]:
        """App → the hashes of all of its own."""
        query = sa.select(TABLE.c.app_id, TABLE.c.hash).where(TABLE.c.holds)
        found: dict[int, set[int]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                found.setdefault(row.app_id, set()).add(int(row.hash, 16))
        return {app: frozenset(some) for app, some in found.items()}

    def keep(
        self, app: int, kind: str, hash: int, *, now: datetime, why: str = "", by: int | None = None
    ) -> None:
        """An identity was not handed on, and is not from now on. Once more changes nothing."""
        self._say(app, kind, hash, holds=True, now=now, why=why, by=by)

    def release(
        self, app: int, hash: int, *, now: datetime, why: str = "", by: int | None = None
    ) -> None:
        """What is proved decides again. NotFound where nobody said otherwise."""
        held = {one.hash: one.type for one in self.of(app)}
        if hash not in held:
            raise NotFound("not_found", "identity")
        self._say(app, held[hash], hash, holds=False, now=now, why=why, by=by)

    def waiting(self) -> list[tuple[int, int, str]]:
        """(app, hash, type) of which the loader has not decided anew since."""
        query = sa.select(TABLE).where(~TABLE.c.applied)
        with self._database.read() as connection:
            return [(row.app_id, int(row.hash, 16), row.type) for row in connection.execute(query)]

    def applied(self, app: int, hash: int) -> None:
        """The loader has decided."""
        with self._database.write() as connection:
            change = sa.update(TABLE).where(_is(app, hash))
            connection.execute(change.values(applied=True))

    def forget(self, app: int, hashes: Iterable[int]) -> None:
        """Whoever is erased leaves nothing here."""
        gone = [_text(one) for one in hashes]
        with self._database.write() as connection:
            for n in range(0, len(gone), 500):
                own = TABLE.c.hash.in_(gone[n : n + 500])
                connection.execute(sa.delete(TABLE).where(TABLE.c.app_id == app, own))

    def _say(
        self,
        app: int,
        kind: str,
        hash: int,
        *,
        holds: bool,
        now: datetime,
        why: str,
        by: int | None,
    ) -> None:
        why = plain(why, "why", 120) if why else ""
        row = {
            "app_id": app, "hash": _text(hash), "type": kind, "why": why, "holds": holds, "applied": False,
            "created": now, "by_id": by,
        }  # fmt: skip
        with self._database.write(alone=True) as connection:
            known = dict(
                connection.execute(
                    sa.select(TABLE.c.hash, TABLE.c.holds).where(TABLE.c.app_id == app)
                ).all()
            )
            if known.get(_text(hash), False) == holds:
                return
            if len(known) >= MOST and _text(hash) not in known:
                raise Refused("too_many", "identity", limit=MOST)
            connection.execute(sa.delete(TABLE).where(_is(app, hash)))
            connection.execute(sa.insert(TABLE).values(**row))
            action = "identity.keep" if holds else "identity.release"
            record_audit(connection, action, now=now, by=by, app=app, target=kind, text=why)


def _is(app: int, hash: int) -> sa.ColumnElement[bool]:
    return (TABLE.c.app_id == app) & (TABLE.c.hash == _text(hash))


def _text(hash: int) -> str:
    return f"{hash:016x}"
