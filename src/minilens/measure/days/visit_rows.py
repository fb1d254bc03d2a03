"""Rows counted from who saw what, in the shape of `days`: for what days do not keep.

`day_page_views` and `sessions` are written with each build, so what came after is the tail's here as well. Only a
day that is cut short is counted from the events themselves: they alone know the moment.
"""

from __future__ import annotations

from minilens.identity.persons import REASSIGNED
from minilens.measure import page_order
from minilens.measure.days.columns import OF_LEAVES, Columns
from minilens.measure.days.day_rows import CURRENT, LEFT, PARTS
from minilens.measure.filters import is_about, where
from minilens.measure.plan import Plan
from minilens.measure.query import Query
from minilens.warehouse.sets import NOBODY

OVER = (
    "app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String}"
)


def counted(plan: Plan, columns: Columns, *, moved: bool) -> str:
    """Visits and shares; and of sessions, which have no page but the first and the last, the rest."""
    query, parts = plan.query, []
    if plan.source == "order":
        return in_parts(query, columns, {"visits": "seen"}, _order(query))
    if query.one_page is not None or any(one.name == "page" for one in query.values):
        doors = ((_ENTERED, "entry"), (_LEFT, "exit"))
        parts = [
            in_parts(query, columns, given, _door(query, door))
            for given, door in doors
            if columns.has(*given)
        ]
    elif not is_about(query.filters, "page") and columns.has(*_BEGUN):
        parts.append(in_parts(query, columns, _BEGUN, _sessions(query)))
    if columns.has(*_SEEN) or not parts:
        leaves = columns.has(*OF_LEAVES)
        cut = plan.source == "events"
        seen = _events(query, moved=moved, leaves=leaves) if cut else _visits(query)
        if not cut and _of_persons_alone(query, columns):
            seen = _persons(query)
        parts.insert(0, in_parts(query, columns, _SEEN, seen))
    return "\n        UNION ALL".join(parts)


#: Column of `days` → what the sources below call it.
_SEEN = {
    "visits": "seen", "shares": "passed", "visitors": "came", "sharers": "senders", "new_users": "news",
    "new_count": "bitmapCardinality(news)", "page_duration": "lasted", "timed_visits": "timed", "page_timed": "known",
    "page_timed_count": "bitmapCardinality(known)",
}  # fmt: skip
_ENTERED = {"entries": "begun", "bounces": "bounced"}
_LEFT = {"exits": "begun"}
_BEGUN = {
    "launches": "begun", "built_launches": "begun", "depth": "deep", "bounces": "bounced", "duration": "lasted",
    "timed_launches": "timed",
    "timed_visitors": "known", "openers": "came", "new_openers": "news", "continued": "went_on",
}  # fmt: skip


def in_parts(query: Query, columns: Columns, given: dict[str, str], rows: str) -> str:
    """Rows of days, put into the ranges asked for; values are of one range, whatever the day."""
    if query.values:
        day = "r.day" if query.time else "{start:Date}"
        values = ", ".join(f"r.{name} AS {name}" for name in query.columns)
        return f"""
        SELECT toUInt8(0) AS n, {day} AS day, {values}, {columns.filled(given)}
        FROM
        ({rows}
        ) AS r"""
    return f"""
        SELECT part.1 AS n, r.day AS day, {columns.filled(given)}
        FROM
        ({rows}
        ) AS r
        {PARTS}
        WHERE r.day BETWEEN part.2 AND part.3"""


def _visits(query: Query) -> str:
    return f"""
            SELECT {key(query)}, sum(views) AS seen, sum(sent) AS passed,
                groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, sent > 0) AS senders,
                groupBitmapStateIf(person, views > 0 AND is_new) AS news,
                sum(day_page_views.duration) AS lasted, sum(day_page_views.timed) AS timed,
                groupBitmapStateIf(person, day_page_views.timed > 0) AS known
            FROM day_page_views
            WHERE {OVER} AND {CURRENT}{where(query.filters, "visits")}
            GROUP BY {", ".join(group_of(query))}"""


def _of_persons_alone(query: Query, columns: Columns) -> bool:
    """Whether it is only asked who came, by what they are themselves: days know who came."""
    people = {"visitors", "new_users"} >= {*columns.names}
    of_person = bool(query.values) and all(one.of_person for one in query.values)
    return people and of_person and not query.filters and query.time is None


def _persons(query: Query) -> str:
    """Each once, where page views have a row for every day, page and visitor."""
    sets = (("visitors", "false"), ("new_users", "true"))
    every = "\n                UNION ALL ".join(
        f"""SELECT arrayJoin(bitmapToArray(groupBitmapMergeState({name}))) AS person, {is_new} AS new
                FROM days WHERE {OVER} AND dimension = '' AND {CURRENT}"""
        for name, is_new in sets
    )
    return f"""
            SELECT {key(query)}, 0 AS seen, 0 AS passed,
                groupBitmapStateIf(person, NOT new) AS came, {NOBODY} AS senders,
                groupBitmapStateIf(person, new) AS news, 0 AS lasted, 0 AS timed, {NOBODY} AS known
            FROM
            (
                {every}
            )
            GROUP BY {", ".join(group_of(query))}"""


