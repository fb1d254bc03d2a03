"""The condition of an installation in numbers: what readiness, metrics and `minilens doctor` speak of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from minilens.load.pipeline import Pipeline, Workers
from minilens.load.worker import Failure
from minilens.period import now_ms
from minilens.records.store import Records
from minilens.serve import clock
from minilens.settings import Settings
from minilens.spool.reader import looked_at
from minilens.spool.remote import RemoteSpool
from minilens.spool.state import events_in, received_at
from minilens.warehouse.engine import Engine

#: Growth is told from so many days before today.
GROWTH_DAYS = 7
DAY_MS = 86_400_000
#: A step that takes longer is stuck: the longest real one makes some hundred days of a large import.
STUCK_SECONDS = 900.0
#: Bytes of a segment from which the number of waiting events is told.
MOST_LOOKED_AT = 16 << 20
#: What fails so often in a row is said: once may be chance.
FAILS_AFTER = 2
#: Loading so far behind the receiver is too slow or fails.
BEHIND_SECONDS = 120.0


class Waiting(msgspec.Struct, frozen=True):
    """What lies in the spool: bytes, and since when (milliseconds) the oldest waits to be loaded."""

    bytes: int = 0
    oldest: int = 0
    kept: int = 0  # bytes in all, loaded ones included


class Disk(msgspec.Struct, frozen=True):
    """Bytes."""

    total: int
    free: int
    reserve: int


class Store(msgspec.Struct, frozen=True):
    """What the engine holds."""

    bytes: int = 0
    events: int = 0
    a_day: int = 0  # events received a day, lately
    received: int = 0
    refused: int = 0
    loaded: int = 0
    duplicate: int = 0
    quarantined: int = 0
    lost: int = 0
    quarantine: dict[str, int] = {}  # "app reason" → events
    last_event: dict[int, int] = {}  # app → when the last was received
    key_used: dict[int, int] = {}  # key → hour of its last batch
    newest: int = 0  # when the newest was received
    days_waiting: int = 0
    built: int = 0  # days made
    build_ms: int = 0


def waiting(spool: Path, others: Sequence[RemoteSpool] = ()) -> Waiting:
    """What waits in the spool, and at receivers on other hosts."""
    found, oldest, kept = 0, 0, 0
    for folder in looked_at(spool):
        for segment in folder.segments():
            size = segment.size()
            kept += size
            if size > segment.loaded:
                found += size - segment.loaded
                at = received_at(segment)
                oldest = min(oldest or at, at) if at else oldest
    for other in others:
        state = other.state
        found += other.waiting()
        kept += sum(one.size for one in state.segments)
        oldest = min(oldest or state.oldest, state.oldest) if state.oldest else oldest
    return Waiting(found, oldest, kept)


def damaged(spool: Path, others: Sequence[RemoteSpool] = ()) -> int:
    """Records that were found damaged, and whose segments are kept."""
    here = sum(folder.damaged() for folder in looked_at(spool))
    return here + sum(other.damaged() for other in others)


def waiting_events(spool: Path, others: Sequence[RemoteSpool] = ()) -> int:
    """Events received and not loaded; of a long backlog, as many as its beginning lets expect."""
    found = sum(other.state.events for other in others)
    for folder in looked_at(spool):
        for segment in folder.pending():
            found += events_in(segment, segment.size() - segment.loaded, MOST_LOOKED_AT)
    return found


def disk(settings: Settings) -> Disk:
    """The disk of the data folder."""
    found = os.statvfs(settings.data)
    size = found.f_frsize
    return Disk(found.f_blocks * size, found.f_bavail * size, settings.reserve_mb << 20)


#: When the newest event of each app was received: the ledger knows its hour and the loads of that hour, which are
#: looked for by the index of loads.
_NEWEST = """
SELECT app, toUnixTimestamp64Milli(max(received)) FROM events
WHERE load IN (SELECT load FROM ledger WHERE loaded > 0
    AND (app, hour) IN (SELECT app, max(hour) FROM ledger WHERE loaded > 0 GROUP BY app))
