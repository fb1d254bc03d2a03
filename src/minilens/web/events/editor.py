"""The editor of an event: five steps in one form, which is sent whole at each press and written again as it stands."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.collect import test_codes
from minilens.errors import NotFound, Refused
from minilens.measure.field_samples import FieldSample
from minilens.measure.unreported import Unreported
from minilens.period import now, now_ms
from minilens.records.event_content import Content, Field, read
from minilens.records.event_definitions import Kept
from minilens.records.event_fields import Checked, Difference, check, differences
from minilens.web.account.sign_in import Form
from minilens.web.admin import test_mode
from minilens.web.admin.forms import EVENTS, LONGEST, Answer, Wrong, worded
from minilens.web.admin.settings_page import AppSettings
from minilens.web.events import texts
from minilens.web.events.editor_form import Typed, changed, input_of, of_content, typed
from minilens.web.events.snippet import snippet
from minilens.web.value_titles import value_titles

#: What a definition of 20 actions with 50 rows each, and 200 fields in Chinese, is as a form.
FIELDS, BYTES = 3_200, 512 << 10
SAVES = ("save", "test", "publish")


@dataclass(frozen=True)
class Page:
    """What the editor shows. `theirs`: where what somebody else saved meanwhile differs from what is typed here."""

    typed: Typed
    kept: Kept | None = None
    error: Wrong | None = None
    focus: str = ""
    theirs: list[Difference] = field(default_factory=list)
    reset: bool = False


@get("/a/{app:str}/events/manage/new", include_in_schema=False, needs="definitions:write")
async def new_event(settings: NamedDependency[AppSettings]) -> Response[str]:
    """An empty form."""
    return await shown(settings, Page(Typed()))


@get("/a/{app:str}/events/manage/{number:int}", include_in_schema=False, needs="definitions:write")
async def event_page(
    settings: NamedDependency[AppSettings], number: FromPath[int]
) -> Response[str]:
    """The draft."""
    return await shown(settings, await asyncio.to_thread(_of_draft, settings, number))


@post(
    "/a/{app:str}/events/manage/new", include_in_schema=False, status_code=200, needs="definitions:write",
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def new_form(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A press of one of its buttons, of an event that is not saved yet."""
    return await pressed(settings, data, None)


