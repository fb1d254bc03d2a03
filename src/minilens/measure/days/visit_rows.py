"""Rows counted from who saw what, in the shape of `days`: for what days do not keep.

`day_visitors`, `day_page_views` and `sessions` are written with each build, so what came after is the tail's here as
well. Only a day that is cut short is counted from the events themselves: they alone know the moment.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, person_of
from minilens.measure import profiles
from minilens.measure.days.columns import BEHIND, OF_LEAVES, Columns
from minilens.measure.days.day_rows import CURRENT, LEFT, PARTS, of_dimension
from minilens.measure.filters import dimensions_of, is_about, where
from minilens.measure.plan import Plan, who_came
from minilens.measure.query import Query
from minilens.reference import page_order
from minilens.reference.launches import SCANNED
from minilens.warehouse.sets import NOBODY
from minilens.warehouse.sharding import OWN, of_each_shard

OVER = (
    "app = {app:UInt32} AND day BETWEEN {start:Date} AND {end:Date} AND traffic = {traffic:String}"
)


def counted(plan: Plan, columns: Columns, *, moved: Moved) -> str:
    """Visits and shares; and of sessions, which have no page but the first and the last, the rest."""
    query, parts = plan.query, []
    if plan.source == "order":
        given = {"visits": "seen", "visitors": "came"}
        return in_parts(query, columns, given, _order(plan, columns))
    if query.one_page is not None or any(one.name == "page" for one in query.values):
        doors = ((_ENTERED, "entry"), (_LEFT, "exit"))
        parts = [
            in_parts(query, columns, given, _door(query, door, columns))
            for given, door in doors
            if columns.has(*given)
        ]
    elif not is_about(query.filters, "page") and columns.has(*_BEGUN):
        parts.append(in_parts(query, columns, _BEGUN, _sessions(query, columns)))
    if columns.has(*_SEEN) or not parts:
        leaves = columns.has(*OF_LEAVES)
        cut = plan.source == "events"
        seen = _events(query, columns, moved=moved) if cut else _visits(query, leaves=leaves)
        if not cut and of_persons_alone(query, columns):
            seen = persons(query)
        parts.insert(0, in_parts(query, columns, _SEEN, seen))
    return "\n        UNION ALL".join(parts)


#: Column of `days` → what the sources below call it.
_SEEN = {
    "visits": "seen", "shares": "passed", "visitors": "came", "sharers": "senders", "new_users": "news",
    "new_count": "bitmapCardinality(news)", "page_duration": "lasted", "timed_visits": "timed", "page_timed": "known",
    "page_timed_count": "bitmapCardinality(known)",
}  # fmt: skip
_ENTERED = {
    "entries": "begun", "bounces": "bounced", "entry_people": "came", "bounce_people": "went",
}  # fmt: skip
_LEFT = {"exits": "begun", "exit_people": "came"}
_BEGUN = {
    "launches": "begun", "built_launches": "begun", "depth": "deep", "bounces": "bounced", "duration": "lasted",
    "timed_launches": "timed",
    "timed_visitors": "known", "openers": "came", "new_openers": "news", "continued": "went_on",
    "built_people": "came", "continued_people": "stayed", "scanned": "scans", "scanned_people": "scanners",
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


def seen_in(query: Query, *, leaves: bool = False) -> str:
    """The table of what was seen: by page where pages are asked about, or how long they were in front."""
    about = dimensions_of(query.filters) | set(query.values)
    return (
        "day_page_views" if leaves or any(one.name == "page" for one in about) else "day_visitors"
    )


def _visits(query: Query, *, leaves: bool) -> str:
    table = seen_in(query, leaves=leaves)
    times = f"0 AS lasted, 0 AS timed, {NOBODY} AS known"
    if leaves:
        times = f"""sum({table}.duration) AS lasted, sum({table}.timed) AS timed,
                groupBitmapStateIf(person, {table}.timed > 0) AS known"""
    return f"""
            SELECT {key(query)}, sum(views) AS seen, sum(sent) AS passed,
                groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, sent > 0) AS senders,
                groupBitmapStateIf(person, views > 0 AND is_new) AS news,
                {times}
            FROM {table}
            WHERE {OVER} AND {CURRENT}{where(query.filters, "visits")}
            GROUP BY {", ".join(group_of(query))}"""


def of_persons_alone(query: Query, columns: Columns) -> bool:
    """Whether it is only asked who came, by what they are themselves, where days know who came."""
    people = {"visitors", "new_users"} >= {*columns.names}
    of_person = len(query.values) == 1 and query.values[0].name in profiles.SETS
    return people and of_person and query.time is None and who_came(query) is not None


def persons(query: Query, *, every: bool = False) -> str:
    """Who came in each range, put beside the sets of persons of each value: those in none of them are the unknown.

    `every`: with a row of all of them, which says so.
    """
    (one,), days = query.values, who_came(query)
    assert days
    told, sets = "", profiles.SETS[one.name]
    held = "if(s.value = '', bitmapAndnot({0}, s.persons), bitmapAnd({0}, s.persons))"
    if every:
        told, held = "s.every AS every, ", f"if(s.every, {{0}}, {held})"
        sets = f"""
                SELECT toUInt8(0) AS every, value, persons FROM ({sets}
                )
                UNION ALL
                SELECT toUInt8(1), '', {NOBODY}"""
    of_value = held.format
    return f"""
            SELECT r.n AS n, {told}s.value AS value, 0 AS seen, 0 AS passed,
                {of_value("r.visited")} AS came, {NOBODY} AS senders, {of_value("r.began")} AS news,
                0 AS lasted, 0 AS timed, {NOBODY} AS known
            FROM
            (
                SELECT part.1 AS n,
                    groupBitmapMergeState(visitors) AS visited, groupBitmapMergeState(new_users) AS began
                FROM days {PARTS}
                WHERE {of_dimension(days)} AND day BETWEEN {{start:Date}} AND {{end:Date}}
                    AND {CURRENT} AND day BETWEEN part.2 AND part.3{where(query.filters, days.place)}
                GROUP BY n
            ) AS r
            CROSS JOIN
            ({sets}
            ) AS s"""


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


def _events(query: Query, columns: Columns, *, moved: Moved) -> str:
    """What happened before a moment, with shares and pages that were left where asked for. Who is new is as the day was
    made.
    """
    person, join = person_of(moved)
    of = query.columns.items()
    value = "".join(f", {one.value('events')} AS {name}" for name, one in of)
    told_apart = ", ".join(group_of(query))
    shared = columns.has("shares", "sharers")
    some, read, time = "name IN ('page_view', 'share')" if shared else "name = 'page_view'", "", ""
    if columns.has(*OF_LEAVES):
        some, read = f"({some} OR {LEFT})", ", duration AS took"
        time = """,
                sumIf(toUInt64(assumeNotNull(took)), name = 'page_leave') AS lasted,
                countIf(name = 'page_leave') AS timed,
                groupBitmapStateIf(who, name = 'page_leave') AS known"""
    rows = f"""
                SELECT day, name{read}, {person} AS who, (day, who) GLOBAL IN
                    (SELECT day, arrayJoin(bitmapToArray(new_users)) FROM days
                    WHERE {OVER} AND dimension = '' AND {CURRENT}) AS is_new{value}
                FROM {OWN}events AS e{join}
                WHERE {OVER} AND {some}{_before(query, "ts")}{where(query.filters, "events")}"""
    return f"""
            SELECT {told_apart}, countIf(name = 'page_view') AS seen, countIf(name = 'share') AS passed,
                groupBitmapStateIf(who, name = 'page_view') AS came,
                groupBitmapStateIf(who, name = 'share') AS senders,
                groupBitmapStateIf(who, name = 'page_view' AND is_new) AS news{time}
            FROM {of_each_shard(rows)}
            GROUP BY {told_apart}"""


def _sessions(query: Query, columns: Columns) -> str:
    stayed = columns.has("continued_people") * ", groupBitmapStateIf(person, visits > 1) AS stayed"
    scans = columns.has("scanned") * f", countIf({SCANNED}) AS scans"
    scans += columns.has("scanned_people") * f", groupBitmapStateIf(person, {SCANNED}) AS scanners"
    return f"""
            SELECT {key(query)}, count() AS begun, sum(depth) AS deep, countIf(visits = 1) AS bounced,
                sum(ifNull(duration, 0)) AS lasted, countIf(duration IS NOT NULL) AS timed,
                groupBitmapStateIf(person, duration IS NOT NULL) AS known, groupBitmapState(person) AS came,
                groupBitmapStateIf(person, is_new) AS news, countIf(visits > 1) AS went_on{stayed}{scans}
            FROM sessions
            WHERE {_of_sessions(query)}
            GROUP BY {", ".join(group_of(query))}"""


def _door(query: Query, door: str, columns: Columns) -> str:
    """Sessions by the page they were entered or left by: a condition on the page is one on that page."""
    keys = ["day"] * _has_day(query)
    for name, one in query.columns.items():
        keys.append(f"{'page' if one.name == 'page' else one.value('sessions')} AS {name}")
    pages = {name for name, one in query.columns.items() if one.name == "page"}
    group = ["page", *(key for key in group_of(query) if key not in pages)]
    who = ""
    if columns.has(*BEHIND):
        who = ", groupBitmapState(person) AS came, groupBitmapStateIf(person, visits = 1) AS went"
    return f"""
            SELECT {door} AS page, {", ".join(keys)}, count() AS begun, countIf(visits = 1) AS bounced{who}
            FROM sessions
            WHERE visits > 0 AND {_of_sessions(query)}
            GROUP BY {", ".join(group)}"""


#: Of each visit of a session the page before or after it; '' where more pages were visited than are kept.
_BESIDE = {
    "before": f"arrayShiftRight(pages, 1, '{page_order.ENTERED}')",
    "after": f"arrayShiftLeft(pages, 1, if(visits > length(pages), '', '{page_order.LEFT}'))",
}


def _order(plan: Plan, columns: Columns) -> str:
    """Visits of launches with the page before or after them: a condition on the page is one on that visit's."""
    query = plan.query
    (step,) = {one.of_order for one in query.columns.values() if one.of_order}
    visits = _STEPPED[step] if plan.dimension else _in_order(query, step)
    came = ", groupBitmapState(person) AS came" if columns.has("visitors") else ""
    return f"""
            SELECT {key(query)}, sum(n) AS seen{came}
            FROM
            ({visits}
            )
            WHERE 1{where(query.filters, "sessions")}
            GROUP BY {", ".join(group_of(query))}"""


