"""Custom, Funnels: the builder of a question about a funnel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.measure.funnels.query import MOST_EXCLUDED, MOST_HELD, MOST_STEPS
from minilens.measure.funnels.words import ANY
from minilens.render.i18n import translate
from minilens.reports.event_names import events
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.stage_funnels import starts
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import FUNNELS, Answer
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.ask_question import OTHER_DAYS
from minilens.web.events.builder import (
    BYTES,
    FIELDS,
    Builder,
    Page,
    page_of,
    periods,
    sent,
)
from minilens.web.funnels import form, texts, why
from minilens.web.funnels.question import question_of, tree_of
from minilens.web.funnels.sentence import sentence
from minilens.web.reports.builders import address

Req = Request[None, None, State]
PAGE = "/a/{app:str}/funnels"


def _label(leaf: str, language: Language) -> str:
    _ = translate(language)
    known = {
        "within": _("Within"), "window": _("Conversion window"), "property": _("Property"), "after": _("After step"),
        "before": _("Up to step"), "from_step": _("From step"), "bins": _("Rows"),
        "attributed": _("Value taken at"), "step": _("Step"),
        "optional": _("Optional"), "steps": _("Steps"), "excluded": _("Excluded events"),
        "hold": _("Held properties"), "groups": _("Group by"),
    }  # fmt: skip
    return known.get(leaf, leaf)


def _listed(of: Mapping[str, Text], language: Language) -> list[tuple[str, str]]:
    return [(name, title.of(language)) for name, title in of.items()]


def _context(settings: AppSettings, page: Page) -> dict[str, Any]:
    language, tree, app = settings.reader.language, page.typed, settings.app
    _ = translate(language)
    numbers = [(str(n), _("Step %(n)s") % {"n": n}) for n in range(1, len(tree["s"]) + 1)]
    named = events(settings.records, app.id)
    return {
        "types": why.offered_types(settings) if settings.may(why.SEES) else [],
        "any_event": ANY.of(language),
        "sentence": sentence(tree, named, _period(tree, language), language),
        "starts": [(title, address(app.name, one)) for title, one in starts(language)],
        "units": _listed(texts.UNITS, language),
        "step_units": _listed(texts.UNITS, language)[:-2],
        "orders": _listed(texts.ORDER_CHOICES, language),
        "modes": _listed(texts.MODE_CHOICES, language),
        "entries": _listed(texts.ENTRY_CHOICES, language),
        "counts": _listed(texts.COUNT_CHOICES, language),
        "ended": _listed(texts.ENDED_CHOICES, language),
        "shows": _listed(texts.SHOWS, language),
        "compared": _listed(texts.COMPARED, language),
        "numbers": [("", _("choose")), *numbers],
        "grains": _listed(texts.GRAINS, language),
        "ends": [("", _("the next step")), *numbers[1:]],
        "gaps": [("", _("any step")), *numbers[:-1]],
        "places": [
            ("entry", _("entry")), ("last", _("last step reached")), *numbers, ("each", _("each value by itself")),
        ],
        "most": {"s": MOST_STEPS, "x": MOST_EXCLUDED, "h": MOST_HELD},
    }  # fmt: skip


def _period(tree: dict[str, Any], language: Language) -> str:
    """The days of a form, as a part of a sentence."""
    zh, chosen = language == "zh", str(tree["period"])
    if chosen == OTHER_DAYS:
        ends = [one for one in (tree["from"], tree["to"]) if one] or ["…"]
        return " – ".join(ends) if zh else f"from {' to '.join(ends)}"
    found = dict(periods(chosen, language)).get(chosen, chosen)
    if zh:
        return found
    if chosen == "all":
        return "at any time"
    return f"in the last {found}" if chosen[:1].isdecimal() else found[:1].lower() + found[1:]


BUILDER = Builder(
    kind=FunnelQuestion, part=FUNNELS, template="funnels.html", first=form.first, typed=form.typed,
    pruned=form.pruned, changed=form.changed, question_of=question_of, tree_of=tree_of,
    input_of=form.input_of, hidden=form.CHOSEN, about=form.about, label=_label, context=_context,
)  # fmt: skip


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def funnels_page(request: Req, settings: NamedDependency[AppSettings]) -> Answer:
    """The form with the answer of the question in the address; empty where there is none."""
    return await page_of(BUILDER, settings, request.query_params)


@post(
    PAGE, include_in_schema=False, status_code=200, needs=MEMBER,
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def funnels_form_sent(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A button of the form."""
    return await sent(BUILDER, settings, data)


ROUTES = (funnels_page, funnels_form_sent)
