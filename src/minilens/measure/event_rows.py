"""Rows counted from events and sessions, in the shape of `days`: for what days do not keep.

Visits and shares are as young as the events; launches, durations and who is new are as of the builds.
"""

from __future__ import annotations

from minilens.identity.persons import MOVED
from minilens.measure.columns import Columns
from minilens.measure.day_rows import CURRENT, PARTS
from minilens.measure.fields import FIELDS
from minilens.measure.filters import fields_of, where
from minilens.measure.query import Query

_OVER = "app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date}"
#: Who is new, a set a day, as the days were made.
_NEW = f"""
                SELECT day, new_users FROM days
                WHERE {_OVER} AND dimension = '' AND traffic = 'release' AND {{traffic:String}} = 'release'
                    AND {CURRENT}"""


def counted(query: Query, columns: Columns, *, moved: bool) -> str:
    """Visits from events; the rest from sessions, which have no page but the first and the last."""
    parts = []
    if columns.has("visits", "shares", "visitors", "sharers", "new_users"):
        parts.append(_visits(query, columns, moved=moved))
    if query.by == "page":
        parts.append(_doors(query, columns))
    elif "page" not in fields_of(query.filters):
        parts.append(_sessions(query, columns))
    return "\n        UNION ALL".join(parts)


def _in_parts(
    query: Query, columns: Columns, given: dict[str, str], rows: str, new: str = ""
) -> str:
    """Rows of days, put into the ranges asked for."""
    value = "r.value AS value, " if query.by else ""
    return f"""
        SELECT part.1 AS n, r.day AS day, {value}{columns.filled(given)}
        FROM
        ({rows}
        ) AS r{new}
        {PARTS}
        WHERE r.day BETWEEN part.2 AND part.3"""


def _is_new(query: Query, who: str) -> str:
    """A column saying whether it was the person's first day, where that is asked about."""
    if "newness" not in fields_of(query.filters) | {query.by}:
        return ""
    pairs = f"SELECT day, arrayJoin(bitmapToArray(new_users)) FROM ({_NEW})"
    return f", (day, {who}) GLOBAL IN ({pairs}) AS is_new"


def _value(query: Query, place: str) -> tuple[str, str]:
    """SQL that reads the value of the rows, and that groups by it."""
    if not query.by:
        return "", ""
    return (
        f", {FIELDS[query.by].value('events' if place == 'events' else 'sessions')} AS value",
        ", value",
    )


def _visits(query: Query, columns: Columns, *, moved: bool) -> str:
    filters = where(query.filters, "events")
    person, join = "person", ""
    if moved:
        person = "if(m.person != 0, m.person, e.person)"
        join = f"\n                GLOBAL LEFT ANY JOIN ({MOVED}) AS m ON e.actor = m.actor"
    value, group = _value(query, "events")
    until = " AND ts < {until:DateTime64(3, 'UTC')}" if query.until else ""
    given = {"visits": "views", "shares": "sent", "visitors": "came", "sharers": "senders"}
    new = ""
    if columns.has("new_users"):
        given["new_users"] = "bitmapAnd(came, nu.new_users)"
        new = f"\n        GLOBAL LEFT ANY JOIN ({_NEW}) AS nu ON r.day = nu.day"
    rows = f"""
            SELECT day{group}, countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent,
                groupBitmapStateIf(who, name = 'page_view') AS came,
                groupBitmapStateIf(who, name = 'share') AS senders
            FROM
            (
                SELECT day, name, {person} AS who{_is_new(query, "who")}{value}
                FROM events AS e{join}
                WHERE {_OVER} AND traffic = {{traffic:String}} AND name IN ('page_view', 'share'){until}{filters}
            )
            GROUP BY day{group}"""
    return _in_parts(query, columns, given, rows, new)


def _sessions(query: Query, columns: Columns) -> str:
    filters = where(query.filters, "sessions")
    value, group = _value(query, "sessions")
    given = {
        "launches": "begun", "depth": "deep", "bounces": "bounced", "duration": "lasted",
        "timed_launches": "timed", "timed_visitors": "known",
    }  # fmt: skip
    rows = f"""
            SELECT day{group}, count() AS begun, sum(depth) AS deep, countIf(visits = 1) AS bounced,
                sum(ifNull(duration, 0)) AS lasted, countIf(duration IS NOT NULL) AS timed,
                groupBitmapStateIf(person, duration IS NOT NULL) AS known
            FROM (SELECT day, person, depth, visits, duration{value}{_is_new(query, "person")} FROM sessions
                WHERE {_of_sessions(query)}{filters})
            GROUP BY day{group}"""
    return _in_parts(query, columns, given, rows)


def _doors(query: Query, columns: Columns) -> str:
    """Entries, exits and bounces of pages. A condition on the page is one on the page entered or left."""
    filters = where(query.filters, "sessions")
    given = {"entries": "came_in", "exits": "went_out", "bounces": "bounced"}
    rows = f"""
            SELECT day, door.1 AS value, sum(door.2) AS came_in, sum(door.3) AS went_out,
                sum(door.2 AND visits = 1) AS bounced
            FROM (SELECT day, visits{_is_new(query, "person")}, arrayJoin([(entry, 1, 0), (exit, 0, 1)]) AS door,
                door.1 AS page FROM sessions WHERE {_of_sessions(query)} AND visits > 0{filters})
            GROUP BY day, value"""
    return _in_parts(query, columns, given, rows)


def _of_sessions(query: Query) -> str:
    until = " AND start < {until:DateTime64(3, 'UTC')}" if query.until else ""
    return f"{_OVER} AND traffic = {{traffic:String}} AND {CURRENT}{until}"
