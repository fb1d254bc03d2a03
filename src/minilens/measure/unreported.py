"""Step-by-step events that were begun and never reported: told by what is captured at the moment of a start.

A phone sends nothing for a start. But most triggers are captured anyway, so that of each launch it is known how many
starts there were; each report uses one of them up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from minilens.measure.virtual.sql import Bound, condition
from minilens.records.event_content import Content
from minilens.records.virtual_content import Filter, Matching, Meaning
from minilens.warehouse.engine import Engine

DAYS = 7
#: Trigger of a start → the event that is captured at the same moment. Of the others there is none.
CAPTURED = {
    "click": "click", "enterPage": "page_view", "leavePage": "page_leave", "launch": "app_launch",
    "background": "app_hide", "pullDownRefresh": "pull_down_refresh", "share": "share",
}  # fmt: skip
_DATA = re.compile(r'\[data-([^=]+)="?(.*?)"?\]')


@dataclass(frozen=True)
class Unreported:
    """In the last seven days since the event was published: starts, and those without a report."""

    begun: int
    unreported: int


@dataclass(frozen=True)
class Steps:
    """A published event, step by step: what its starts are captured as, and since when phones have it."""

    starts: Meaning
    since: datetime


def starts(content: Content) -> Meaning | None:
    """What the starts are captured as; None where there are none, or one of them cannot be told."""
    found = [_start(one) for one in content.actions if one["action"] == "start"]
    known = [one for one in found if one is not None]
    return Meaning(tuple(known)) if known and len(known) == len(found) else None


def _start(action: Mapping[str, Any]) -> Matching | None:
    trigger, page = action["trigger"], str(action.get("page", "")).lstrip("/")
    if trigger not in CAPTURED:
        return None
    key = _element(action["element"]) if trigger == "click" else ()
    if key is None:
        return None
    filters: tuple[Filter, ...] = ()
    if trigger == "share" and (by := action.get("from", "menu")) != "any":
        filters = (Filter("props.from", "is", (by,)),)
    anywhere = page in ("", "ANY_PAGE") or trigger in ("launch", "background")
    pages = "any" if anywhere else "exact"
    return Matching(CAPTURED[trigger], pages, "" if anywhere else page, key, filters)


def _element(element: str) -> tuple[tuple[str, str], ...] | None:
    """Its key; None of classes: phones don't know those of what was tapped."""
    if element[0] in "#@":
        return (("id" if element[0] == "#" else "handler", element[1:]),)
    found = _DATA.fullmatch(element)
    if found is None:
        return None
    name = re.sub(r"-([a-z])", lambda one: one[1].upper(), found[1].lower())
    return ((f"data.{name}", found[2]),)


def unreported(
    engine: Engine, app: int, every: Mapping[str, Steps], today: date
) -> dict[str, Unreported]:
    """Of each event, in released traffic; in each launch every report uses up one start."""
    if not every:
        return {}
    bind, inner, outer = Bound(), [], []
    for n, (name, one) in enumerate(every.items()):
        late = f"toUnixTimestamp64Milli(ts) >= {bind(int(one.since.timestamp() * 1000), 'Int64')}"
        inner.append(f"countIf({late} AND {condition(one.starts, {}, bind)}) AS s{n}")
        inner.append(f"countIf({late} AND name = {bind(name, 'String')}) AS r{n}")
        outer.append(f"sum(s{n}), sum(greatest(toInt64(s{n}) - toInt64(r{n}), 0))")
    named = sorted({*every, *(event for one in every.values() for event in one.starts.events())})
    sql = (
        f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM events AS e "
        "WHERE app = {app:UInt32} AND day BETWEEN {since:Date} AND {today:Date} AND traffic = 'release' "
        f"AND session != 0 AND name IN {bind(named, 'Array(String)')} GROUP BY session)"
    )
    asked = {"app": app, "since": today - timedelta(days=DAYS - 1), "today": today, **bind.values}
    (row,) = engine.rows(sql, asked)
    return {
        name: Unreported(int(row[2 * n] or 0), int(row[2 * n + 1] or 0))
        for n, name in enumerate(every)
    }
