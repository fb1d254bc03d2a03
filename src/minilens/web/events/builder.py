"""A page with the form of a question of one kind and its answer beside it. The question is the page's address; the form
is sent whole at each press.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.measure.events.query import MOST_TOP
from minilens.period import PRESETS, now
from minilens.records.questions import LONGEST as LONGEST_NAME
from minilens.records.questions import SavedQuestion
from minilens.records.rights import missing
from minilens.render.heading import traffic
from minilens.render.i18n import translate
from minilens.reports.asking import request as of_any
from minilens.reports.event_names import events
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.question import AnyQuestion, decoded, encoded
from minilens.reports.questions.parts import Traffic
from minilens.reports.request import AppContext
from minilens.text import NOTHING, Language, Text
from minilens.web.admin.forms import LONGEST, Answer, Part, Wrong, worded
from minilens.web.admin.settings_page import AppSettings
from minilens.web.console import App
from minilens.web.events import rows
from minilens.web.events.ask_offered import offered
from minilens.web.events.ask_question import OTHER_DAYS
from minilens.web.events.rows import Tree
from minilens.web.reports.builders import address, below, of_saved, pairs
from minilens.web.reports.toolbar import preset
from minilens.web.reports.views import FOR_TEAM, OF_OTHERS

#: What a form of ten events with thirty conditions is.
FIELDS, BYTES = 3_000, 256 << 10
#: What browsers, the front door and a proxy as in `deploy/` take, with room for cookies; nginx alone takes 8 KB.
LONGEST_ADDRESS = 32_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TRAFFICS: tuple[Traffic, ...] = ("release", "trial", "develop", "preview", "robot")


@dataclass(frozen=True)
class Page:
    """What the builder shows. `asked`: the question whose answer stands beside the form, None where none does.

    `saved`: the one that was opened, or nothing; `names` what is typed as its own, in zh and en. `cancelled`: it was
    asked, and they did not want to wait.
    """

    typed: Tree
    asked: AnyQuestion | None = None
    error: Refused | None = None
    focus: str = ""
    measure: str = ""
    saved: SavedQuestion | None = None
    names: Text = NOTHING
    cancelled: bool = False


@dataclass(frozen=True)
class Builder:
    """The form of one kind of question.

    `first`, `typed`, `pruned`, `changed`: the form as a tree: that nobody has filled in, what was sent, without empty
    rows, after a press of a button, with what is to have the focus. `question_of` and `tree_of` lead from it to the
    question and back; `input_of` to the field at a place of the question. `hidden`: fields that no refusal stands at.
    `about`: rows that are about a property or field. `label`: what the form calls a field. `context`: what the template
    is given besides.
    """

    kind: type[Any]
    part: Part
    template: str
    first: Callable[[], Tree]
    typed: Callable[[Mapping[str, str]], Tree]
    pruned: Callable[[Tree], Tree]
    changed: Callable[[Tree, str], tuple[Tree, str]]
    question_of: Callable[[Tree, Mapping[str, str]], AnyQuestion]
    tree_of: Callable[[Any], Tree]
    input_of: Callable[[str, Tree], str]
    hidden: Sequence[str]
    about: Callable[[Tree], list[Tree]]
    label: Callable[[str, Language], str]
    context: Callable[[AppSettings, Page], dict[str, Any]]


def opened(builder: Builder, settings: AppSettings, given: Mapping[str, str]) -> Page:
    """What an address means: a question, a saved one, or that one changed."""
    saved = find_saved(settings, given.get("saved", ""))
    if given.get("saved") and saved is None:
        raise NotFound("unknown_question", got=given["saved"][:20])
    empty = Page(builder.first(), saved=saved, names=saved.name if saved else NOTHING)
    text = given.get("question", "") or (saved.body if saved else "")
    if not text:
        return empty
    try:
        question = decoded(text, builder.kind)
    except Refused as error:
        return replace(empty, error=error)
    tree = builder.tree_of(question)
    try:
        checked(settings, builder.question_of(tree, {}))
    except Refused as error:
        return replace(empty, typed=tree, error=error)
    return replace(empty, typed=tree, asked=question, measure=given.get("measure", ""))


def find_saved(settings: AppSettings, number: str) -> SavedQuestion | None:
    """The saved question of that number, where they see it."""
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    return settings.records.questions.find(settings.app.id, int(number), settings.me.id)


def checked(settings: AppSettings, question: AnyQuestion) -> QuestionRequest:
    """The question of the app; Refused where it can't be asked."""
    zone, moment = settings.app.timezone, settings.reader.moment
    first = settings.console.first_day(settings.app) if question.period == "all" else None
    return of_any(question, AppContext(zone, moment, first))


