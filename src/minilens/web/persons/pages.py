"""A user of a mini program: found by an identity, looked at, handed out, erased, parted from whom they are not."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.identity.types import Types, types_of
from minilens.measure.person.facts import PersonFacts, hash_of
from minilens.measure.person.timeline import TimelineAsked
from minilens.reports.tabs import TABS
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import Answer, Part, Wrong, attempt, clock, wrong
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import seen_by
from minilens.web.console import App
from minilens.web.persons import told
from minilens.web.persons.doors import LONGEST_REASON, Deed, reason
from minilens.web.value_titles import value_titles

Req = Request[Any, Any, State]
#: Who may see them unmasked, hand out their data and erase it; and who may change who is who.
IN_CLEAR, MERGES = "erasure", "identities:write"
PERSONS = next(tab for tab in TABS if tab.name == "persons")
PART = Part("", *PERSONS.title, "persons:read", PERSONS.name)
_HERE = "/a/{app:str}/persons"
#: What is said of a search, where programs are told something else.
OF_SEARCH = {"no_such_person": "nobody_found", "bad_person": "value_of_nobody"}


@get(_HERE, include_in_schema=False, needs="persons:read")
async def search_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """The form by which one is found."""
    return await searched(settings)


@post(_HERE, include_in_schema=False, status_code=200, needs="persons:read")
async def search(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """On to the user; what was typed stands in no address."""
    kind, value = data.get("type", ""), data.get("value", "").strip()
    text = value if kind == "number" else f"{kind}={value}"
    try:
        if not value:
            raise Refused("missing", "value")
        doors = settings.console.persons
        person, named = await asyncio.to_thread(doors.find, settings.app.id, text)
    except Refused as error:
        said = error.at("value", code=OF_SEARCH.get(error.code, ""))
        return await searched(settings, wrong("search", said, settings.reader.language), data)
    marked = f"?{urlencode({'found': hash_of(named)})}" if named else ""
    return Redirect(f"{at(settings, person)}{marked}", status_code=303)


@get(f"{_HERE}/{{person:str}}", include_in_schema=False, needs="persons:read")
async def person_page(
    request: Req, settings: NamedDependency[AppSettings], person: FromPath[str]
) -> Response[str] | Redirect:
    """One of them. A number that went into another's leads there."""
    number = number_of(person)
    try:
        return await shown(settings, number, request)
    except NotFound as error:
        if error.code != "no_such_person":
            raise
        now, _ = await asyncio.to_thread(
            settings.console.persons.find, settings.app.id, f"p{number}"
        )
        return Redirect(at(settings, now), status_code=303)


@post(f"{_HERE}/{{person:str}}/export", include_in_schema=False, status_code=200, needs=IN_CLEAR)
async def export(settings: NamedDependency[AppSettings], person: FromPath[str]) -> Response[bytes]:
    """All that is kept of them, as a file."""
    number = number_of(person)
    made = await asyncio.to_thread(
        settings.console.export_person, settings.app, f"p{number}", settings.me.id
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{settings.app.name}_p{number}.zip"',
    }
    return Response(made, media_type="application/zip", headers=headers)


@post(f"{_HERE}/{{person:str}}/erase", include_in_schema=False, status_code=200, needs=IN_CLEAR)
async def erase(
    request: Req, settings: NamedDependency[AppSettings], person: FromPath[str], data: Form
) -> Answer:
    """For good. Refused where they are not those any more who were looked at."""
    number = number_of(person)

    def do() -> str:
        now = settings.console.persons.facts(settings.app.id, number)
        if data.get("identities") != str(now.identity_count):
            raise Refused("changed_meanwhile", "person", got=f"p{number}")
        settings.console.erase_person(settings.app, f"p{number}", False, settings.me.id)
        return f"/a/{settings.app.name}/persons?done=erased"

    return await attempt(
        "erase", settings.reader, do, partial(shown, settings, number, request)
    )  # fmt: skip


