"""Events of the test mode, for the page that shows them as they arrive: a file a code, beside the receiver's segments.

They are loaded as any others, apart from what counts. Here they are kept for a while, with what was refused and why.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from minilens.spool.arrivals import Reason
from minilens.spool.places import everywhere

#: Beside the segments.
FOLDER = "tests"
#: So many events are kept by code, and so many bytes.
MOST_EVENTS, MOST_BYTES = 500, 2 << 20
#: The files of so many codes are counted in memory; those of others are read again.
MOST_CODES = 1_000
#: Files that nothing was written to for so long (milliseconds) are removed.
KEPT_MS = 2 * 3_600_000


class EventInTest(msgspec.Struct, omit_defaults=True):
    """One event, accepted or refused. `rule` is `id@rev` of the plan's event that sent it; `props` is JSON text."""

    at: int
    name: str
    raw_name: str = ""
    kind: str = "track"
    page: str = ""
    rule: str = ""
    target_name: str = ""
    target_id: str = ""
    duration: int | None = None
    value: str | None = None
    currency: str = ""
    device: str = ""
    version: str = ""
    props: str = "{}"
    refused: Reason | None = None


@dataclass
class EventsInTest:
    """The receiver's hand on it."""

    folder: Path | None = None
    _counts: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, events: Sequence[EventInTest]) -> None:
        """Add events to the file of a code."""
        if self.folder is None or not events:
            return
        with contextlib.suppress(OSError):  # the events are what must be kept
            folder = self.folder / FOLDER
            folder.mkdir(mode=0o700, exist_ok=True)
            path = folder / f"{name}.jsonl"
            room = MOST_EVENTS - self._counts.setdefault(name, len(_lines(path)))
            text = b"".join(msgspec.json.encode(one) + b"\n" for one in events[: max(room, 0)])
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                if file.tell() + len(text) <= MOST_BYTES:
                    file.write(text)
            self._counts[name] += len(events)
            while len(self._counts) > MOST_CODES:
                self._counts.pop(next(iter(self._counts)))


def sweep(spool: Path, now: int) -> None:
    """Remove what nobody looks at any more. `now` in milliseconds."""
    for path in spool.glob(f"*/{FOLDER}/*.jsonl"):
        if path.stat().st_mtime_ns // 1_000_000 < now - KEPT_MS:
            path.unlink(missing_ok=True)


def events_in_test(spool: Path, name: str) -> list[EventInTest]:
    """What came with a code, to all receivers together, the newest first."""
    paths = everywhere(spool, f"*/{FOLDER}/{name}.jsonl")
    found = [one for path in paths for one in _read(path)]
    return sorted(found, key=lambda one: -one.at)


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except OSError:
        return []


def _read(path: Path) -> list[EventInTest]:
    found: list[EventInTest] = []
    for line in reversed(_lines(path)):  # the last line first, where several are of one moment
        with contextlib.suppress(msgspec.MsgspecError):  # half of a line
            found.append(msgspec.json.decode(line, type=EventInTest))
    return found
