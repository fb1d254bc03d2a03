"""Settings, Tracker, test mode: a code for a phone, and its events as they arrive, field by field."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.collect import test_codes
from minilens.collect.test_codes import TestCode
from minilens.errors import NotFound
from minilens.period import now_ms
from minilens.records.event_rows import Definition
from minilens.reference.events import BUILT_IN
from minilens.reference.field_types import came_as, fits
from minilens.render import qr
from minilens.render.i18n import translate
from minilens.spool.test_mode import EventInTest
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import TRACKER
from minilens.web.admin.settings_page import AppSettings
from minilens.web.admin.tracker_check import told_time
from minilens.web.templating import html
from minilens.web.value_titles import ValueTitles, value_titles

Req = Request[None, None, State]
#: The parameter that the tracker looks for.
PARAMETER = "ml_test"
VERSIONS = ("trial", "develop", "release")
#: So many of the newest events are shown.
MOST = 50
LONGEST_PAGE = 255


@dataclass(frozen=True)
class Field:
    """One property of an event: its value, what kind of value that is, and what the plan says otherwise.

    `title`: what the app calls the value."""

    name: str
    value: str
    kind: str
    wrong: str
    title: str = ""


@dataclass(frozen=True)
class Expected:
    """A field of the draft, the type it is to have, and what came; None where nothing did."""

    name: str
    kind: str
    came: Field | None


@dataclass(frozen=True)
class ExpectedEvent:
    """The draft that is tried beside what came. `also`: fields that the draft does not know."""

    one: Definition
    newest: EventInTest | None
    lines: list[Expected]
    also: list[Field]


#: What of a tap names its element → the field of the form of virtual events.
OF_TAPS = {"handler": "handler", "element": "id", "class": "class"}


def from_tap(one: EventInTest) -> str:
    """The form of a virtual event of this tap, filled in, as an address has it; nothing of other events."""
    if one.name != "click":
        return ""
    props: dict[str, Any] = json.loads(one.props)
    keys = [
        f"{kind}.{name}={value}"
        for kind in ("data", "mark")
        for name, value in (props.get(kind) or {}).items()
        if isinstance(value, str | int) and "," not in str(value)
    ]
    found = {f"c0.{to}": str(props[name]) for name, to in OF_TAPS.items() if props.get(name)}
    given = {
        "c0.event": "click",
        "c0.pages": "exact",
        "c0.page": one.page,
        **found,
        "c0.keys": ", ".join(keys[:5]),
    }
    return urlencode(given)


@dataclass(frozen=True)
class Shown:
    """An event as the page shows it. `declared`: it counts once the released version sends it. `tap`: `from_tap`."""

    one: EventInTest
    title: str
    declared: bool
    fields: list[Field]
    reason: str
    tap: str = ""


@post(
    "/a/{app:str}/settings/tracker/test",
    include_in_schema=False,
    status_code=303,
    needs="keys:write",
)
async def begin_test(settings: NamedDependency[AppSettings], data: Form) -> Redirect:
    """A new code, and on to its page."""
    code = test_codes.create(settings.console.secret, settings.app.id, now_ms())
    page = data.get("page", "").strip().lstrip("/")[:LONGEST_PAGE]
    return Redirect(at(settings, code, page=page), status_code=303)


@get("/a/{app:str}/settings/tracker/test", include_in_schema=False, needs="keys:write")
async def test_page(
    request: Req, settings: NamedDependency[AppSettings]
) -> Response[str] | Redirect:
    """How a phone joins, and what it has sent; a code that is over leads back."""
    given = request.query_params
    code = _code(settings, given.get("code"))
    if code is None:
        return Redirect(TRACKER.at(settings.app), status_code=303)
    version = given.get("version", "")
    version = version if version in VERSIONS else VERSIONS[0]
    page = given.get("page", "")[:LONGEST_PAGE]
    event = given.get("event", "")[:9]
    return await settings.page(
        TRACKER,
        "settings_test.html",
        **await asyncio.to_thread(_ways, settings, code, page, version, event),
        **await asyncio.to_thread(_arrived, settings, code, event),
    )


@get("/a/{app:str}/settings/tracker/test/events", include_in_schema=False, needs="keys:write")
async def test_events(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The part of the page that is asked for again and again."""
    code = _code(settings, request.query_params.get("code"))
    event = request.query_params.get("event", "")[:9]
    facts = await asyncio.to_thread(_arrived, settings, code, event)
    return html("_test_events.html", settings.reader, app=settings.app, may=settings.may, **facts)


def at(settings: AppSettings, code: TestCode, **more: str) -> str:
    """The address of a code's page."""
    given = {name: value for name, value in more.items() if value}
    return f"{TRACKER.at(settings.app)}/test?{urlencode({'code': code.text, **given})}"


