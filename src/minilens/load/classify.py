"""What becomes of each event of a chunk: counted, a duplicate, or quarantined. In the engine, as sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minilens.load.stage import CHUNK_COLUMNS, Place, local
from minilens.load.unreadable import REASON
from minilens.reference.events import BUILT_IN
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows


def unfold(engine: Engine, segment: str, zones: dict[int, str]) -> None:
    """Fill `chunk` from `incoming`. The first of equal ids in the chunk is kept, the others marked."""
    moment = "fromUnixTimestamp64Milli(e.ts, 'UTC')"
    day, hour, minute = (local(moment, zones, f) for f in ("toDate", "toHour", "toMinute"))
    engine.run(
        f"""
INSERT INTO chunk ({CHUNK_COLUMNS})
SELECT r, e.i, app, key, via, toStartOfHour(fromUnixTimestamp64Milli(at, 'UTC')), e.id AS id,
    if(e.kind = 'profile', '', e.name), e.actor, if(e.actor_type = '', 'device', e.actor_type), device,
    e.session, {day}, {hour} * 60 + {minute}, e.ts, e.w, cityHash64({{segment:String}}, r, e.i),
    if(row_number() OVER (PARTITION BY app, id ORDER BY r, e.i) > 1, 'duplicate', '')
FROM incoming ARRAY JOIN events AS e""",
        {"segment": segment},
    )


#: What somebody dropped from the quarantine for good.
DROPPED = "dropped"
#: SQL of what waits in quarantine.
WAITS = f"verdict NOT IN ('', 'duplicate', '{DROPPED}')"

_OF_IDS = """
        SELECT app, id, origin FROM ids
        WHERE (app, id) IN (SELECT app, toUInt128(id) FROM chunk WHERE via != 'import')"""
_OF_EVENTS = """
        SELECT app, toUInt128(e.id) AS id, cityHash64(toString(segment), record, i) AS origin FROM events AS e
        WHERE (app, day) IN (SELECT DISTINCT app, day FROM chunk WHERE via = 'import')
            AND e.id IN (SELECT c.id FROM chunk AS c WHERE via = 'import')"""
_JUDGE = f"""
INSERT INTO judged
SELECT chunk.* REPLACE (multiIf(
    verdict != '', verdict,
    known.first != 0, 'duplicate',
    (r, i) IN (SELECT record, i FROM left_quarantine WHERE segment = {{{{segment:String}}}} AND fate = '{DROPPED}'),
        '{DROPPED}',
    (app, toString(via)) IN {{{{strict:Array(Tuple(UInt32, String))}}}} AND name != ''
        AND name NOT IN {{{{built_in:Array(String)}}}}
        AND (app, toString(name)) NOT IN {{{{declared:Array(Tuple(UInt32, String))}}}}, 'undeclared',
    '') AS verdict)
