"""The answer about paths as a card draws it: columns of nodes along the chosen way, or what flows between columns; and
the table.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from minilens.measure.table import Cell, Row, Table
from minilens.render import format, places
from minilens.render.as_events import Line
from minilens.render.as_flow import Flow, Link, as_flow
from minilens.render.drawing import Options
from minilens.render.i18n import translate
from minilens.text import Language

#: Rows of the table that are drawn; files have all.
MOST_ROWS = 500
_NODES = ("page", "event")


@dataclass(frozen=True)
class Node:
    """A row of a column: `kind` and `name` as questions have them, what it is called, how many paths, their part of the
    column in words and from 0 to 100. `nodes`: how many different ones it stands for, where these are several. `place`:
    which figure it is.
    """

    kind: str
    name: str
    title: str
    count: str
    share: str
    width: float
    nodes: int = 1
    place: str = ""

    @property
    def opens(self) -> bool:
        """Whether what comes behind it can be asked for."""
        return self.kind in _NODES


@dataclass(frozen=True)
class Column:
    """What stands at one place of the paths: 0 is the anchor."""

    place: int
    total: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Paths:
    """What `_paths.html` is given: columns, or the flow between them; and the table. `cut`: what is not drawn."""

    columns: tuple[Column, ...]
    flow: Flow | None
    keys: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    cut: tuple[str, ...]
    chart: str = ""


def as_paths(table: Table, options: Options, language: Language) -> Paths:
    """The drawing of an answer: links have the columns of two nodes."""
    links = table.keys > 3
    lines = [_line(row, table, language) for row in table.rows[:MOST_ROWS]]
    _ = translate(language)
    note = _("The table shows the first %(count)s rows; files have all of them.")
    return Paths(
        columns=() if links else _columns(table, language),
        flow=as_flow(_flowing(table, language)) if links and table.rows else None,
        keys=tuple(format.title(one, language) for one in table.columns[: table.keys]),
        heads=tuple(
            (format.title(one, language), format.definition(one, language))
            for one in table.columns[table.keys :]
        ),
        lines=tuple(lines),
        cut=(
            *(
                [_("Nodes count all their paths; links that the query leaves out are not drawn.")]
                if links and _left_out(table)
                else []
            ),
            *([note % {"count": f"{MOST_ROWS:,}"}] if len(table.rows) > MOST_ROWS else []),
        ),
    )


def _shown(table: Table, at: int, cell: Cell, language: Language) -> str:
    column = table.columns[at]
    if column.shown is not None:
        return column.shown(str(cell), language)
    return format.exact(cell, column.unit, language)


def _line(row: Row, table: Table, language: Language) -> Line:
    heads = tuple(_shown(table, n, row[n], language) for n in range(table.keys))
    pairs = zip(row[table.keys :], table.columns[table.keys :], strict=True)
    cells = tuple(format.exact(cell, one.unit, language) for cell, one in pairs)
    return Line(heads, cells, places=places.of_row(table, row))


def _columns(table: Table, language: Language) -> tuple[Column, ...]:
    at: dict[int, list[Row]] = {}
    for row in table.rows:
        at.setdefault(int(str(row[0])), []).append(row)
    return tuple(_column(place, rows, table, language) for place, rows in at.items())


def _column(place: int, rows: list[Row], table: Table, language: Language) -> Column:
    most = max((int(str(row[3])) for row in rows), default=0)
    nodes = [
        Node(
            str(kind), str(name), _shown(table, 2, name, language), format.exact(count, "count", language),
            format.exact(share, "ratio", language), 100 * int(str(count)) / most if most else 0.0,
            int(str(several or 1)), places.of_row(table, row)[0],
        )
        for row in rows
        for _, kind, name, count, share, _from_start, several in [row]
    ]  # fmt: skip
    total = sum(int(str(row[3])) for row in rows)
    return Column(place, format.exact(total, "count", language), tuple(nodes))


def _left_out(table: Table) -> bool:
    """Whether links have no rows."""
    drawn: Counter[tuple[Cell, ...]] = Counter()
    there: dict[tuple[Cell, ...], int] = {}
    for place, _from_kind, _from, kind, end, count, _share, _took, reached in table.rows:
        drawn[place, kind, end] += int(str(count))
        there[place, kind, end] = int(str(reached))
    return len(table.rows) < table.total_rows or any(
        drawn[key] < count for key, count in there.items()
    )


def _flowing(table: Table, language: Language) -> list[Link]:
    found = []
    for place, from_kind, begin, kind, end, count, share, _took, reached in table.rows:
        said = (
            f"{_shown(table, 2, begin, language)} → {_shown(table, 4, end, language)}: "
            f"{format.exact(count, 'count', language)} ({format.exact(share, 'ratio', language)})"
        )
        found.append(
            Link(
                int(str(place)), (str(from_kind), str(begin)), (str(kind), str(end)), int(str(count)),
                _shown(table, 2, begin, language), _shown(table, 4, end, language), said,
                through=int(str(reached)), of=round(int(str(count)) / float(str(share))) if share else 0,
            )
        )  # fmt: skip
    return found
