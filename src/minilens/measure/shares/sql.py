"""SQL of shares, and of what was opened by them: read from the events, which alone say which card it was."""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of
from minilens.measure.events.condition_sql import NOTHING, Place
from minilens.measure.events.query import EventsQuery
from minilens.measure.events.sql import Statement

#: So many persons are asked about by number; of more all are read.
FEW = 10_000
FIRST_DAYS = """
SELECT person, argMax(first_day, version) AS first FROM persons WHERE app = {app:UInt32}
GROUP BY person"""
FIRST_DAYS_OF = FIRST_DAYS.replace("\nGROUP", " AND person IN {persons:Array(UInt32)}\nGROUP")
_WHEN = ("toUnixTimestamp64Milli(ts) AS at", "day AS on")
_WHERE_FROM = (*_WHEN, "session AS visit")


def statement(query: EventsQuery, moved: Moved, *, tail: bool) -> Statement:
    """What shares are read by; where they are told apart by origin, also in which session they were."""
    besides = _WHERE_FROM if with_origin(query) else _WHEN
    of: dict[Place, tuple[str, ...]] = {"actions": besides, "events": besides}
    return Statement(query, moved, tail, besides=of)


def with_origin(query: EventsQuery) -> bool:
    """Whether the origin is the third of what tells shares apart."""
    return len(query.groups) > 2


def shares(made: Statement) -> str:
    """Person, moment, day, which card, page, where they are asked for also session and origin; oldest first."""
    origin = f", visit, replaceAll(toString(g2), {NOTHING}, '') AS origin"
    more = origin if with_origin(made.query) else ""
    return f"""
SELECT person, at, toDate(on) AS on, g0 AS card, g1 AS page{more}
FROM
{made.table()}
WHERE card NOT IN ('', {NOTHING})
ORDER BY at, card, person"""


def openings(moved: Moved) -> str:
    """Person, moment, day, which card, scene, session; oldest first."""
    person, join = person_of(moved)
    return f"""
SELECT {person} AS person, toUnixTimestamp64Milli(e.ts) AS at, e.day AS day, e.card AS card, e.scene AS scene,
    e.session AS session
FROM
(
    SELECT actor, events.person AS person, ts, day, scene, session, toString(props.share_id) AS card FROM events
    WHERE app = {{app:UInt32}} AND traffic = {{traffic:String}} AND kind = 'track'
        AND name IN ('app_show', 'app_launch') AND day BETWEEN {{start:Date}} AND {{end:Date}} AND card != ''
) AS e{join}
ORDER BY at, card, person"""