FROM chunk
LEFT ANY JOIN
(
    SELECT app, id, min(origin) AS first FROM
    ({{known}}
    )
    WHERE origin NOT IN (SELECT origin FROM chunk)
    GROUP BY app, id
) AS known ON chunk.app = known.app AND toUInt128(chunk.id) = known.id"""


def judge(
    engine: Engine,
    segment: str,
    *,
    strict: Sequence[tuple[int, str]],
    declared: Sequence[tuple[int, str]],
) -> None:
    """Mark what came before, what was dropped before, and what nobody declared. `strict`: app and way in.

    A row of the same origin is this very event, inserted before a kill: not a duplicate. Trackers' and
    servers' ids are looked up in `ids`; an import's among the events of the line's own day.
    """
    engine.run("TRUNCATE TABLE judged")
    imported, others = engine.rows(
        "SELECT countIf(via = 'import'), countIf(via != 'import') FROM chunk"
    )[0]
    known = [_OF_EVENTS] if imported else []
    if others or not known:
        known.append(_OF_IDS)
    engine.run(
        _JUDGE.format(known="\n        UNION ALL".join(known)),
        {
            "segment": segment,
            "strict": list(strict) or [(0, "")],
            "built_in": sorted(BUILT_IN),
            "declared": list(declared) or [(0, "")],
        },
    )
    take_judged(engine)


def take_judged(engine: Engine) -> None:
    """`judged` in place of what is in `chunk`. By their rows: to exchange the tables writes to the disk."""
    engine.run("TRUNCATE TABLE chunk")
    engine.run(f"INSERT INTO chunk ({CHUNK_COLUMNS}) SELECT {CHUNK_COLUMNS} FROM judged")


def ids_block(engine: Engine) -> bytes:
    """The ids of what was received, kept so that a retry counts once."""
    return engine.native(
        "SELECT app, toUInt128(id) AS id, origin, toDate(hour) AS received FROM chunk "
        "WHERE via != 'import' AND verdict != 'duplicate'"
    )


def overrule(engine: Engine, refused: Mapping[Place, str], reason: str = REASON) -> None:
    """Have events of the chunk that would count wait for a reason, `unreadable` where the engine refused them; what is
    wrong with each, by its place."""
    rows = [(r, i, why) for (r, i), why in refused.items()]
    insert_rows(engine, "refusals", ("r", "i", "detail"), rows)
    engine.run("TRUNCATE TABLE judged")
    engine.run(
        "INSERT INTO judged SELECT chunk.* REPLACE "
        "(if(verdict = '' AND (r, i) IN (SELECT r, i FROM refusals), {reason:String}, verdict) AS verdict) FROM chunk",
        {"reason": reason},
    )
    take_judged(engine)


#: What a batch says of all its events: without what the ledger counted.
BATCH = (
    "at", "app", "via", "key", "lib", "device", "root", "env", "robot", "country", "province", "city", "brand", "model",
    "os", "os_version", "platform", "wx_version", "sdk_version", "app_version", "language", "network", "width",
    "height", "sources", "who",
)  # fmt: skip


def quarantine_block(engine: Engine, segment: str) -> bytes:
    """The quarantined events whole, with their reason and what they came with."""
    return engine.native(
        f"""
SELECT c.app AS app, c.verdict AS reason, c.name AS name, fromUnixTimestamp64Milli(n.at, 'UTC') AS at,
    {{segment:String}} AS segment, c.r AS record, c.i AS i, toJSONString(n.e) AS line, f.detail AS detail,
    n.batch AS batch
FROM
(
    SELECT r, at, e, formatRowNoNewline('JSONEachRow', {", ".join(BATCH)}) AS batch FROM incoming ARRAY JOIN events AS e
    WHERE (r, e.i) IN (SELECT w.r, w.i FROM chunk AS w WHERE {WAITS})
) AS n
INNER JOIN (SELECT * FROM chunk WHERE {WAITS}) AS c ON n.r = c.r AND n.e.i = c.i
LEFT ANY JOIN refusals AS f ON n.r = f.r AND n.e.i = f.i""",
        {"segment": segment},
    )


def ledger_block(engine: Engine, segment: str, load: int) -> bytes:
    """The chunk's ledger rows: received = refused + accepted; accepted = loaded + duplicate + quarantined."""
    return engine.native(
        f"""
SELECT app, key, via, hour, received, turned_away + dropped AS refused, received - refused AS accepted, loaded,
    duplicate, quarantined, lost, if(dropped = 0, why, mapAdd(why, map('{DROPPED}', dropped))) AS reasons,
    {{segment:String}} AS segment, {{load:UInt64}} AS load
FROM
(
    SELECT app, key, via, toStartOfHour(fromUnixTimestamp64Milli(at, 'UTC')) AS hour, sum(received) AS received,
        sum(arraySum(mapValues(whys))) AS turned_away, sum(lost) AS lost, sumMap(whys) AS why
    FROM (SELECT app, key, via, at, received, lost, CAST(refused, 'Map(LowCardinality(String), UInt64)') AS whys
        FROM incoming)
    GROUP BY app, key, via, hour
) AS taken
LEFT JOIN
(
    SELECT app, key, via, hour, countIf(verdict = '') AS loaded, countIf(verdict = 'duplicate') AS duplicate,
        countIf({WAITS}) AS quarantined, countIf(verdict = '{DROPPED}') AS dropped
    FROM chunk GROUP BY app, key, via, hour
) AS judged USING (app, key, via, hour)""",
        {"segment": segment, "load": load},
    )
