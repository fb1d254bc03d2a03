"""Persons that were erased: who asked for it, when, how much there was; the persons themselves only as keyed hashes.

What is written here is the order to erase. It comes before anything is deleted, so that a kill in the middle is
finished by the next start, and a backup that is older than it has it done again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.period import milliseconds
from minilens.records.database import Database, record_audit, utc
from minilens.records.tables import ACCOUNTS, ERASURES


@dataclass(frozen=True)
class Erasure:
    """One of them. `keys`: the identities; `whole`: the person, not one identity.

    Nothing from before `at` comes in again.

    `counts`: what there was, by what it was; empty until it is done. `spool`: what was received is clean, too.
    """

    id: str
    app: int
    at: datetime
    whole: bool
    keys: tuple[int, ...]
    counts: Mapping[str, int]
    spool: bool = False
    by: str = ""

    @property
    def until(self) -> int:
        """The same moment in milliseconds."""
        return milliseconds(self.at)


class Erasures:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, app: int, keys: Sequence[int], *, whole: bool, now: datetime, by: int | None = None
    ) -> Erasure:
        """Write the order down; the audit names it by its number only."""
        made = Erasure(str(uuid.uuid4()), app, now, whole, tuple(sorted(keys)), {})
        with self._database.write() as connection:
            connection.execute(sa.insert(ERASURES).values(**_row(made), by_id=by))
            record_audit(
                connection, "user.erase", now=now, by=by, app=app, target=made.id,
                identities=len(made.keys), whole=whole,
            )  # fmt: skip
        return made

    def exported(self, app: int, *, now: datetime, by: int | None = None) -> None:
        """A person's data were handed out; whose is not written down."""
        with self._database.write() as connection:
            record_audit(connection, "user.export", now=now, by=by, app=app)

    def adopt(self, some: Sequence[Erasure]) -> int:
        """Take over orders of another copy of these records, as far as they are not known here; how many."""
        with self._database.write(alone=True) as connection:
            known = set(connection.execute(sa.select(ERASURES.c.id)).scalars())
            new = [one for one in some if one.id not in known]
            if new:
                connection.execute(sa.insert(ERASURES), [_row(one) for one in new])
        return len(new)

    def done(self, erasure: Erasure, counts: Mapping[str, int]) -> None:
        """It is carried out; what there was the first time it was stays."""
        said = json.dumps(dict(counts) if not erasure.counts else dict(erasure.counts))
        change = sa.update(ERASURES).where(ERASURES.c.id == erasure.id)
        with self._database.write() as connection:
            connection.execute(change.values(counts=said))

    def carried_out(self, app: int) -> int:
        """How many of an app are: nothing of these is in any figure that is asked for from then on."""
        query = (
            sa.select(sa.func.count())
            .select_from(ERASURES)
            .where(ERASURES.c.app_id == app, ERASURES.c.counts != "{}")
        )
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def spool_done(self, erasure: Erasure) -> None:
        """What was received before it is clean."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(ERASURES).where(ERASURES.c.id == erasure.id).values(spool=True)
            )

    def all(self, app: int | None = None) -> list[Erasure]:
        """Of one app or of all, the newest first."""
        query = (
            sa.select(ERASURES, ACCOUNTS.c.name.label("name"))
            .outerjoin(ACCOUNTS, ERASURES.c.by_id == ACCOUNTS.c.id)
            .order_by(ERASURES.c.at.desc(), ERASURES.c.id)
        )
        if app is not None:
            query = query.where(ERASURES.c.app_id == app)
        with self._database.read() as connection:
            return [_erasure(row) for row in connection.execute(query)]


def _row(one: Erasure) -> dict[str, object]:
    return {
        "id": one.id, "app_id": one.app, "at": one.at, "whole": one.whole, "identities": json.dumps(one.keys),
        "counts": json.dumps(dict(one.counts)), "spool": False,
    }  # fmt: skip


def _erasure(row: sa.Row[tuple[object, ...]]) -> Erasure:
    return Erasure(
        row.id, row.app_id, utc(row.at), row.whole, tuple(json.loads(row.identities)), json.loads(row.counts),
        row.spool, row.name or "",
    )  # fmt: skip
