"""Campaigns: what shared cards led to, by day, level of the tree, page and group, as a card each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from msgspec.structs import replace

from minilens.errors import Refused
from minilens.measure.shares.query import SHOWS
from minilens.reports.question import decoded
from minilens.reports.questions.shares import SharesQuestion
from minilens.web.admin.forms import SHARES
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.builder import checked, find_saved
from minilens.web.reports.builders import address, below, pairs

Req = Request[None, None, State]
PERIODS = ("7d", "30d", "90d")


@get("/a/{app:str}/shares", include_in_schema=False, needs=MEMBER)
async def shares_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """A card for each way of telling shares apart, over the days of the question in the address."""
    laid_out = await asyncio.to_thread(_laid_out, settings, request.query_params)
    return await settings.page(SHARES, "shares.html", **laid_out)


def _laid_out(settings: AppSettings, given: Mapping[str, str]) -> dict[str, Any]:
    """What the template is given: of each card its place, its question and the address of its answer."""
    asked, name = _asked(settings, given), settings.app.name
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
