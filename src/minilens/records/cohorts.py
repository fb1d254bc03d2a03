"""Cohorts of an app: names, what makes somebody a member, and when that was computed. Who they are is in the warehouse.

What a definition is, only the reports know: here it is its JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
)

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.records.database import Database, maybe_utc, plain, record_audit, utc
from minilens.records.tables import ACCOUNTS, METADATA
from minilens.text import Text

LONGEST, LONGEST_BODY = 40, 65_536
#: Of one app.
MOST = 200

COHORTS = sa.Table(
    "cohorts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("zh", String(40), nullable=False),
    Column("en", String(40), nullable=False),
    Column("body", sa.Text, nullable=False),  # its JSON
    Column("live", Boolean, nullable=False),  # computed again, or frozen
    Column("version", BigInteger, nullable=False),  # which members hold; 0: none yet
    Column("computed", DateTime(timezone=True)),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line, or a program
    Index("ix_cohorts_app_id", "app_id"),
)
SIZES = sa.Table(  # a row a day on which it was computed, as it was at the last time
    "cohort_sizes",
    METADATA,
    Column("cohort_id", ForeignKey("cohorts.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("size", Integer, nullable=False),
)


@dataclass(frozen=True)
class SavedCohort:
    """A cohort. `version` says which of the members kept in the warehouse hold, 0 that nobody was computed yet;
    `computed` when that was; `author` who made it."""

    id: int
    app: int
    name: Text
    body: str
    live: bool
    version: int
    computed: datetime | None
    created: datetime
    author: str | None


class Cohorts:
    """They belong to the app: whoever may see persons sees all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[SavedCohort]:
        """Those of an app, by name."""
        order = (COHORTS.c.zh, COHORTS.c.id)
        with self._database.read() as connection:
            rows = connection.execute(_select().where(COHORTS.c.app_id == app).order_by(*order))
            return [_saved(row) for row in rows]

    def find(self, app: int, cohort: int) -> SavedCohort | None:
        """The one of that number."""
        held = (COHORTS.c.app_id == app, COHORTS.c.id == cohort)
        with self._database.read() as connection:
            row = connection.execute(_select().where(*held)).first()
            return _saved(row) if row else None

    def get(self, app: int, cohort: int) -> SavedCohort:
        """The same; NotFound where there is none."""
        found = self.find(app, cohort)
        if found is None:
            raise NotFound("unknown_cohort", "cohort", got=str(cohort))
        return found

    def named(self, app: int, text: str, at: str = "cohort") -> SavedCohort:
        """The one of that number or name in either language; Refused, naming the path, with a hint, where there is
        none."""
        every = self.of(app)
        fitting = [one for one in every if text in (str(one.id), one.name.zh, one.name.en)]
        if not fitting:
            hint = did_you_mean(
                text, [name for one in every for name in (one.name.zh, one.name.en)]
            )
            raise Refused("no_such_cohort", at, got=text, hint=hint)
        return fitting[0]

    def create(
        self, app: int, name: Text, body: str, *, live: bool, now: datetime, by: int | None
    ) -> SavedCohort:
        """Keep one, not computed yet; Refused where a name is missing or taken."""
        zh, en = _names(name)
        if len(body) > LONGEST_BODY:
            raise Refused("too_long", "definition", limit=LONGEST_BODY)
        with self._database.write(alone=True) as connection:
            if _free(connection, app, zh, en) >= MOST:
                raise Refused("too_many", "cohorts", limit=MOST)
            made = {
                "app_id": app, "zh": zh, "en": en, "body": body, "live": live, "version": 0, "created": now,
                "by_id": by,
            }  # fmt: skip
            number: int = connection.execute(
                sa.insert(COHORTS).values(**made).returning(COHORTS.c.id)
            ).scalar_one()
            record_audit(
                connection, "cohort.create", now=now, by=by, app=app, target=number, name=zh
            )
            return _saved(connection.execute(_select().where(COHORTS.c.id == number)).one())

    def change(
        self,
        app: int,
        cohort: int,
        *,
        name: Text | None,
        live: bool | None,
        now: datetime,
        by: int | None,
    ) -> None:
        """Another name, or live or frozen; None leaves it as it is. NotFound, or Refused where a name is taken."""
        found = self.get(app, cohort)
        zh, en = _names(name or found.name)
        new = {"zh": zh, "en": en, "live": found.live if live is None else live}
        with self._database.write(alone=True) as connection:
            _free(connection, app, zh, en, besides=cohort)
            connection.execute(sa.update(COHORTS).where(COHORTS.c.id == cohort).values(**new))
            record_audit(
                connection, "cohort.change", now=now, by=by, app=app, target=cohort, name=zh,
                live=new["live"],
            )  # fmt: skip

    def computed(
        self, app: int, cohort: int, version: int, *, size: int, day: date, now: datetime
    ) -> None:
        """From now on those of that version are its members; of the day, in the app's zone, their number is kept."""
        held = (COHORTS.c.app_id == app, COHORTS.c.id == cohort)
        with self._database.write() as connection:
            done = connection.execute(
                sa.update(COHORTS).where(*held).values(version=version, computed=now)
            )
            if done.rowcount:  # somebody may have removed it meanwhile
                same = (SIZES.c.cohort_id == cohort, SIZES.c.day == day)
                connection.execute(sa.delete(SIZES).where(*same))
                connection.execute(sa.insert(SIZES).values(cohort_id=cohort, day=day, size=size))

    def sizes(self, app: int, cohort: int) -> list[tuple[date, int]]:
        """Of each day on which it was computed how many were in it, the oldest first; NotFound where there is none."""
        self.get(app, cohort)
        order = sa.select(SIZES).where(SIZES.c.cohort_id == cohort).order_by(SIZES.c.day)
        with self._database.read() as connection:
            return [(row.day, row.size) for row in connection.execute(order)]

    def remove(self, app: int, cohort: int, *, now: datetime, by: int | None) -> None:
        """Take one away; NotFound where there is none."""
        found = self.get(app, cohort)
        with self._database.write(alone=True) as connection:
            connection.execute(sa.delete(SIZES).where(SIZES.c.cohort_id == cohort))
            connection.execute(sa.delete(COHORTS).where(COHORTS.c.id == cohort))
            record_audit(
                connection, "cohort.remove", now=now, by=by, app=app, target=cohort,
                name=found.name.zh,
            )  # fmt: skip


