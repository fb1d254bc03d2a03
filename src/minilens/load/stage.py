"""One chunk of the spool, unfolded inside the engine.

The records are JSON that the engine reads itself: `incoming` has a row a request, `chunk` a row an event
with nothing but what the verdicts need. Both live in memory; a kill loses nothing but them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

from minilens.errors import EngineFailed
from minilens.load.link_names import LINK_NAMES
from minilens.load.property_names import KEPT_NAMES
from minilens.load.sightings import KNOWN, PAIRS
from minilens.load.unreadable import Unreadable, single_events
from minilens.spool.reader import Chunk
from minilens.spool.record import Batch, Event, encode
from minilens.warehouse.engine import Engine
from minilens.warehouse.working import drop_those_of_others

INCOMING = """
CREATE OR REPLACE TABLE incoming
(
    r UInt32, at Int64, app UInt32, via LowCardinality(String), key UInt32, lib LowCardinality(String),
    device UInt64, root UInt64, env LowCardinality(String) DEFAULT 'release', robot LowCardinality(String),
    country LowCardinality(String), province LowCardinality(String), city LowCardinality(String),
    brand LowCardinality(String), model LowCardinality(String), os LowCardinality(String),
    os_version LowCardinality(String), platform LowCardinality(String), wx_version LowCardinality(String),
    sdk_version LowCardinality(String), app_version LowCardinality(String), language LowCardinality(String),
    network LowCardinality(String), width UInt16, height UInt16, lost UInt32, received UInt32,
    refused Map(String, UInt64),
    sources Array(Tuple(scene Int32, source String, campaign String, link String, utm_source String,
        utm_medium String, utm_campaign String, utm_term String, utm_content String, placement String,
        material String)),
    who Array(Array(Tuple(String, UInt64))),
    events Array(Tuple(i UInt16, id UUID, name String, ts Int64, actor UInt64, actor_type String, w UInt16, kind String,
        raw_name String, session UInt64, seq UInt32, page String, query String, referrer String,
        target_name String, target_id String, duration Nullable(UInt32), o UInt16,
        value Nullable(Decimal(18, 4)), currency String, late Bool, props String))
) ENGINE = Memory
"""

_COLUMNS = """
(
    r UInt32, i UInt16, app UInt32, key UInt32, via LowCardinality(String), hour DateTime('UTC'),
    id UUID, name LowCardinality(String), actor UInt64, actor_type LowCardinality(String), device UInt64,
    session UInt64, day Date, minute UInt16, ts Int64, w UInt16, origin UInt64, verdict LowCardinality(String)
) ENGINE = Memory
"""
CHUNK_COLUMNS = (
    "r, i, app, key, via, hour, id, name, actor, actor_type, device, session, day, minute, ts, w, origin, "
    "verdict"
)
CHUNK = f"CREATE OR REPLACE TABLE chunk {_COLUMNS}"
#: The same rows with their verdicts, on their way back into `chunk`.
JUDGED = f"CREATE OR REPLACE TABLE judged {_COLUMNS}"
#: Records without events of erased persons, on their way back into `incoming`; and which events those are.
REMAINING = INCOMING.replace("TABLE incoming", "TABLE remaining")
LEFT_OUT = "CREATE OR REPLACE TABLE left_out (r UInt32, i UInt16) ENGINE = Memory"

#: Events of the chunk that the engine refused, and why.
REFUSALS = "CREATE OR REPLACE TABLE refusals (r UInt32, i UInt16, detail String) ENGINE = Memory"

#: Where an event stands in its chunk: the number of its record, and its index there.
Place = tuple[int, int]
#: A record and its number.
Numbered = tuple[int, bytes]

#: Codes of the engine that mean "not now" or "not with these tables": no time, memory, room, file or connection.
#: Whatever else it says while it reads what was received is about the data.
NOT_THE_DATA = frozenset(
    (10, 16, 36, 40, 46, 47, 57, 60, 62, 74, 75, 76, 79, 81, 88, 107, 115, 159, 160, 164, 173, 198, 201, 202, 203,
     209, 210, 216, 218, 236, 241, 242, 243, 244, 246, 252, 271, 279, 285, 319, 373, 394, 425, 439, 473, 497, 499, 516,
     521, 702, 999, 1000, 1001, 1002)
)  # fmt: skip
_CODE = re.compile(r"Code: (\d+)\.")
_SOUND = encode(
    Batch(at=0, app=0, via="tracker", events=[Event(i=0, id=str(UUID(int=0)), name="a", ts=0, actor=1)])
)  # fmt: skip


def prepare(engine: Engine) -> None:
    """Make the tables of the loader, empty. Once: what is made anew at each step a full disk leaves half made."""
    drop_those_of_others(engine)
    for table in (
        INCOMING, REMAINING, LEFT_OUT, CHUNK, JUDGED, PAIRS, KNOWN, REFUSALS, KEPT_NAMES, LINK_NAMES,
    ):  # fmt: skip
        engine.run(table)


class Staged(NamedTuple):
    """What the engine refused, and how many rows `incoming` has of the rest."""

    bad: list[Unreadable]
    rows: int


def stage(engine: Engine, chunk: Chunk, attempt: Callable[[], object] = lambda: None) -> Staged:
    """Put a chunk's records into `incoming`; those that the engine refuses are returned instead.

    It refuses them when it reads them, or in statements that come later, which `attempt` runs.
    """
    records = [(chunk.first + n, text) for n, text in enumerate(chunk.texts)]
    return stage_records(engine, records, attempt)


def stage_records(
    engine: Engine, records: list[Numbered], attempt: Callable[[], object] = lambda: None
) -> Staged:
    """The same of records with their numbers."""

    def put(some: list[Numbered]) -> None:
        _insert(engine, some)
        attempt()

    try:
        put(records)
        return Staged([], len(records))
    except EngineFailed as error:
        if not unreadable(error):
            raise
    put([(0, _SOUND)])  # where this is refused it is not the data
    taken, bad = _by_halves(records, put)
    put(taken)
    return Staged(bad, len(taken))


def still_there(engine: Engine, rows: int) -> None:
    """EngineFailed where what was staged is gone: a server that was started again has empty tables in memory, of which
    every statement would have made nothing."""
    found = engine.one("SELECT count() FROM incoming")
    if found != rows:
        raise EngineFailed(
            f"of {rows} staged records {found} are left: the server was started again"
        )


def _insert(engine: Engine, records: list[Numbered]) -> None:
    """Put these records in place of those that are there."""
    engine.run("TRUNCATE TABLE incoming")
    if records:
        block = BytesIO()  # written record by record, so that it is in memory once
        for number, text in records:
            block.write(b'{"r":%d,%s\n' % (number, _utf8(text[1:])))
        engine.insert("incoming", block.getvalue(), form="JSONEachRow")


def _utf8(text: bytes) -> bytes:
    """Text of other bytes would end the driver, which cannot repeat them in its error."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode(errors="replace").encode()
    return text


