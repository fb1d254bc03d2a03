"""Values that a condition of a question can have, searched as they are typed: those that came with its events.

The form sends the row of the condition, its events and its days; what is typed last, behind a comma, is searched for in
values and in their names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.errors import Refused
from minilens.measure.dimensions import DIMENSIONS, Dimension
from minilens.measure.events.operand import RECORDED
from minilens.measure.events.operators import OPERATORS
from minilens.measure.value_names import ValueNames
from minilens.period import Range
from minilens.reference.page_types import PAGE_TYPES
from minilens.reports.kinds.events import EventsRequest
from minilens.reports.kinds.events import request as of_question
from minilens.reports.parts_reader import PAGE_TYPE
from minilens.reports.question import decoded
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.request import AppContext
from minilens.text import LANGUAGES, Language, Text
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.ask_question import joined, last_typed, parted
from minilens.web.events.builder import titles
from minilens.web.reports.suggestions import MOST, MOST_CODES
from minilens.web.templating import html

Req = Request[None, None, State]
#: Of a longer period its last days are looked at.
MOST_DAYS = 7
LONGEST = 64


@dataclass(frozen=True)
class Search:
    """The row of a condition: what it is about, in its events; `before` are the values that stand, `text` the last."""

    kind: str
    name: str
    events: tuple[str, ...]
    before: str
    text: str

    @property
    def dimension(self) -> Dimension | None:
        """Where it is about a field that events carry."""
        return DIMENSIONS.get(self.name) if self.kind == "field" else None

    @property
    def choices(self) -> Mapping[str, Text]:
        """All that it can have, where these are a few."""
        if self.kind == "field" and self.name == PAGE_TYPE.key:
            return PAGE_TYPES
        return self.dimension.choices if self.dimension else {}

    @property
    def listed(self) -> bool:
        """Whether its values are few, and searched here: those of codes and groups."""
        return self.dimension is not None and self.dimension.kind != "text"


@get("/a/{app:str}/events/values", include_in_schema=False, needs=MEMBER)
async def value_search(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """Entries of the list below the field; none where nothing can be searched."""
    found = await asyncio.to_thread(options, settings, dict(request.query_params))
    return html("_value_options.html", settings.reader, options=found)


def options(settings: AppSettings, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the field then has, and what stands beside it."""
    search, language = read(given, titles(settings)), settings.reader.language
    if search is None or search.name in settings.records.sensitive.of(settings.app.id):
        return []
    own = settings.records.field_values.texts(settings.app.id).get(search.name, {})
    names = _names(search, own if search.kind == "property" else {})
    if search.choices:
        return [
            option(search, names, one, language)
            for one in search.choices
            if _fits(search, names, one)
        ]
    first = settings.console.first_day(settings.app) if given.get("period") == "all" else None
    try:
        asked = decoded(msgspec.json.encode(question(search, names, given)), EventsQuestion)
        state = of_question(asked, AppContext(settings.app.timezone, settings.reader.moment, first))
    except Refused:
        return []
    found = [
        value for value in came(settings, state) if not search.listed or _fits(search, names, value)
    ]
    named = names.like(search.text) if search.text and search.kind == "property" else ()
    every = list(dict.fromkeys([*found, *named]))[:MOST]
    return [option(search, names, value, language) for value in every]


def read(given: Mapping[str, str], called: Mapping[str, str]) -> Search | None:
    """The row that was sent; None where its values are no texts, or it is about nothing yet.

    `called`: what people call an event → its name.
    """
    at = next((one.removesuffix(".values") for one in given if one.endswith(".values")), "")
    kind, _, name = given.get(f"{at}.on", "").partition(".")
    name = name or given.get(f"{at}.other", "").strip()
    operator = OPERATORS.get(given.get(f"{at}.operator", "is"))
    events = given.get(".".join([*at.split(".")[:2], "event"]))
    typed = [events] if events else [text for one, text in given.items() if one.endswith(".event")]
    named = tuple(called.get(one, one) for text in typed for one in parted(text))
    if kind == "session" and name in ("entry", "exit"):
        kind, name, named = "field", "page", ("page_view",)
    fields = {
        *DIMENSIONS,
        PAGE_TYPE.key,
        *(one.name for one in RECORDED.values() if one.kind == "text"),
    }
    known = kind == "property" or (kind == "field" and name in fields)
    if not (name and named and known):
        return None
    if operator is None or operator.form != "text" or operator.values == "none":
        return None
    before, text = last_typed(given.get(f"{at}.values", ""))
    return Search(kind, name, named, before, text[:LONGEST])


def _names(search: Search, own: Mapping[str, Text]) -> ValueNames:
    if search.choices or search.dimension is None:
        return ValueNames(search.choices or own)
    return search.dimension.names


def question(search: Search, names: ValueNames, given: Mapping[str, str]) -> dict[str, Any]:
    """Which values the events had, the most frequent first."""
    about = {search.kind: search.name}
    holds = [{**about, "operator": "contains", "values": [search.text]}] if search.text else []
    if holds and (like := names.like(search.text)) and search.kind == "property":
        holds.append({**about, "operator": "is", "values": [*like[:MOST]]})
    days = {name: given[name] for name in ("from", "to") if given.get(name)}
    return {
        "kind": "events",
        "events": [{"event": [*search.events]}],
        "groups": [about],
        **({"where": {"any": holds}} if holds and not search.listed else {}),
        **(days if given.get("period") == "custom" else {"period": given.get("period") or "7d"}),
        "traffic": given.get("traffic") or "release",
        "grain": "whole",
        "top": MOST_CODES if search.listed else MOST,
        "rest": False,
    }


def came(settings: AppSettings, state: EventsRequest) -> list[str]:
    """The values, of the last days of the period."""
    over = state.asked.range
    begins = max(over.start, over.end - timedelta(days=MOST_DAYS - 1))
    query = replace(state.asked, app=settings.app.id, range=Range(begins, over.end))
    table = settings.console.answer(state.report, query, settings.app)
    return [str(row[0]) for row in table.rows if row[0] not in (None, "")]


def _fits(search: Search, names: ValueNames, value: str) -> bool:
    own = search.dimension
    if own is not None and value in own.unknown:
        return False
    return search.text.lower() in value.lower() or value in names.like(search.text)


def option(search: Search, names: ValueNames, value: str, language: Language) -> tuple[str, str]:
    """The name, where it stands for this value alone; beside it what else the value is found by."""
    known = names.names.get(value)
    called = [known.of(one) for one in (language, *LANGUAGES)] if known else []
    own = next((one for one in called if names.stored(one) == (value,)), value)
    shown = value if names.beside_code else own
    beside = dict.fromkeys(one for one in [*called, value] if one != shown)
    return joined([*parted(search.before), shown]), " · ".join(beside)


ROUTES = (value_search,)
