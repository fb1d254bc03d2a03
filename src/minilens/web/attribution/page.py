"""Campaigns, Attribution: the form of a question about attribution, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.measure.attribution.columns import MODELS
from minilens.measure.attribution.query import MOST_BY
from minilens.render.i18n import translate
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import ATTRIBUTION, Answer
from minilens.web.admin.settings_page import AppSettings
from minilens.web.attribution import form, texts
from minilens.web.attribution.question import question_of, tree_of
from minilens.web.auth.guard import MEMBER
from minilens.web.events.ask_offered import LENGTHS
from minilens.web.events.builder import BYTES, FIELDS, Builder, Page, page_of, sent

Req = Request[None, None, State]
PAGE = "/a/{app:str}/attribution"


def _label(leaf: str, language: Language) -> str:
    _ = translate(language)
    known = {
        "by": _("Touches by"), "window": _("Touches count for"), "half_life": _("Half-life"), "key": _("Order number"),
        "before": _("Within"), "models": _("Models"),
    }  # fmt: skip
    return known.get(leaf, leaf)


def _listed(of: Mapping[str, Text], language: Language) -> list[tuple[str, str]]:
    return [(name, title.of(language)) for name, title in of.items()]


def _context(settings: AppSettings, page: Page) -> dict[str, Any]:
    language = settings.reader.language
    told = [one["by"] for one in page.typed["g"] if one["by"] not in ("", *texts.BY)]
    return {
        "counts": _listed(texts.COUNTS, language),
        "of_touches": _listed(texts.TOUCHES, language),
        "shows": _listed(texts.SHOWS, language),
        "grains": _listed(texts.GRAINS, language),
        "of_by": [*_listed(texts.BY, language), *((name, name) for name in told)],
        "models": [(name, title.of(language), how.of(language)) for name, (title, how) in MODELS.items()],
        "units": _listed(LENGTHS, language),
        "most_by": MOST_BY,
    }  # fmt: skip


BUILDER = Builder(
    kind=AttributionQuestion, part=ATTRIBUTION, template="attribution.html", first=form.first, typed=form.typed,
    pruned=form.pruned, changed=form.changed, question_of=question_of, tree_of=tree_of, input_of=form.input_of,
    hidden=form.CHOSEN, about=form.about, label=_label, context=_context,
)  # fmt: skip


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def attribution_page(request: Req, settings: NamedDependency[AppSettings]) -> Answer:
    """The form with the answer of the question in the address; empty where there is none."""
    return await page_of(BUILDER, settings, request.query_params)


@post(
    PAGE, include_in_schema=False, status_code=200, needs=MEMBER,
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def attribution_form_sent(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A button of the form."""
    return await sent(BUILDER, settings, data)


ROUTES = (attribution_page, attribution_form_sent)
