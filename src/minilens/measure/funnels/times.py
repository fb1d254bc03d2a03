"""How long it took from one step to another: how many within which length of time."""

from __future__ import annotations

import numpy as np

from minilens.measure.funnels.outcome import Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Whole
from minilens.measure.table import Column, Row
from minilens.text import Text

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
#: Where lengths begin, in milliseconds.
EDGES = (
    0, 1 * _SECOND, 10 * _SECOND, 30 * _SECOND, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 3 * _HOUR,
    6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 3 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY, 90 * _DAY, 180 * _DAY,
)  # fmt: skip
COLUMNS = (
    Column("from_time", Text("用时（起）", "From"), "seconds", Text("用时不短于此", "The time is this or longer")),
    Column("to_time", Text("用时（止）", "Up to"), "seconds", Text("用时短于此；末行不限", "The time is shorter")),
    Column("count", Text("数量", "Count"), "count", Text("用时在此范围内的数量", "Those whose time it is")),
    Column("share", Text("占比", "Share"), "ratio", Text("占到达该步的数量的比例", "Of all who got there")),
    Column(
        "up_to_share", Text("累计占比", "So far"), "ratio",
        Text("用时短于该范围上限的占比", "Of all who got there those that took less than the end of the row"),
    ),
)  # fmt: skip


def steps(query: FunnelQuery) -> tuple[int, int]:
    """From which step to which: from one, or the one before, to one, or the whole."""
    last = query.step or query.steps
    return query.from_step or (last - 1 if query.step else 1), last


def rows(query: FunnelQuery, found: Outcomes) -> tuple[Row, ...]:
    """A row a length of time, up to the longest that there was."""
    took = found.times(*steps(query))
    if not len(took):
        return ()
    if query.bins:
        return _of_one_width(query.bins, took)
    counts = np.histogram(took, [*EDGES, np.iinfo(np.int64).max])[0]
    last = int(np.flatnonzero(counts)[-1])
    shares = np.cumsum(counts) / len(took)
    ends = [*(edge / 1000 for edge in EDGES[1:]), None]
    return tuple(
        (EDGES[n] / 1000, ends[n], int(counts[n]), int(counts[n]) / len(took), float(shares[n]))
        for n in range(last + 1)
    )


def _of_one_width(bins: int, took: Whole) -> tuple[Row, ...]:
    """So many rows between the shortest and the longest time, of whole seconds; the last is of the longest, too."""
    first = int(took.min()) // _SECOND
    width = max(1, -(-(int(took.max()) // _SECOND + 1 - first) // bins))
    counts = np.bincount((took // _SECOND - first) // width, minlength=bins)
    shares = np.cumsum(counts) / len(took)
    return tuple(
        (
            first + n * width,
            first + (n + 1) * width,
            int(counts[n]),
            int(counts[n]) / len(took),
            float(shares[n]),
        )
        for n in range(bins)
    )
