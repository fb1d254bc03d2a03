"""Addresses for tools that poll: each opens one report as CSV, or the calendar of annotations, by a token of its own.

What a report's query says, only the reports know. Of the token only the hash is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String

from minilens.errors import NotFound, Refused
from minilens.records.account_rows import found_account
from minilens.records.database import Database, hashed, maybe_utc, plain, record_audit, utc
from minilens.records.rights import OF_PERSONS, Role, may
from minilens.records.tables import APPS, METADATA

#: Of an app, those that are not revoked.
MOST, LONGEST_QUERY = 200, 4000
#: `last_used` is written down no oftener.
NOT_OFTENER = timedelta(minutes=10)
#: What its maker must be able to do, each time it is used.
NEEDS = "export"
#: In place of a report: what happened on which day.
ANNOTATIONS = "annotations"

FEEDS = sa.Table(
    "feeds",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False, index=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("report", String(64), nullable=False),  # a report, question.7, or annotations
    Column("query", sa.Text, nullable=False),  # of its address, without ?
    Column("created", DateTime(timezone=True), nullable=False),
    Column("created_by", ForeignKey("people.id")),  # null: the command line
    Column("revoked", DateTime(timezone=True)),
    Column("last_used", DateTime(timezone=True)),  # to ten minutes
)


@dataclass(frozen=True)
class Feed:
    """An address for tools, without its token. `report`: of a report, `question.7` of a saved question, or
    `annotations`; `query` what it is asked, without `?`. `created_by` None: the command line.

    `opens`: whether its maker may still export this app's figures; without that it answers nothing. `sees_persons`:
    whether they may see single persons.
    """

    id: int
    app: int
    name: str
    report: str
    query: str
    created: datetime
    created_by: int | None
    revoked: datetime | None
    last_used: datetime | None
    opens: bool
    sees_persons: bool

    @property
    def calendar(self) -> bool:
        """Whether it is a calendar and not a table."""
        return self.report == ANNOTATIONS


class Feeds:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, app: int, report: str, query: str, *, name: str, now: datetime, by: int | None = None
    ) -> tuple[Feed, str]:
        """A new one and its token, which is shown once; Refused where it has no name, or an app has too many."""
        called = plain(name, "name")
        if not called:
            raise Refused("missing", "name")
        if len(query) > LONGEST_QUERY:
            raise Refused("too_long", "query", limit=LONGEST_QUERY)
        token = f"mf_{secrets.token_urlsafe(24)}"
        with self._database.write(alone=True) as connection:
            held = (FEEDS.c.app_id == app, FEEDS.c.revoked.is_(None))
            there = connection.execute(sa.select(sa.func.count()).select_from(FEEDS).where(*held))
            if there.scalar_one() >= MOST:
                raise Refused("too_many", "feeds", limit=MOST)
            made = {
                "app_id": app, "hash": hashed(token), "name": called, "report": report,
                "query": query, "created": now, "created_by": by,
            }  # fmt: skip
            number: int = connection.execute(
                sa.insert(FEEDS).values(**made).returning(FEEDS.c.id)
            ).scalar_one()
            record_audit(
                connection, "feed.create", now=now, by=by, app=app, target=number, name=called,
                report=report,
            )  # fmt: skip
            row = connection.execute(sa.select(FEEDS).where(FEEDS.c.id == number)).one()
            return _feed(connection, row), token

    def of(self, app: int) -> list[Feed]:
        """Those of an app, newest first; also those that are revoked."""
        query = sa.select(FEEDS).where(FEEDS.c.app_id == app).order_by(FEEDS.c.id.desc())
        with self._database.read() as connection:
            return [_feed(connection, row) for row in connection.execute(query).all()]

    def find(self, token: str, *, now: datetime) -> Feed | None:
        """What a token opens; None where it is unknown, revoked, of an archived app, or of somebody who may not any
        more. That it was used is written down."""
        query = sa.select(FEEDS).join(APPS).where(FEEDS.c.hash == hashed(token))
        with self._database.read() as connection:
            row = connection.execute(query.where(APPS.c.archived.is_(None))).first()
            found = _feed(connection, row) if row else None
        if found is None or found.revoked is not None or not found.opens:
            return None
        if found.last_used is None or found.last_used < now - NOT_OFTENER:
            self._database.touch(
                sa.update(FEEDS).where(FEEDS.c.id == found.id).values(last_used=now)
            )
        return found

    def revoke(
        self, app: int, feed: int, *, now: datetime, by: int | None = None, own: bool = False
    ) -> None:
        """It answers nothing from now on; NotFound where the app, or with `own` the account, has no such number."""
        wanted = [FEEDS.c.id == feed, FEEDS.c.app_id == app]
        wanted += [FEEDS.c.created_by == by] if own else []
        with self._database.write() as connection:
            row = connection.execute(sa.select(FEEDS).where(*wanted)).first()
            if row is None:
                raise NotFound("not_found")
            if row.revoked is not None:
                return
            connection.execute(sa.update(FEEDS).where(FEEDS.c.id == feed).values(revoked=now))
            record_audit(
                connection, "feed.revoke", now=now, by=by, app=app, target=feed, name=row.name
            )


def _feed(connection: sa.Connection, row: sa.Row[tuple[object, ...]]) -> Feed:
    role: Role | None = "owner"
    if row.created_by is not None:
        account = found_account(connection, row.created_by)
        role = None if account.disabled else account.role(row.app_id)
    return Feed(
        row.id, row.app_id, row.name, row.report, row.query, utc(row.created), row.created_by,
        maybe_utc(row.revoked), maybe_utc(row.last_used), may(role, NEEDS), may(role, OF_PERSONS),
    )  # fmt: skip
