"""The SQL of what a build keeps besides sessions and days: actions, values of profiles, first touches."""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of
from minilens.load.build_sql import DUE, MAY_BE_TOUCHED, touched
from minilens.reference.events import NO_ACTIONS
from minilens.reference.origins import OF_ACTIONS, OF_TOUCH, names

IS_ACTION = f"kind != 'profile' AND name NOT IN {NO_ACTIONS}"
#: A value is a text of so many characters at most.
LONGEST_VALUE = 1024

#: What of an event is the action itself.
_SAID = f"traffic, ts, session, page, target_name, target_id, value, currency, {names(OF_ACTIONS)}, props"


def actions(*, moved: Moved, partial: bool = False) -> str:
    """SQL that writes the actions of the days asked for."""
    person, join, theirs, only = _persons(moved, partial=partial)
    return f"""
INSERT INTO actions
(
    app, name, day, build, person, seq, arrival, {_SAID}
)
SELECT app, name, day, {{build:UInt64}}, {person}, toUInt16(least(seq, 65535)),
    if(seq = 0, bitShiftLeft(load, 33) + bitShiftLeft(toUInt64(record % 1048576), 13) + toUInt64(i % 8192), 0), {_SAID}
FROM
(
    SELECT app, name, day, person, actor, seq, load, record, i, {_SAID}
    FROM events WHERE {DUE} AND load <= {{through:UInt64}} AND {IS_ACTION}{theirs}
) AS e
{join}{only}"""


def _persons(moved: Moved, *, partial: bool) -> tuple[str, str, str, str]:
    """SQL of the person of an event and what is joined for that; and, of a part of a build, whose events alone."""
    person, join = person_of(moved, by_app=True)
    if not partial:
        return person, join, "", ""
    return person, join, f" AND {MAY_BE_TOUCHED}", f"\nWHERE {touched(person)}"


#: Events of each of these days, those about profiles, and the actions that a build must write.
SUMMARY = f"""
SELECT app, day, count(), countIf(kind = 'profile' AND load <= {{through:UInt64}}),
    countIf({IS_ACTION} AND load <= {{through:UInt64}})
FROM events WHERE {DUE} GROUP BY app, day
"""


def profile_values(*, moved: Moved, partial: bool = False) -> str:
    """SQL that writes what events of these days said of persons. A text is kept without its quotes."""
    person, join, theirs, only = _persons(moved, partial=partial)
    return f"""
INSERT INTO profile_values (app, name, day, build, person, value, ts)
SELECT app, kv.1 AS said, day, {{build:UInt64}}, who,
    leftUTF8(argMax(if(JSONType(kv.2) = 'String', JSONExtractString(kv.2), kv.2), k), {LONGEST_VALUE}), max(at)
FROM
(
    SELECT app, day, {person} AS who, ts AS at, (ts, seq, load, record, i) AS k,
        arrayJoin(JSONExtractKeysAndValuesRaw(toJSONString(props))) AS kv
    FROM
    (
        SELECT app, day, ts, actor, person, seq, load, record, i, props
        FROM events WHERE {DUE} AND load <= {{through:UInt64}} AND kind = 'profile'{theirs}
    ) AS e
    {join}{only}
)
GROUP BY app, said, day, who"""


_TOUCH = f"at, page, {names(OF_TOUCH)}"
#: First touches of those who came for the first time on these days, where they are not what is known.
FIRST_TOUCHES = f"""
INSERT INTO first_touches (app, person, day, {_TOUCH}, version)
SELECT app, person, day, {_TOUCH}, {{build:UInt64}}
FROM
(
    SELECT t.app AS app, t.person AS person, t.day AS day, t.at AS at, t.page AS page, {names(OF_TOUCH, of="o.")}
    FROM
    (
        SELECT app, person, day, min(start) AS at,
            argMin(spans.origin, (start, session)) AS origin, argMinIf(entry, (start, session), visits > 0) AS page
        FROM spans
        WHERE opened AND traffic = 'release' AND (app, day, person) IN (SELECT app, day, person FROM newcomers)
        GROUP BY app, person, day
    ) AS t
    LEFT ANY JOIN origins AS o ON t.origin = o.origin
)
WHERE (app, person, cityHash64(day, {_TOUCH})) NOT IN
(
    SELECT app, person, argMax(cityHash64(day, {_TOUCH}), version) FROM first_touches
    WHERE app IN {{apps:Array(UInt32)}} AND (app, person) IN (SELECT app, person FROM newcomers)
    GROUP BY app, person
)
"""
