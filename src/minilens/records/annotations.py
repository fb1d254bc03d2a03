"""What happened on a day: a release, a campaign, an outage. Words on every trend, for all or for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.database import Database, plain, record_audit, utc
from minilens.records.tables import ACCOUNTS, ANNOTATIONS

LONGEST = 60
#: Of one app on one day: more cannot be read on a chart.
MOST_A_DAY = 20


@dataclass(frozen=True)
class Annotation:
    """A day of an app and the words for it. `by` None: the command line, or a program with a token.

    `personal`: nobody but `by` sees it.
    """

    id: int
    day: date
    text: str
    by: int | None
    author: str | None
    created: datetime
    personal: bool = False


class Annotations:
    """Changes take `by`, the account's number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(
        self,
        app: int,
        start: date | None = None,
        end: date | None = None,
        account: int | None = None,
    ) -> list[Annotation]:
        """Those of an app from the first day to the last one, in the order of days; of an account its own as well."""
        held = [ANNOTATIONS.c.app_id == app, _seen_by(account)]
        held += [ANNOTATIONS.c.day >= start] if start else []
        held += [ANNOTATIONS.c.day <= end] if end else []
        with self._database.read() as connection:
            return [_annotation(row) for row in connection.execute(_select().where(*held))]

    def create(
        self, app: int, day: date, text: str,
        *, now: datetime, by: int | None = None, personal: bool = False,
    ) -> Annotation:  # fmt: skip
        """Add one. The same words on the same day are not added again: a script may run twice.

        Of what one writes for oneself the audit knows that it was written, and not what.
        """
        said = plain(text, "text", LONGEST)
        if not said:
            raise Refused("missing", "text")
        alike = [ANNOTATIONS.c.app_id == app, ANNOTATIONS.c.day == day]
        alike += [ANNOTATIONS.c.personal == personal]
        alike += [ANNOTATIONS.c.by_id == by] if personal else []
        with self._database.write(alone=True) as connection:
            there = connection.execute(_select().where(*alike)).all()
            if same := next((row for row in there if row.text == said), None):
                return _annotation(same)
            if len(there) >= MOST_A_DAY:
                raise Refused("too_many", "day", limit=MOST_A_DAY)
            number = connection.execute(
                sa.insert(ANNOTATIONS)
                .values(app_id=app, day=day, text=said, by_id=by, created=now, personal=personal)
                .returning(ANNOTATIONS.c.id)
            ).scalar_one()
            facts = {} if personal else {"day": day, "text": said}
            record_audit(
                connection, "annotation.create", now=now, by=by, app=app, target=number, **facts
            )
            made = connection.execute(_select().where(ANNOTATIONS.c.id == number)).one()
        return _annotation(made)

    def remove(
        self, app: int, annotation: int, *, now: datetime, by: int | None, own: bool = False
    ) -> None:
        """Take one away; NotFound where the app has none of that number, or, with `own`, `by` has not."""
        wanted = [ANNOTATIONS.c.app_id == app, ANNOTATIONS.c.id == annotation]
        wanted += [ANNOTATIONS.c.by_id == by] if own else [_seen_by(by)]
        with self._database.write() as connection:
            row = connection.execute(_select().where(*wanted)).first()
            if row is None:
                raise NotFound("not_found")
            connection.execute(sa.delete(ANNOTATIONS).where(ANNOTATIONS.c.id == annotation))
            facts = {} if row.personal else {"day": row.day, "text": row.text}
            record_audit(
                connection, "annotation.remove", now=now, by=by, app=app, target=annotation, **facts
            )


def _seen_by(account: int | None) -> sa.ColumnElement[bool]:
    """Everybody's, and those that this account wrote for itself."""
    shared = ANNOTATIONS.c.personal.is_(sa.false())
    return shared if account is None else sa.or_(shared, ANNOTATIONS.c.by_id == account)


def _select() -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(ANNOTATIONS, ACCOUNTS.c.name.label("author"))
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == ANNOTATIONS.c.by_id)
        .order_by(ANNOTATIONS.c.day, ANNOTATIONS.c.id)
    )


def _annotation(row: sa.Row[tuple[object, ...]]) -> Annotation:
    return Annotation(
        row.id, row.day, row.text, row.by_id, row.author, utc(row.created), row.personal
    )