@post(f"{_HERE}/{{person:str}}/merge", include_in_schema=False, status_code=200, needs=MERGES)
async def merge(
    request: Req, settings: NamedDependency[AppSettings], person: FromPath[str], data: Form
) -> Answer:
    """Another user is this one, too."""
    number = number_of(person)

    def do() -> str:
        other = data.get("other", "").strip()
        if not other:
            raise Refused("missing", "other")
        doors = settings.console.persons
        doors.join(settings.app.id, f"p{number}", other, _deed(settings, data))
        now, _ = doors.find(settings.app.id, f"p{number}")
        return at(settings, now, "merged")

    again = partial(shown, settings, number, request)
    try:
        return await attempt("merge", settings.reader, do, again)
    except NotFound as error:  # whom the form names, not the page
        said = error.at("other")
        return await again(wrong("merge", said, settings.reader.language))


@post(f"{_HERE}/{{person:str}}/undo", include_in_schema=False, status_code=200, needs=MERGES)
async def undo(
    request: Req, settings: NamedDependency[AppSettings], person: FromPath[str], data: Form
) -> Answer:
    """Take one of their merges back."""
    number = number_of(person)

    def do() -> str:
        made = data.get("merge", "")
        known = {str(one.merge) for one in doors.history(settings.app.id, number).merges}
        if made not in known:
            raise Refused("no_such_merge", "merge", got=made[:20])
        doors.undo(settings.app.id, int(made), _deed(settings, data))
        return at(settings, doors.find(settings.app.id, f"p{number}")[0], "undone")

    doors = settings.console.persons
    return await attempt("undo", settings.reader, do, partial(shown, settings, number, request))


@post(f"{_HERE}/{{person:str}}/handed-on", include_in_schema=False, status_code=200, needs=MERGES)
async def handed_on(
    request: Req, settings: NamedDependency[AppSettings], person: FromPath[str], data: Form
) -> Answer:
    """Whether a number that they have or had was handed on."""
    number = number_of(person)

    def do() -> str:
        settings.console.persons.keep_number(
            settings.app.id, data.get("hash", ""), _deed(settings, data), handed_on=data.get("do") == "release"
        )  # fmt: skip
        return at(settings, number, "kept")

    return await attempt("handed", settings.reader, do, partial(shown, settings, number, request))


def at(settings: AppSettings, person: int, done: str = "") -> str:
    """The address of a user's page."""
    said = f"?done={done}" if done else ""
    return f"/a/{settings.app.name}/persons/p{person}{said}"


def number_of(text: str) -> int:
    """12 of p12; NotFound where it is no number of a user."""
    digits = text.removeprefix("p")
    if not (digits.isascii() and digits.isdecimal()) or not 0 < int(digits[:12]) < 1 << 32:
        raise NotFound("no_such_person", "person", got=text[:64])
    return int(digits)


def types_of_app(settings: AppSettings) -> Types:
    """The types of identities of the app."""
    app = settings.app.id
    return types_of(settings.records.identity_types.all(app).get(app, []))


async def searched(
    settings: AppSettings, error: Wrong | None = None, typed: dict[str, str] | None = None
) -> Response[str]:
    """The form, with what was typed."""
    types = await asyncio.to_thread(types_of_app, settings)
    name = told.type_names(types, settings.reader.language)
    ordered = sorted(types.by_name.values(), key=lambda one: (one.priority, one.name))
    return await settings.page(
        PART,
        "persons.html",
        error=error,
        types=[(one.name, name(one.name)) for one in ordered],
        typed={"type": "", "value": "", **(typed or {})},
    )


