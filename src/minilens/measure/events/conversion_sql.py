"""SQL of which rows lead to another event in time: each row beside the next one of that event, of the same person."""

from __future__ import annotations

from collections.abc import Sequence

from minilens.measure.events.condition_sql import NOTHING
from minilens.measure.events.query import Conversion
from minilens.measure.events.row_order import ORDER


def held(n: int, k: int) -> str:
    """What rows call the k-th value that the n-th conversion holds equal."""
    return f"h{n}_{k}"


def base(n: int) -> str:
    """What rows call whether one is a base of the n-th conversion."""
    return f"b{n}"


def leads(n: int) -> str:
    """What rows call whether one is a base that leads to the event."""
    return f"k{n}"


def marked(rows: str, some: Sequence[Conversion]) -> str:
    """The rows of the range, marked; `rows` go on behind it for as long as the longest window.

    The event comes behind the row in the one order of rows, the edge of the window included; a row that has no value of
    what is held is no base.
    """
    columns = []
    for n, one in enumerate(some):
        names = [held(n, k) for k in range(len(one.held))]
        known = "".join(f" AND {name} != {NOTHING}" for name in names)
        over = ", ".join(["person", *names])
        then = (
            f"min(if(c{one.to}, at, NULL)) OVER (PARTITION BY {over} ORDER BY {ORDER} "
            "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
        )
        columns.append(f"c{one.of}{known} AS {base(n)}")
        columns.append(f"{base(n)} AND ifNull({then} <= at + {one.window}, false) AS {leads(n)}")
    return f"""
        SELECT *
        FROM
        (
            SELECT *, {", ".join(columns)}
            FROM ({rows}
            )
        )
        WHERE on <= {{range_end:Date}}"""
