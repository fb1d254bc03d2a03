"""Questions about paths that every engine must answer alike."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.paths.query import Node, PathsQuery
from minilens.measure.run import AnyQuery
from minilens.period import Range


def about_paths(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """After a page, before an event, of launches and persons, as columns and as links."""
    views, shares = Counted("pages", ("page_view",)), Counted("e0", ("share",))
    pages = EventsQuery(app, (views,), (), over, timezone=zone)
    menu = PathsQuery(pages, (), anchor=Node("page", "pages/menu"))
    mixed = replace(menu, rows=replace(pages, events=(shares, views)), titles=("share",))
    return {
        "paths after a page": menu,
        "paths along a way": replace(menu, chosen=(Node("page", "pages/cart"),)),
        "paths of persons before an event": replace(
            mixed, anchor=Node("event", 0), direction="before", counts="persons"
        ),
        "paths from where launches begin, as links": replace(mixed, anchor=None, show="links"),
    }
