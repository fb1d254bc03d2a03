"""Settings, Members: who is in and with which role, and who is asked in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound
from minilens.period import now
from minilens.records import rights
from minilens.records.invitations import Invitation
from minilens.records.rights import SEES, Role
from minilens.records.store import Account
from minilens.web.account.sign_in import Form, Req
from minilens.web.admin.forms import APP, MEMBERS, Answer, Wrong, attempt, role_titles, tried
from minilens.web.admin.settings_page import AppSettings
from minilens.web.console import App
from minilens.web.reader import outside

#: What a form says where the role is one for all apps.
ALL = "all"


@dataclass(frozen=True)
class Member:
    """Someone's role in this app, or in all. `offered`: roles that whoever looks may give instead."""

    account: Account
    everywhere: bool
    role: Role
    offered: tuple[Role, ...]
    removable: bool


@get("/a/{app:str}/settings/members", include_in_schema=False, needs="members:write")
async def members_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """The list, and the form to ask someone in."""
    return await shown(settings)


@post(
    "/a/{app:str}/settings/members/{account:int}/role",
    include_in_schema=False, status_code=200, needs="members:write",
)  # fmt: skip
async def change_role(
    settings: NamedDependency[AppSettings], account: FromPath[int], data: Form
) -> Answer:
    """Another role for someone who has one there already; new ones come by invitation."""

    def change() -> str:
        where = where_of(settings, data)
        if where not in settings.records.accounts.get(account).grants:
            raise NotFound("not_found")
        settings.records.grants.set(
            account, where, data.get("role", ""), now=now(), by=settings.me.id
        )
        return onward(settings, "changed")

    return await attempt(f"account-{account}", settings.reader, change, partial(shown, settings))


@post(
    "/a/{app:str}/settings/members/{account:int}/remove",
    include_in_schema=False, status_code=200, needs="members:write",
)  # fmt: skip
async def remove_member(
    settings: NamedDependency[AppSettings], account: FromPath[int], data: Form
) -> Answer:
    """Take someone's role in the app, or in all."""

    def remove() -> str:
        settings.records.grants.remove(
            account, where_of(settings, data), now=now(), by=settings.me.id
        )
        return onward(settings, "removed")

    return await attempt(f"account-{account}", settings.reader, remove, partial(shown, settings))


@post(
    "/a/{app:str}/settings/members/invite",
    include_in_schema=False, status_code=200, needs="members:write",
)  # fmt: skip
async def invite_member(request: Req, settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A link for someone, shown once by the page after."""
    email, role = data.get("email", ""), data.get("role", "")

    def invite() -> str:
        return settings.records.invitations.create(
            email, where_of(settings, data), role, now=now(), by=settings.me.id
        )

    code = await tried("invite", settings.reader, invite)
    if isinstance(code, Wrong):
        return await shown(settings, code, typed=data)
    link = f"{outside(request)}/invitation?{urlencode({'code': code})}"
    return settings.onward(MEMBERS, link, email)


@post(
    "/a/{app:str}/settings/invitations/{invitation:int}/withdraw",
    include_in_schema=False, status_code=303, needs="members:write",
)  # fmt: skip
async def withdraw(
    settings: NamedDependency[AppSettings], invitation: FromPath[int], data: Form
) -> Redirect:
    """A link opens nothing any more."""
    await asyncio.to_thread(
        settings.records.invitations.cancel,
        where_of(settings, data), invitation, now=now(), by=settings.me.id,
    )  # fmt: skip
    return Redirect(MEMBERS.at(settings.app, "withdrawn"), status_code=303)


def where_of(settings: AppSettings, data: dict[str, str]) -> int | None:
    """This app, or all; NotAllowed for all without a role there that may."""
    if data.get("where") != ALL:
        return settings.app.id
    if not settings.me.may("members:write", None):
        raise rights.missing("members:write")
    return None


def onward(settings: AppSettings, done: str) -> str:
    """Back to the list; elsewhere for those who took their own role away."""
    me = settings.records.accounts.get(settings.me.id)
    if me.may("members:write", settings.app.id):
        return MEMBERS.at(settings.app, done)
    return APP.at(settings.app, done) if me.may(SEES, settings.app.id) else "/"


def listed(me: Account, people: list[Account], app: App) -> list[Member]:
    """Everybody's roles that hold here, the highest first."""
    found = []
    for account in people:
        for where in (app.id, None):
            role = account.grants.get(where)
            if role is None:
                continue
            own = me.role(where)
            changeable = rights.may_change(own, role)
            found.append(
                Member(
                    account,
                    where is None,
                    role,
                    rights.grantable(own) if changeable else (),
                    changeable or (account.id == me.id),
                )
            )
    return sorted(found, key=lambda one: (-rights.rank(one.role), one.account.name.lower()))


async def shown(
    settings: AppSettings,
    error: Wrong | None = None,
    *,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    """The page, with what was typed or a link to copy."""
    me, records, moment = settings.me, settings.records, settings.reader.moment
    people = await asyncio.to_thread(records.accounts.all)
    waiting: list[tuple[Invitation, bool]] = [
        (one, False)
        for one in await asyncio.to_thread(records.invitations.of, settings.app.id, now=moment)
    ]
    everywhere, titles = me.may("members:write", None), role_titles(settings.reader.language)
    if everywhere:
        every = await asyncio.to_thread(records.invitations.of, None, now=moment)
        waiting += [(one, True) for one in every]
    return await settings.page(
        MEMBERS,
        error=error,
        members=listed(me, people, settings.app),
        waiting=waiting,
        whose={account.id: account.name for account in people},
        offered=[(role, titles[role]) for role in rights.grantable(me.role(settings.app.id))],
        everywhere=everywhere,
        typed={"email": "", "role": "viewer", "where": ""} | (typed or {}),
    )
