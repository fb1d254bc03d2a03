"""Saved views: a page of an app with all that its address says, under a name; one's own, or the team's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.database import Database, plain, record_audit
from minilens.records.tables import ACCOUNTS, VIEWS

LONGEST, LONGEST_QUERY = 40, 4000
#: One person's own in an app, and the team's: more are no menu.
MOST = 50


@dataclass(frozen=True)
class View:
    """A page (`tab`) with its arguments (`query`, from `?` on). `version` grows with each change.

    Of the team's views `author` says who made it; such a view stays when they go.
    """

    id: int
    name: str
    tab: str
    query: str
    team: bool
    by: int
    author: str
    version: int


class Views:
    """Changes take `by`, the account's number. What is another's own is NotFound."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int, account: int) -> list[View]:
        """One's own and the team's, by name."""
        held = (VIEWS.c.app_id == app, sa.or_(VIEWS.c.team, VIEWS.c.person_id == account))
        with self._database.read() as connection:
            rows = connection.execute(_select().where(*held).order_by(VIEWS.c.name, VIEWS.c.id))
            return [_view(row) for row in rows]

    def create(
        self, app: int, name: str, tab: str, query: str, *, team: bool, now: datetime, by: int
    ) -> View:
        """Save one; Refused where a name is missing or taken among one's own, or among the team's."""
        said = plain(name, "name", LONGEST)
        if not said:
            raise Refused("missing", "name")
        if len(query) > LONGEST_QUERY:
            raise Refused("too_long", "query", limit=LONGEST_QUERY)
        among = [VIEWS.c.app_id == app, VIEWS.c.team == team]
        among += [] if team else [VIEWS.c.person_id == by]
        with self._database.write(alone=True) as connection:
            there = connection.execute(sa.select(VIEWS.c.name).where(*among)).scalars().all()
            if said in there:
                raise Refused("view_exists", "name", got=said)
            if len(there) >= MOST:
                raise Refused("too_many", "name", limit=MOST)
            number: int = connection.execute(
                sa.insert(VIEWS)
                .values(app_id=app, person_id=by, team=team, name=said, tab=tab, query=query, version=1, changed=now)
                .returning(VIEWS.c.id)
            ).scalar_one()  # fmt: skip
            record_audit(
                connection, "view.create", now=now, by=by, app=app, target=number, name=said
            )
            return _view(connection.execute(_select().where(VIEWS.c.id == number)).one())

    def change(
        self, app: int, view: int, tab: str, query: str,
        *, version: int, now: datetime, by: int, others: bool = False,
    ) -> None:  # fmt: skip
        """Have it show another address; Refused where somebody changed it since it was seen in this version."""
        if len(query) > LONGEST_QUERY:
            raise Refused("too_long", "query", limit=LONGEST_QUERY)
        with self._database.write(alone=True) as connection:
            row = _held(connection, app, view, by, others=others)
            if row.version != version:
                raise Refused("changed_meanwhile", "version", got=row.name)
            values = {"tab": tab, "query": query, "version": version + 1, "changed": now}
            connection.execute(sa.update(VIEWS).where(VIEWS.c.id == view).values(**values))
            record_audit(
                connection, "view.change", now=now, by=by, app=app, target=view, name=row.name
            )

    def remove(self, app: int, view: int, *, now: datetime, by: int, others: bool = False) -> None:
        """Take one away."""
        with self._database.write(alone=True) as connection:
            row = _held(connection, app, view, by, others=others)
            connection.execute(sa.delete(VIEWS).where(VIEWS.c.id == view))
            record_audit(
                connection, "view.remove", now=now, by=by, app=app, target=view, name=row.name
            )


def _held(
    connection: sa.Connection, app: int, view: int, by: int, *, others: bool
) -> sa.Row[tuple[object, ...]]:
    """The row that `by` may change: what they made, and with `others` any of the team's."""
    own = VIEWS.c.person_id == by
    mine = sa.or_(own, VIEWS.c.team) if others else own
    row = connection.execute(
        _select().where(VIEWS.c.app_id == app, VIEWS.c.id == view, mine)
    ).first()
    if row is None:
        raise NotFound("not_found")
    return row


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(VIEWS, ACCOUNTS.c.name.label("author")).join(
        ACCOUNTS, ACCOUNTS.c.id == VIEWS.c.person_id
    )


def _view(row: sa.Row[tuple[object, ...]]) -> View:
    return View(
        row.id, row.name, row.tab, row.query, row.team, row.person_id, row.author, row.version
    )