def pressed(builder: Builder, settings: AppSettings, data: Mapping[str, str]) -> str | Page:
    """What a button makes of the form: an address where it leads onward."""
    do, tree = data.get("do", "ask"), builder.typed(data)
    page = Page(
        tree, asked_before(builder, data), saved=find_saved(settings, data.get("saved", "")),
        names=Text(data.get("zh", "").strip(), data.get("en", "").strip()),
    )  # fmt: skip
    if do == "cancel":
        return replace(page, asked=None, cancelled=True)
    if do not in ("ask", "save", "save-new"):
        tree, focus = builder.changed(tree, do)
        return replace(page, typed=tree, focus=focus)
    page = replace(page, typed=builder.pruned(tree))
    try:
        question = builder.question_of(page.typed, titles(settings))
        checked(settings, question)
        if do != "ask":
            saved = kept(settings, page, question, data)
            return f"{builder.part.at(settings.app)}?saved={saved.id}&done=saved"
    except NotFound:
        raise
    except Refused as error:
        return replace(page, error=error)
    settings.records.questions.remember(
        settings.app.id, settings.me.id, encoded(question), now=now()
    )
    number = str(page.saved.id) if page.saved else ""
    onward = f"{address(settings.app.name, question, saved=number)}#answer"
    if len(onward) <= LONGEST_ADDRESS:
        return onward
    too_long = Refused("query_too_long", got=f"{len(onward):,}", limit=f"{LONGEST_ADDRESS:,}")
    return replace(page, error=too_long)


def kept(
    settings: AppSettings, page: Page, question: AnyQuestion, data: Mapping[str, str]
) -> SavedQuestion:
    """Save it: as a new one, or in the place of the one that was opened."""
    rooms, me, app = settings.records.questions, settings.me, settings.app.id
    body, old = encoded(question), page.saved if data.get("do") == "save" else None
    if old is not None:
        others = settings.may(OF_OTHERS)
        return rooms.change(
            app, old.id, page.names, body, seen=moment_of(data), now=now(), by=me.id, others=others
        )
    team = data.get("team") == "1"
    if team and not settings.may(FOR_TEAM):
        raise missing(FOR_TEAM, "team")
    return rooms.create(app, page.names, body, team=team, now=now(), by=me.id)


def moment_of(data: Mapping[str, str]) -> datetime:
    """When the saved question was last changed, as the form was told."""
    try:
        found = datetime.fromisoformat(data.get("changed", ""))
    except ValueError:
        found = NEVER
    return found if found.tzinfo else NEVER


def may_change(settings: AppSettings, saved: SavedQuestion) -> bool:
    """Whether they made it, or may change what others saved for the team."""
    return saved.by == settings.me.id or (saved.team and settings.may(OF_OTHERS))


def asked_before(builder: Builder, data: Mapping[str, str]) -> AnyQuestion | None:
    """The question whose answer stands beside the form while that is changed."""
    try:
        found: AnyQuestion = decoded(data.get("asked", ""), builder.kind)
    except Refused:
        return None
    return found


def titles(settings: AppSettings) -> dict[str, str]:
    """What people call an event → its name; a name is always itself."""
    named = events(settings.records, settings.app.id)
    found = {text: name for name, of in reversed(named.items()) for text in (of.zh, of.en)}
    return found | {name: name for name in named}


def wrong(builder: Builder, page: Page, language: Language) -> Wrong | None:
    """The refusal, at the field of the form where it is."""
    if page.error is None:
        return None
    at = builder.input_of(page.error.field, page.typed)
    if at not in ("zh", "en") and not rows.has(page.typed, at, builder.hidden):
        return Wrong("ask", "", page.error.message(language)[:LONGEST], page.error.status)
    error = page.error if page.error.facts.get("got") != "" else Refused("missing", at)
    named = worded(error, label(builder, at, language))
    return Wrong("ask", at, named.message(language)[:LONGEST], page.error.status)


