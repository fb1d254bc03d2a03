"""An answer about events with its measures called by the names that people give events, for cards. Files have plain
names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from minilens.measure.events.columns import named_title
from minilens.measure.table import Table
from minilens.reports.kinds.events import EventsRequest
from minilens.text import Text


def called(
    state: EventsRequest, table: Table, named: Mapping[str, Text]
) -> tuple[EventsRequest, Table]:
    """`named`: event → its name. A measure that was given a title keeps it."""
    query = state.asked
    measures = tuple(replace(one, title=named_title(query, one, named)) for one in query.measures)
    titles = {one.name: one.title for one in measures}
    columns = tuple(
        replace(one, title=titles[one.name]) if n >= table.keys and one.name in titles else one
        for n, one in enumerate(table.columns)
    )
    asked = replace(query, measures=measures)
    return replace(state, asked=asked), replace(table, columns=columns)
