"""One chunk of the spool, unfolded inside the engine.

The records are JSON that the engine reads itself: `incoming` has a row a request, `chunk` a row an event
with nothing but what the verdicts need. Both live in memory; a kill loses nothing but them.
"""

from __future__ import annotations

from minilens.errors import EngineFailed
from minilens.load.unreadable import Unreadable, single_events
from minilens.spool.reader import Chunk
from minilens.warehouse.engine import Engine

INCOMING = """
CREATE OR REPLACE TABLE incoming
(
    r UInt32, at Int64, app UInt32, via LowCardinality(String), key UInt32, lib LowCardinality(String),
    device UInt64, env LowCardinality(String) DEFAULT 'release', robot LowCardinality(String),
    country LowCardinality(String), province LowCardinality(String), city LowCardinality(String),
    brand LowCardinality(String), model LowCardinality(String), os LowCardinality(String),
    os_version LowCardinality(String), platform LowCardinality(String), wx_version LowCardinality(String),
    sdk_version LowCardinality(String), app_version LowCardinality(String), language LowCardinality(String),
    network LowCardinality(String), width UInt16, height UInt16, lost UInt32, received UInt32,
    refused Map(String, UInt64),
    sources Array(Tuple(scene Int32, source String, campaign String, link String, utm_source String,
        utm_medium String, utm_campaign String, utm_term String, utm_content String)),
    events Array(Tuple(i UInt16, id UUID, name String, ts Int64, actor UInt64, actor_type String, kind String,
        raw_name String, session UInt64, seq UInt32, page String, query String, referrer String,
        target_name String, target_id String, duration Nullable(UInt32), o UInt16,
        value Nullable(Decimal(18, 4)), currency String, late Bool, props String))
) ENGINE = Memory
"""

CHUNK = """
CREATE OR REPLACE TABLE chunk
(
    r UInt32, i UInt16, app UInt32, key UInt32, via LowCardinality(String), hour DateTime('UTC'),
    id UUID, name LowCardinality(String), actor UInt64, actor_type LowCardinality(String), device UInt64,
    session UInt64, day Date, minute UInt16, origin UInt64, verdict LowCardinality(String)
) ENGINE = Memory
"""

#: Events of the chunk that the engine refused, and why.
REFUSALS = "CREATE OR REPLACE TABLE refusals (r UInt32, i UInt16, detail String) ENGINE = Memory"

#: Where an event stands in its chunk: the number of its record, and its index there.
Place = tuple[int, int]

#: Codes of the engine that mean "this data cannot be read", as against "not now".
UNREADABLE = tuple(
    f"Code: {n}."
    for n in (6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 321, 349, 376, 636)
)


def prepare(engine: Engine) -> None:
    """Make the tables of the loader, empty."""
    for table in (INCOMING, CHUNK, REFUSALS):
        engine.run(table)


def stage(engine: Engine, chunk: Chunk) -> list[Unreadable]:
    """Put a chunk's records into `incoming`; those that the engine cannot read are returned instead."""
    for table in ("incoming", "chunk", "refusals"):
        engine.run(f"TRUNCATE TABLE {table}")
    numbered = [(chunk.first + n, text) for n, text in enumerate(chunk.texts)]
    return _insert(engine, numbered)


def _insert(engine: Engine, records: list[tuple[int, bytes]]) -> list[Unreadable]:
    """Insert all, or halve until the unreadable ones stand alone, down to the single event."""
    if not records:
        return []
    lines = [b'{"r":%d,%s' % (number, text[1:]) for number, text in records]
    try:
        engine.insert("incoming", b"\n".join(lines), form="JSONEachRow")
        return []
    except EngineFailed as error:
        if not unreadable(error):
            raise
        if len(records) == 1:
            number, text = records[0]
            parts = single_events(text)
            if len(parts) < 2:
                return [Unreadable(number, text, str(error))]
            records = [(number, part) for part in parts]
    half = len(records) // 2
    return _insert(engine, records[:half]) + _insert(engine, records[half:])


def unreadable(error: EngineFailed) -> bool:
    """Whether the engine says that the data itself is wrong."""
    return any(code in str(error) for code in UNREADABLE)


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
