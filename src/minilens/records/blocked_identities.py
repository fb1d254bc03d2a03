"""Values that are nobody's in an app: what a form sends when it is empty, a number for tests.

Of a value only its hash is kept, as of every identity, and a few letters to know it by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.database import Database, record_audit, utc
from minilens.records.identity_types import TypeRow, look_again, write_down
from minilens.records.tables import ACCOUNTS, BLOCKED

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
            .where(BLOCKED.c.app_id == app)
            .order_by(BLOCKED.c.type, BLOCKED.c.created, BLOCKED.c.hash)
        )
        with self._database.read() as connection:
            return [
                BlockedValue(row.type, int(row.hash, 16), row.shown, utc(row.created), row.by)
                for row in connection.execute(query)
            ]

    def hashes(self) -> dict[int, frozenset[int]]:
        """App → the hashes of all its values."""
        found: dict[int, set[int]] = {}
        with self._database.read() as connection:
            for row in connection.execute(sa.select(BLOCKED.c.app_id, BLOCKED.c.hash)):
                found.setdefault(row.app_id, set()).add(int(row.hash, 16))
        return {app: frozenset(some) for app, some in found.items()}

    def add(
        self, app: int, of: TypeRow, hash: int, shown: str, *, now: datetime, by: int | None = None
    ) -> None:
        """A value of a type, which is `of` now, is nobody's from now on. Once more changes nothing."""
        one = {"app_id": app, "type": of.name, "hash": _text(hash)}
        with self._database.write(alone=True) as connection:
            known = sa.select(BLOCKED.c.hash).where(BLOCKED.c.app_id == app)
            hashes = set(connection.execute(known).scalars())
            if _text(hash) in hashes:
                return
            if len(hashes) >= MOST:
                raise Refused("too_many", "value", limit=MOST)
            connection.execute(
                sa.insert(BLOCKED).values(**one, shown=shown[:32], created=now, by_id=by)
            )
            # the loader looks at the value alone; whoever takes it back has all of its type looked at
            write_down(connection, app, of, now=now, by=by)
            record_audit(
                connection, "identity.block", now=now, by=by, app=app, target=of.name, value=shown
            )

    def remove(self, app: int, hash: int, *, now: datetime, by: int | None = None) -> None:
        """A value may be somebody's again. NotFound where it is not among them."""
        own = (BLOCKED.c.app_id == app) & (BLOCKED.c.hash == _text(hash))
        with self._database.write(alone=True) as connection:
            row = connection.execute(sa.select(BLOCKED).where(own)).first()
            if row is None:
                raise NotFound("not_found", "value")
            connection.execute(sa.delete(BLOCKED).where(own))
            look_again(connection, app, row.type)
            record_audit(
                connection,
                "identity.unblock",
                now=now,
                by=by,
                app=app,
                target=row.type,
                value=row.shown,
            )


def _text(hash: int) -> str:
    return f"{hash:016x}"