GROUP BY app"""


def store(engine: Engine) -> Store:
    """What the engine holds; nothing where it has no tables yet."""
    tables = "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name IN ('ledger', 'builds')"
    if engine.one(tables) < 2:
        return Store()
    sizes = engine.rows_of_shards(
        "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()"
    )
    newest = {int(app): int(moment) for app, moment in engine.rows(_NEWEST)}
    hours = _moments(engine, "SELECT app, max(hour) FROM ledger GROUP BY app")
    sums = engine.rows(
        "SELECT sum(received), sum(refused), sum(loaded), sum(duplicate), sum(quarantined), sum(lost) FROM ledger"
    )[0]
    made = engine.rows("SELECT count(), sum(milliseconds) FROM builds")[0]
    return Store(
        bytes=sum(int(row[0]) for row in sizes),
        events=int(engine.one("SELECT count() FROM events")),
        a_day=_a_day(engine, max(newest.values(), default=0)),
        **dict(
            zip(
                ("received", "refused", "loaded", "duplicate", "quarantined", "lost"),
                map(int, sums),
                strict=True,
            )
        ),
        quarantine={
            f"{app} {reason}": count
            for app, reason, count in engine.rows(
                "SELECT app, reason, count() FROM quarantine GROUP BY app, reason ORDER BY app, reason"
            )
        },
        # what came later and was not stored is known by its hour
        last_event={app: max(hour, newest.get(app, 0)) for app, hour in hours.items()},
        key_used=_moments(
            engine, "SELECT key, max(hour) FROM ledger WHERE via = 'tracker' GROUP BY key"
        ),
        newest=max(newest.values(), default=0),
        built=int(made[0]),
        build_ms=int(made[1]),
    )


def _moments(engine: Engine, sql: str) -> dict[int, int]:
    question = f"SELECT x.1, toUnixTimestamp(x.2) FROM (SELECT tuple(*) AS x FROM ({sql}))"
    return {int(key): int(seconds) * 1000 for key, seconds in engine.rows(question)}


def _a_day(engine: Engine, newest: int) -> int:
    """Events a day that trackers and servers brought over the last days; imports come once."""
    since = newest - GROWTH_DAYS * DAY_MS
    found = engine.rows(
        "SELECT sum(loaded), uniqExact(toDate(hour)) FROM ledger WHERE via != 'import' "
        "AND hour > fromUnixTimestamp64Milli({since:Int64})",
        {"since": since},
    )[0]
    return round(int(found[0]) / max(int(found[1]), 1))


#: Days beyond which nobody plans a disk.
IN_SIGHT = 3650


def full_on(disk: Disk, store: Store) -> int | None:
    """Days until the disk has no more than its reserve, at the present growth; None: not within ten years."""
    if not store.a_day or not store.events:
        return None
    a_day = store.a_day * store.bytes / store.events
    days = max(0, int((disk.free - disk.reserve) / a_day)) if a_day else IN_SIGHT
    return days if days < IN_SIGHT else None


def not_ready(settings: Settings, pipeline: Pipeline, hands: Workers) -> list[str]:
    """Why the engine is not ready, as words that programs may rely on; nothing where it is."""
    reasons = []
    try:
        pipeline.engine.one("SELECT 1")
    except Exception:  # whatever it is: it does not answer
        reasons.append("engine_does_not_answer")
    for name, seconds in hands.state().items():
        if seconds is None:
            reasons.append(f"{name}_has_died")
        elif seconds > STUCK_SECONDS:
            reasons.append(f"{name}_is_stuck")
    if pipeline.moving or pipeline.engine.seal.closed:  # receiving goes on, and loading is to wait
        return reasons
    reasons += [
        failing_word(failure.name)
        for failure in pipeline.failures.all()
        if failure.times >= FAILS_AFTER
    ]
    if behind(pipeline) > BEHIND_SECONDS:
        reasons.append("loading_is_behind")
    room = disk(settings)
    if room.free < room.reserve:
        reasons.append("disk_is_full")
    return reasons


def failing_word(name: str) -> str:
    """The reason that something fails: `load_fails`, `sweep_the_spool_fails`."""
    return f"{name.replace(' ', '_')}_fails"


def warnings(settings: Settings) -> list[str]:
    """What to look at although it is ready, as words that programs may rely on."""
    noted = clock.read(settings.data)
    return ["clock_jumped"] if noted and noted.jump and not noted.settled() else []


def others(pipeline: Pipeline) -> list[RemoteSpool]:
    """The folders of receivers on other hosts that answer."""
    return pipeline.receivers.others() if pipeline.receivers else []


def away(pipeline: Pipeline) -> list[Failure]:
    """Receivers on other hosts that do not answer, by their names."""
    failing = pipeline.receivers.failures.all() if pipeline.receivers else []
    return [one for one in failing if one.times >= FAILS_AFTER]


def behind(pipeline: Pipeline) -> float:
    """Seconds that the oldest event not loaded has waited."""
    oldest = waiting(pipeline.spool, others(pipeline)).oldest
    return max(0.0, (now_ms() - oldest) / 1000) if oldest else 0.0


def keys_never_used(records: Records, used: dict[int, int]) -> list[tuple[str, str]]:
    """(app, key) of write keys that are good and that nothing came by yet."""
    return [
        (key.app.name, key.key)
        for key in records.keys.all()
        if key.id not in used and not key.retires
    ]
