"""Reviews of weeks and months: what people wrote. A week has an insight, a friction point and a change with its owner;
a month what to scale, keep and stop. Which figure a change is measured by, only the reports know: here its JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, String

from minilens.errors import Refused
from minilens.records.account_rows import check_member
from minilens.records.database import Database, lines, record_audit, utc
from minilens.records.tables import ACCOUNTS, METADATA

#: The parts of a review, by its grain; of a text so many characters.
PARTS: dict[str, tuple[str, ...]] = {
    "week": ("insight", "friction", "change"),
    "month": ("scale", "keep", "stop"),
}
LONGEST, LONGEST_FIGURE = 1_000, 65_536

REVIEWS = sa.Table(
    "reviews",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("grain", String(5), primary_key=True),  # week, month
    Column("start", sa.Date, primary_key=True),  # its first day
    Column("insight", sa.Text, nullable=False),
    Column("friction", sa.Text, nullable=False),
    Column("change", sa.Text, nullable=False),
    Column("scale", sa.Text, nullable=False),
    Column("keep", sa.Text, nullable=False),
    Column("stop", sa.Text, nullable=False),
    Column("owner_id", ForeignKey("people.id")),  # null: nobody
    Column(
        "figure", sa.Text, nullable=False
    ),  # JSON of what the change is measured by; empty: nothing
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)


@dataclass(frozen=True)
class Review:
    """That of a week or month by its first day. `owner`: who answers for the change, by number and name; None where
    nobody does. `changed`, `by`: when it was written last and by whom; None where it was not, or by a command."""

    grain: str
    start: date
    insight: str = ""
    friction: str = ""
    change: str = ""
    scale: str = ""
    keep: str = ""
    stop: str = ""
    owner: int | None = None
    owner_name: str | None = None
    figure: str = ""
    changed: datetime | None = None
    by: str | None = None

    @property
    def written(self) -> bool:
        """Whether anything is."""
        return any(getattr(self, part) for part in PARTS[self.grain])


class Reviews:
    """They belong to the app: whoever may see it reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int, grain: str) -> list[Review]:
        """Those of an app that were written, the newest first."""
        held = (REVIEWS.c.app_id == app, REVIEWS.c.grain == grain)
        with self._database.read() as connection:
            rows = connection.execute(_select().where(*held).order_by(REVIEWS.c.start.desc()))
            return [_review(row) for row in rows]

    def get(self, app: int, grain: str, start: date) -> Review:
        """That of a week or month; an empty one where none was written."""
        with self._database.read() as connection:
            row = connection.execute(_select().where(*_held(app, grain, start))).one_or_none()
        return _review(row) if row else Review(grain, start)

    def write(self, app: int, review: Review, *, now: datetime, by: int | None) -> Review:
        """Keep it instead of what was there; Refused, naming the part, where a text is long, a part is of the other
        grain, or the owner of the change can't see the app."""
        kept = _checked(review)
        parts = {name: getattr(kept, name) for some in PARTS.values() for name in some}
        values = parts | {
            "owner_id": kept.owner,
            "figure": kept.figure,
            "changed": now,
            "by_id": by,
        }
        with self._database.write(alone=True) as connection:
            if kept.owner is not None:
                check_member(connection, app, kept.owner)
            held = _held(app, kept.grain, kept.start)
            if connection.execute(sa.select(REVIEWS.c.start).where(*held)).first():
                connection.execute(sa.update(REVIEWS).where(*held).values(**values))
            else:
                key = {"app_id": app, "grain": kept.grain, "start": kept.start}
                connection.execute(sa.insert(REVIEWS).values(**key, **values))
            record_audit(
                connection,
                "review.write",
                now=now,
                by=by,
                app=app,
                target=f"{kept.grain} {kept.start}",
            )
            return _review(connection.execute(_select().where(*held)).one())


def _checked(review: Review) -> Review:
    """With its texts as they are kept; Refused, naming the part."""
    told: dict[str, str] = {}
    for grain, parts in PARTS.items():
        for part in parts:
            told[part] = lines(getattr(review, part), part, LONGEST)
            if told[part] and grain != review.grain:
                raise Refused("not_taken_by", part, of=review.grain)
    if len(review.figure) > LONGEST_FIGURE:
        raise Refused("too_long", "figure", limit=LONGEST_FIGURE)
    if (review.owner or review.figure) and not told["change"]:
        raise Refused("missing", "change")
    return replace(review, **told)  # type: ignore[arg-type]


def _held(app: int, grain: str, start: date) -> tuple[sa.ColumnElement[bool], ...]:
    return REVIEWS.c.app_id == app, REVIEWS.c.grain == grain, REVIEWS.c.start == start


_OWNER, _BY = ACCOUNTS.alias("owners"), ACCOUNTS.alias("writers")


def _select() -> sa.Select[tuple[object, ...]]:
    joined = REVIEWS.outerjoin(_OWNER, _OWNER.c.id == REVIEWS.c.owner_id).outerjoin(
        _BY, _BY.c.id == REVIEWS.c.by_id
    )
    return sa.select(
        REVIEWS, _OWNER.c.name.label("owner_name"), _BY.c.name.label("by_name")
    ).select_from(joined)


def _review(row: sa.Row[tuple[object, ...]]) -> Review:
    return Review(
        row.grain, row.start, row.insight, row.friction, row.change, row.scale, row.keep, row.stop, row.owner_id,
        row.owner_name, row.figure, utc(row.changed), row.by_name,
    )  # fmt: skip
