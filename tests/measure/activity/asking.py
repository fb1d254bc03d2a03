"""Stories of days as tests write them, and how they ask who came back."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

from minilens.measure.activity.query import (
    ActivityQuery,
    ReturnsQuery,
)
from minilens.measure.activity.query import Cell as C
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.text import NOTHING
from tests.pipeline import LATER, Happening, House, at, days

DAY = "2026-06-01"  # a Monday
FIRST = date.fromisoformat(DAY)
LATE = datetime(2030, 1, 1, tzinfo=UTC)
NAMES = {"s": "add_favorite", "b": "pay_success", "v": "page_view", "t": "click"}
START, BACK, ANY = Counted("a", ("add_favorite",)), Counted("b", ("pay_success",)), Counted("x", ())


def happened(text: str, day: str = DAY) -> list[Happening]:
    """`R1: s0 b1=5. R2: s0@Shanghai b0.5`: days after the first, at ten; = is the amount, @ the city."""
    said: list[Happening] = []
    for line in text.split(". "):
        who, _, events = line.strip().partition(":")
        for name, n, amount, city in re.findall(
            r"([a-z])(-?[\d.]+)(?:=([\d.]+))?(?:@(\w+))?", events
        ):
            props = json.dumps({"amount": float(amount)}) if amount else ""
            ts = at(f"{day} 10:00") + round(float(n) * 86_400_000)
            said.append(
                Happening(
                    ts,
                    NAMES[name],
                    device=who,
                    session=f"{who}1",
                    props=props,
                    city=city,
                    seq=len(said) + 1,
                )
            )
    return said


def rows(house: House, *events: Counted, over: Any = None, **more: Any) -> EventsQuery:
    """What is read, over one day unless other days are given."""
    return EventsQuery(
        house.app.id, events, more.pop("measures", ()), over or days(DAY), grain="day", include_other=True,
        timezone=house.app.timezone, **more,
    )  # fmt: skip


def cells(*text: str) -> tuple[C, ...]:
    """`1`, `1-3`."""
    found = []
    for one in text:
        first, _, last = one.partition("-")
        found.append(C(int(first), int(last or first)))
    return tuple(found)


def returns(house: House, *events: Counted, over: Any = None, **more: Any) -> ReturnsQuery:
    """Retention between two events, or of one."""
    of_rows: dict[str, Any] = {
        name: more.pop(name) for name in ("groups", "where", "top") if name in more
    }
    if operand := more.pop("amount", None):
        more["value"] = True
        of_rows["measures"] = (Figure("m", NOTHING, 1 if len(events) > 1 else 0, "sum", operand),)
    more.setdefault("cells", cells("0", "1", "2", "3"))
    return ReturnsQuery(rows(house, *events, over=over, **of_rows), same=len(events) == 1, **more)


def answer(house: House, query: ActivityQuery, today: date = LATER) -> Table:
    return run(house.pipeline.engine, query, AsOf(today, LATE, house.pipeline.loader.through))  # type: ignore[arg-type]


def back(
    house: House, query: ReturnsQuery, today: date = LATER, day: date | None = FIRST
) -> list[Any]:
    """How many of the cohort of a day (None: of all) returned in each cell."""
    table = answer(house, query, today)
    return [row[table.keys + 1] for row in table.rows if row[0] == day]
