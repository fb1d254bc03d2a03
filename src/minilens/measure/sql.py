"""From a question to SQL. The same text for the embedded engine, a server and a cluster.

Whatever the rows come from, they have the shape of `days`, and a measure is the same expression over them.
"""

from __future__ import annotations

from minilens.identity.persons import HAS_MOVED
from minilens.measure import day_rows
from minilens.measure.columns import STATES, Columns, columns
from minilens.measure.day_rows import later
from minilens.measure.filters import where
from minilens.measure.plan import Plan
from minilens.measure.query import Query
from minilens.measure.visit_rows import counted

BUCKETS = {
    "day": "day",
    "week": "if(day = toDate(0), day, toMonday(day))",
    "month": "toStartOfMonth(day)",
}
#: Everybody has one first day, so those of whole days may be added up in any bucket.
_FIRSTS = ("new_users",)
_PEOPLE = tuple(state for state in STATES if state not in _FIRSTS)


def more(query: Query) -> str:
    """Whether anything came after the newest build, and whether any actor has moved to another person."""
    filters = where(query.filters, "events")
    return f"""
SELECT
    (SELECT count() FROM ({later("1", filters, " LIMIT 1")})) AS more,
    ({HAS_MOVED}) AS moved
"""


def trend(query: Query, plan: Plan, *, tail: bool, moved: bool = False) -> str:
    """SQL of the measures by part and bucket.

    Rows: part, bucket (1970-01-01 for what lies before the part), then each measure as asked; unknown ones
    are NULL.
    """
    asked = _columns(query, plan, tail=tail)
    return f"""
SELECT
    n,
    {BUCKETS[query.grain]} AS bucket,
    {_measures(query, plan, asked)}
FROM
    ({_rows(query, plan, asked, tail=tail, moved=moved)}
    )
GROUP BY n, bucket
ORDER BY n, bucket
"""


def breakdown(
    query: Query,
    plan: Plan,
    *,
    tail: bool,
    moved: bool = False,
    every: bool = True,
    only: bool = False,
) -> str:
    """SQL of the measures by value of a field: those with the most of one measure.

    Rows: how many values there are, whether it is the row of all, value, then each measure. `every`: with a
    row of all values together, the first; there is none where there is nothing. `only`: of the values
    those in `shown`.
    """
    asked = _columns(query, plan, tail=tail)
    order = f"m_{query.sort or query.measures[0]} {'ASC' if query.ascending else 'DESC'} NULLS LAST"
    known = [name for name in query.measures if name not in plan.unknown]
    listed = " OR ".join(f"ifNull(m_{name}, 0) != 0" for name in known) or "1"
    if only:
        listed = f"value IN {{shown:Array(String)}} AND ({listed})"
    return f"""
SELECT
    count() OVER (){" - 1" if every else ""} AS found,
    {"grouping(value)" if every else "0"} AS every,
    value,
    {_measures(query, plan, asked)}
FROM
    ({_rows(query, plan, asked, tail=tail, moved=moved)}
    )
GROUP BY {"GROUPING SETS ((value), ())" if every else "value"}
HAVING every OR {listed}
ORDER BY every DESC, {order}, value
LIMIT {{top:UInt32}} + 1
"""


def total(query: Query, plan: Plan, *, tail: bool, moved: bool = False) -> str:
    """SQL of the measures over all values: one row. Many of a day's rows may share people."""
    apart = not plan.dimension or _one_value(query)
    known = [name for name in query.measures if name not in plan.unknown]
    asked = columns(known, _FIRSTS if plan.source == "days" and apart else ())
    return f"""
SELECT
    {_measures(query, plan, asked)}
FROM
    ({_rows(query, plan, asked, tail=tail, moved=moved)}
    )
"""


def _columns(query: Query, plan: Plan, *, tail: bool) -> Columns:
    """People may be added up where rows of a bucket cannot share any: one row a day, and days apart."""
    known = [name for name in query.measures if name not in plan.unknown]
    one_row = not plan.dimension or query.by != "" or _one_value(query)
    if plan.source != "days" or not one_row:
        return columns(known)
    if query.by or query.grain != "day":
        return columns(known, _FIRSTS)
    return columns(known, _FIRSTS, _PEOPLE) if tail else columns(known, STATES)


def _one_value(query: Query) -> bool:
    """Whether the filters let one value through."""
    return len(query.filters) == 1 and all(
        c.operator == "is" and len(c.values) == 1 and len(query.filters[0]) == 1
        for c in query.filters[0]
    )


def _measures(query: Query, plan: Plan, asked: Columns) -> str:
    return ",\n    ".join(
        f"{'NULL' if name in plan.unknown else asked.expression(name)} AS m_{name}"
        for name in query.measures
    )


def _rows(query: Query, plan: Plan, asked: Columns, *, tail: bool, moved: bool) -> str:
    made = plan.source == "days"
    rows = day_rows.made(query, plan, asked) if made else counted(query, plan, asked, moved=moved)
    rows += day_rows.tail(query, asked, moved=moved) if tail else ""
    return rows + (day_rows.before(asked) if "total_users" in asked.measures else "")
