"""Data quality: payments as servers tell them beside what the tracker saw, as cards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from msgspec.structs import replace

from minilens.errors import Refused
from minilens.measure.payments.columns import TITLES
from minilens.measure.payments.query import GROUPS
from minilens.reports.question import decoded
from minilens.reports.questions.payments import PaymentsQuestion
from minilens.web.admin.forms import RECONCILIATION
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.cohorts.doors import SEES_PERSONS
from minilens.web.events.builder import checked, find_saved
from minilens.web.reports.builders import address, below, pairs

Req = Request[None, None, State]
PERIODS = ("7d", "30d", "90d")


@get("/a/{app:str}/payments", include_in_schema=False, needs=MEMBER)
async def payments_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """A card of groups, of days, and of the orders of a group for whoever may see them, over the days of the question
    in the address."""
    laid_out = await asyncio.to_thread(
        _laid_out, settings, request.query_params, orders=SEES_PERSONS.get()
    )
    return await settings.page(RECONCILIATION, "payments.html", **laid_out)


def _laid_out(settings: AppSettings, given: Mapping[str, str], *, orders: bool) -> dict[str, Any]:
    """What the template is given: of each card its place, its question and the address of its answer."""
    asked, name, language = _asked(settings, given), settings.app.name, settings.reader.language
    every = [replace(asked, show="groups"), replace(asked, show="days")]
    every += [replace(asked, show="orders")] if orders else []
    periods = [(one, replace(asked, period=one, start="", end="")) for one in PERIODS]
    groups = [(one, replace(asked, show="orders", group=one)) for one in GROUPS]
    return {
        "cards": [
            (f"payments-{one.show}", checked(settings, one), f"{below(name, one)}/answer?{pairs(one)}")
            for one in every
        ],
        "periods": [(period, address(name, one)) for period, one in periods],
        "chosen": asked.period or ("" if asked.start else "30d"),
        "groups": [
            (one, TITLES[one].of(language), f"{address(name, of)}#payments-orders")
            for one, of in groups
        ],
        "group": asked.group,
        "orders": orders,
        "set_up": bool(settings.records.payment_channels.all(settings.app.id)),
    }  # fmt: skip


def _asked(settings: AppSettings, given: Mapping[str, str]) -> PaymentsQuestion:
    """The question of an address as people change it, or a saved one: what cannot be meant is the usual one."""
    saved = find_saved(settings, given.get("saved", ""))
    text = saved.body if saved else given.get("question", "")
    try:
        found = decoded(text, PaymentsQuestion) if text else PaymentsQuestion()
        checked(settings, found)
    except Refused:
        return PaymentsQuestion()
    return found


ROUTES = (payments_page,)