def label(builder: Builder, at: str, language: Language) -> str:
    """What the form calls a field."""
    _ = translate(language)
    leaf = at.rpartition(".")[2]
    known = {
        "event": _("Event"), "on": _("Field"), "operator": _("Comparison"), "values": _("Values"), "title": _("Name"),
        "from": _("From"), "to": _("To"), "top": _("Groups shown"), "grain": _("Granularity"), "period": _("Period"),
        "zh": _("Chinese name"), "en": _("English name"),
    }  # fmt: skip
    return known.get(leaf) or builder.label(leaf, language)


def draft(builder: Builder, app: App, page: Page) -> str:
    """The address of a form as it stands; nothing where no question has its shape."""
    number = str(page.saved.id) if page.saved else ""
    try:
        found = address(app.name, builder.question_of(page.typed, {}), saved=number)
        return found if len(found) <= LONGEST_ADDRESS else ""
    except Refused:
        return ""


def periods(chosen: str, language: Language) -> list[tuple[str, str]]:
    """The presets with the number of days that is chosen, and days given by their ends."""
    days = chosen.endswith("d") and chosen[:-1].isdecimal() and chosen not in PRESETS
    listed = [(name, preset(name, language)) for name in (*([chosen] if days else []), *PRESETS)]
    return [*listed, (OTHER_DAYS, translate(language)("Custom period"))]


def answer_of(app: App, page: Page) -> str:
    """Where the answer is fetched: that of a saved question by its number."""
    if page.asked is None:
        return ""
    if page.saved and decoded(page.saved.body) == page.asked:
        told = f"?{urlencode({'measure': page.measure})}" if page.measure else ""
        return f"/a/{app.name}/question/{page.saved.id}{told}"
    return f"{below(app.name, page.asked)}/answer?{pairs(page.asked, measure=page.measure)}"


def _context(builder: Builder, settings: AppSettings, page: Page) -> dict[str, Any]:
    """What the template is given."""
    language, app, tree = settings.reader.language, settings.app, page.typed
    asked = checked(settings, page.asked) if page.asked else None
    seen = settings.console.properties(app)
    return {
        "typed": tree,
        "asked_text": encoded(page.asked) if page.asked else "",
        "asked": asked,
        "answer": answer_of(app, page),
        "report": asked.report if asked else None,
        "focus": page.focus,
        "cancelled": page.cancelled,
        "at": draft(builder, app, page),
        "saved": page.saved,
        "names": page.names,
        "may_change": page.saved is not None and may_change(settings, page.saved),
        "for_team": settings.may(FOR_TEAM),
        "longest": LONGEST_NAME,
        "conflict": page.error is not None and page.error.code == "changed_meanwhile",
        "saving": page.error is not None and page.error.field in ("zh", "en", "changed", "team"),
        "offered": offered(settings.records, app.id, seen, builder.about(tree), language),
        "periods": periods(tree["period"], language),
        "traffics": [(one, traffic(one, language)) for one in TRAFFICS],
        "most_top": MOST_TOP,
        **builder.context(settings, page),
    }


def elsewhere(builder: Builder, settings: AppSettings, given: Mapping[str, str]) -> str:
    """Where a saved question of another kind is opened; nothing where it is of this one, or none is named."""
    saved = None if given.get("question") else find_saved(settings, given.get("saved", ""))
    if saved is None:
        return ""
    question = decoded(saved.body)
    if isinstance(question, builder.kind):
        return ""
    return of_saved(settings.app.name, saved.id, question)


async def page_of(builder: Builder, settings: AppSettings, given: Mapping[str, str]) -> Answer:
    """The page that an address means; a saved question of another kind has its own."""
    onward = await asyncio.to_thread(elsewhere, builder, settings, given)
    if onward:
        return Redirect(onward, status_code=303)
    return await shown(builder, settings, await asyncio.to_thread(opened, builder, settings, given))


async def shown(builder: Builder, settings: AppSettings, page: Page) -> Response[str]:
    """The page."""
    context = await asyncio.to_thread(_context, builder, settings, page)
    error = wrong(builder, page, settings.reader.language)
    return await settings.page(builder.part, builder.template, error=error, **context)


async def sent(builder: Builder, settings: AppSettings, data: Mapping[str, str]) -> Answer:
    """A button of the form: the page again as it leaves it, or onward to the answer."""
    done = await asyncio.to_thread(pressed, builder, settings, data)
    if isinstance(done, str):
        return Redirect(done, status_code=303)
    return await shown(builder, settings, done)


def with_measure(state: QuestionRequest, name: str) -> QuestionRequest:
    """The same with another measure leading; what is none of them is passed over."""
    return replace(state, measure=name) if name in state.report.measures else state
