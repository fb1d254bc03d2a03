"""Stories of paths as tests write them, and how they ask about them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.paths.query import Node, PathsQuery
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from tests.pipeline import LATER, Happening, House, at, days

DAY = "2026-11-19"
MINUTE = 60_000
#: When every path is over.
LATE = datetime(2030, 1, 1, tzinfo=UTC)
EVENTS = {"fav": "add_favorite", "add": "add_to_cart", "pay": "pay_success"}
VIEWS = Counted("pages", ("page_view",))
#: The example of the reference.
STORY = "K1: home list detail cart. K2: home list list detail. K3: home detail. K4: list home list. K5: home"


def happened(text: str, day: str = DAY, hour: int = 10) -> list[Happening]:
    """`K1: home list add. K2: …`: a minute after the other, from ten o'clock; what is no event is a page."""
    said = []
    for line in text.split("."):
        who, _, nodes = line.strip().partition(":")
        for n, name in enumerate(nodes.split()):
            event = EVENTS.get(name, "page_view")
            page = "pages/other" if name in EVENTS else name
            said.append(
                Happening(
                    at(f"{day} {hour:02}:00") + n * MINUTE, event, device=who, session=f"{who}1", page=page, seq=n + 1
                )
            )  # fmt: skip
    return said


def page(name: str) -> Node:
    return Node("page", name)


def paths(
    house: House, anchor: Node | None, *chosen: Node, events: tuple[str, ...] = (), pages: bool = True,
    range: Any = None, where: Any = None, **more: Any,
) -> PathsQuery:  # fmt: skip
    """Paths over the day of the stories."""
    counted = [Counted(f"e{n}", (name,)) for n, name in enumerate(events)]
    how = {"where": where} if where else {}
    rows = EventsQuery(
        house.app.id, (*counted, *([VIEWS] if pages else [])), (), range or days(DAY, DAY),
        timezone=house.app.timezone, **how,
    )  # fmt: skip
    return PathsQuery(rows, events, anchor=anchor, chosen=chosen, **more)


def answer(house: House, query: PathsQuery, as_of: datetime = LATE, today: date = LATER) -> Table:
    return run(house.pipeline.engine, query, AsOf(today, as_of, house.pipeline.loader.through))


def column(table: Table, place: int) -> dict[Any, Any]:
    """Of one column each node with its count."""
    return {row[2]: row[3] for row in table.rows if row[0] == place}


def last(house: House, query: PathsQuery, **more: Any) -> dict[Any, Any]:
    """The column behind the chosen nodes."""
    return column(answer(house, query, **more), len(query.chosen) + 1)
