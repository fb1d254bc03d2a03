"""Custom: the builder of questions about what persons are worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.render.i18n import translate
from minilens.reports.questions.ltv import LtvQuestion
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import LTV, Answer
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.builder import BYTES, FIELDS, Builder, Page, page_of, sent
from minilens.web.ltv import form
from minilens.web.ltv.question import ltv_of, tree_of

Req = Request[None, None, State]
PAGE = "/a/{app:str}/ltv"
ENTRIES = {
    "visit": Text("首次访问", "The first visit ever"),
    "event": Text("首次发生指定事件", "The first ever of an event"),
    "any": Text("首次任意行为", "The first activity of any kind"),
}
RETURNS = {
    "visit": Text("访问", "A visit"),
    "event": Text("指定事件", "An event"),
    "any": Text("任意行为", "Any activity"),
}
SHOWS = {
    "cohorts": Text("各人群，截至目前", "Cohorts up to now"),
    "triangle": Text("各人群，首日后第 N 天", "Cohorts by days later"),
    "curve": Text("仅曲线", "Curve alone"),
}
GRAINS = {
    "day": Text("按天", "Daily"),
    "week": Text("按周", "Weekly"),
    "month": Text("按月", "Monthly"),
}


def _label(leaf: str, language: Language) -> str:
    _ = translate(language)
    known = {
        "days": _("Days later"), "currency": _("Currency"), "groups": _("Group by"), "rate": _("Margin rate"),
        "product": _("Product, or margin"), "rates": _("Rates by product"),
        "key": _("Order number"), "refund_key": _("Refund number"),
    }  # fmt: skip
    return known.get(leaf, leaf)


def _listed(of: Mapping[str, Text], language: Language) -> list[tuple[str, str]]:
    return [(name, title.of(language)) for name, title in of.items()]


def _context(settings: AppSettings, _page: Page) -> dict[str, Any]:
    language = settings.reader.language
    listed = {"entries": ENTRIES, "returns": RETURNS, "shows": SHOWS, "grains": GRAINS}
    return {name: _listed(of, language) for name, of in listed.items()}


BUILDER = Builder(
    kind=LtvQuestion, part=LTV, template="ltv.html", first=form.first, typed=form.typed, pruned=form.pruned,
    changed=form.changed, question_of=ltv_of, tree_of=tree_of, input_of=form.input_of, hidden=form.CHOSEN,
    about=form.about, label=_label, context=_context,
)  # fmt: skip


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def ltv_page(request: Req, settings: NamedDependency[AppSettings]) -> Answer:
    """The form with the answer of the question in the address; empty where there is none."""
    return await page_of(BUILDER, settings, request.query_params)


@post(
    PAGE, include_in_schema=False, status_code=200, needs=MEMBER,
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def ltv_form_sent(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A button of the form."""
    return await sent(BUILDER, settings, data)


ROUTES = (ltv_page, ltv_form_sent)
