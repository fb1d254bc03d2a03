"""The pages of an app, as its `app.json` lists them: pages, subpackages, tabs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from minilens.errors import Refused, TooLarge
from minilens.records.database import Database, plain, record_audit, utc
from minilens.records.json_text import parsed, wrong
from minilens.records.tables import ACCOUNTS, APP_PAGES

#: Bytes of an `app.json`.
MOST_BYTES = 256 << 10
MOST_PAGES, LONGEST_PATH, LONGEST_TEXT = 2_000, 255, 64
WHOLE = "app.json"


@dataclass(frozen=True)
class AppPage:
    """One page. `package` is the root of its subpackage, `tab` what its tab says; both may be empty."""

    path: str
    package: str = ""
    tab: str = ""


@dataclass(frozen=True)
class Listed:
    """What was kept, when and by whom; `author` is None for the command line. The first page is where it opens."""

    pages: tuple[AppPage, ...]
    changed: datetime
    author: str | None


class AppPages:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, app: int) -> Listed | None:
        """None where nothing was handed in."""
        query = (
            sa.select(APP_PAGES, ACCOUNTS.c.name.label("author"))
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == APP_PAGES.c.by_id)
            .where(APP_PAGES.c.app_id == app)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        pages = tuple(AppPage(**one) for one in json.loads(row.pages))
        return Listed(pages, utc(row.changed), row.author)

    def set(self, app: int, text: bytes, *, now: datetime, by: int | None = None) -> list[AppPage]:
        """Keep the pages of an `app.json` in place of those before; Refused with place and reason."""
        found = read(text)
        values = {
            "pages": json.dumps([asdict(one) for one in found], ensure_ascii=False),
            "changed": now,
            "by_id": by,
        }
        with self._database.write(alone=True) as connection:
            connection.execute(sa.delete(APP_PAGES).where(APP_PAGES.c.app_id == app))
            connection.execute(sa.insert(APP_PAGES).values(app_id=app, **values))
            record_audit(connection, "app.pages", now=now, by=by, app=app, pages=len(found))
        return found


def read(text: bytes) -> list[AppPage]:
    """The pages of an `app.json`, those of subpackages after the others. What else it says is not looked at."""
    if len(text) > MOST_BYTES:
        raise TooLarge("too_large", WHOLE, what=(WHOLE, WHOLE), limit=f"{MOST_BYTES >> 10} KB")
    given = parsed(text, WHOLE)
    if "pages" not in given:
        raise Refused("missing", "pages")
    paths = [(path, "") for path in _paths(given["pages"], "pages")]
    # both spellings are WeChat's
    for name in ("subpackages", "subPackages"):
        for number, package in enumerate(_list(given.get(name, []), name)):
            at = f"{name}[{number}]"
            root = _path(_object(package, at).get("root"), f"{at}.root")
            paths += [
                (f"{root}/{one}", root) for one in _paths(package.get("pages", []), f"{at}.pages")
            ]
    if not paths:
        raise Refused("missing", "pages")
    if len(paths) > MOST_PAGES:
        raise Refused("too_many", "pages", limit=MOST_PAGES)
    tabs = _tabs(given.get("tabBar", {}))
    for path, (_, at) in tabs.items():
        if path not in dict(paths):
            raise wrong(at, f"{path} 不在 pages 中", f"{path} is not among the pages")
    return [
        AppPage(path, package, tabs.get(path, ("", ""))[0]) for path, package in dict(paths).items()
    ]


def _tabs(given: Any) -> dict[str, tuple[str, str]]:
    """Page of a tab → what the tab says, and where it stands."""
    found: dict[str, tuple[str, str]] = {}
    for number, tab in enumerate(_list(_object(given, "tabBar").get("list", []), "tabBar.list")):
        at = f"tabBar.list[{number}]"
        path = _path(_object(tab, at).get("pagePath"), f"{at}.pagePath")
        text = tab.get("text", "")
        said = plain(text, f"{at}.text", LONGEST_TEXT) if isinstance(text, str) else ""
        found[path] = said, f"{at}.pagePath"
    return found


def _paths(given: Any, at: str) -> list[str]:
    return [_path(one, f"{at}[{number}]") for number, one in enumerate(_list(given, at))]


def _path(given: Any, at: str) -> str:
    if not isinstance(given, str):
        raise wrong(at, "应为文本", "must be text") if given is not None else Refused("missing", at)
    path = plain(given, at, LONGEST_PATH).strip("/")
    if not path:
        raise Refused("missing", at)
    if any(sign in path for sign in "?# \\"):
        zh, en = "路径中不能有 ?、#、空格或 \\", "a path has no ?, #, blanks or \\"
        raise wrong(at, zh, en)
    return path.removesuffix(".html")


def _list(given: Any, at: str) -> list[Any]:
    if not isinstance(given, list):
        raise wrong(at, "应为一个列表", "must be a list")
    return given


def _object(given: Any, at: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise wrong(at, "应为一个对象", "must be an object")
    return given
