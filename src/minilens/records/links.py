"""Campaign links of an app: what is counted under which campaign, placement and material, by a code that is its own.

A link is never removed and its names never change: its code is printed somewhere. One that is over is ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, String

from minilens.errors import NotFound, Refused
from minilens.records.app_pages import AppPages
from minilens.records.database import Database, maybe_utc, plain, record_audit, utc
from minilens.records.link_content import (
    CODE,
    LONGEST,
    LONGEST_NOTE,
    Method,
    NewLink,
    checked,
    direct,
)
from minilens.records.tables import ACCOUNTS, METADATA
from minilens.reference.link_codes import is_code, looks_like_code, new_code

#: Links that are made at once, and codes that are looked up at once.
MOST, PORTION = 50_000, 400

LINKS = sa.Table(
    "campaign_links",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("code", String(32), nullable=False, unique=True),  # of all apps: an address names none
    Column("campaign", String(64), nullable=False),
    Column("placement", String(64), nullable=False),
    Column("material", String(64), nullable=False),
    Column("page", String(255), nullable=False),
    Column("query", String(1024), nullable=False),
    Column("method", String(8), nullable=False),  # path | code
    Column("tags", sa.Text, nullable=False),  # a list, as JSON
    Column("note", String(255), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("web", String(1024), nullable=False),
    Column("expires", Date),  # the last day
    Column("ended", DateTime(timezone=True)),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line, or a program
    Index("ix_campaign_links_app_id", "app_id", "campaign", "placement", "material"),
)


@dataclass(frozen=True)
class Link:
    """A campaign link. `expires`: its last day by the app's clock; `ended`: when that was said of it."""

    app: int
    code: str
    campaign: str
    placement: str
    material: str
    page: str
    query: str
    method: Method
    tags: tuple[str, ...]
    note: str
    owner: str
    web: str
    expires: date | None
    ended: datetime | None
    created: datetime
    author: str | None

    @property
    def url(self) -> str:
        """The whole address within the mini program: page, parameters, code."""
        return direct(self.page, self.query, self.code)

    @property
    def path(self) -> str:
        """What its image holds: the whole address, or the code alone where that is its method."""
        return self.url if self.method == "path" else f"{self.page}?scene={self.code}"

    def over(self, today: date) -> bool:
        """Whether it is ended, or its last day is before `today` by the app's clock."""
        return self.ended is not None or (self.expires is not None and self.expires < today)


@dataclass(frozen=True)
class Campaign:
    """A campaign that has links: how many, and to how many placements."""

    name: str
    links: int
    placements: int


