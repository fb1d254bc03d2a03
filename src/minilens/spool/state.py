"""What a receiver says of its folders to a loader on another host, and what is changed in them from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from minilens.period import now_ms
from minilens.spool import beside, fencing, test_mode
from minilens.spool.reader import MarksMoved, ReceiverSpool, Segment, looked_at, read
from minilens.spool.record import BEGINNING

#: Bytes of what waits by which the number of events is told.
SAMPLE = 1 << 18


class SegmentState(msgspec.Struct, array_like=True, frozen=True):
    """One segment with its mark; `size` in bytes."""

    id: str
    size: int
    closed: bool
    loaded: int
    records: int
    generation: int
    clear: bool
    intended: int


class FolderState(msgspec.Struct, frozen=True):
    """A folder: of the receiver, or of an import. `damaged`: records; `kept`: the segments that hold them, with sizes.

    `oldest`: when the first record that waits was received (milliseconds; 0: none waits). `events` that wait. `beside`:
    the small files beside the segments.
    """

    name: str
    segments: list[SegmentState]
    damaged: int = 0
    kept: dict[str, int] = {}
    oldest: int = 0
    events: int = 0
    beside: dict[str, tuple[int, int]] = {}


class ReceiverState(msgspec.Struct, frozen=True):
    """All of a receiver. `highest`: number of the last loader that changed something; `version` of the program."""

    receiver: str
    version: str
    highest: int
    folders: list[FolderState]
    free: int = 0  # bytes of the disk


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change of one folder's marks. `loaded` and `generation` say what the loader takes for granted."""

    do: str
    segment: str = ""
    loaded: int = 0
    generation: int = 0
    end: int = 0
    records: int = 0
    moment: float = 0.0


class _At(msgspec.Struct):
    at: int


def received_at(segment: Segment) -> int:
    """When the first record that is not loaded was received; 0 where it cannot be read."""
    try:
        for text in read(segment, 1).texts[:1]:
            return msgspec.json.decode(text, type=_At).at
    except (OSError, msgspec.MsgspecError):
        return 0
    return 0


def state_of(folder: ReceiverSpool) -> FolderState:
    """As it is now."""
    found, oldest, events = [], 0, 0
    for segment in folder.segments():
        size, mark = segment.size(), folder.mark_of(segment.id)
        found.append(
            SegmentState(
                segment.id, size, segment.closed, mark.loaded, mark.records, mark.generation, mark.clear, mark.intended
            )
        )  # fmt: skip
        if size > mark.loaded:
            at = received_at(segment)
            oldest = min(oldest or at, at) if at else oldest
            events += events_in(segment, size - mark.loaded)
    kept = {one.id: one.loaded for one in folder.kept_damaged()}
    small = beside.listed(folder.path)
    return FolderState(folder.name, found, folder.damaged(), kept, oldest, events, small)


def states(spool: Path) -> list[FolderState]:
    """Of all folders."""
    return [state_of(folder) for folder in looked_at(spool)]


def events_in(segment: Segment, left: int, sample: int = SAMPLE) -> int:
    """Events among the `left` bytes that wait, as many as their beginning lets expect."""
    try:
        looked = segment.piece(segment.loaded, sample)
    except OSError:
        return 0
    return round(looked.count(BEGINNING) * max(left, len(looked)) / len(looked)) if looked else 0


def apply(path: Path, change: Change, number: int) -> None:
    """Change a folder as a loader of that number asks; StaleLoader or MarksMoved where it may not.

    What is said of a segment that was swept meanwhile changes nothing.
    """
    folder = ReceiverSpool(path, number=number)
    segment = Segment(
        path / f"{change.segment}.seg", change.loaded, 0, closed=True, generation=change.generation
    )
    _CHANGES[change.do](folder, segment, change)


def _damaged(folder: ReceiverSpool, segment: Segment, change: Change) -> None:
    with fencing.held(folder.path, folder.number):
        folder.note_damaged(segment, change.loaded, change.end, change.records)


def _sweep(folder: ReceiverSpool, _segment: Segment, change: Change) -> None:
    """Also what was shown of the test mode: nobody else does it where nothing is loaded."""
    folder.sweep(change.moment)
    test_mode.sweep(folder.path.parent, now_ms())


def _there(
    do: Callable[[ReceiverSpool, Segment, Change], object],
) -> Callable[[ReceiverSpool, Segment, Change], object]:
    """The same of a segment that is there."""

    def checked(folder: ReceiverSpool, segment: Segment, change: Change) -> None:
        if not segment.path.exists():
            raise MarksMoved(f"{folder.name}: {segment.id}")
        do(folder, segment, change)

    return checked


_CHANGES: dict[str, Callable[[ReceiverSpool, Segment, Change], object]] = {
    "intend": _there(lambda folder, segment, change: folder.intend(segment, change.end)),
    "mark": _there(
        lambda folder, segment, change: folder.mark(
            segment, change.end, change.records, change.moment
        )
    ),
    "damaged": _there(_damaged),
    "rewind": _there(lambda folder, segment, change: folder.rewind(segment.id)),
    "cleared": _there(lambda folder, segment, change: folder.cleared(segment.id)),
    "sweep": _sweep,
    "finish": lambda folder, segment, change: folder.finish(),
}
#: What a change may do.
CHANGES = frozenset(_CHANGES)
