"""The checklist by pages: looked at, put away, shown again."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from minilens.period import now
from minilens.records.rights import SEES
from minilens.records.store import Records
from minilens.reports.reviews.checklist import Item, checklist
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import CHECKLIST as PART
from minilens.web.admin.forms import Answer, attempt
from minilens.web.admin.settings_page import AppSettings

WRITES = "saved:write"
_HERE = "/a/{app:str}/reviews/checklist"


@get(_HERE, include_in_schema=False, needs=SEES)
async def checklist_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """All items."""
    return await _shown(settings)


@post(_HERE, include_in_schema=False, status_code=303, needs=WRITES)
async def put(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Put it away, or show it on the dashboard again."""

    def do() -> str:
        checklists, told = settings.records.checklists, {"now": now(), "by": settings.me.id}
        change = checklists.show if data.get("shown") == "1" else checklists.put_away
        change(settings.app.id, **told)  # type: ignore[arg-type]
        return PART.at(settings.app, "changed")

    return await attempt("checklist", settings.reader, do, lambda error: _shown(settings))


def on_dashboard(records: Records, app: int) -> list[Item]:
    """What the dashboard shows of it: nothing where it is put away, or all is done."""
    if not records.checklists.shown(app):
        return []
    items = checklist(records, app)
    return [] if all(one.done for one in items) else items


async def _shown(settings: AppSettings) -> Response[str]:
    def told() -> dict[str, Any]:
        records, app = settings.records, settings.app.id
        return {"items": checklist(records, app), "on_dashboard": records.checklists.shown(app)}

    context = await asyncio.to_thread(told)
    return await settings.page(PART, "checklist.html", writes=settings.may(WRITES), **context)


ROUTES = (checklist_page, put)