def _names(name: Text) -> tuple[str, str]:
    """In both languages; Refused where there is none, or one that would be taken for a number."""
    zh, en = (plain(said, field, LONGEST) for field, said in (("zh", name.zh), ("en", name.en)))
    if not zh and not en:
        raise Refused("missing", "zh")
    for field, said in (("zh", zh), ("en", en)):
        if said.isdecimal():
            raise Refused("cohort_number", field, got=said)
    return zh or en, en or zh


def _free(connection: sa.Connection, app: int, zh: str, en: str, besides: int = 0) -> int:
    """How many others there are; Refused where one of them has such a name, in whichever language."""
    held = (COHORTS.c.app_id == app, COHORTS.c.id != besides)
    names = connection.execute(sa.select(COHORTS.c.zh, COHORTS.c.en).where(*held)).all()
    for field, said in (("zh", zh), ("en", en)):
        if any(said in (row.zh, row.en) for row in names):
            raise Refused("cohort_exists", field, got=said)
    return len(names)


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(COHORTS, ACCOUNTS.c.name.label("author")).outerjoin(
        ACCOUNTS, ACCOUNTS.c.id == COHORTS.c.by_id
    )


def _saved(row: sa.Row[tuple[object, ...]]) -> SavedCohort:
    return SavedCohort(
        row.id, row.app_id, Text(row.zh, row.en), row.body, row.live, row.version, maybe_utc(row.computed),
        utc(row.created), row.author,
    )  # fmt: skip
