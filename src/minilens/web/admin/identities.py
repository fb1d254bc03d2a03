"""Settings, Identities: what somebody should look at of who is who; joining two persons, and undoing it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.errors import NotFound, Refused
from minilens.identity.audit import Largest, Pair
from minilens.identity.types import types_of
from minilens.records.identity_types import IdentityTypes
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import IDENTITIES, Answer, Wrong, attempt, wrong
from minilens.web.admin.identity_table import table
from minilens.web.admin.settings_page import AppSettings
from minilens.web.persons import told
from minilens.web.persons.doors import Broken, Deed, reason

Req = Request[Any, Any, State]
HERE = "/a/{app:str}/settings/identities"
RIGHT = IDENTITIES.right
#: Lists by the name that an address has for them.
LISTS: dict[str, Text] = {
    "conflicts": Text("冲突", "Conflicts"),
    "merges": Text("合并记录", "Merges"),
    "largest": Text("标识最多的用户", "Largest users"),
    "broken": Text("不符合现有设置", "Against current settings"),
}


@dataclass(frozen=True)
class Line:
    """A row of a list: users that it is about, what it says, when; `merge`: the number that undoes it."""

    persons: tuple[str, ...]
    title: str
    note: str
    at: datetime | None = None
    merge: int = 0
    undone: bool = False


@get(HERE, include_in_schema=False, needs=RIGHT)
async def identities_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """One of the lists."""
    return await shown(settings, request)


@post(f"{HERE}/merge", include_in_schema=False, status_code=200, needs=RIGHT)
async def join(request: Req, settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Two persons are one."""
    one, other = (data.get(name, "").strip() for name in ("one", "other"))

    def do() -> str:
        for name, text in (("one", one), ("other", other)):
            if not text:
                raise Refused("missing", name)
        settings.console.persons.join(
            settings.app.id, one, other, Deed(settings.me.id, reason(data.get("why", "")))
        )
        return f"{IDENTITIES.at(settings.app, 'merged')}&list=merges"

    again = partial(shown, settings, request, typed=data)
    try:
        return await attempt("merge", settings.reader, do, again)
    except NotFound as error:
        return await again(wrong("merge", error, settings.reader.language))


@post(f"{HERE}/undo", include_in_schema=False, status_code=200, needs=RIGHT)
async def undo(request: Req, settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Take a merge back."""

    def do() -> str:
        given = data.get("merge", "")
        if not (given.isascii() and given.isdecimal()) or len(given) > 18:
            raise Refused("no_such_merge", "merge", got=given[:20])
        deed = Deed(settings.me.id, reason(data.get("why", "")))
        settings.console.persons.undo(settings.app.id, int(given), deed)
        return f"{IDENTITIES.at(settings.app, 'undone')}&list=merges"

    return await attempt("undo", settings.reader, do, partial(shown, settings, request))


async def shown(
    settings: AppSettings,
    request: Req,
    error: Wrong | None = None,
    *,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    """The page, with what was typed."""
    language = settings.reader.language
    name = request.query_params.get("list", "")
    name = name if name in LISTS else next(iter(LISTS))
    rows = await asyncio.to_thread(listed(settings, name), settings.app.id)
    named = await asyncio.to_thread(
        type_names, settings.records.identity_types, settings.app.id, language
    )
    return await settings.page(
        IDENTITIES,
        error=error,
        **await asyncio.to_thread(table, settings),
        chosen=name,
        lists=[(one, title.of(language)) for one, title in LISTS.items()],
        lines=[line(row, named, language) for row in rows],
        typed={"one": "", "other": "", "why": "", "type": "", "value": "", **(typed or {})},
    )


def listed(settings: AppSettings, name: str) -> Callable[[int], list[Any]]:
    """How a list is asked for."""
    doors = settings.console.persons
    every: dict[str, Callable[[int], list[Any]]] = {
        "conflicts": doors.conflicts, "merges": doors.merges, "largest": doors.largest, "broken": doors.broken,
    }  # fmt: skip
    return every[name]


def type_names(of: IdentityTypes, app: int, language: Language) -> Callable[[str], str]:
    """What types of identities are called in an app."""
    return told.type_names(types_of(of.all(app).get(app, [])), language)


def line(row: Pair | Largest | Broken, named: Callable[[str], str], language: Language) -> Line:
    """A row as the page shows it."""
    if isinstance(row, Largest):
        return Line((f"p{row.person}",), "", told.counted(row.identities, row.devices, language))
    if isinstance(row, Broken):
        return Line((f"p{row.person}",), named(row.type), told.links(row.links, language))
    persons = tuple(f"p{one}" for one in dict.fromkeys(row.persons) if one)
    said = [told.of(told.CAUSES, row.cause, language), told.of(told.GRADES, row.grade, language)]
    if row.state not in ("live", "removed"):
        said.insert(0, told.of(told.STATES, row.state, language))
    return Line(
        persons,
        " + ".join(named(kind) for kind in row.types),
        " · ".join(said),
        row.first,
        row.merge,
        row.state == "removed",
    )
