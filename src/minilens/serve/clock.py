"""How long the clock has gone on evenly: nothing is dropped by age right after it jumped.

A machine that starts with a clock weeks ahead would at once forget the ids of yesterday and drop months of events.
So each running minute is noted; after a gap of days, whether the clock jumped or the machine was off, nothing is
dropped until the clock has gone on for a day.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

#: In the data folder.
NAME = "clock.json"
MINUTE, DAY = 60_000, 86_400_000
#: A gap of more than this, or a step back of more than an hour, is a jump.
MOST_GAP = 2 * DAY
MOST_BACK = 60 * MINUTE
#: So long the clock has to go on before anything is dropped.
SETTLES_AFTER = DAY


class Clock(msgspec.Struct, frozen=True):
    """Milliseconds since 1970: since when it has gone on evenly, when it was last seen, and by how much it jumped."""

    since: int
    seen: int
    jump: int = 0

    def settled(self) -> bool:
        """Whether things may be dropped by their age."""
        return self.seen - self.since >= SETTLES_AFTER


def read(data: Path) -> Clock | None:
    """What was noted last; None where nothing was, or it cannot be read."""
    try:
        return msgspec.json.decode((data / NAME).read_bytes(), type=Clock)
    except (OSError, msgspec.MsgspecError):
        return None


def note(data: Path, now: int) -> Clock:
    """Note that it is now; called each minute. OSError where it cannot be written."""
    before = read(data)
    if before is None:
        found = Clock(now, now)
    elif before.seen - MOST_BACK <= now <= before.seen + MOST_GAP:
        found = Clock(min(before.since, now), now, before.jump)
    else:
        found = Clock(now, now, now - before.seen)
    new = data / f"{NAME}.new"
    new.write_bytes(msgspec.json.encode(found))
    new.replace(data / NAME)
    return found
