"""Which pages of an app are its home, categories, products, cart, checkout and orders: patterns by type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from minilens.errors import Refused, did_you_mean
from minilens.records.database import Database, record_audit, utc
from minilens.records.json_text import wrong
from minilens.records.shapes import a_list, a_text, under
from minilens.records.tables import ACCOUNTS, PAGE_TYPES_OF_APPS
from minilens.reference.page_types import PAGE_TYPES, Pattern, in_order

#: Patterns of one type, letters of one.
MOST, LONGEST = 20, 128
#: Type → its patterns, in the order in which they were written.
Patterns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class TypesOfPages:
    """What was said; `revision` grows with each change, 0 before any. `author` is None for the command line."""

    patterns: Patterns
    revision: int = 0
    changed: datetime | None = None
    author: str | None = None

    def in_order(self) -> tuple[Pattern, ...]:
        """The patterns as they are tried."""
        return in_order((one, kind) for kind, some in self.patterns.items() for one in some)


class PageTypes:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> TypesOfPages:
        """Those of an app; of none where nothing was said."""
        with self._database.read() as connection:
            return _of(connection, app)

    def set(
        self, app: int, patterns: Patterns, *, now: datetime, revision: int | None = None, by: int | None = None
    ) -> TypesOfPages:  # fmt: skip
        """These from now on. `revision`: the one that was seen; Refused where somebody has changed them since."""
        of = PAGE_TYPES_OF_APPS.c.app_id == app
        with self._database.write(alone=True) as connection:
            held = _of(connection, app)
            if revision is not None and revision != held.revision:
                raise Refused("changed_meanwhile", "revision", got=", ".join(PAGE_TYPES))
            if patterns == held.patterns:
                return held
            kept = json.dumps(dict(patterns), ensure_ascii=False)
            row = {"patterns": kept, "revision": held.revision + 1, "changed": now, "by_id": by}
            connection.execute(sa.delete(PAGE_TYPES_OF_APPS).where(of))
            connection.execute(sa.insert(PAGE_TYPES_OF_APPS).values(app_id=app, **row))
            count = sum(map(len, patterns.values()))
            record_audit(connection, "app.page_types", now=now, by=by, app=app, patterns=count)
            return _of(connection, app)


def read(given: Any, at: str = "") -> Patterns:
    """Patterns by type as they are handed in; Refused with the place. A pattern stands once, types without any go."""
    if not isinstance(given, dict):
        raise wrong(at or "types", "应为一个对象", "must be an object")
    seen: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for kind, some in given.items():
        if kind not in PAGE_TYPES:
            hint = did_you_mean(str(kind), PAGE_TYPES)
            raise Refused(
                "unknown_choice", under(at, str(kind)[:40]), got=str(kind)[:40], hint=hint
            )
        a_list(MOST, a_text(LONGEST))(some, under(at, kind))
        for number, one in enumerate(some):
            place = f"{under(at, kind)}[{number}]"
            pattern = _pattern(one, place)
            if (other := seen.setdefault(pattern, kind)) != kind:
                zh, en = PAGE_TYPES[other].zh, PAGE_TYPES[other].en
                raise wrong(place, f"{pattern} 已属于{zh}", f"{pattern} belongs to {en} already")
            if pattern not in found.setdefault(kind, []):
                found[kind].append(pattern)
    return {kind: tuple(found[kind]) for kind in PAGE_TYPES if found.get(kind)}


def _pattern(text: str, at: str) -> str:
    pattern = text.strip().lstrip("/").removesuffix(".html")
    if not pattern.strip("*"):
        raise wrong(at, "不能只有 *", "needs more than *")
    if any(sign in pattern for sign in "?# \\"):
        raise wrong(at, "路径中不能有 ?、#、空格或 \\", "a path has no ?, #, blanks or \\")
    return pattern


def _of(connection: sa.Connection, app: int) -> TypesOfPages:
    query = (
        sa.select(PAGE_TYPES_OF_APPS, ACCOUNTS.c.name.label("author"))
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == PAGE_TYPES_OF_APPS.c.by_id)
        .where(PAGE_TYPES_OF_APPS.c.app_id == app)
    )
    row = connection.execute(query).first()
    if row is None:
        return TypesOfPages({})
    patterns = {kind: tuple(some) for kind, some in json.loads(row.patterns).items()}
    return TypesOfPages(patterns, row.revision, utc(row.changed), row.author)
