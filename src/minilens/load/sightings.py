"""Which identities a chunk names together, and those that the map and the links do not know yet."""

from __future__ import annotations

from collections.abc import Iterable

from minilens.identity.graph import LINK_COLUMNS
from minilens.identity.links import ASIDE, EPISODE, LOGIN, SHARED, STRETCH, Link, ordered
from minilens.identity.persons import Seen
from minilens.identity.types import DEVICE
from minilens.warehouse.engine import Engine

#: Pairs of the chunk, each once; `a` is the stronger, or the device of which `b` is a stretch.
PAIRS = """
CREATE OR REPLACE TABLE pairs
(
    app UInt32, a UInt64, b UInt64, a_kind LowCardinality(String), b_kind LowCardinality(String),
    cause LowCardinality(String), verified Bool, first Int64, last Int64
) ENGINE = Memory
"""
#: What of the chunk has a person: the actors, the devices, and what was named beside.
KNOWN = "CREATE OR REPLACE TABLE known (app UInt32, actor UInt64, person UInt32, verified Bool) ENGINE = Memory"

#: When a pair was seen last is written down again once it is so much later.
LAST_EVERY = 7 * 86_400_000

_FILL = f"""
INSERT INTO pairs (app, a, b, a_kind, b_kind, cause, verified, first, last)
SELECT app, a, b, any(kind) AS a_kind, any(other) AS b_kind,
    multiIf(b_kind = '{STRETCH}', '{EPISODE}', b_kind = '{SHARED}', '{SHARED}',
        max(via = 'login'), '{LOGIN}', argMin(cause, (via = 'tracker', ts))),
    max(via != 'tracker'), min(ts), max(ts)
FROM
(
    SELECT app, actor AS a, device AS b, toString(actor_type) AS kind, '{DEVICE}' AS other, via, ts,
        if(via = 'import', 'import', 'device') AS cause
    FROM chunk WHERE verdict = '' AND device NOT IN (0, actor) AND actor_type NOT IN ('{DEVICE}', 'session')
    {{beside}}
)
GROUP BY app, a, b
"""
_UNIONID = "wechat-unionid"
_BESIDE = f"""
    UNION ALL
    SELECT c.app, if(who.1 = '{SHARED}' AND c.actor_type != '{_UNIONID}', unionid, c.actor) AS one, who.2,
        if(who.1 = '{SHARED}', '{_UNIONID}', toString(c.actor_type)), who.1, c.via, c.ts,
        multiIf(c.via = 'import', 'import', c.actor_type = '{DEVICE}', 'device', 'event')
    FROM (SELECT * FROM chunk WHERE verdict = '' AND w != 0) AS c
    INNER JOIN (SELECT r, n AS w, who, arrayFirst(x -> x.1 = '{_UNIONID}', named).2 AS unionid FROM incoming
        ARRAY JOIN who AS named, arrayEnumerate(who) AS n
        ARRAY JOIN named AS who) AS n ON c.r = n.r AND c.w = n.w
    WHERE one NOT IN (0, who.2)
    UNION ALL
    SELECT c.app, n.root, c.device, '{DEVICE}', '{STRETCH}', c.via, c.ts, '{EPISODE}'
    FROM (SELECT * FROM chunk WHERE verdict = '' AND device != 0) AS c
    INNER JOIN (SELECT r, root FROM incoming WHERE root != 0) AS n ON c.r = n.r"""
_ANY_BESIDE = (
    "SELECT count() FROM (SELECT 1 FROM incoming WHERE notEmpty(who) OR root != 0 LIMIT 1)"
)

_KNOWN = """
INSERT INTO known (app, actor, person, verified)
SELECT app, actor, argMax(person, version), argMaxIf(grade, at, version = 0) = 'verified' FROM person_map
WHERE (app, actor) GLOBAL IN
(
    SELECT app, actor FROM chunk
    UNION DISTINCT SELECT app, device FROM chunk
    UNION DISTINCT SELECT app, b FROM pairs
)
GROUP BY app, actor
"""

