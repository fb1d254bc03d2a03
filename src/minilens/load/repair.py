"""What a chunk wrote and cannot be read back: put aside, and loaded again."""

from __future__ import annotations

from collections.abc import Callable

from minilens.load import insert
from minilens.load.damage import put_aside
from minilens.load.pending import Counter, Pending, mark
from minilens.spool.reader import Folder, Segment
from minilens.warehouse.engine import Engine


def load_again(
    engine: Engine, pending: Pending, counter: Counter, folder: Folder, segment: Segment,
    everything: Callable[[], object],
) -> None:  # fmt: skip
    """Put damaged parts aside, and have the events of the staged chunk's days loaded again.

    A part that was merged holds events of other segments too: then all that are kept are (`everything`).
    """
    counted = insert.touched(engine)
    touched = [(app, day) for app, day, *_ in counted]
    expected = sum(n for _, _, n, _ in counted)
    gone = put_aside(engine, touched)
    if gone <= expected:
        folder.rewind(segment.id)
        return
    everything()
    for app in {app for app, _ in touched}:
        days = sorted({day for a, day in touched if a == app})
        mark(engine, pending, counter, app, days, "replay")
