"""Rows as days were made, and, in the same shape, what came after the newest build.

Days are read in the builds that held when the question was asked (`build <= last`). Of the newest day, and
of any after it, what came after its build is read from the events themselves (`tail`), so that a figure is
seconds old however long a day takes to make. Durations, entries and exits are as of the build: half a
session has none.
"""

from __future__ import annotations

from minilens.identity.moves import Moved, of_persons
from minilens.measure.days.columns import NEW_BEFORE, OF_LEAVES, Columns
from minilens.measure.filters import column, where
from minilens.measure.plan import Plan
from minilens.measure.query import Query
from minilens.reference.launches import SCANNED
from minilens.warehouse.sharding import OWN, of_each_shard

#: What the question stands on: of each day the build that holds, and up to which load it was made.
BUILDS = """
SELECT day, max(builds.build) AS build, argMax(through, builds.build) AS through
FROM builds
WHERE app = {app:UInt32}
GROUP BY day
ORDER BY day
"""

CURRENT = "(day, build) IN {current:Array(Tuple(Date, UInt64))}"
#: The ranges asked for are numbered parts: what is shown, and what it is compared with.
PARTS = "ARRAY JOIN {parts:Array(Tuple(UInt8, Date, Date))} AS part"
_COUNTS = "name IN ('page_view', 'app_launch', 'app_show', 'share')"
#: A page was left, and how long it was in front is known.
LEFT = "(name = 'page_leave' AND duration IS NOT NULL)"
#: What came after the newest build, in two halves: only the first can be found without reading the day.
LATER = (
    "app = {app:UInt32} AND day = {newest:Date} AND load > {through:UInt64} AND traffic = {traffic:String}",
    "app = {app:UInt32} AND day > {newest:Date} AND traffic = {traffic:String}",
)


def events_after_build(
    select: str, filters: str = "", limit: str = "", *, leaves: bool = False
) -> str:
    """Columns of the events after the newest build that count; `leaves`: pages that were left, too."""
    some = f"({_COUNTS} OR {LEFT})" if leaves else _COUNTS
    return " UNION ALL ".join(
        f"SELECT {select} FROM {OWN}events WHERE {half} AND {some}{filters}{limit}"
        for half in LATER
    )


def of_dimension(plan: Plan) -> str:
    """Rows of the whole day, of one field's values, or of those and each page."""
    return (
        f"app = {{app:UInt32}} AND dimension = '{plan.kept_under}' AND traffic = {{traffic:String}}"
    )


def built_days(plan: Plan, columns: Columns) -> str:
    """Days as they were made."""
    of = plan.query.columns.items()
    value = "".join(f"{column(one, plan.place)} AS {name}, " for name, one in of)
    filters = where(plan.query.filters, plan.place)
    table = plan.table if plan.table == "days" else f"{plan.table} AS days"

    def rows(bring: str, days: str = "") -> str:
        return f"""
        SELECT part.1 AS n, day, {value}{bring}
        FROM {table} {PARTS}
        WHERE {of_dimension(plan)} AND day BETWEEN {{start:Date}} AND {{end:Date}} AND day BETWEEN part.2 AND part.3
            AND {CURRENT}{days}{filters}"""

    if not columns.split:
        return rows(columns.whole())
    old, young = " AND day < {newest:Date}", " AND day >= {newest:Date}"
    return f"{rows(columns.old(), old)}\n        UNION ALL{rows(columns.young(), young)}"


def built_with_total(plan: Plan, whole: Plan, columns: Columns) -> str:
    """Days as they were made, by value, and in the same reading those of all values together: whether a row is of
    these, its value, and the columns.
    """
    (value,) = plan.query.values
    names = ", ".join(columns.names)
    if plan.dimension == whole.dimension or plan.table != whole.table:
        return f"""
        SELECT n, toUInt8(0) AS every, value, {names} FROM ({built_days(plan, columns)}
        )
        UNION ALL
        SELECT n, toUInt8(1), '', {names} FROM ({built_days(whole, columns)}
        )"""
    either = " OR ".join(
        f"(days.dimension = '{one.dimension}'{where(one.query.filters, one.place)})"
        for one in (plan, whole)
    )
    every = f"days.dimension = '{whole.dimension}'"
    return f"""
        SELECT part.1 AS n, {every} AS every, if({every}, '', {column(value, plan.place)}) AS value, {columns.whole()}
        FROM days {PARTS}
        WHERE app = {{app:UInt32}} AND ({either}) AND traffic = {{traffic:String}}
            AND day BETWEEN {{start:Date}} AND {{end:Date}} AND day BETWEEN part.2 AND part.3 AND {CURRENT}"""


def prior_total(columns: Columns) -> str:
    """People whose first visit lies before a part, in a bucket of their own before all others.

    Every person has exactly one first day, so totals are running sums.
    """
    return f"""
        UNION ALL
        SELECT part.1, toDate(0), {columns.filled(NEW_BEFORE)}
        FROM days {PARTS}
        WHERE app = {{app:UInt32}} AND dimension = '' AND traffic = {{traffic:String}} AND day < part.2 AND {CURRENT}
        GROUP BY part.1"""


