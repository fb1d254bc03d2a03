"""Articles, followers and menu of Official Accounts by day; a day of an account is replaced as a whole, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String

from minilens.errors import Refused
from minilens.records.content_rows import (
    COUNTS,
    KINDS,
    MILLION,
    AnyNew,
    Kind,
    NewArticle,
    NewFollowers,
    NewMenu,
    checked,
    kind_of,
)
from minilens.records.database import Database, record_audit
from minilens.records.day_rows import MOST, DayChange, DayRows, Figures, Plan
from minilens.records.tables import METADATA


def _table(name: str, *columns: Column[Any]) -> sa.Table:
    return sa.Table(
        f"content_{name}",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("app_id", ForeignKey("apps.id"), nullable=False),
        Column("day", Date, nullable=False),
        Column("account", String(255), nullable=False),
        *columns,
        Index(f"ix_content_{name}_app_id", "app_id", "day", "account"),
    )


def _counts(kind: Kind) -> list[Column[Any]]:
    return [Column(name, BigInteger) for name in COUNTS[kind]]  # null: not known


CONTENT_ARTICLES = _table(
    "articles",
    Column(
        "whole", Boolean, nullable=False
    ),  # all that is known of it, on the day it was published
    *(Column(name, String(255), nullable=False) for name in ("article", "title", "campaign")),
    Column("published", Date, nullable=False),
    Column("completion", Integer),  # millionths; null: not known
    *_counts("articles"),
)
CONTENT_FOLLOWERS = _table("followers", *_counts("followers"))
CONTENT_MENU = _table(
    "menu",
    *(Column(name, String(255), nullable=False) for name in ("menu", "item")),
    *_counts("menu"),
)


@dataclass(frozen=True)
class Article:
    """An article on a day, or (`whole`) all that was known of it. `completion` in millionths. None: not known."""

    day: date
    account: str
    whole: bool
    article: str
    title: str
    campaign: str
    published: date
    completion: int | None
    opens: int | None
    readers: int | None
    shares: int | None
    sharers: int | None
    delivered: int | None
    follows: int | None
    to_menu: int | None
    to_mini_program: int | None
    to_form: int | None

    @property
    def called(self) -> tuple[object, ...]:
        """What tells it from other articles of its app."""
        return (self.account, self.article or (self.title, self.published))


@dataclass(frozen=True)
class FollowerDay:
    """Followers of an account on a day. None: not known."""

    day: date
    account: str
    gained: int | None
    lost: int | None
    followers: int | None


@dataclass(frozen=True)
class MenuDay:
    """Clicks on an item of the menu on a day. None: not known."""

    day: date
    account: str
    menu: str
    item: str
    clicks: int
    clickers: int | None


AnyRow = Article | FollowerDay | MenuDay


def _summed(*names: str) -> Any:
    def figures(some: Iterable[AnyRow]) -> Figures:
        rows = list(some)
        return tuple((name, sum(getattr(one, name) or 0 for one in rows)) for name in names)

    return figures


_ORDER = {
    "articles": ("day", "account", "whole", "published", "title", "article"),
    "followers": ("day", "account"),
    "menu": ("day", "account", "menu", "item"),
}
_ROWS: dict[Kind, DayRows[Any]] = {
    "articles": DayRows(
        CONTENT_ARTICLES, Article, "account", _ORDER["articles"], _summed("opens", "readers")
    ),
    "followers": DayRows(
        CONTENT_FOLLOWERS, FollowerDay, "account", _ORDER["followers"], _summed("gained", "lost")
    ),
    "menu": DayRows(CONTENT_MENU, MenuDay, "account", _ORDER["menu"], _summed("clicks")),
}
#: What an article that is handed in replaces: all of its account and day, or only itself there.
Replaces = Literal["days", "articles"]
REPLACES: tuple[Replaces, ...] = ("days", "articles")
#: What changes, by kind.
Changes = dict[Kind, list[DayChange]]


class Content:
    """It belongs to the app: whoever may see it sees all of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def preview(
        self, app: int, some: Sequence[AnyNew], *, today: date, replaces: Replaces = "days", first: int = 0
    ) -> Changes:  # fmt: skip
        """What `put` of the same would change, by account and day; Refused as it would be."""
        given = _given(some, today, first)
        with self._database.read() as connection:
            plans = _plans(connection, app, given, replaces)
        return {kind: plan.changes for kind, plan in plans.items()}

    def put(
        self, app: int, some: Sequence[AnyNew], *, today: date, now: datetime, replaces: Replaces = "days",
        first: int = 0, by: int | None = None,
    ) -> Changes:  # fmt: skip
        """Replace the days of the rows by them, kind by kind; what was changed. What is as it was stays untouched.

        Articles that are told as a whole stand on the day they were published, apart from those told by day. Refused
        where one of them cannot be, naming its place among its kind counted from `first`: `articles[3].opens`; or
        where two are of the same article, menu item or account and day.
        """
        given = _given(some, today, first)
        with self._database.write(alone=True) as connection:
            plans = _plans(connection, app, given, replaces)
            for kind, plan in plans.items():
                _ROWS[kind].carry_out(connection, app, plan)
            told = [one for plan in plans.values() for one in plan.told]
            if told:
                days = sorted({one.day for one in told})
                record_audit(
                    connection, "content.put", now=now, by=by, app=app, name=f"{days[0]} – {days[-1]}",
                    days=len(told), rows=sum(one.rows for one in told),
                    replaced=sum(one.state == "replaced" for one in told),
                )  # fmt: skip
        return {kind: plan.changes for kind, plan in plans.items()}

    def articles(self, app: int, first: date, last: date) -> list[Article]:
        """What is known of the articles published on those days, of any day."""
        columns = CONTENT_ARTICLES.c
        query = sa.select(CONTENT_ARTICLES).where(
            columns.app_id == app, columns.published >= first, columns.published <= last
        )
        order = (*(columns[name] for name in _ORDER["articles"]), columns.id)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(*order)).mappings()
            return [_ROWS["articles"].of(row) for row in found]

    def of(
        self, app: int, kind: Kind, first: date, last: date, *, after: int = 0, most: int = 10**9
    ) -> list[Any]:
        """The rows of a kind on those days (Article, FollowerDay or MenuDay) by day and names, `most` of them after
        the first `after`."""
        with self._database.read() as connection:
            rows = _ROWS[kind].ordered(connection, app, first, last, after=after, most=most)
            return rows

    def days(self, app: int) -> dict[Kind, tuple[date, date]]:
        """The first and the last day of each kind that has any."""
        with self._database.read() as connection:
            found = {kind: _ROWS[kind].days(connection, app) for kind in KINDS}
        return {kind: days for kind, days in found.items() if days}


