"""The menu of saved views: one's own and the team's, each a page with its address."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.records.rights import missing
from minilens.records.store import Records, View
from minilens.records.views import LONGEST
from minilens.render.i18n import translate
from minilens.reports.tabs import TABS
from minilens.web.account.sign_in import Form, Req
from minilens.web.admin.forms import whole, worded
from minilens.web.auth.guard import MEMBER, signed_in
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext

#: Who may save for the team, and change or take away what others saved for it.
FOR_TEAM, OF_OTHERS = "saved:write", "definitions:write"
MOST_VERSIONS = 1_000_000_000


@dataclass(frozen=True)
class Shown:
    """A view in the menu. `current`: it is what is shown; `change` is where its forms go, or nothing."""

    view: View
    href: str
    current: bool
    change: str


@dataclass(frozen=True)
class Menu:
    """The views of whoever asks; `team`: they may save one for it."""

    own: tuple[Shown, ...]
    shared: tuple[Shown, ...]
    team: bool
    longest: int = LONGEST


def menu(records: Records, app: App, reader: ReaderContext, tab: str, query: str) -> Menu | None:
    """That of a page at this address; none on a phone, which is nobody in person."""
    who = reader.account
    if who is None or reader.phone:
        return None
    there = {one.name for one in TABS if one.cards}
    others = who.may(OF_OTHERS, app.id)
    shown = [
        Shown(
            one,
            f"/a/{app.name}/{one.tab}{one.query}",
            (one.tab, one.query) == (tab, query),
            f"/a/{app.name}/views/{one.id}" if one.by == who.id or (one.team and others) else "",
        )
        for one in records.views.of(app.id, who.id)
        if one.tab in there  # a page that is no more leads nowhere
    ]
    return Menu(
        tuple(one for one in shown if not one.view.team),
        tuple(one for one in shown if one.view.team),
        team=who.may(FOR_TEAM, app.id),
    )


def address(form: Form) -> tuple[str, str]:
    """Page and arguments of a form, as they are kept; the language is the reader's."""
    tab = form.get("tab", "")
    if not any(one.name == tab and one.cards for one in TABS):
        raise NotFound("not_found")
    pairs = [
        pair for pair in parse_qsl(form.get("query", "").removeprefix("?")) if pair[0] != "lang"
    ]
    return tab, f"?{urlencode(pairs, safe=':,/')}" if pairs else ""


@post("/a/{app:str}/views", include_in_schema=False, status_code=303, needs=MEMBER)
async def save(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    data: Form,
) -> Redirect:
    """Save what is shown; back to it."""
    who, _ = signed_in(request).account, translate(reader.language)
    tab, query = address(data)
    team = data.get("team") == "1"
    if team and not who.may(FOR_TEAM, held.id):
        raise missing(FOR_TEAM, "team")
    try:
        await asyncio.to_thread(
            console.records.views.create, held.id, data.get("name", ""), tab, query,
            team=team, now=reader.moment, by=who.id,
        )  # fmt: skip
    except Refused as error:
        raise worded(error, _("Name")) if error.field == "name" else error from error
    return Redirect(f"/a/{held.name}/{tab}{query}", status_code=303)


@post("/a/{app:str}/views/{view:int}", include_in_schema=False, status_code=303, needs=MEMBER)
async def change(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    view: FromPath[int],
    data: Form,
) -> Redirect:
    """Have it show what is shown now, or take it away (`remove`)."""
    who = signed_in(request).account
    others = who.may(OF_OTHERS, held.id)
    tab, query = address(data)
    if data.get("remove"):
        await asyncio.to_thread(
            console.records.views.remove, held.id, view, now=reader.moment, by=who.id, others=others
        )
    else:
        version = whole(data.get("version", ""), "version", least=1, most=MOST_VERSIONS)
        await asyncio.to_thread(
            console.records.views.change, held.id, view, tab, query,
            version=version, now=reader.moment, by=who.id, others=others,
        )  # fmt: skip
    return Redirect(f"/a/{held.name}/{tab}{query}", status_code=303)


ROUTES = (save, change)
