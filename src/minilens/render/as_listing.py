"""Rows of a table as a short list, as messages and reviews show them."""

from __future__ import annotations

from collections.abc import Sequence

from minilens.measure.table import Row, Table
from minilens.render import format
from minilens.render.as_text import readable
from minilens.render.message import MOST_ROWS, Listing
from minilens.text import Language


def listing(
    table: Table, rows: Sequence[Row], names: Sequence[str], language: Language
) -> Listing | None:
    """The first of some rows, with the columns of these names that there are; None where there are no rows."""
    places = {one.name: n for n, one in enumerate(table.columns)}
    shown = [places[name] for name in names if name in places]
    return listed(table, rows, shown, language) if rows else None


def listed(
    table: Table, rows: Sequence[Row], shown: Sequence[int], language: Language, found: int = 0
) -> Listing:
    """The same, of columns by their places; `found`: so many rows there are in all, where these are not all."""
    told = readable(table, rows[:MOST_ROWS], language)
    return Listing(
        "", tuple(format.title(table.columns[n], language) for n in shown),
        tuple(tuple(format.exact(row[n], table.columns[n].unit, language) for n in shown) for row in told),
        max(0, max(found, len(rows)) - len(told)),
    )  # fmt: skip
