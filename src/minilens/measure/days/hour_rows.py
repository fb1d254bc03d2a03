"""Rows by the hour, in the shape of `days`: visits and shares as events tell them, launches by the hour they begin.

Days know no hours, so events are read, whatever the builds know of them already: the hours are as young as
the events. Durations are as of the build. `at` is the first moment of an hour in milliseconds, 0 what
lies before a range.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of
from minilens.measure.days import day_rows
from minilens.measure.days.columns import NEW_BEFORE, OF_LEAVES, Columns
from minilens.measure.days.day_rows import CURRENT, LEFT, PARTS
from minilens.measure.filters import is_about, where
from minilens.measure.query import Query

_OVER = (
    "app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String}"
)
#: Hours are counted from midnight, so that a day on which the clock is changed has 23 or 25.
_MIDNIGHT = "transform(day, {days:Array(Date)}, {midnights:Array(Int64)}, toInt64(0))"
#: Column of `days` → what the sources below call it.
_SEEN = {
    "visits": "seen", "shares": "passed", "visitors": "came", "sharers": "senders", "new_users": "news",
    "new_count": "bitmapCardinality(news)", "page_duration": "lasted", "timed_visits": "timed", "page_timed": "known",
}  # fmt: skip
_BEGUN = {
    "launches": "begun", "built_launches": "begun", "depth": "deep", "bounces": "bounced", "duration": "lasted",
    "timed_launches": "timed",
    "timed_visitors": "known", "openers": "came", "built_people": "came",
}  # fmt: skip

_CAME = ", groupBitmapState(person) AS came"


def rows(query: Query, columns: Columns, *, tail: bool, moved: Moved) -> str:
    """All that the hours are made of; `tail`: events came after the newest build."""
    parts = [_in_parts(columns, _SEEN, _events(query, columns, tail=tail, moved=moved))]
    if not is_about(query.filters, "page") and columns.has(*_BEGUN):
        parts.append(_in_parts(columns, _BEGUN, _sessions(query, columns)))
        if tail:
            parts.append(
                _in_parts(
                    columns,
                    {"launches": "begun", "openers": "came"},
                    _later_launches(query, columns, moved=moved),
                )
            )
    if columns.everyone:
        parts.append(_before(columns))
        if tail:
            parts.append(_later_before(columns, moved=moved))
    return "\n        UNION ALL".join(parts)


def _hour(moment: str) -> str:
    """The first moment of the hour that a moment lies in."""
    since = f"toUnixTimestamp64Milli({moment}) - {_MIDNIGHT}"
    return f"{_MIDNIGHT} + intDiv({since}, 3600000) * 3600000"


def _in_parts(columns: Columns, given: dict[str, str], source: str) -> str:
    return f"""
        SELECT part.1 AS n, r.at AS at, {columns.filled(given)}
        FROM
        ({source}
        ) AS r
        {PARTS}
        WHERE r.day BETWEEN part.2 AND part.3"""


def _events(query: Query, columns: Columns, *, tail: bool, moved: Moved) -> str:
    """Who is new on a day is so in the hour of the first visit on it."""
    who, join = person_of(moved)
    later = f" OR (day, who) GLOBAL IN ({day_rows.newcomers(moved=moved)})" if tail else ""
    made = ""
    if is_about(query.filters, "newness"):  # known when the day is made
        made = " AND (day < {newest:Date} OR (day = {newest:Date} AND load <= {through:UInt64}))"
    some, counted, time = "name IN ('page_view', 'share')", "", ""
    if columns.has(*OF_LEAVES):
        some = f"({some} OR {LEFT})"
        time = """,
                sum(took) AS lasted, sum(left_pages) AS timed, groupBitmapStateIf(who, left_pages > 0) AS known"""
        counted = """,
                        sumIf(toUInt64(assumeNotNull(duration)), name = 'page_leave') AS took,
                        countIf(name = 'page_leave') AS left_pages"""
    return f"""
            SELECT day, at, sum(views) AS seen, sum(sent) AS passed,
                groupBitmapStateIf(who, views > 0) AS came, groupBitmapStateIf(who, sent > 0) AS senders,
                groupBitmapStateIf(who, is_new AND views > 0 AND at = first_at) AS news{time}
            FROM
            (
                SELECT *, minIf(at, views > 0) OVER (PARTITION BY day, who) AS first_at
                FROM
                (
                    SELECT day, {_hour("ts")} AS at, {who} AS who,
                        (day, who) GLOBAL IN
                        (SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
                        WHERE {_OVER} AND dimension = '' AND {CURRENT}){later} AS is_new,
                        countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent{counted}
                    FROM events AS e{join}
                    WHERE {_OVER} AND {some}{made}{where(query.filters, "events")}
                    GROUP BY day, at, who, is_new
                )
            )
            GROUP BY day, at"""


def _sessions(query: Query, columns: Columns) -> str:
    came = _CAME if columns.has("openers", "built_people") else ""
    return f"""
            SELECT day, {_hour("start")} AS at, count() AS begun, sum(depth) AS deep, countIf(visits = 1) AS bounced,
                sum(ifNull(duration, 0)) AS lasted, countIf(duration IS NOT NULL) AS timed,
                groupBitmapStateIf(person, duration IS NOT NULL) AS known{came}
            FROM sessions
            WHERE {_OVER} AND {CURRENT}{where(query.filters, "sessions")}
            GROUP BY day, at"""


def _later_launches(query: Query, columns: Columns, *, moved: Moved) -> str:
    came = _CAME if columns.has("openers") else ""
    return f"""
            SELECT day, {_hour("start")} AS at, count() AS begun{came}
            FROM ({day_rows.launches(query, moved=moved)}
            )
            WHERE day BETWEEN {{start:Date}} AND {{end:Date}}
            GROUP BY day, at"""


def _before(columns: Columns) -> str:
    """People whose first visit lies before a part: totals are running sums."""
    return f"""
        SELECT part.1, toInt64(0), {columns.filled(NEW_BEFORE)}
        FROM days {PARTS}
        WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = {{traffic:String}} AND day < part.2 AND {CURRENT}
        GROUP BY part.1"""


def _later_before(columns: Columns, *, moved: Moved) -> str:
    return f"""
        SELECT part.1, toInt64(0), {columns.filled({"new_count": "count()", "new_users": "groupBitmapState(person)"})}
        FROM ({day_rows.newcomers(moved=moved)}) {PARTS}
        WHERE day < part.2
        GROUP BY part.1"""
