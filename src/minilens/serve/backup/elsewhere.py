"""What waits at receivers on other hosts, as part of a point: what of it counts is noted while nothing is loaded, and
copied afterwards, since nothing of it is swept for a while.

A copy is a segment of its own with another name: its host may still have the first, and load it, too. Events of both
are counted once, as those that a phone sends twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from minilens.errors import CannotStart
from minilens.load.receivers import Receivers
from minilens.serve.backup.backup import check_room
from minilens.serve.backup.snapshot import Point
from minilens.spool.reader import Mark
from minilens.spool.remote import PIECE, RemoteReceiver, RemoteSpool
from minilens.spool.state import SegmentState
from minilens.spool.writer import made_at, uuid7


@dataclass
class Elsewhere:
    """The receivers on other hosts while a point is made. `away`: those whose events are not part of it."""

    receivers: Receivers
    away: list[str] = field(default_factory=list)
    _waiting: list[tuple[RemoteSpool, SegmentState]] = field(default_factory=list)

    @contextmanager
    def still(self, still: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
        """Nothing is loaded, and what waits at that moment is known."""
        with still():
            for row, remote in self.receivers.rows():
                if _answers(remote):
                    self._note(remote)
                elif row.waiting or not row.left:
                    self.away.append(row.name)
            yield

    def _note(self, remote: RemoteReceiver) -> None:
        for folder in remote.folders():
            for one in folder.state.segments:
                if one.size > one.loaded or one.intended > one.loaded:
                    self._waiting.append((folder, one))

    def copied(self, into: Path, point: Point) -> Point:
        """The point with these events in its folder, which has it."""
        check_room(into, sum(one.size for _, one in self._waiting))
        sizes, elsewhere = dict(point.segments), dict[str, int]()
        for folder, one in self._waiting:
            receiver = folder.receiver.name
            if receiver in self.away:
                continue
            try:
                name, size = _copied(folder, one, into / "spool" / folder.name)
            except CannotStart:  # it does not answer any more
                self.away.append(receiver)
                elsewhere.pop(receiver, None)
                continue
            sizes[f"spool/{folder.name}/{name}.seg"] = size
            elsewhere[receiver] = elsewhere.get(receiver, 0) + size - one.loaded
        return msgspec.structs.replace(
            point, segments=sizes, elsewhere=elsewhere, away=sorted(self.away)
        )


def _answers(remote: RemoteReceiver) -> bool:
    """Asked anew, where it did a moment ago: loading stands still meanwhile."""
    if not remote.fresh():
        return False
    try:
        remote.look()
    except CannotStart:
        return False
    return True


def _copied(folder: RemoteSpool, one: SegmentState, into: Path) -> tuple[str, int]:
    """Name and bytes of the copy, which is there with its mark, or not at all."""
    # what was begun and not finished has to be done again under its own name, or it would be doubled
    begun = one.intended > one.loaded
    name = one.id if begun else uuid7(made_at(Path(f"{one.id}.seg")))
    segment = next(some for some in folder.segments() if some.id == one.id)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, whole = into / f"{name}.seg", 0
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for start in range(0, one.size, PIECE):
                piece = segment.piece(start, min(PIECE, one.size - start))
                if len(piece) < min(PIECE, one.size - start):
                    raise folder.receiver.unreachable(path.name)
                cut = piece.rfind(b"\n") + 1
                whole = start + cut if cut else whole
                file.write(piece)
            file.truncate(whole)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    mark = Mark(one.loaded, one.records)
    if begun:
        mark = Mark(
            one.loaded, one.records, intended=one.intended, generation=one.generation, clear=one.clear
        )  # fmt: skip
    marks = into / "marks.json"
    known = json.loads(marks.read_text()) if marks.exists() else {}
    marks.write_text(json.dumps(known | {name: asdict(mark)}))
    return name, whole
