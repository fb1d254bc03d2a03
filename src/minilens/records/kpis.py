"""KPIs of an app: up to three outcomes, each with an owner. What they are, only the reports know: here their JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String

from minilens.errors import NotFound, Refused
from minilens.records.account_rows import check_member
from minilens.records.database import Database, plain, record_audit, utc
from minilens.records.tables import ACCOUNTS, METADATA
from minilens.text import Text

LONGEST, LONGEST_BODY = 40, 65_536
#: Of one app. More are none that anybody keeps in mind.
MOST = 3

KPIS = sa.Table(
    "kpis",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("zh", String(40), nullable=False),
    Column("en", String(40), nullable=False),
    Column("body", sa.Text, nullable=False),  # its JSON
    Column("owner_id", ForeignKey("people.id")),  # null: nobody
    Column("changed", DateTime(timezone=True), nullable=False),
    Index("ix_kpis_app_id", "app_id"),
)


@dataclass(frozen=True)
class SavedKpi:
    """A KPI. `owner`: the account that answers for it, by number, and what it is called; None where nobody does."""

    id: int
    app: int
    name: Text
    body: str
    owner: int | None
    owner_name: str | None
    changed: datetime


class Kpis:
    """They belong to the app: whoever may see it sees all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> list[SavedKpi]:
        """Those of an app, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(_select().where(KPIS.c.app_id == app).order_by(KPIS.c.id))
            return [_saved(row) for row in rows]

    def get(self, app: int, kpi: int) -> SavedKpi:
        """The one of that number; NotFound where there is none."""
        found = next((one for one in self.of(app) if one.id == kpi), None)
        if found is None:
            raise NotFound("unknown_kpi", "kpi", got=str(kpi))
        return found

    def named(self, app: int, text: str) -> SavedKpi:
        """The one of that number or name in either language; NotFound where there is none."""
        for one in self.of(app):
            if text in (str(one.id), one.name.zh, one.name.en):
                return one
        raise NotFound("unknown_kpi", "kpi", got=text[:LONGEST])

    def create(
        self, app: int, name: Text, body: str, owner: int | None, *, now: datetime, by: int | None
    ) -> SavedKpi:
        """Keep one more; Refused where a name is missing or taken, three are there, or its owner can't see the app."""
        zh, en = _names(name, body)
        with self._database.write(alone=True) as connection:
            if _others(connection, app, zh, en) >= MOST:
                raise Refused("too_many", "kpis", limit=MOST)
            if owner is not None:
                check_member(connection, app, owner)
            made = {
                "app_id": app,
                "zh": zh,
                "en": en,
                "body": body,
                "owner_id": owner,
                "changed": now,
            }
            number: int = connection.execute(
                sa.insert(KPIS).values(**made).returning(KPIS.c.id)
            ).scalar_one()
            record_audit(connection, "kpi.create", now=now, by=by, app=app, target=number, name=zh)
            return _saved(connection.execute(_select().where(KPIS.c.id == number)).one())

    def change(
        self, app: int, kpi: int, name: Text, body: str, owner: int | None, *, now: datetime, by: int | None
    ) -> SavedKpi:  # fmt: skip
        """Another name, definition and owner; NotFound, or Refused as when it is made."""
        self.get(app, kpi)
        zh, en = _names(name, body)
        with self._database.write(alone=True) as connection:
            _others(connection, app, zh, en, besides=kpi)
            if owner is not None:
                check_member(connection, app, owner)
            new = {"zh": zh, "en": en, "body": body, "owner_id": owner, "changed": now}
            connection.execute(sa.update(KPIS).where(KPIS.c.id == kpi).values(**new))
            record_audit(connection, "kpi.change", now=now, by=by, app=app, target=kpi, name=zh)
            return _saved(connection.execute(_select().where(KPIS.c.id == kpi)).one())

    def remove(self, app: int, kpi: int, *, now: datetime, by: int | None) -> None:
        """Take one away; NotFound where there is none."""
        found = self.get(app, kpi)
        with self._database.write(alone=True) as connection:
            connection.execute(sa.delete(KPIS).where(KPIS.c.id == kpi))
            record_audit(
                connection, "kpi.remove", now=now, by=by, app=app, target=kpi, name=found.name.zh
            )


def _names(name: Text, body: str) -> tuple[str, str]:
    """In both languages; Refused where there is none."""
    if len(body) > LONGEST_BODY:
        raise Refused("too_long", "definition", limit=LONGEST_BODY)
    zh, en = (plain(said, field, LONGEST) for field, said in (("zh", name.zh), ("en", name.en)))
    if not zh and not en:
        raise Refused("missing", "zh")
    return zh or en, en or zh


def _others(connection: sa.Connection, app: int, zh: str, en: str, besides: int = 0) -> int:
    """How many others there are; Refused where one of them has such a name, in whichever language."""
    held = (KPIS.c.app_id == app, KPIS.c.id != besides)
    names = connection.execute(sa.select(KPIS.c.zh, KPIS.c.en).where(*held)).all()
    for field, said in (("zh", zh), ("en", en)):
        if any(said in (row.zh, row.en) for row in names):
            raise Refused("kpi_exists", field, got=said)
    return len(names)


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(KPIS, ACCOUNTS.c.name.label("owner")).outerjoin(
        ACCOUNTS, ACCOUNTS.c.id == KPIS.c.owner_id
    )


def _saved(row: sa.Row[tuple[object, ...]]) -> SavedKpi:
    return SavedKpi(
        row.id,
        row.app_id,
        Text(row.zh, row.en),
        row.body,
        row.owner_id,
        row.owner,
        utc(row.changed),
    )
