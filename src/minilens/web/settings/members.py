"""Settings, Members: who is in and with which role, and who is asked in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotAllowed, NotFound, Refused
from minilens.period import now
from minilens.records import rights
from minilens.records.entering import Invitation
from minilens.records.people import Person
from minilens.records.rights import SEES, Role
from minilens.web.asking import Asking, outside
from minilens.web.console import App, Console
from minilens.web.settings.frame import MEMBERS, Wrong, by, framed, role_titles, wrong
from minilens.web.sign_in import Form, Req

#: What a form says where the role is one for all apps.
ALL = "all"


@dataclass(frozen=True)
class Member:
    """Someone's role in this app, or in all. `offered`: roles that whoever looks may give instead."""

    person: Person
    everywhere: bool
    role: Role
    offered: tuple[Role, ...]
    removable: bool


@get("/a/{app:str}/settings/members", include_in_schema=False, needs="members:write")
async def members_page(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
) -> Response[str]:
    """The list, and the form to ask someone in."""
    return await shown(request, console, asking, app)


@post(
    "/a/{app:str}/settings/members/{person:int}/role",
    include_in_schema=False,
    status_code=200,
    needs="members:write",
)
async def change_role(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    person: FromPath[int],
    data: Form,
) -> Response[str] | Redirect:
    """Another role for someone who has one there already; new ones come by invitation."""
    held = await asyncio.to_thread(console.app, app)
    try:
        where = where_of(request, held, data)
        if where not in (await asyncio.to_thread(console.records.person, person)).grants:
            raise NotFound("not_found")
        await asyncio.to_thread(
            console.records.grant,
            person, where, data.get("role", ""), now=now(), by=by(request).id,
        )  # fmt: skip
    except NotFound:
        raise
    except Refused as error:
        problem = wrong(f"person-{person}", error, asking.language)
        return await shown(request, console, asking, app, error=problem)
    return Redirect(onward(request, console, app, "changed"), status_code=303)


@post(
    "/a/{app:str}/settings/members/{person:int}/remove",
    include_in_schema=False,
    status_code=200,
    needs="members:write",
)
async def remove_member(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    person: FromPath[int],
    data: Form,
) -> Response[str] | Redirect:
    """Take someone's role in the app, or in all."""
    held = await asyncio.to_thread(console.app, app)
    try:
        where = where_of(request, held, data)
        await asyncio.to_thread(console.records.revoke, person, where, now=now(), by=by(request).id)
    except NotFound:
        raise
    except Refused as error:
        problem = wrong(f"person-{person}", error, asking.language)
        return await shown(request, console, asking, app, error=problem)
    return Redirect(onward(request, console, app, "removed"), status_code=303)


@post(
    "/a/{app:str}/settings/members/invite",
    include_in_schema=False,
    status_code=200,
    needs="members:write",
)
async def invite_member(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    data: Form,
) -> Response[str]:
    """A link for someone, shown once."""
    held = await asyncio.to_thread(console.app, app)
    try:
        code = await asyncio.to_thread(
            console.records.invite,
            data.get("email", ""), where_of(request, held, data), data.get("role", ""),
            now=now(), by=by(request).id,
        )  # fmt: skip
    except Refused as error:
        problem = wrong("invite", error, asking.language)
        return await shown(request, console, asking, app, error=problem, typed=data)
    link = f"{outside(request)}/invitation?{urlencode({'code': code})}"
    return await shown(request, console, asking, app, link=link, invited=data.get("email", ""))


@post(
    "/a/{app:str}/settings/invitations/{invitation:int}/withdraw",
    include_in_schema=False,
    status_code=303,
    needs="members:write",
)
async def withdraw(
    request: Req,
    console: NamedDependency[Console],
    app: FromPath[str],
    invitation: FromPath[int],
    data: Form,
) -> Redirect:
    """A link opens nothing any more."""
    held = await asyncio.to_thread(console.app, app)
    await asyncio.to_thread(
        console.records.cancel_invitation,
        where_of(request, held, data), invitation, now=now(), by=by(request).id,
    )  # fmt: skip
    return Redirect(f"/a/{app}/settings/members?done=withdrawn", status_code=303)


def where_of(request: Req, app: App, data: dict[str, str]) -> int | None:
    """This app, or all; NotAllowed for all without a role there that may."""
    if data.get("where") != ALL:
        return app.id
    if not by(request).may("members:write", None):
        raise NotAllowed("missing_right", right="members:write")
    return None


def onward(request: Req, console: Console, app: str, done: str) -> str:
    """Back to the list; elsewhere for those who took their own role away."""
    me = console.records.person(by(request).id)
    there = next((one for one in console.apps() if one.name == app), None)
    if there and me.may("members:write", there.id):
        return f"/a/{app}/settings/members?done={done}"
    return f"/a/{app}/settings?done={done}" if there and me.may(SEES, there.id) else "/"


def listed(me: Person, people: list[Person], app: App) -> list[Member]:
    """Everybody's roles that hold here, the highest first."""
    found = []
    for person in people:
        for where in (app.id, None):
            role = person.grants.get(where)
            if role is None:
                continue
            own = me.role(where)
            changeable = rights.may_change(own, role)
            found.append(
                Member(
                    person,
                    where is None,
                    role,
                    rights.grantable(own) if changeable else (),
                    changeable or (person.id == me.id),
                )
            )
    return sorted(found, key=lambda one: (-rights.rank(one.role), one.person.name.lower()))


async def shown(
    request: Req,
    console: Console,
    asking: Asking,
    name: str,
    *,
    error: Wrong | None = None,
    typed: dict[str, str] | None = None,
    link: str = "",
    invited: str = "",
) -> Response[str]:
    """The page, with what was typed or a link to copy."""
    held, me = await asyncio.to_thread(console.app, name), by(request)
    records, moment = console.records, asking.moment
    people = await asyncio.to_thread(records.people)
    waiting: list[tuple[Invitation, bool]] = [
        (one, False) for one in await asyncio.to_thread(records.invitations, held.id, now=moment)
    ]
    everywhere, titles = me.may("members:write", None), role_titles(asking.language)
    if everywhere:
        every = await asyncio.to_thread(records.invitations, None, now=moment)
        waiting += [(one, True) for one in every]
    given: dict[str, Any] = {"email": "", "role": "viewer", "where": ""}
    return await framed(
        request, console, asking, held, MEMBERS,
        error=error,
        secret=bool(link),
        members=listed(me, people, held),
        waiting=waiting,
        whose={person.id: person.name for person in people},
        offered=[(role, titles[role]) for role in rights.grantable(me.role(held.id))],
        everywhere=everywhere,
        typed=given | (typed or {}),
        link=link,
        invited=invited,
    )  # fmt: skip
