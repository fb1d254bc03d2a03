"""Pages that make a person: the first owner, and whoever accepts an invitation."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.errors import NotAllowed, Refused
from minilens.period import now
from minilens.records import rights
from minilens.records.invitations import Invitation
from minilens.web.account.sign_in import Form, Req, entered, hashing
from minilens.web.auth.guard import NOTHING, current_session
from minilens.web.console import Console
from minilens.web.reader import ReaderContext
from minilens.web.templating import html


@post("/owner", include_in_schema=False, status_code=200, needs=NOTHING)
async def first_owner(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    data: Form,
) -> Response[str] | Redirect:
    """Make the first owner; the page before came from the one-time link."""
    code, email, name = (data.get(field, "") for field in ("code", "email", "name"))
    try:
        if not await asyncio.to_thread(console.records.sign_ins.makes_owner, code, now=now()):
            raise NotAllowed("used_link")
        account = await hashing(
            request, console.records.sign_ins.create_first_owner,
            code, email, name, twice(data), now=now(),
        )  # fmt: skip
    except Refused as error:
        return html(
            "owner.html", reader, error.status, link=code, email=email, name=name,
            error=wrong(error, reader),
        )  # fmt: skip
    return await entered(request, console, account, "/")


@get("/invitation", include_in_schema=False, needs=NOTHING)
async def invitation_page(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext]
) -> Response[str]:
    """What a link offers: a form for someone new, a button for someone who is there."""
    code = request.query_params.get("code", "")
    session = await current_session(request)
    offered = await asyncio.to_thread(console.records.invitations.find, code, now=now())
    if offered is None:
        raise NotAllowed("used_link")
    known = await asyncio.to_thread(console.records.accounts.find, offered.email)
    return invited(
        console, reader, offered, code, known=known is not None,
        right_one=bool(known and session and session.account.id == known.id),
    )  # fmt: skip


@post("/invitation", include_in_schema=False, status_code=200, needs=NOTHING)
async def accept_invitation(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    data: Form,
) -> Response[str] | Redirect:
    """Accept: the person who is signed in, or a new one with name and password."""
    code, session, moment = data.get("code", ""), await current_session(request), now()
    offered = await asyncio.to_thread(console.records.invitations.find, code, now=moment)
    if offered is None:
        raise NotAllowed("used_link")
    onward = onward_of(console, offered)
    if await asyncio.to_thread(console.records.accounts.find, offered.email):
        if session is None:
            back = urlencode({"next": f"/invitation?{urlencode({'code': code})}"})
            return Redirect(f"/sign-in?{back}", status_code=303)
        await asyncio.to_thread(
            console.records.invitations.accept, code, now=moment, account=session.account.id
        )
        return Redirect(onward, status_code=303)
    try:
        account = await hashing(
            request, console.records.invitations.accept,
            code, now=moment, name=data.get("name", ""), password=twice(data),
        )  # fmt: skip
    except Refused as error:
        if isinstance(error, NotAllowed):
            raise
        return invited(
            console, reader, offered, code, known=False, right_one=False, error=error,
            name=data.get("name", ""),
        )  # fmt: skip
    return await entered(request, console, account, onward)


def invited(
    console: Console,
    reader: ReaderContext,
    offered: Invitation,
    code: str,
    *,
    known: bool,
    right_one: bool,
    error: Refused | None = None,
    name: str = "",
) -> Response[str]:
    """The page of an invitation."""
    zh, en = rights.TITLES[offered.role]
    titles = [app.title(reader.language) for app in console.apps() if app.id == offered.app]
    return html(
        "invitation.html",
        reader,
        error.status if error else 200,
        link=code,
        email=offered.email,
        app=titles[0] if titles else "",
        role=zh if reader.language == "zh" else en,
        known=known,
        right_one=right_one,
        name=name,
        here=f"/invitation?{urlencode({'code': code})}",
        error=wrong(error, reader) if error else None,
    )


def onward_of(console: Console, offered: Invitation) -> str:
    """To the app that one was invited to."""
    names = [app.name for app in console.apps() if app.id == offered.app]
    return f"/a/{names[0]}" if names else "/"


def twice(data: dict[str, str]) -> str:
    """A new password, written twice."""
    password = data.get("password", "")
    if password != data.get("again", ""):
        raise Refused("not_the_same", "again")
    return password


def wrong(error: Refused, reader: ReaderContext) -> tuple[str, str]:
    """Field and sentence, for the form."""
    return error.field, error.message(reader.language)