#: Identities that the map lacks, or knows as claimed only while a server names them; in order of arrival.
_SEEN = f"""
SELECT app, node, any(kind), max(sure) AS is_sure, any(k.person) = 0
FROM
(
    SELECT app, actor AS node, actor_type AS kind, via != 'tracker' AS sure, (r, i, 0) AS place FROM chunk
    WHERE verdict = ''
    UNION ALL
    SELECT app, device, '{DEVICE}', via != 'tracker', (r, i, 1) FROM chunk WHERE verdict = '' AND device != 0
    UNION ALL
    SELECT app, b, b_kind, verified, (toUInt32(4294967295), toUInt16(0), 2) FROM pairs
    WHERE cause NOT IN {ASIDE} AND b_kind != '{DEVICE}'
) AS s
LEFT ANY JOIN known AS k ON s.app = k.app AND s.node = k.actor
GROUP BY app, node
HAVING any(k.person) = 0 OR (is_sure AND NOT any(k.verified))
ORDER BY min(place)
"""

_STORED = """
    SELECT app, node, other, max(l.verified) AS sure, toUnixTimestamp64Milli(min(l.first)) AS since,
        toUnixTimestamp64Milli(max(l.last)) AS until
    FROM links AS l
    WHERE (app, node) IN (SELECT app, a FROM pairs) AND (app, node, other) IN (SELECT app, a, b FROM pairs)
    GROUP BY app, node, other
"""
#: Pairs that no link tells of, or not so early, well, or so late; of the last it is enough to write that down.
_NEW = f"""
SELECT p.*, a.person = 0, b.person = 0, l.node = 0 OR p.verified > l.sure OR p.first < l.since
FROM pairs AS p
LEFT ANY JOIN ({_STORED}) AS l ON p.app = l.app AND p.a = l.node AND p.b = l.other
LEFT ANY JOIN known AS a ON p.app = a.app AND p.a = a.actor
LEFT ANY JOIN known AS b ON p.app = b.app AND p.b = b.actor
WHERE l.node = 0 OR p.verified > l.sure OR p.first < l.since OR p.last > l.until + {LAST_EVERY}
"""
_LATER = f"""
INSERT INTO links ({", ".join(LINK_COLUMNS)})
SELECT app, node, other, argMax(l.node_kind, l.version), argMax(l.other_kind, l.version), argMax(l.cause, l.version),
    argMax(l.verified, l.version), argMax(l.first, l.version), fromUnixTimestamp64Milli(max(p.last), 'UTC'),
    argMax(l.state, l.version), argMax(l.merge, l.version), {{version:UInt64}}
FROM links AS l
GLOBAL INNER JOIN
(
    SELECT app, one.1 AS node, one.2 AS other, last FROM pairs ARRAY JOIN [(a, b), (b, a)] AS one
) AS p USING (app, node, other)
WHERE (l.app, l.node) IN (SELECT app, arrayJoin([a, b]) FROM pairs)
GROUP BY app, node, other
HAVING max(p.last) > toUnixTimestamp64Milli(max(l.last)) + {LAST_EVERY}
"""


def look(engine: Engine) -> tuple[list[Seen], dict[int, list[Link]], bool]:
    """Identities of the chunk that are to be settled, in order of arrival, its new links by app, and whether any
    link is only to be told that it was seen again."""
    engine.run("TRUNCATE TABLE pairs")
    beside = _BESIDE if engine.one(_ANY_BESIDE) else ""
    engine.run(_FILL.format(beside=beside))
    engine.run("TRUNCATE TABLE known")
    engine.run(_KNOWN)
    seen = [
        Seen(app, node, kind, bool(verified), bool(unknown))
        for app, node, kind, verified, unknown in engine.rows(_SEEN)
    ]
    links: dict[int, list[Link]] = {}
    later = False
    for app, a, b, a_kind, b_kind, cause, verified, first, last, *unknown, new in engine.rows(_NEW):
        if not new:
            later = True
            continue
        link = ordered(Link(a, b, a_kind, b_kind, cause, bool(verified), first, last))
        links.setdefault(app, []).append(link)
        ends = (a, a_kind, unknown[0]), (b, b_kind, unknown[1])
        seen += _ends(app, *ends[: 1 if cause == SHARED else 2])
    return seen, links, later


def seen_again(engine: Engine, version: int) -> None:
    """Write down of the chunk's links that they were seen again."""
    engine.run(_LATER, {"version": version})


def _ends(app: int, *ends: tuple[int, str, int]) -> Iterable[Seen]:
    for node, kind, unknown in ends:
        yield Seen(app, node, DEVICE if kind == STRETCH else kind, unknown=bool(unknown))
