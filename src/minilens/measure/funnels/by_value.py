"""Which values of an event's or a person's property go with going on from a step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from minilens.measure.funnels.after import DRIVERS, Association, halves
from minilens.measure.funnels.outcome import Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reading import NOTHING
from minilens.measure.table import Cell, Column, Row
from minilens.text import Text

_SHARE = Column(
    "share", Text("占比", "Share"), "ratio", Text("占到达该步的数量的比例", "Of all who got to the step"),
    rise_is="neither",
)  # fmt: skip
_HAD = replace(
    DRIVERS[0], name="had", title=Text("数量", "With it"),
    definition=Text("到达该步时取此值的数量", "Those who got to the step with this value"),
)  # fmt: skip
_DEFINITIONS = {
    "rate_with": Text("取此值的之中进入下一步的占比", "Of those with it the share who got to the next step"),
    "rate_without": Text(
        "其余之中进入下一步的占比", "Of all others the share who got to the next step"
    ),
    "lift": Text("前者 ÷ 后者；同时出现，不等于因果", "The one rate ÷ the other; it is no cause"),
    "correlation": Text(
        "−1 至 1；取此值的或其余不足 30 时为空", "From −1 to 1; unknown where fewer than 30 have it or have not"
    ),
}  # fmt: skip
_TITLES = {
    "rate_without": Text("其余转化率", "Rate of others"),
    "rate_with": Text("转化率", "Rate with it"),
}
MEASURES = (
    _HAD,
    _SHARE,
    *(
        replace(one, definition=_DEFINITIONS[one.name], title=_TITLES.get(one.name, one.title))
        for one in DRIVERS[1:]
    ),
)


def asked(query: FunnelQuery) -> bool:
    """Whether it is about the values of a property, not about what people did."""
    return query.show == "drivers" and bool(query.grouped)


def rows(query: FunnelQuery, found: Outcomes) -> tuple[Row, ...]:
    """What goes with going on most clearly first, either way; behind that what is too rare to tell."""
    texts = [one[0] for one in found.groups]
    counts = np.zeros((2, len(texts)), np.int64)
    for some, on in halves(found, query.step):
        counts[0 if on else 1] += np.bincount(some.group, minlength=len(texts))
    totals = counts.sum(axis=1).tolist()
    whole = Association(*totals)
    made = [
        (_cell(texts[n]), on + off, (on + off) / sum(totals), *whole.of(on, off))
        for n, (on, off) in enumerate(counts.T.tolist())
        if on + off
    ]
    made.sort(key=_order)
    return tuple(made[: query.rows.top])


def _order(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[-1] is None, -abs(row[-1] or 0), -row[1], str(row[0])


def _cell(text: str) -> Cell:
    return None if text == NOTHING else text
