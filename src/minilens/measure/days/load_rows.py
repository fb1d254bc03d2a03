"""How long pages took to load, in the shape of `days`, which do not keep it: by day, or by page.

Builds keep the event among the actions, sorted by its name; what came after the newest build is read from the events.
Filters by what actions do not know (the phone, for one) and by who is new read the events of all these days instead.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of
from minilens.measure.days.columns import Columns
from minilens.measure.days.day_rows import CURRENT, LATER
from minilens.measure.days.visit_rows import OVER, group_of, in_parts
from minilens.measure.filters import dimensions_of, where
from minilens.measure.query import Query
from minilens.reference.events import LOADED
from minilens.reference.origins import OF_ACTIONS

_GIVEN = {"load_duration": "took", "timed_loads": "timed", "load_people": "came"}
#: However the sender wrote the number. What took longer than ten minutes is a phone that slept.
_MS = "toFloat64OrNull(toString(props.ms))"
_MOST = 600_000
_IS_LOAD = f"name = '{LOADED}'"
#: Who is new, as the days were made.
_NEW = f"""SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
                WHERE {OVER} AND dimension = '' AND {CURRENT}"""
_OF_ACTIONS = {"page", *(one.name for one in OF_ACTIONS)}


def rows(query: Query, columns: Columns, *, moved: Moved) -> str:
    """All loads of which a time is known, by day or by page."""
    asks_who = columns.has("load_people")  # what came after the build has its actors alone
    some = _acted(query) if _is_kept(query) and not asks_who else _happened(query, moved=moved)
    told_apart = ", ".join(group_of(query))
    came = ", groupBitmapState(who) AS came" if asks_who else ""
    source = f"""
            SELECT {told_apart}, toUInt64(round(sum(ms))) AS took, count() AS timed{came}
            FROM
            ({some}
            )
            WHERE ms >= 0 AND ms <= {_MOST} AND day BETWEEN {{start:Date}} AND {{end:Date}}
            GROUP BY {told_apart}"""
    return in_parts(query, columns, _GIVEN, source)


def _is_kept(query: Query) -> bool:
    """Whether actions know all that is asked about."""
    return {one.made_of or one.name for one in dimensions_of(query.filters)} <= _OF_ACTIONS


def _of(query: Query) -> str:
    until = " AND ts < {until:DateTime64(3, 'UTC')}" if query.cutoff else ""
    return f" AND {_IS_LOAD}{until}{where(query.filters, 'events')}"


def _cells(query: Query) -> str:
    """What is read of each load."""
    values = "".join(f", {one.value('events')} AS {name}" for name, one in query.columns.items())
    return f"day, {_MS} AS ms{values}"


def _acted(query: Query) -> str:
    later = "".join(
        f"""
                UNION ALL SELECT {_cells(query)} FROM events WHERE {half}{_of(query)}"""
        for half in LATER
    )
    return f"""
                SELECT {_cells(query)} FROM actions WHERE {OVER} AND {CURRENT}{_of(query)}{later}"""


def _happened(query: Query, *, moved: Moved) -> str:
    """From the events themselves, each by who its actor is now."""
    person, join = person_of(moved)
    known = f"WITH (day, {person}) GLOBAL IN ({_NEW}) AS is_new" if query.asks_newness else ""
    return f"""
                {known}
                SELECT {_cells(query)}, {person} AS who FROM events AS e{join}
                WHERE {OVER}{_of(query)}"""
