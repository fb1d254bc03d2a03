"""Custom, Event analysis: the builder of a question about events."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.render.i18n import translate
from minilens.reports.questions.events import EventsQuestion
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import ASK, Answer
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events import ask_form
from minilens.web.events.ask_offered import LENGTHS, UNITS
from minilens.web.events.ask_question import question_of, tree_of
from minilens.web.events.builder import BYTES, FIELDS, Builder, Page, page_of, sent

Req = Request[None, None, State]
PAGE = "/a/{app:str}/events/ask"
#: Length of a row → its name.
GRAINS = {
    "whole": Text("整个时间段", "Whole period"),
    "hour": Text("小时", "Hour"),
    "day": Text("日", "Day"),
    "week": Text("周", "Week"),
    "month": Text("月", "Month"),
}


def _label(leaf: str, language: Language) -> str:
    _ = translate(language)
    known = {
        "aggregate": _("Measure"), "then": _("Then"), "window": _("Within"), "hold": _("Same property (optional)"),
        "day": _("Days later"), "formula": _("Formula"), "name": _("Name"), "sort": _("Sort by"),
        "measures": _("Measures"), "events": _("Events"), "groups": _("Group by"),
    }  # fmt: skip
    return known.get(leaf, leaf)


def _context(settings: AppSettings, page: Page) -> dict[str, Any]:
    language = settings.reader.language
    return {
        "measures": ask_form.measures(page.typed),
        "units": UNITS,
        "lengths": [(name, title.of(language)) for name, title in LENGTHS.items()],
        "grains": [(name, title.of(language)) for name, title in GRAINS.items()],
    }


BUILDER = Builder(
    kind=EventsQuestion, part=ASK, template="ask.html", first=ask_form.first, typed=ask_form.typed,
    pruned=ask_form.pruned, changed=ask_form.changed, question_of=question_of, tree_of=tree_of,
    input_of=ask_form.input_of, hidden=ask_form.CHOSEN, about=ask_form.about, label=_label, context=_context,
)  # fmt: skip


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def ask_page(request: Req, settings: NamedDependency[AppSettings]) -> Answer:
    """The form with the answer of the question in the address; empty where there is none."""
    return await page_of(BUILDER, settings, request.query_params)


@post(
    PAGE, include_in_schema=False, status_code=200, needs=MEMBER,
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def ask_form_sent(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A button of the form."""
    return await sent(BUILDER, settings, data)


ROUTES = (ask_page, ask_form_sent)