async def shown(
    settings: AppSettings, number: int, request: Req, error: Wrong | None = None
) -> Response[str]:
    """Their page, with what is wrong."""
    doors, app, language = settings.console.persons, settings.app, settings.reader.language
    given = request.query_params
    asked = TimelineAsked(
        event=given.get("event", "")[:64],
        before=given.get("before", ""),
        sensitive=await asyncio.to_thread(settings.records.sensitive.of, app.id),
        masked=not settings.may(IN_CLEAR),
    )
    facts, history, line, types = await asyncio.gather(
        asyncio.to_thread(doors.facts, app.id, number),
        asyncio.to_thread(doors.history, app.id, number),
        asyncio.to_thread(doors.timeline, app.id, number, asked),
        asyncio.to_thread(types_of_app, settings),
    )
    accounts = await asyncio.to_thread(settings.records.accounts.all)
    titles = await asyncio.to_thread(value_titles, settings.records, app.id, language)
    return await settings.page(
        PART,
        "person.html",
        error=error,
        number=number,
        here=at(settings, number),
        identities=_identities(settings, facts, given.get("found", "")),
        named=told.type_names(types, language),
        history=history,
        **await asyncio.to_thread(_of_others, settings, number),
        whose={account.id: account.name for account in accounts},
        days=told.lines(line.events, app.timezone, titles, language),
        names=[(name, told.event_title(name, language), n) for name, n in line.names.items()],
        wanted=asked,
        older=_older(settings, number, asked, line.older),
        newest=_older(settings, number, asked, None) if asked.before else "",
        longest=LONGEST_REASON,
        **_of_facts(settings, facts, asked),
    )


def _of_facts(settings: AppSettings, facts: PersonFacts, asked: TimelineAsked) -> dict[str, Any]:
    """What the page says of what is known of them."""
    language, zone = settings.reader.language, settings.app.timezone
    return {
        "facts": facts,
        "totals": told.totals(facts, language, lambda moment: clock(moment, zone)),
        "first": told.touch(facts.first_touch, language),
        "last": told.touch(facts.last_touch, language),
        "properties": told.properties(facts.properties, asked),
        "cause": lambda name: told.of(told.CAUSES, name, language),
        "grade": lambda name: told.of(told.GRADES, name, language),
        "clear": settings.may(IN_CLEAR),
    }


def _of_others(settings: AppSettings, number: int) -> dict[str, Any]:
    """Whom else a number of theirs was, which cohorts they are in, and who they are in other apps."""
    handed = settings.console.persons.handed_on(settings.app.id, number)
    whole = settings.may(IN_CLEAR)
    return {
        "handed": [(one, told.masked(one.hash, whole=whole)) for one in handed],
        "cohorts": settings.console.cohorts.of_person(settings.app.id, number),
        "elsewhere": _elsewhere(settings, number),
    }


def _elsewhere(settings: AppSettings, number: int) -> list[tuple[App, str, list[tuple[str, str]]]]:
    """The same UnionID in the other apps whose users the reader may look up: app, number, figures."""
    apps = {app.id: app for app in seen_by(settings.me, settings.console)}
    may = {app for app in apps if settings.me.may(PART.right, app)}
    found = settings.console.persons.elsewhere(settings.app.id, number, may)
    language = settings.reader.language
    return [
        (
            apps[app],
            facts.person,
            told.totals(facts, language, partial(clock, timezone=apps[app].timezone)),
        )
        for app, facts in found
    ]


def _identities(
    settings: AppSettings, facts: PersonFacts, found: str
) -> list[tuple[Any, str, bool]]:
    """Each with what may be seen of its value, and whether it was searched for."""
    whole = settings.may(IN_CLEAR)
    return [
        (one, told.masked(one.hash, whole=whole), one.hash == found) for one in facts.identities
    ]


def _older(settings: AppSettings, number: int, asked: TimelineAsked, before: str | None) -> str:
    """The address of another page of the timeline; nothing where there is none."""
    if before is None and not asked.before:
        return ""
    given = {
        name: text for name, text in (("event", asked.event), ("before", before or "")) if text
    }
    query = f"?{urlencode(given)}" if given else ""
    return f"{at(settings, number)}{query}#timeline"


def _deed(settings: AppSettings, data: Form) -> Deed:
    return Deed(settings.me.id, reason(data.get("why", "")))


ROUTES = (search_page, search, person_page, export, erase, merge, undo, handed_on)