def unbuilt_tail(query: Query, columns: Columns, *, moved: Moved) -> str:
    """What came after the newest build, in the shape of `days`."""
    filters = where(query.filters, "events")
    new = f"""views > 0 AND day = seen AND {{traffic:String}} = 'release' AND person GLOBAL NOT IN
            ({_known_persons(moved=moved)}
            )"""
    given = {
        "launches": f"toUInt64(countIf({_IS_LAUNCH}))",
        "scanned": f"toUInt64(countIf(scanned AND {_IS_LAUNCH}))",
        "scanned_people": f"groupBitmapStateIf(person, scanned AND {_IS_LAUNCH})",
        "visits": "sum(views)",
        "shares": "sum(sent)",
        "new_count": f"uniqExactIf(person, {new})",
        "visitors": "groupBitmapStateIf(person, views > 0)",
        "sharers": "groupBitmapStateIf(person, sent > 0)",
        "openers": f"groupBitmapStateIf(person, {_IS_LAUNCH})",
        "new_users": f"groupBitmapStateIf(person, {new})",
        "page_duration": "sum(lasted)",
        "timed_visits": "sum(timed)",
        "page_timed": "groupBitmapStateIf(person, timed > 0)",
    }
    value = "".join(f"{name}, " for name in query.columns)
    group = "".join(f", {name}" for name in query.columns)
    scans = columns.has("scanned", "scanned_people")
    # everybody who ever came is more than who came in the range
    within = "day <= part.3" if columns.everyone else "day BETWEEN part.2 AND part.3"
    return f"""
        SELECT part.1 AS n, if(day < part.2, toDate(0), day) AS at, {value}{columns.filled(given)}
        FROM ({_tail(query, filters, moved=moved, leaves=columns.has(*OF_LEAVES), scans=scans)}
        ) {PARTS}
        WHERE {within}
        GROUP BY part.1, at{group}"""


def newcomers(*, moved: Moved) -> str:
    """Who came for the first time ever after the newest build: the day and the person."""
    visits = events_after_build("day, actor, person, ts", " AND name = 'page_view'")
    return f"""
            SELECT min(e.day) AS day, person
            FROM {of_persons(visits, moved)} AS e
            GROUP BY person
            HAVING {{traffic:String}} = 'release' AND person GLOBAL NOT IN
            ({_known_persons(moved=moved)}
            )"""


def launches(query: Query, *, moved: Moved) -> str:
    """Launches after the newest build, each with its day, its person and the moment it began."""
    filters = where(query.filters, "events")
    moment = "minIf(ts, name != 'share') AS start"
    return f"""
        SELECT day, start, person FROM ({_tail(query, filters, moved=moved, moment=moment)}
        ) WHERE {_IS_LAUNCH}"""


#: How long pages were in front, of those that were left.
_TIMES = """, countIf(name = 'page_leave') AS timed,
                sumIf(toUInt64(assumeNotNull(duration)), name = 'page_leave') AS lasted"""


def _tail(
    query: Query,
    filters: str,
    *,
    moved: Moved,
    moment: str = "",
    leaves: bool = False,
    scans: bool = False,
) -> str:
    """One row a person, session and day (and value); `leaves`: with how long pages were in front.

    `opened_before` is the last earlier day on which the tail saw the session open, and `seen` the first
    on which it saw the person. `moment`: a column made of the moments of its events. `scans`: with
    whether it was opened by a code.
    """
    of = query.columns.items()
    value = "".join(f"{name}, " for name, _ in of)
    read = "".join(f", {one.value('events')} AS {name}" for name, one in of)
    no_visit = "NOT IN ('share', 'page_leave')" if leaves else "!= 'share'"
    opened = f"countIf(name {no_visit}) > 0"
    moment = f", {moment}" if moment else ""
    read += leaves * ", duration" + scans * f", {SCANNED} AS of_code"
    rows = events_after_build(
        "day, name, session, actor, person, ts" + read, filters, leaves=leaves
    )
    moment += leaves * _TIMES + scans * f", maxIf(of_code, name {no_visit}) AS scanned"
    return f"""
        SELECT *,
            maxIf(day, opened) OVER (PARTITION BY {value}person, session ORDER BY day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened_before,
            minIf(day, views > 0) OVER (PARTITION BY person) AS seen
        FROM
        (
            SELECT day, {value}session, person, {opened} AS opened,
                countIf(name = 'page_view') AS views, countIf(name = 'share') AS sent{moment}
            FROM {of_persons(rows, moved)}
            GROUP BY day, {value}session, person
        )"""


_KNOWN_SESSIONS = f"""
            SELECT person, session FROM sessions
            WHERE app = {{app:UInt32}} AND day >= {{newest:Date}} - 1 AND traffic = {{traffic:String}}
            AND {CURRENT}"""


def _known_persons(*, moved: Moved) -> str:
    """Who visited before: the build under way may have written first visits that do not hold yet."""
    persons = "SELECT person FROM person_moves WHERE app = {app:UInt32}"
    came = of_each_shard(events_after_build("person"))
    or_moved = f" OR person GLOBAL IN ({persons})" if moved else ""
    return f"""
            SELECT person FROM persons
            WHERE app = {{app:UInt32}} AND (first_day < {{newest:Date}} OR version <= {{last:UInt64}})
                AND (person GLOBAL IN (SELECT DISTINCT person FROM {came}){or_moved})"""


#: A session that is silent for a whole day begins anew.
_IS_LAUNCH = f"""opened AND session != 0 AND opened_before + 1 < day AND (day > {{newest:Date}} + 1
            OR (person, session) GLOBAL NOT IN
            ({_KNOWN_SESSIONS}
            ))"""