@post(
    "/a/{app:str}/events/manage/{number:int}", include_in_schema=False, status_code=200, needs="definitions:write",
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def event_form(
    settings: NamedDependency[AppSettings], number: FromPath[int], data: Form
) -> Answer:
    """The same of one that is."""
    return await pressed(settings, data, number)


async def pressed(settings: AppSettings, data: Form, number: int | None) -> Answer:
    """The page again as the button leaves it; where it was saved, onward."""
    do = data.get("do", "check")
    if do in SAVES:
        done = await asyncio.to_thread(_saved, settings, typed(data), number, data, do)
        return (
            Redirect(done, status_code=303)
            if isinstance(done, str)
            else await shown(settings, done)
        )
    return await shown(settings, await asyncio.to_thread(_again, settings, typed(data), number, do))


def _of_draft(settings: AppSettings, number: int) -> Page:
    kept = settings.records.events.find(settings.app.id, number)
    return Page(of_content(kept.one.name, kept.one.zh, kept.one.draft), kept)


def _again(settings: AppSettings, form: Typed, number: int | None, do: str) -> Page:
    """What a button that saves nothing makes of the form."""
    kept = settings.records.events.find(settings.app.id, number) if number else None
    if do == "reset" and kept and kept.published:
        form = of_content(kept.one.name, kept.one.zh, kept.published)
        return Page(form, kept, focus="save", reset=True)
    if do == "check":
        try:
            read(form.given)
        except Refused as error:
            return Page(form, kept, _wrong(error, settings))
        return Page(replace(form, checked=form.mark), kept, focus="checked")
    form, focus = changed(form, do)
    return Page(form, kept, focus=focus)


def _saved(
    settings: AppSettings, form: Typed, number: int | None, data: Form, do: str
) -> str | Page:
    """Save it, and what else the button does: the address that it leads to; the page where it was refused."""
    events, app, kept = settings.records.events, settings.app.id, None
    moment, by = now(), settings.me.id
    try:
        if number:
            kept = events.find(app, number)
        if form.checked != form.mark:
            raise Refused("check_fields_first", "check")
        content = read(form.given)
        if kept is None:
            kept = events.create(app, form.name, form.zh, content, now=moment, by=by)
        else:
            revision = int(data.get("revision", "0")) if data.get("revision", "").isdecimal() else 0
            kept = events.save(app, kept.one.number, content, revision=revision, now=moment, by=by)
        if do == "publish":
            events.publish(app, kept.one.number, revision=kept.one.revision, now=moment, by=by)
    except NotFound:
        raise
    except Refused as error:
        return _refused(settings, form, kept, error)
    if do == "test":
        return _tested(settings, kept)
    if do == "publish":
        return EVENTS.at(settings.app, "published")
    return f"{EVENTS.at(settings.app)}/{kept.one.number}?done=saved"


def _refused(settings: AppSettings, form: Typed, kept: Kept | None, error: Refused) -> Page:
    """What was typed stays; where somebody else was quicker, with what they saved beside it."""
    if error.code != "changed_meanwhile" or kept is None:
        return Page(form, kept, _wrong(error, settings))
    theirs = differences(kept.one.draft, read(form.given))
    return Page(form, kept, _wrong(error, settings), theirs=theirs)


def _wrong(error: Refused, settings: AppSettings) -> Wrong:
    """The refusal, which calls the place as the form does."""
    language = settings.reader.language
    named = texts.place(error.field, language)
    sentence = worded(error, named).message(language)
    if "[" in error.field and named not in sentence:  # "Enter a value": where?
        sentence = f"{named}：{sentence}" if language == "zh" else f"{named}: {sentence}"
    return Wrong("event", input_of(error.field), sentence[:LONGEST], error.status)


def _tested(settings: AppSettings, kept: Kept) -> str:
    """To the test mode, with a code of its own, on the first page that the event is about."""
    code = test_codes.create(settings.console.secret, settings.app.id, now_ms())
    listed = settings.records.app_pages.find(settings.app.id)
    page = next(iter(kept.one.draft.pages()), listed.pages[0].path if listed else "")
    return test_mode.at(settings, code, page=page, event=str(kept.one.number))


def checks(settings: AppSettings, page: Page) -> list[Checked]:
    """The table of fields, once they have been checked: as the form is now."""
    form = page.typed
    if not form.checked:
        return []
    described = form.described.values()
    if form.way == "api":
        fields = tuple(form.described.get(name, Field(name)) for name in form.names if name)
        content = Content("api", fields=fields)
    else:
        content = Content(actions=tuple(one.said for one in form.actions), fields=tuple(described))
    history = page.kept.history if page.kept else settings.records.events.history(settings.app.id)
    return [one for one in check(content, history, form.name) if one.field.name]


def _samples(settings: AppSettings, page: Page, rows: list[Checked]) -> dict[str, FieldSample]:
    """What the fields held lately, where they have just been checked: not at every press."""
    if page.focus not in ("", "checked"):
        return {}
    own = (page.kept.one.name,) if page.kept and page.kept.published else ()
    users = {one.field.name: (*own, *one.users) for one in rows if one.state != "new"}
    return settings.console.samples(settings.app, users) if users else {}


def _begun(settings: AppSettings, kept: Kept | None) -> Unreported | None:
    """How often it was begun and not reported, where that can be told."""
    return settings.console.unreported(settings.app).get(kept.one.name) if kept else None


async def shown(settings: AppSettings, page: Page) -> Response[str]:
    """The page."""
    language, kept, form = settings.reader.language, page.kept, page.typed
    listed = await asyncio.to_thread(settings.records.app_pages.find, settings.app.id)
    fields = await asyncio.to_thread(settings.records.events.fields, settings.app.id)
    known = [one.path for one in listed.pages] if listed else []
    named = [one.page.lstrip("/") for one in form.actions if one.page not in ("", "ANY_PAGE")]
    rows = await asyncio.to_thread(checks, settings, page)
    context: dict[str, Any] = {
        "typed": form,
        "kept": kept,
        "focus": page.focus,
        "theirs": [
            (texts.place(one.place, language), one.before, one.after) for one in page.theirs
        ],
        "reset": page.reset,
        "checks": rows,
        "samples": await asyncio.to_thread(_samples, settings, page, rows),
        "value_title": await asyncio.to_thread(
            value_titles, settings.records, settings.app.id, language
        ),
        "hidden": await asyncio.to_thread(settings.records.sensitive.of, settings.app.id),
        "pages": ["ANY_PAGE", *known],
        "strange": [page for page in dict.fromkeys(named) if listed and page not in known],
        "fields": list(fields),
        "pasted": snippet(form),
        "texts": texts,
        "begun": await asyncio.to_thread(_begun, settings, kept),
        "at": f"{EVENTS.at(settings.app)}/{kept.one.number if kept else 'new'}",
    }
    return await settings.page(EVENTS, "event.html", error=page.error, **context)


ROUTES = (new_event, event_page, new_form, event_form)
