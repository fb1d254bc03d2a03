"""Saved questions, one's own and the team's, each a report by its number; and what a person has asked lately.

What a question is, only the reports know: here it is its JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.database import Database, plain, record_audit, utc
from minilens.records.tables import ACCOUNTS, ASKED, PINS, QUESTIONS
from minilens.text import Text

LONGEST, LONGEST_BODY = 40, 65_536
#: One person's own in an app, and the team's; and what is remembered of what a person asked there.
MOST, MOST_ASKED = 200, 100


@dataclass(frozen=True)
class SavedQuestion:
    """A question under a name. `author` says who made it; the team's stay when they go."""

    id: int
    name: Text
    body: str
    team: bool
    by: int | None
    author: str | None
    changed: datetime


@dataclass(frozen=True)
class AskedQuestion:
    """What somebody asked, and when the last time."""

    id: int
    body: str
    at: datetime


class Questions:
    """`account` is whoever looks: their own and the team's. None sees the team's, and with `every` all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int, account: int | None, *, every: bool = False) -> list[SavedQuestion]:
        """Those of an app that the account sees, by name."""
        held = [QUESTIONS.c.app_id == app, *([] if every else [_seen_by(account)])]
        order = (QUESTIONS.c.zh, QUESTIONS.c.id)
        with self._database.read() as connection:
            return [
                _saved(row) for row in connection.execute(_select().where(*held).order_by(*order))
            ]

    def find(
        self, app: int, question: int, account: int | None, *, every: bool = False
    ) -> SavedQuestion | None:
        """The one of that number, where the account sees it."""
        return next((one for one in self.of(app, account, every=every) if one.id == question), None)

    def create(
        self, app: int, name: Text, body: str, *, team: bool, now: datetime, by: int | None
    ) -> SavedQuestion:
        """Save one; Refused where a name is missing or taken among one's own, or among the team's.

        What nobody in person saves (a program) is the team's.
        """
        zh, en = _named(name)
        if by is None and not team:
            raise Refused("question_of_nobody", "team")
        if len(body) > LONGEST_BODY:
            raise Refused("too_long", "question", limit=LONGEST_BODY)
        with self._database.write(alone=True) as connection:
            if _not_taken(connection, app, (zh, en), team=team, by=by) >= MOST:
                raise Refused("too_many", "questions", limit=MOST)
            made = {
                "app_id": app,
                "person_id": by,
                "team": team,
                "zh": zh,
                "en": en,
                "body": body,
                "changed": now,
            }
            number: int = connection.execute(
                sa.insert(QUESTIONS).values(**made).returning(QUESTIONS.c.id)
            ).scalar_one()
            record_audit(
                connection, "question.create", now=now, by=by, app=app, target=number, name=zh
            )
            return _saved(connection.execute(_select().where(QUESTIONS.c.id == number)).one())

    def change(
        self, app: int, question: int, name: Text, body: str,
        *, seen: datetime, now: datetime, by: int | None, others: bool = False,
    ) -> SavedQuestion:  # fmt: skip
        """Have it ask something else, or be called otherwise; Refused where somebody changed it since `seen`, which is
        its `changed` as the one who changes it saw it. `others`: as in `remove`."""
        zh, en = _named(name)
        if len(body) > LONGEST_BODY:
            raise Refused("too_long", "question", limit=LONGEST_BODY)
        with self._database.write(alone=True) as connection:
            row = _held(connection, app, question, by, others=others)
            if seen.tzinfo is None or utc(row.changed) != seen:
                raise Refused("changed_meanwhile", "changed", got=row.zh)
            _not_taken(connection, app, (zh, en), team=row.team, by=row.person_id, but=question)
            at = max(now, seen + timedelta(microseconds=1))
            values = {"zh": zh, "en": en, "body": body, "changed": at}
            connection.execute(
                sa.update(QUESTIONS).where(QUESTIONS.c.id == question).values(**values)
            )
            record_audit(
                connection, "question.change", now=now, by=by, app=app, target=question, name=zh
            )
            return _saved(connection.execute(_select().where(QUESTIONS.c.id == question)).one())

    def remove(
        self, app: int, question: int, *, now: datetime, by: int | None, others: bool = False
    ) -> None:
        """Take one away, from home pages as well: what `by` made, and with `others` any of the team's.

        A program (None) made nothing itself."""
        with self._database.write(alone=True) as connection:
            row = _held(connection, app, question, by, others=others)
            pinned = (PINS.c.app_id == app, PINS.c.report == f"question.{question}")
            connection.execute(sa.delete(PINS).where(*pinned))
            connection.execute(sa.delete(QUESTIONS).where(QUESTIONS.c.id == question))
            record_audit(
                connection, "question.remove", now=now, by=by, app=app, target=question, name=row.zh
            )

    def remember(self, app: int, account: int, body: str, *, now: datetime) -> None:
        """What somebody asked: the same again only moves it up, and the oldest are forgotten. Nobody else sees it."""
        whose = (ASKED.c.app_id == app, ASKED.c.person_id == account)
        with self._database.write(alone=True) as connection:
            connection.execute(sa.delete(ASKED).where(*whose, ASKED.c.body == body))
            made = {"app_id": app, "person_id": account, "body": body, "at": now}
            connection.execute(sa.insert(ASKED).values(**made))
            newest = (
                sa.select(ASKED.c.id).where(*whose).order_by(ASKED.c.at.desc(), ASKED.c.id.desc())
            )
            kept = connection.execute(newest.limit(MOST_ASKED)).scalars().all()
            connection.execute(sa.delete(ASKED).where(*whose, ASKED.c.id.not_in(kept)))

    def asked(self, app: int, account: int) -> list[AskedQuestion]:
        """What somebody asked, the newest first."""
        whose = (ASKED.c.app_id == app, ASKED.c.person_id == account)
        newest = sa.select(ASKED).where(*whose).order_by(ASKED.c.at.desc(), ASKED.c.id.desc())
        with self._database.read() as connection:
            return [
                AskedQuestion(row.id, row.body, utc(row.at)) for row in connection.execute(newest)
            ]


def _held(
    connection: sa.Connection, app: int, question: int, by: int | None, *, others: bool
) -> sa.Row[tuple[object, ...]]:
    """The one that `by` may change: what they made, and with `others` any of the team's."""
    own = sa.and_(QUESTIONS.c.person_id.is_not(None), QUESTIONS.c.person_id == by)
    mine = sa.or_(own, QUESTIONS.c.team) if others else own
    held = (QUESTIONS.c.app_id == app, QUESTIONS.c.id == question, mine)
    row = connection.execute(_select().where(*held)).first()
    if row is None:
        raise NotFound("not_found")
    return row