class Links:
    """They belong to the app: whoever may see it sees all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, app: int, some: Sequence[NewLink], *, now: datetime, by: int | None = None, first: int = 0,
        codes: Sequence[str] = (),
    ) -> list[Link]:  # fmt: skip
        """Make all, or Refused where one of them cannot be, naming its place counted from `first`: `links[3].page`.
        `codes`: those of a demo, which are the same every time; nobody may have them yet."""
        if not some:
            raise Refused("missing", "links")
        if len(some) > MOST:
            raise Refused("too_many", "links", limit=MOST)
        kept = AppPages(self._database).find(app)
        pages = {one.path for one in kept.pages} if kept else None
        with self._database.write(alone=True) as connection:
            codes = codes or _fresh(connection, len(some))
            rows = [
                _row(checked(one, pages, code, f"links[{first + n}]."), code)
                | {"app_id": app, "created": now, "by_id": by}
                for n, (one, code) in enumerate(zip(some, codes, strict=True))
            ]
            connection.execute(sa.insert(LINKS), rows)
            names = sorted({row["campaign"] for row in rows})
            record_audit(
                connection, "link.create", now=now, by=by, app=app, target=codes[0] if len(codes) == 1 else "",
                name=", ".join(names)[:200], links=len(codes),
            )  # fmt: skip
            held = connection.execute(sa.select(ACCOUNTS.c.name).where(ACCOUNTS.c.id == by))
            author = held.scalar() if by is not None else None
        return [_link(row | {"ended": None, "author": author}) for row in rows]

    def of(
        self, app: int, *, campaign: str = "", search: str = "", after: int = 0, most: int = MOST
    ) -> list[Link]:
        """Those of an app by campaign, placement and material, `most` of them after the first `after`. `search`: with
        that in a name, a tag, the note, the owner or the code."""
        query = _select().where(LINKS.c.app_id == app).limit(most).offset(after)
        if campaign:
            query = query.where(LINKS.c.campaign == campaign)
        if search:
            names = ("campaign", "placement", "material", "code", "owner", "note", "tags")
            query = query.where(
                sa.or_(*(LINKS.c[name].icontains(search, autoescape=True) for name in names))
            )
        names_first = (LINKS.c.campaign, LINKS.c.placement, LINKS.c.material, LINKS.c.id)
        with self._database.read() as connection:
            return [
                _link(row) for row in connection.execute(query.order_by(*names_first)).mappings()
            ]

    def campaigns(self, app: int) -> list[Campaign]:
        """Those that have links, by name."""
        name, places = LINKS.c.campaign, sa.func.count(LINKS.c.placement.distinct())
        query = sa.select(name, sa.func.count(), places).where(LINKS.c.app_id == app)
        with self._database.read() as connection:
            return [
                Campaign(*row) for row in connection.execute(query.group_by(name).order_by(name))
            ]

    def find(self, code: str) -> Link | None:
        """The one of that code, of whatever app."""
        return self.known([code]).get(code)

    def get(self, code: str) -> Link:
        """The same; Refused where it is no code or one of its characters is wrong, NotFound where nobody made it."""
        if not is_code(code):
            kind = "wrong_check" if looks_like_code(code) else "not_a_code"
            raise Refused(kind, "code", got=code[:40])
        found = self.find(code)
        if found is None:
            raise NotFound("unknown_link", "code", got=code)
        return found

    def known(self, codes: Iterable[str]) -> dict[str, Link]:
        """Code → link, of those that somebody made."""
        lawful = list(filter(is_code, codes))
        found: dict[str, Link] = {}
        if lawful:
            with self._database.read() as connection:
                for some in _portions(lawful):
                    rows = connection.execute(_select().where(LINKS.c.code.in_(some))).mappings()
                    found |= {row["code"]: _link(row) for row in rows}
        return found

    def change(
        self, app: int, code: str, *, note: str, owner: str, expires: date | None, now: datetime, by: int | None
    ) -> None:  # fmt: skip
        """What may change of it; what it is counted under and where it leads may not."""
        values = {
            "note": plain(note, "note", LONGEST_NOTE),
            "owner": plain(owner, "owner", LONGEST),
            "expires": expires,
        }
        self._set(app, code, "link.change", values, now=now, by=by)

    def end(self, app: int, code: str, *, now: datetime, by: int | None) -> None:
        """From now on it is over. Whoever still scans it is counted under it, and it is said that they do."""
        self._set(app, code, "link.end", {"ended": now}, now=now, by=by)

    def _set(
        self, app: int, code: str, action: str, values: dict[str, Any], *, now: datetime, by: int | None
    ) -> None:  # fmt: skip
        held = (LINKS.c.app_id == app, LINKS.c.code == code)
        with self._database.write(alone=True) as connection:
            campaign = connection.execute(sa.select(LINKS.c.campaign).where(*held)).scalar()
            if campaign is None:
                raise NotFound("unknown_link", "code", got=code[:40])
            connection.execute(sa.update(LINKS).where(*held).values(**values))
            record_audit(connection, action, now=now, by=by, app=app, target=code, name=campaign)


def _fresh(connection: sa.Connection, count: int) -> list[str]:
    """So many codes that nobody has: links are never removed, so a code is given once for ever."""
    found = dict.fromkeys(new_code() for _ in range(count))
    while True:
        for some in _portions(list(found)):
            taken = connection.execute(sa.select(LINKS.c.code).where(LINKS.c.code.in_(some)))
            for code in taken.scalars():
                del found[code]
        if len(found) == count:
            return list(found)
        found |= dict.fromkeys(new_code() for _ in range(count - len(found)))


def _portions(some: Iterable[str]) -> Iterator[list[str]]:
    left = iter(some)
    while portion := list(islice(left, PORTION)):
        yield portion


def _row(given: NewLink, code: str) -> dict[str, Any]:
    return {
        "code": code, "campaign": given.campaign, "placement": given.placement, "material": given.material,
        "page": given.page, "query": given.query, "method": given.method,
        "tags": json.dumps(given.tags, ensure_ascii=False), "note": given.note, "owner": given.owner,
        "web": given.web, "expires": given.expires,
    }  # fmt: skip


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(LINKS, ACCOUNTS.c.name.label("author")).outerjoin(
        ACCOUNTS, ACCOUNTS.c.id == LINKS.c.by_id
    )


def _link(row: Any) -> Link:
    return Link(
        row["app_id"], row["code"], row["campaign"], row["placement"], row["material"], row["page"], row["query"],
        row["method"], tuple(json.loads(row["tags"])), row["note"], row["owner"], row["web"], row["expires"],
        maybe_utc(row["ended"]), utc(row["created"]), row["author"],
    )  # fmt: skip


__all__ = ["CODE", "LINKS", "Link", "Links"]
