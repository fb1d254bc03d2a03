"""SQL of retention: sets of people by day, cut with those of later days."""

from __future__ import annotations

from minilens.measure.days import sql
from minilens.measure.days.columns import columns
from minilens.measure.plan import Plan, Tail

#: Whose return is asked for → the set of `days`.
SETS = {"new": "new_users", "active": "visitors"}


def retained(plan: Plan, tail: Tail, *, users: str) -> str:
    """SQL of who came back. `plan` is of both sets, over all days that anybody may come back on.

    Rows: day, days later, people of the day, how many of them visited then.
    """
    rows = sql.rows(plan, columns(plan.query.measures), tail)
    sets = f"""
        SELECT day, groupBitmapMergeState(visitors) AS came, groupBitmapMergeState({SETS[users]}) AS people
        FROM
        ({rows}
        )
        GROUP BY day"""
    return f"""
SELECT
    first.day AS day,
    first.offset AS offset,
    bitmapCardinality(first.people) AS cohort,
    bitmapAndCardinality(first.people, later.came) AS retained
FROM
(
    SELECT day, people, arrayJoin({{offsets:Array(UInt16)}}) AS offset, day + offset AS back
    FROM
    ({sets}
    )
    WHERE day <= {{last_cohort:Date}}
) AS first
GLOBAL LEFT ANY JOIN
({sets}
) AS later ON first.back = later.day
ORDER BY day, offset
"""
