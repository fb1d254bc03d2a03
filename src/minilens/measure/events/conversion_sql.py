"""SQL of which rows lead to another event: each row beside the next one of that event, or those of a later day, of the
same person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from minilens.measure.events.condition_sql import NOTHING
from minilens.measure.events.query import Conversion, Pair, Retained
from minilens.measure.events.row_order import ORDER


def held(n: int, k: int) -> str:
    """What rows call the k-th value that the n-th measure holds equal."""
    return f"h{n}_{k}"


def base(n: int) -> str:
    """What rows call whether one is a base of the n-th measure."""
    return f"b{n}"


def leads(n: int) -> str:
    """What rows call whether one is a base that leads to the event."""
    return f"k{n}"


def marked(rows: str, some: Sequence[Pair], until: str = "") -> str:
    """The rows of the range, up to the moment `until`, marked; `rows` go on behind it as long as the longest window.

    The event comes behind the row in the one order of rows, the edge of the window included; a row that has no value of
    what is held is no base.
    """
    columns = []
    for n, one in enumerate(some):
        columns += _retained(n, one) if isinstance(one, Retained) else _converted(n, one)
    return f"""
        SELECT *
        FROM
        (
            SELECT *, {", ".join(columns)}
            FROM ({rows}
            )
        )
        WHERE on <= {{range_end:Date}}{f" AND at < {until}" if until else ""}"""


def share(n: int, one: Pair, of: Callable[..., str]) -> str:
    """The n-th measure over marked rows; `of` is an aggregate over those of them that are so marked (`among`)."""
    days = isinstance(one, Retained)  # a person counts once on each
    counted = ("uniqExact", "person", "on") if days else ("groupBitmap", "person")
    if one.counts == "base":
        return of(*counted, among=base(n))
    return f"{of(*counted, among=leads(n))} / nullIf({of(*counted, among=base(n))}, 0)"


def _converted(n: int, one: Conversion) -> list[str]:
    names = [held(n, k) for k in range(len(one.held))]
    known = "".join(f" AND {name} != {NOTHING}" for name in names)
    over = ", ".join(["person", *names])
    then = (
        f"min(if(c{one.to}, at, NULL)) OVER (PARTITION BY {over} ORDER BY {ORDER} "
        "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    )
    return [
        f"c{one.of}{known} AS {base(n)}",
        f"{base(n)} AND ifNull({then} <= at + {one.window}, false) AS {leads(n)}",
    ]


def _retained(n: int, one: Retained) -> list[str]:
    days = f"RANGE BETWEEN {one.after} FOLLOWING AND {one.after} FOLLOWING"
    then = f"max(c{one.to}) OVER (PARTITION BY person ORDER BY toInt32(on) {days})"
    return [
        f"c{one.of} AND on + {one.after} < {{today:Date}} AS {base(n)}",
        f"{base(n)} AND ifNull({then}, false) AS {leads(n)}",
    ]
