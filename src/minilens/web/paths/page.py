"""Custom, Paths: the form of a question about paths, and its answer, which is opened column by column."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.measure.paths.query import MOST_NODES
from minilens.reference.page_types import PAGE_TYPES
from minilens.render.i18n import translate
from minilens.reports.event_names import events
from minilens.reports.question import encoded
from minilens.reports.questions.paths import PathsQuestion
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import PATHS, Answer
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.builder import BYTES, FIELDS, Builder, Page, page_of, sent
from minilens.web.events.value_search import options
from minilens.web.paths import form
from minilens.web.paths.question import question_of, tree_of
from minilens.web.templating import html

Req = Request[None, None, State]
PAGE = "/a/{app:str}/paths"
BEGINS = {
    "start": Text("从每次打开的开始", "From where launches begin"),
    "after": Text("某个节点之后", "After a page or event"),
    "before": Text("某个节点之前", "Before a page or event"),
}
PAGES = {
    "page": Text("每个页面", "Each page"), "folder": Text("按目录", "By folder"),
    "type": Text("按页面类型", "By page type"), "none": Text("不含页面", "No pages"),
}  # fmt: skip
COUNTS = {"sessions": Text("每次打开", "Each launch"), "persons": Text("每人", "Each person")}
REPEATS = {"folded": Text("合并为一个", "Are one"), "kept": Text("分别计", "Are several")}
UNITS = {"s": Text("秒", "seconds"), "m": Text("分钟", "minutes"), "h": Text("小时", "hours")}
SHOWS = {"columns": Text("逐列展开", "Columns"), "links": Text("桑基图", "Flow chart")}


def _label(leaf: str, language: Language) -> str:
    _ = translate(language)
    known = {
        "anchor": _("Page or event"), "gap": _("Gap at most"), "steps": _("Columns of the chart"),
        "patterns": _("Pages as one"), "opened": _("Folders opened"), "events": _("Events"),
        "chosen": _("Nodes opened"),
    }  # fmt: skip
    return known.get(leaf, leaf)


def _listed(of: Mapping[str, Text], language: Language) -> list[tuple[str, str]]:
    return [(name, title.of(language)) for name, title in of.items()]


def _context(settings: AppSettings, page: Page) -> dict[str, Any]:
    language = settings.reader.language
    _ = translate(language)
    return {
        "begins": _listed(BEGINS, language),
        "kinds": [("page", _("Page")), ("event", _("Event"))],
        "of_pages": _listed(PAGES, language),
        "counts": _listed(COUNTS, language),
        "repeats": _listed(REPEATS, language),
        "units": _listed(UNITS, language),
        "shows": _listed(SHOWS, language),
        "most": MOST_NODES,
    }


BUILDER = Builder(
    kind=PathsQuestion, part=PATHS, template="paths.html", first=form.first, typed=form.typed,
    pruned=form.pruned, changed=form.changed, question_of=question_of, tree_of=tree_of,
    input_of=form.input_of, hidden=form.CHOSEN, about=form.about, label=_label, context=_context,
)  # fmt: skip


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def paths_page(request: Req, settings: NamedDependency[AppSettings]) -> Answer:
    """The form with the answer of the question in the address; where there is none, how launches begin."""
    given = dict(request.query_params)
    if not given.get("question") and not given.get("saved"):
        given["question"] = encoded(PathsQuestion())
    return await page_of(BUILDER, settings, given)


@post(
    PAGE, include_in_schema=False, status_code=200, needs=MEMBER,
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=FIELDS,
)  # fmt: skip
async def paths_form_sent(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A button of the form."""
    return await sent(BUILDER, settings, data)


@get(f"{PAGE}/nodes", include_in_schema=False, needs=MEMBER)
async def node_search(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """Entries of the list below the anchor: pages that came, types, or events."""
    found = await asyncio.to_thread(_nodes, settings, dict(request.query_params))
    return html("_value_options.html", settings.reader, options=found)


def _nodes(settings: AppSettings, given: Mapping[str, str]) -> list[tuple[str, str]]:
    language = settings.reader.language
    if given.get("anchor_kind") == "event":
        named = events(settings.records, settings.app.id)
        return [(name, title.of(language)) for name, title in named.items()]
    if given.get("pages") == "type":
        return [(name, title.of(language)) for name, title in PAGE_TYPES.items()]
    of_pages = {
        "e.0.event": "page_view", "w.p.0.on": "field.page", "w.p.0.operator": "is",
        "w.p.0.values": given.get("anchor", ""),
    }  # fmt: skip
    days = {name: given.get(name, "") for name in ("period", "from", "to", "traffic")}
    return options(settings, of_pages | days)


ROUTES = (paths_page, paths_form_sent, node_search)