def key(query: Query) -> str:
    """What rows are counted by. One key is grouped several times as fast as a day and a value."""
    of = query.columns.items()
    values = [f"{one.value('sessions')} AS {name}" for name, one in of]
    return ", ".join(["day"] * _has_day(query) + values)


def group_of(query: Query) -> list[str]:
    """The names of these."""
    return ["day"] * _has_day(query) + list(query.columns)


def _has_day(query: Query) -> bool:
    """Whether days are told apart."""
    return query.time is not None or not query.values


def _events(query: Query, *, moved: bool, leaves: bool) -> str:
    """What happened before a moment, with pages that were left where asked for. Who is new is as the day was made."""
    person, join = "person", ""
    if moved:
        person = "if(m.person != 0, m.person, e.person)"
        join = f"\n                GLOBAL LEFT ANY JOIN ({REASSIGNED}) AS m ON e.actor = m.actor"
    of = query.columns.items()
    value = "".join(f", {one.value('events')} AS {name}" for name, one in of)
    told_apart = ", ".join(group_of(query))
    some, read, time = "name IN ('page_view', 'share')", "", ""
    if leaves:
        some, read = f"({some} OR {LEFT})", ", duration AS took"
        time = """,
                sumIf(toUInt64(assumeNotNull(took)), name = 'page_leave') AS lasted,
                countIf(name = 'page_leave') AS timed,
                groupBitmapStateIf(who, name = 'page_leave') AS known"""
    return f"""
            SELECT {told_apart}, countIf(name = 'page_view') AS seen, countIf(name = 'share') AS passed,
                groupBitmapStateIf(who, name = 'page_view') AS came,
                groupBitmapStateIf(who, name = 'share') AS senders,
                groupBitmapStateIf(who, name = 'page_view' AND is_new) AS news{time}
            FROM
            (
                SELECT day, name{read}, {person} AS who, (day, who) GLOBAL IN
                    (SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
                    WHERE {OVER} AND dimension = '' AND {CURRENT}) AS is_new{value}
                FROM events AS e{join}
                WHERE {OVER} AND {some}
                    AND ts < {{until:DateTime64(3, 'UTC')}}{where(query.filters, "events")}
            )
            GROUP BY {told_apart}"""


def _sessions(query: Query) -> str:
    return f"""
            SELECT {key(query)}, count() AS begun, sum(depth) AS deep, countIf(visits = 1) AS bounced,
                sum(ifNull(duration, 0)) AS lasted, countIf(duration IS NOT NULL) AS timed,
                groupBitmapStateIf(person, duration IS NOT NULL) AS known, groupBitmapState(person) AS came,
                groupBitmapStateIf(person, is_new) AS news, countIf(visits > 1) AS went_on
            FROM sessions
            WHERE {_of_sessions(query)}
            GROUP BY {", ".join(group_of(query))}"""


def _door(query: Query, door: str) -> str:
    """Sessions by the page they were entered or left by: a condition on the page is one on that page."""
    keys = ["day"] * _has_day(query)
    for name, one in query.columns.items():
        keys.append(f"{'page' if one.name == 'page' else one.value('sessions')} AS {name}")
    pages = {name for name, one in query.columns.items() if one.name == "page"}
    group = ["page", *(key for key in group_of(query) if key not in pages)]
    return f"""
            SELECT {door} AS page, {", ".join(keys)}, count() AS begun, countIf(visits = 1) AS bounced
            FROM sessions
            WHERE visits > 0 AND {_of_sessions(query)}
            GROUP BY {", ".join(group)}"""


#: The page before or after the visit at a place; '' where more pages were visited than are kept.
_STEPS = {
    "before": f"if(place = 1, '{page_order.ENTERED}', toString(pages[place - 1]))",
    "after": "multiIf(place < length(pages), toString(pages[place + 1]), visits > length(pages), '', "
    f"'{page_order.LEFT}')",
}


def _order(query: Query) -> str:
    """Each visit of a session with the one before or after it: a condition on the page is one on that visit's."""
    (step,) = {one.of_order for one in query.columns.values() if one.of_order}
    there = " AND has(pages, {page:String})" if query.one_page is not None else ""
    return f"""
            SELECT {key(query)}, count() AS seen
            FROM
            (
                SELECT *, pages[place] AS page, {_STEPS[step]} AS step
                FROM (SELECT * FROM sessions WHERE {OVER} AND {CURRENT}{_until(query)}{there})
                ARRAY JOIN arrayEnumerate(pages) AS place
            )
            WHERE 1{where(query.filters, "sessions")}
            GROUP BY {", ".join(group_of(query))}"""


def _until(query: Query) -> str:
    return " AND start < {until:DateTime64(3, 'UTC')}" if query.cutoff else ""


def _of_sessions(query: Query) -> str:
    return f"{OVER} AND {CURRENT}{_until(query)}{where(query.filters, 'sessions')}"