#: From steps from page to page.
_STEPPED = {
    "before": f"""
                SELECT day, next AS page, toString(page_steps.page) AS step, visits AS n FROM page_steps
                WHERE {OVER} AND {CURRENT} AND next NOT IN ('{page_order.LEFT}', '{page_order.BEYOND}')""",
    "after": f"""
                SELECT day, page, if(next = '{page_order.BEYOND}', '', toString(next)) AS step, visits AS n
                FROM page_steps
                WHERE {OVER} AND {CURRENT} AND page != '{page_order.ENTERED}'""",
}


def _in_order(query: Query, step: str) -> str:
    """From the order of pages of each session, put beside itself moved by one place."""
    return f"""
                SELECT *, page, step, 1 AS n
                FROM
                (
                    SELECT *, {_BESIDE[step]} AS steps FROM sessions
                    WHERE {OVER} AND {CURRENT}{_before(query, "start")}
                )
                ARRAY JOIN pages AS page, steps AS step"""


def _before(query: Query, moment: str) -> str:
    """Only what happened before the moment asked about, where there is one: moments take long to read."""
    return f" AND {moment} < {{until:DateTime64(3, 'UTC')}}" if query.cutoff else ""


def _of_sessions(query: Query) -> str:
    return f"{OVER} AND {CURRENT}{_before(query, 'start')}{where(query.filters, 'sessions')}"


def persons_with_total(query: Query, columns: Columns) -> str:
    """Those of each value, and in rows of their own all of them."""
    return f"""
        SELECT n, every, value, {columns.filled(_SEEN)} FROM ({persons(query, every=True)}
        )"""
