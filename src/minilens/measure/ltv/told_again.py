"""Orders and refunds that several tell, such as tracker and server: each counts where it was told first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow  # type: ignore[import-untyped]

from minilens.measure.events.sorting import by_owner
from minilens.measure.ltv.entrants import texts_of
from minilens.measure.ltv.query import TOLD_AGAIN, LtvQuery
from minilens.measure.ltv.sql import KEYS

_WINDOW = TOLD_AGAIN * 86_400_000
_ORDER = ("at", "place", "came", "launch")


def once(query: LtvQuery, found: Any) -> Any:
    """The rows of `money` without what is told again: it is no order, or no refund. Rows without a key all count."""
    if not any(query.keys):
        return found
    bits = found.column("bits").to_numpy().copy()
    at, place, came, launch = (found.column(name).to_numpy() for name in _ORDER)
    for n, (name, of) in enumerate(zip(KEYS, query.keys, strict=True)):
        if of is None:
            continue
        code, texts = texts_of(found.column(name))
        nothing = texts.index("") if "" in texts else -1
        rows = np.flatnonzero((bits & (1 << n) != 0) & (code != nothing))

        def ties(some: Any, rows: Any = rows) -> tuple[Any, ...]:
            own = rows[some]
            return place[own] == 0, place[own], came[own], launch[own]

        rows = rows[by_owner(code[rows].astype(np.int64), at[rows], ties)]
        same, when = code[rows], at[rows]
        again = (same[1:] == same[:-1]) & (when[1:] - when[:-1] <= _WINDOW)
        bits[rows[1:][again]] &= ~np.uint8(1 << n)
    left = found.drop_columns([*_ORDER, *(set(KEYS) & set(found.column_names))])
    return left.set_column(left.column_names.index("bits"), "bits", pyarrow.array(bits))