def _plans(
    connection: sa.Connection, app: int, given: dict[Kind, list[Any]], replaces: Replaces
) -> dict[Kind, Plan[Any]]:
    def part(one: AnyRow) -> object:
        if not isinstance(one, Article):
            return None
        return (one.whole, one.called) if replaces == "articles" else one.whole

    return {kind: _ROWS[kind].plan(connection, app, rows, part) for kind, rows in given.items()}


def _given(some: Sequence[AnyNew], today: date, first: int) -> dict[Kind, list[Any]]:
    """As they are kept, by kind, each key once."""
    if not some:
        raise Refused("missing", "articles")
    if len(some) > MOST:
        raise Refused("too_many", kind_of(some[0]), limit=MOST)
    found: dict[Kind, list[Any]] = {}
    seen: set[tuple[object, ...]] = set()
    for one in some:
        kind = kind_of(one)
        rows = found.setdefault(kind, [])
        at = f"{kind}[{len(rows) + first}]"
        row: Any = checked(one, today, f"{at}.")
        if (kind, *row.key) in seen:
            named = filter(None, map(str, row.key[1:]))
            raise Refused("twice", at, got=" ".join(named)[:80])
        seen.add((kind, *row.key))
        rows.append(_kept(row))
    return found


def _kept(one: AnyNew) -> AnyRow:
    if isinstance(one, NewFollowers):
        return FollowerDay(one.day, one.account, one.gained, one.lost, one.followers)
    if isinstance(one, NewMenu):
        return MenuDay(one.day, one.account, one.menu, one.item, one.clicks, one.clickers)
    rate = None if one.completion is None else round(one.completion * MILLION)
    counts = {name: getattr(one, name) for name in COUNTS["articles"]}
    return Article(
        one.day or one.published, one.account, one.day is None, one.article, one.title, one.campaign, one.published,
        rate, **counts,
    )  # fmt: skip


__all__ = ["Article", "Changes", "Content", "FollowerDay", "MenuDay", "NewArticle"]