def _by_halves(
    records: list[Numbered], put: Callable[[list[Numbered]], None]
) -> tuple[list[Numbered], list[Unreadable]]:
    """The records that can be put in, and those that cannot: halved down to the single event."""
    taken: list[Numbered] = []
    bad: list[Unreadable] = []
    waiting = [records]
    while waiting:
        some = waiting.pop()
        try:
            put(some)
            taken += some
            continue
        except EngineFailed as error:
            if not unreadable(error):
                raise
            why = str(error)
        if len(some) == 1:
            number, text = some[0]
            some = [(number, part) for part in single_events(text)]
        if len(some) == 1:
            bad.append(Unreadable(number, text, why))
        else:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
    return taken, bad


def unreadable(error: EngineFailed) -> bool:
    """Whether the engine says that the data itself is wrong."""
    found = _CODE.search(str(error))
    return found is not None and int(found[1]) not in NOT_THE_DATA


def local(moment: str, zones: dict[int, str], what: str) -> str:
    """SQL of `what` (toDate, toHour …) of a UTC moment in the zone of its app.

    The engine wants zones as constants, so each zone is a branch; an installation has few.
    """
    branches: dict[str, list[int]] = {}
    for app, zone in sorted(zones.items()):
        branches.setdefault(zone, []).append(app)
    cases = [
        f"app IN ({', '.join(map(str, apps))}), {what}({moment}, '{zone}')"
        for zone, apps in branches.items()
    ]
    return (
        f"multiIf({', '.join(cases)}, {what}({moment}, 'UTC'))"
        if cases
        else f"{what}({moment}, 'UTC')"
    )