def _not_taken(
    connection: sa.Connection, app: int, names: tuple[str, str], *, team: bool, by: int | None, but: int = 0
) -> int:  # fmt: skip
    """How many there are among one's own, or among the team's; Refused where another one has one of these names."""
    among = [QUESTIONS.c.app_id == app, QUESTIONS.c.team == team, QUESTIONS.c.id != but]
    among += [] if team else [QUESTIONS.c.person_id == by]
    rows = connection.execute(sa.select(QUESTIONS.c.zh, QUESTIONS.c.en).where(*among)).all()
    for field, said in zip(("zh", "en"), names, strict=True):
        if said in (getattr(row, field) for row in rows):
            raise Refused("question_exists", field, got=said)
    return len(rows)


def _named(name: Text) -> tuple[str, str]:
    """Both names; one alone stands for both."""
    zh, en = (plain(said, field, LONGEST) for field, said in (("zh", name.zh), ("en", name.en)))
    if not zh and not en:
        raise Refused("missing", "zh")
    return zh or en, en or zh


def _seen_by(account: int | None) -> sa.ColumnElement[bool]:
    team = QUESTIONS.c.team.is_(sa.true())
    return team if account is None else sa.or_(team, QUESTIONS.c.person_id == account)


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(QUESTIONS, ACCOUNTS.c.name.label("author")).outerjoin(
        ACCOUNTS, ACCOUNTS.c.id == QUESTIONS.c.person_id
    )


def _saved(row: sa.Row[tuple[object, ...]]) -> SavedQuestion:
    name = Text(row.zh, row.en)
    return SavedQuestion(
        row.id, name, row.body, row.team, row.person_id, row.author, utc(row.changed)
    )
