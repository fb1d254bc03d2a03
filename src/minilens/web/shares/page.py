"""Campaigns: what shared cards led to, by day, level of the tree, page and group, as a card each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec.structs import replace

from minilens.errors import Refused
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.words import sentence
from minilens.measure.filters import OPERATORS
from minilens.measure.shares.query import ORIGINS, SHOWS
from minilens.reports.parts_reader import PartsReader
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.parts import Filter
from minilens.reports.questions.shares import SharesQuestion
from minilens.reports.request import AppContext
from minilens.reports.request_values import choice
from minilens.web.admin.forms import SHARES, Wrong
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.builder import checked, find_saved
from minilens.web.reports.builders import address, below, pairs

Req = Request[None, None, State]
PERIODS = ("7d", "30d", "90d")
#: What the form offers conditions on, and how they compare.
FIELDS = (
    "page", "scene_source", "source", "campaign", "placement", "material", "link", "province", "city", "app_version",
)  # fmt: skip
COMPARED = ("is", "is_not", "contains", "starts_with")


@get("/a/{app:str}/shares", include_in_schema=False, needs=MEMBER)
async def shares_page(
    request: Req, settings: NamedDependency[AppSettings]
) -> Response[str] | Redirect:
    """A card for each way of telling shares apart, over the days of the question in the address. The form of one
    more condition leads to the question that has it."""
    given, error = request.query_params, None
    asked = await asyncio.to_thread(_asked, settings, given)
    if "value" in given:
        try:
            return await asyncio.to_thread(_narrowed, settings, asked, given)
        except Refused as refused:
            error = Wrong("shares", "value", refused.message(settings.reader.language), 422)
    laid_out = await asyncio.to_thread(_laid_out, settings, asked)
    typed = {name: given.get(name, "") for name in ("field", "operator", "value")}
    return await settings.page(SHARES, "shares.html", error=error, typed=typed, **laid_out)


def _narrowed(settings: AppSettings, asked: SharesQuestion, given: Mapping[str, str]) -> Redirect:
    """To the question with one more condition; Refused where it cannot be meant."""
    value = given["value"].strip()
    if not value:
        raise Refused("missing", "value")
    field = choice(given, "field", FIELDS, FIELDS[0])
    one = Filter(field=field, operator=choice(given, "operator", COMPARED, "is"), values=[value])
    found = replace(asked, where=Filter(all=[*_conditions(asked), one]))
    checked(settings, found)
    return Redirect(address(settings.app.name, found), status_code=303)


def _conditions(asked: SharesQuestion) -> list[Filter]:
    """Those that must all hold."""
    if asked.where is None:
        return []
    return asked.where.all if asked.where.all is not None else [asked.where]


def _told(settings: AppSettings, asked: SharesQuestion) -> list[tuple[str, str]]:
    """Each condition as a sentence, and the question without it."""
    every = _conditions(asked)
    reader = PartsReader(AppContext(settings.app.timezone, settings.reader.moment))
    found = []
    for n, one in enumerate(every):
        rest = [*every[:n], *every[n + 1 :]]
        without = replace(asked, where=Filter(all=rest) if rest else None)
        told = sentence(reader.where(one, "where"), settings.reader.language)
        found.append((told, address(settings.app.name, without)))
    return found


def _laid_out(settings: AppSettings, asked: SharesQuestion) -> dict[str, Any]:
    """What the template is given: of each card its place, its question and the address of its answer."""
    name, language = settings.app.name, settings.reader.language
    shown = sorted(SHOWS, key=lambda one: one != asked.show)  # the one asked for comes first
    every = [replace(asked, show=one) for one in shown]
    periods = [(one, replace(asked, period=one, start="", end="")) for one in PERIODS]
    return {
        "cards": [
            (
                f"shares-{one.show}",
                checked(settings, one),
                f"{below(name, one)}/answer?{pairs(one)}",
            )
            for one in every
        ],
        "periods": [(period, address(name, one)) for period, one in periods],
        "origins": [
            (
                DIMENSIONS[one].title.of(language),
                address(name, replace(asked, by=one)),
                one == asked.by,
            )
            for one in ORIGINS
        ],
        "question": encoded(asked),
        "conditions": _told(settings, asked),
        "fields": [(one, DIMENSIONS[one].title.of(language)) for one in FIELDS],
        "operators": [(one, OPERATORS[one].title.of(language)) for one in COMPARED],
        "chosen": asked.period or ("" if asked.start else "30d"),
    }


def _asked(settings: AppSettings, given: Mapping[str, str]) -> SharesQuestion:
    """The question of an address as people change it, or a saved one: what cannot be meant is the usual one."""
    saved = find_saved(settings, given.get("saved", ""))
    text = saved.body if saved else given.get("question", "")
    try:
        found = decoded(text, SharesQuestion) if text else SharesQuestion()
        checked(settings, found)
    except Refused:
        return SharesQuestion()
    return found


ROUTES = (shares_page,)
