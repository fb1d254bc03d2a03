"""What happened on a day: a release, a campaign, an outage. A few words that stand on every trend."""

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
    """A day of an app and the words for it. `by` None: the command line, or a program with a token."""

    id: int
    day: date
    text: str
    by: int | None
    author: str | None
    created: datetime


class Annotations:
    """Changes take `by`, the account's number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int, start: date | None = None, end: date | None = None) -> list[Annotation]:
        """Those of an app from the first day to the last one, in the order of days."""
        held = [ANNOTATIONS.c.app_id == app]
        held += [ANNOTATIONS.c.day >= start] if start else []
        held += [ANNOTATIONS.c.day <= end] if end else []
        with self._database.read() as connection:
            return [_annotation(row) for row in connection.execute(_select().where(*held))]

    def create(
        self, app: int, day: date, text: str, *, now: datetime, by: int | None = None
    ) -> Annotation:
        """Add one. The same words on the same day are not added again: a script may run twice."""
        said = plain(text, "text", LONGEST)
        if not said:
            raise Refused("missing", "text")
        of_day = _select().where(ANNOTATIONS.c.app_id == app, ANNOTATIONS.c.day == day)
        with self._database.write(alone=True) as connection:
            there = connection.execute(of_day).all()
            if same := next((row for row in there if row.text == said), None):
                return _annotation(same)
            if len(there) >= MOST_A_DAY:
                raise Refused("too_many", "day", limit=MOST_A_DAY)
            number = connection.execute(
                sa.insert(ANNOTATIONS)
                .values(app_id=app, day=day, text=said, by_id=by, created=now)
                .returning(ANNOTATIONS.c.id)
            ).scalar_one()
            record_audit(
                connection, "annotation.create", now=now, by=by, app=app, target=number, day=day,
                text=said,
            )  # fmt: skip
            made = connection.execute(_select().where(ANNOTATIONS.c.id == number)).one()
        return _annotation(made)

    def remove(
        self, app: int, annotation: int, *, now: datetime, by: int | None, own: bool = False
    ) -> None:
        """Take one away; NotFound where the app has none of that number, or, with `own`, `by` has not."""
        wanted = [ANNOTATIONS.c.app_id == app, ANNOTATIONS.c.id == annotation]
        wanted += [ANNOTATIONS.c.by_id == by] if own else []
        with self._database.write() as connection:
            row = connection.execute(_select().where(*wanted)).first()
            if row is None:
                raise NotFound("not_found")
            connection.execute(sa.delete(ANNOTATIONS).where(ANNOTATIONS.c.id == annotation))
            record_audit(
                connection, "annotation.remove", now=now, by=by, app=app, target=annotation,
                day=row.day, text=row.text,
            )  # fmt: skip


def _select() -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(ANNOTATIONS, ACCOUNTS.c.name.label("author"))
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == ANNOTATIONS.c.by_id)
        .order_by(ANNOTATIONS.c.day, ANNOTATIONS.c.id)
    )


def _annotation(row: sa.Row[tuple[object, ...]]) -> Annotation:
    return Annotation(row.id, row.day, row.text, row.by_id, row.author, utc(row.created))
