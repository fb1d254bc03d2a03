"""The chunk's counted events as rows of `events`, in one block with the chunk's token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minilens.identity.persons import PersonNumbers, Settled
from minilens.load import link_names, sightings
from minilens.load.property_names import KEPT_PROPERTIES
from minilens.load.stage import Place, local
from minilens.warehouse.engine import Engine


def assign_persons(engine: Engine, numbering: PersonNumbers, token: str, at: int) -> Settled:
    """Have every identity of the chunk in the map, and what it named together in the links."""
    seen, links, later = sightings.look(engine)
    if later:
        sightings.seen_again(engine, numbering.next())
    if not seen:
        return Settled()
    return numbering.settle(seen, links, at=at, token=token)


#: The person of each actor of the chunk; of what was handed on, the first: readers know the others by their time.
PERSONS = """
    SELECT app AS p_app, actor AS p_actor, argMax(person, version) AS person FROM person_map
    WHERE since = 0 AND (app, actor) IN (SELECT app, actor FROM chunk) GROUP BY app, actor
"""

EVENTS = """
SELECT
    app, {day} AS day, {hour} AS hour, fromUnixTimestamp64Milli(e.ts, 'UTC') AS ts, e.name AS name,
    e.raw_name AS raw_name, if(e.kind = '', 'track', e.kind) AS kind, e.id AS id, e.actor AS actor, device AS device,
    p.person AS person, e.session AS session, e.seq AS seq, e.page AS page, e.query AS query,
    e.referrer AS referrer, e.target_name AS target_name, e.target_id AS target_id, e.duration AS duration,
    {origins}, via, multiIf(robot != '', 'robot', env) AS traffic, robot,
    country, province, city, brand, model, os, os_version, platform, wx_version, sdk_version, app_version, lib,
    language, network, width, height, e.value AS value, e.currency AS currency, e.late AS late,
    CAST({props}, 'JSON(max_dynamic_paths = 64)') AS props,
    fromUnixTimestamp64Milli(at, 'UTC') AS received, {{load:UInt64}} AS load, {{segment:String}} AS segment,
    r AS record, e.i AS i
FROM (SELECT * EXCEPT events, e, sources[e.o].link AS lc FROM incoming ARRAY JOIN events AS e) AS n
INNER JOIN
(
    SELECT r AS c_r, i AS c_i FROM chunk
    WHERE verdict = '' AND (r, i) BETWEEN ({{r0:UInt32}}, {{i0:UInt16}}) AND ({{r1:UInt32}}, {{i1:UInt16}})
) AS c ON n.r = c.c_r AND n.e.i = c.c_i
LEFT ANY JOIN
({persons}) AS p ON n.app = p.p_app AND n.e.actor = p.p_actor
LEFT ANY JOIN
({links}) AS l ON n.app = l.l_app AND n.lc = l.l_code
"""


#: Where an event came from, as its request or its link says.
_ORIGINS = (
    "scene", "source", "campaign", "placement", "material", "link", "utm_source", "utm_medium", "utm_campaign",
    "utm_term", "utm_content",
)  # fmt: skip
_PROPERTIES = "if(e.props = '', '{}', e.props)"

EVERYTHING: tuple[Place, Place] = ((0, 0), (2**32 - 1, 2**16 - 1))


def events_block(
    engine: Engine,
    segment: str,
    load: int,
    zones: dict[int, str],
    within: tuple[Place, Place] = EVERYTHING,
    crowded: Sequence[int] = (),
) -> bytes:
    """The counted events, or those between two places, as one block of the table; EngineFailed where one
    of them cannot be read. Of apps with too many property names only those in `kept_names` are kept."""
    moment = "fromUnixTimestamp64Milli(e.ts, 'UTC')"
    day, hour = local(moment, zones, "toDate"), local(moment, zones, "toHour")
    props = _PROPERTIES
    if crowded:
        props = f"if(app IN {{crowded:Array(UInt32)}}, {KEPT_PROPERTIES}, {_PROPERTIES})"
    came = ", ".join(map(link_names.column, _ORIGINS))
    sql = EVENTS.format(
        day=day, hour=hour, persons=PERSONS, props=props, origins=came, links=link_names.JOINED
    )
    (r0, i0), (r1, i1) = within
    asked = {"segment": segment, "load": load, "r0": r0, "i0": i0, "r1": r1, "i1": i1}
    return engine.native(sql, {**asked, "crowded": list(crowded)} if crowded else asked)


#: App, day, events, whether all of them are imported.
Day = tuple[int, date, int, bool]


def touched(engine: Engine) -> list[Day]:
    """(app, day, events, whether all of them are imported) of what the chunk counted."""
    sql = "SELECT app, day, count(), min(via = 'import') FROM chunk WHERE verdict = '' GROUP BY app, day"
    return [(app, day, n, bool(imported)) for app, day, n, imported in engine.rows(sql)]


def touched_neighbours(engine: Engine) -> list[tuple[int, date]]:
    """(app, day) whose sessions the chunk may have changed from the other side of midnight.

    A day without an event is none: once made, tomorrow would be the newest day, after which alone the tail is read.
    """
    return [
        (app, day)
        for app, day in engine.rows(
            """
SELECT DISTINCT app, day FROM events
WHERE (app, day) IN (SELECT app, arrayJoin([day - 1, day + 1]) FROM chunk WHERE verdict = '' AND session != 0)
    AND (app, session) IN (SELECT app, session FROM chunk WHERE verdict = '' AND session != 0)
UNION DISTINCT
SELECT DISTINCT app, day FROM events WHERE (app, day) IN
(
    SELECT app, if(minute < 30, day - 1, day + 1) FROM chunk
    WHERE verdict = '' AND session = 0 AND (minute <= 30 OR minute >= 1410)
)
"""
        )
    ]
