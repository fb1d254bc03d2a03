"""Custom: the builders of questions about retention, stickiness and lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.render.i18n import translate
from minilens.reports.questions.activity import (
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.activity import form, texts
from minilens.web.activity.question import lifecycle_of, retention_of, stickiness_of, tree_of
from minilens.web.admin.forms import LIFECYCLE, RETENTION, STICKINESS, Answer
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.builder import BYTES, FIELDS, Builder, Page, page_of, sent
from minilens.web.events.rows import Tree

Req = Request[None, None, State]


def _label(leaf: str, language: Language) -> str:
    _ = translate(language)
    known = {
        "periods": _("Periods"), "brackets": _("Brackets"), "at_least": _("Times at least"),
        "at_most": _("Times at most"), "per": _("Counted over"),
        "every": _("Periods of how many"),
        "groups": _("Group by"), "which": _("What"),
    }  # fmt: skip
    return known.get(leaf, leaf)


def _listed(of: Mapping[str, Text], language: Language) -> list[tuple[str, str]]:
    return [(name, title.of(language)) for name, title in of.items()]


def _context(kind: str, settings: AppSettings, _page: Page) -> dict[str, Any]:
    language = settings.reader.language
    shows = texts.SHOWS if kind == "retention" else texts.SHOWS_STICKINESS
    return {
        "kind": kind,
        "which": _listed(texts.WHICH, language),
        "which_return": _listed(texts.WHICH_RETURN, language),
        "entries": _listed(texts.ENTRIES, language),
        "modes": _listed(texts.MODES, language),
        "shows": _listed(shows, language),
        "blocks": _listed(texts.BLOCKS, language),
        "rates_of": _listed(texts.RATES_OF, language),
        "means": _listed(texts.MEANS, language),
        "pers": _listed(texts.PERS, language),
        "news": _listed(texts.NEW, language),
        "grains": _listed(texts.GRAINS, language),
        "week_starts": _listed(texts.WEEK_STARTS, language),
    }


def _first(events: int) -> Tree:
    return form.first(events)


def _typed(sent_form: Mapping[str, str], events: int) -> Tree:
    return form.typed(sent_form, events)


def _builder(kind: type[Any], name: str, part: Any, question_of: Any, events: int) -> Builder:
    return Builder(
        kind=kind, part=part, template="activity.html", first=partial(_first, events),
        typed=partial(_typed, events=events), pruned=form.pruned, changed=form.changed, question_of=question_of,
        tree_of=tree_of, input_of=form.input_of, hidden=form.CHOSEN, about=form.about, label=_label,
        context=partial(_context, name),
    )  # fmt: skip


#: Page, below an app → its builder.
BUILDERS: dict[str, Builder] = {
    "retention": _builder(RetentionQuestion, "retention", RETENTION, retention_of, 2),
    "stickiness": _builder(StickinessQuestion, "stickiness", STICKINESS, stickiness_of, 1),
    "lifecycle": _builder(LifecycleQuestion, "lifecycle", LIFECYCLE, lifecycle_of, 1),
}
PAGES = [f"/a/{{app:str}}/{name}" for name in BUILDERS]


def _of(request: Req) -> Builder:
    return BUILDERS[request.url.path.rpartition("/")[2]]


@get(PAGES, include_in_schema=False, needs=MEMBER)
async def activity_page(request: Req, settings: NamedDependency[AppSettings]) -> Answer:
    """The form with the answer of the question in the address; empty where there is none."""
    return await page_of(_of(request), settings, request.query_params)


@post(
    PAGES, include_in_schema=False, status_code=200, needs=MEMBER,
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def activity_form_sent(
    request: Req, settings: NamedDependency[AppSettings], data: Form
) -> Answer:
    """A button of the form."""
    return await sent(_of(request), settings, data)


ROUTES = (activity_page, activity_form_sent)
