"""How often web links were opened, day by day: a browser that follows one leaves no event."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Column, Date, ForeignKey, Integer

from minilens.errors import CannotStart
from minilens.records.database import Database
from minilens.records.links import LINKS
from minilens.records.tables import METADATA

OPENS = sa.Table(
    "link_opens",
    METADATA,
    Column("code", ForeignKey("campaign_links.code"), primary_key=True),
    Column("day", Date, primary_key=True),  # by the app's clock
    Column("opens", Integer, nullable=False),
)


@dataclass(frozen=True)
class LinkOpens:
    """A link and how often it was opened on a day, once at least."""

    code: str
    day: date
    opens: int


class OpensOfLinks:
    """Counted where a browser is led on; nothing of who it was is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, code: str, day: date) -> None:
        """One more. Not worth an error where the store is busy: whoever opens a link is led on all the same."""
        held = (OPENS.c.code == code, OPENS.c.day == day)
        with suppress(CannotStart), self._database.write(alone=True) as connection:
            more = sa.update(OPENS).where(*held).values(opens=OPENS.c.opens + 1)
            if connection.execute(more).rowcount == 0:
                connection.execute(sa.insert(OPENS).values(code=code, day=day, opens=1))

    def of(
        self, app: int, start: date, end: date, codes: Collection[str] | None = None
    ) -> list[LinkOpens]:
        """Those of an app's links on these days, in the order of days and codes; `codes`: of these links alone."""
        wanted = [LINKS.c.app_id == app, OPENS.c.day.between(start, end)]
        wanted += [] if codes is None else [OPENS.c.code.in_(codes)]
        query = sa.select(OPENS).join(LINKS, LINKS.c.code == OPENS.c.code).where(*wanted)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(OPENS.c.day, OPENS.c.code))
            return [LinkOpens(row.code, row.day, row.opens) for row in rows]
