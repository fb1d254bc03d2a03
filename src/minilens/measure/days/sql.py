"""From a question to SQL. The same text for the embedded engine, a server and a cluster.

Whatever the rows come from, they have the shape of `days`, and a measure is the same expression over them.
"""

from __future__ import annotations

from minilens.identity.moves import HAS_MOVED
from minilens.measure.days import day_rows, hour_rows, load_rows, moment_rows, touch_rows
from minilens.measure.days.columns import BITMAPS, Columns, columns
from minilens.measure.days.day_rows import events_after_build
from minilens.measure.days.visit_rows import counted
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Filters, where
from minilens.measure.plan import Plan, Tail

BUCKETS = {
    "minutes": "at",
    "hour": "at",
    "day": "day",
    "week": "if(day = toDate(0), day, toMonday(day))",
    "month": "toStartOfMonth(day)",
}
#: Everybody has one first day, so those of whole days may be added up in any bucket.
_FIRSTS = ("new_users",)
#: Rows of days with sets of people are few and large: read side by side however few they are.
SIDE_BY_SIDE = (
    "SETTINGS merge_tree_min_rows_for_concurrent_read = 1, "
    "merge_tree_min_bytes_for_concurrent_read = 1\n"
)
_PEOPLE = tuple(state for state in BITMAPS if state not in _FIRSTS)


def more(filters: Filters) -> str:
    """Whether anything came after the newest build, and whether any actor has `Moved` to another person."""
    some = where(filters, "events")
    return f"""
SELECT
    (SELECT count() FROM ({events_after_build("1", some, " LIMIT 1", leaves=True)})) AS more,
    ({HAS_MOVED}) AS moved
"""


def trend(plan: Plan, tail: Tail) -> str:
    """SQL of the measures by part and bucket.

    Rows: part, bucket (1970-01-01 for what lies before the part; of hours milliseconds), then values of the
    dimensions, then each measure as asked; unknown ones are NULL.
    """
    asked, query = _columns(plan, tail), plan.query
    values = "".join(f", {name}" for name in query.columns)
    return f"""
SELECT
    n,
    {BUCKETS[query.time or "day"]} AS bucket{values},
    {_measures(plan, asked)}
FROM
    ({rows(plan, asked, tail)}
    )
GROUP BY n, bucket{values}
ORDER BY n, bucket{values}
{_settings(plan, asked)}"""


def breakdown(plan: Plan, tail: Tail, *, every: bool = True, only: bool = False) -> str:
    """SQL of the measures by value of a dimension, or by values of several: those with the most of one measure.

    Rows: how many there are, whether it is the row of all, the values, then each measure. `every`: with a
    row of all values together, the first; there is none where there is nothing. The row of the unknown value follows
    where it is asked for. `only`: of the values those in `shown`.
    """
    asked, query = _columns(plan, tail), plan.query
    order = f"m_{plan.leading.name} {'ASC' if query.ascending else 'DESC'} NULLS LAST"
    values = ", ".join(query.columns)
    listed = " OR ".join(f"ifNull(m_{one.name}, 0) != 0" for one in plan.available) or "1"
    if only:
        listed = f"value IN {{shown:Array(String)}} AND ({listed})"
    unknown = query.unknown_is_a_row and not only
    if unknown:
        order = f"value = '' DESC, {order}"
    if query.search:
        listed = f"({searched(query.values[0])}) AND ({listed})"
    return f"""
SELECT
    count() OVER (){" - 1" if every else ""} AS found,
    {"grouping(value)" if every else "0"} AS every,
    {values},
    {_measures(plan, asked)}
FROM
    ({rows(plan, asked, tail)}
    )
GROUP BY {f"GROUPING SETS (({values}), ())" if every else values}
HAVING every OR {listed}
ORDER BY every DESC, {order}, {values}
LIMIT {{top:UInt32}} + {2 if unknown else 1}
{_settings(plan, asked)}"""


def searched(dimension: Dimension) -> str:
    """Values that hold the text, or whose names do; those of a group are no words."""
    named = "value IN {named:Array(String)}"
    if dimension.kind == "group":
        return named
    return f"positionCaseInsensitiveUTF8(value, {{search:String}}) > 0 OR {named}"


def total(plan: Plan, tail: Tail) -> str:
    """SQL of the measures over all values: one row. Many of a day's rows may share people."""
    asked = columns(
        plan.available, _FIRSTS if _one_row(plan, whole=True) or _of_first(plan) else ()
    )
    return f"""
SELECT
    {_measures(plan, asked)}
FROM
    ({rows(plan, asked, tail)}
    )
{_settings(plan, asked)}"""


def of_rows(plan: Plan, whole: Plan | None) -> Columns:
    """The columns of rows of values, of which those of `whole` are of all values together."""
    apart = _one_row(plan) and (whole is None or _one_row(whole))
    return columns(plan.available, _FIRSTS if apart or _of_first(plan) else ())


def _settings(plan: Plan, asked: Columns) -> str:
    """How rows are read."""
    if plan.source != "days" or not asked.has(*BITMAPS):
        return ""
    return SIDE_BY_SIDE


def _columns(plan: Plan, tail: Tail) -> Columns:
    """People may be added up where rows of a bucket cannot share any: one row a day, and days apart."""
    known, query = plan.available, plan.query
    if _of_first(plan):
        return columns(known, _FIRSTS)
    if not _one_row(plan):
        return columns(known)
    if query.values or query.grain != "day":
        return columns(known, _FIRSTS)
    return columns(known, _FIRSTS, _PEOPLE) if tail.more else columns(known, BITMAPS)


def _of_first(plan: Plan) -> bool:
    """Whether its rows of days say how many were new and not who: everybody is, once."""
    return plan.source == "days" and plan.of_touch


def _one_row(plan: Plan, *, whole: bool = False) -> bool:
    """Whether a day has one row at most in each row of the answer: every field of it is told apart or held.

    `whole`: rows are not told apart by values, whatever the question's dimensions are.
    """
    held = {
        clause[0].dimension.kept_as
        for clause in plan.query.filters
        if len(clause) == 1 and clause[0].operator == "is" and len(clause[0].values) == 1
    }
    apart = set() if whole else {one.kept_as for one in plan.query.values}
    return plan.source == "days" and set(plan.fields) <= held | apart


def _measures(plan: Plan, asked: Columns) -> str:
    return ",\n    ".join(
        f"{'NULL' if one in plan.unavailable else asked.expression(one)} AS m_{one.name}"
        for one in plan.query.measures
    )


def rows(plan: Plan, asked: Columns, tail: Tail) -> str:
    """All rows that a question is answered from, in the shape of `days`, with the columns that it needs."""
    more, moved = tail.more, tail.moved
    if plan.source == "moments":
        return moment_rows.rows(plan.query, asked, moved=moved)
    if plan.source == "loads":
        return load_rows.rows(plan.query, asked, moved=moved)
    if plan.source == "hours":
        return hour_rows.rows(plan.query, asked, tail=more, moved=moved)
    if plan.source == "touches":
        return touch_rows.rows(plan.query, asked, tail=more, moved=moved)
    made = plan.source == "days"
    rows = day_rows.built_days(plan, asked) if made else counted(plan, asked, moved=moved)
    if more and plan.of_touch:
        rows += f"\n        UNION ALL{touch_rows.later(plan.query, asked, moved=moved)}"
    elif more:
        rows += f"\n        UNION ALL{day_rows.unbuilt_tail(plan.query, asked, moved=moved)}"
    return rows + (day_rows.prior_total(asked) if asked.everyone else "")