def _code(settings: AppSettings, text: str | None) -> TestCode | None:
    return test_codes.read(settings.console.secret, settings.app.id, text, now_ms())


def _ways(
    settings: AppSettings, code: TestCode, page: str, version: str, event: str
) -> dict[str, Any]:
    """How a phone gets the code: a link that opens WeChat, where the AppID is known, else by hand."""
    appid = settings.records.apps.named(settings.app.name).appid
    said = f"{PARAMETER}={code.text}"
    link = ""
    if appid and page:
        query = quote(said, safe="")
        link = f"weixin://dl/business/?appid={appid}&path={quote(page)}&query={query}&env_version={version}"
    return {
        "said": said,
        "path": f"{page}?{said}" if page else "",
        "link": link,
        "drawn": qr.inline(link) if link else "",
        "appid": appid,
        "version": version,
        "versions": {
            one: at(settings, code, page=page, version=one, event=event) for one in VERSIONS
        },
        "events_at": at(settings, code, event=event).replace("/test?", "/test/events?"),
        "ends": told_time(settings)(code.ends),
    }


def _arrived(settings: AppSettings, code: TestCode | None, event: str) -> dict[str, Any]:
    """The newest events, with what definitions say of them; the one that is tried, field by field."""
    came = settings.console.events_in_test(code.name)[:MOST] if code else []
    declared = {name for app, name in settings.records.definitions.all() if app == settings.app.id}
    drafts = settings.records.events.in_test(settings.app.id)  # a phone in test mode has these
    kinds = _planned(drafts)
    strict = settings.records.apps.named(settings.app.name).undeclared == "strict"
    language = settings.reader.language
    titles = value_titles(settings.records, settings.app.id, language)
    return {
        "expected": expected_event(settings, event, came, titles),
        "events": [_shown(one, declared, kinds, titles, language) for one in came],
        "strict": strict,
        "over": code is None,
        "at": told_time(settings),
    }


def expected_event(
    settings: AppSettings, event: str, came: list[EventInTest], titles: ValueTitles
) -> ExpectedEvent | None:
    """The event whose draft is tried, beside the newest of its name that came; None where none is."""
    if not event.isdecimal():
        return None
    try:
        kept = settings.records.events.find(settings.app.id, event)
    except NotFound:
        return None
    one, language = kept.one, settings.reader.language
    newest = next((arrived for arrived in came if arrived.name == one.name), None)
    props: dict[str, Any] = json.loads(newest.props) if newest else {}
    planned = {name: one.draft.detail(name).type for name in one.draft.names()}
    names = type_names(language)
    lines = [
        Expected(
            name,
            names.get(kind, ""),
            _field(name, props[name], planned, titles, language) if name in props else None,
        )
        for name, kind in planned.items()
    ]
    also = [
        _field(name, value, {}, titles, language)
        for name, value in props.items()
        if name not in planned
    ]
    return ExpectedEvent(one, newest, lines, also)


def _planned(events: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Event → its fields → the type they are to have, if any."""
    return {
        event["name"]: {
            row["field"]: row.get("type", "")
            for action in event["actions"]
            for row in action.get("data", [])
        }
        for event in events
    }


def _shown(
    one: EventInTest, declared: set[str], kinds: dict[str, dict[str, str]], titles: ValueTitles, language: Language
) -> Shown:  # fmt: skip
    known = BUILT_IN.get(one.name)
    title = (known.zh if language == "zh" else known.en) if known else ""
    reason = (one.refused.zh if language == "zh" else one.refused.en) if one.refused else ""
    props: dict[str, Any] = json.loads(one.props)
    # what the plan says counts only for what the plan has sent
    planned = kinds.get(one.name, {}) if one.rule else {}
    fields = [_field(name, value, planned, titles, language) for name, value in props.items()]
    _ = translate(language)
    fields += [
        Field(name, "", "", _("planned, but not there")) for name in planned if name not in props
    ]
    return Shown(one, title, bool(known) or one.name in declared, fields, reason, from_tap(one))


def _field(
    name: str, value: object, planned: dict[str, str], titles: ValueTitles, language: Language
) -> Field:
    _, names = translate(language), type_names(language)
    kind = came_as(value)
    wanted = planned.get(name, "")
    wrong = "" if fits(value, wanted) else _("the plan says: %(type)s") % {"type": names[wanted]}
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Field(name, text[:300], names[kind], wrong, titles(name, value))


def type_names(language: Language) -> dict[str, str]:
    """Kind of a value → what it is called."""
    _ = translate(language)
    return {
        "number": _("number"), "text": _("text"), "boolean": _("yes or no"), "list": _("list"),
        "object": _("object"), "nothing": _("nothing"), "time": _("time"),
    }  # fmt: skip
