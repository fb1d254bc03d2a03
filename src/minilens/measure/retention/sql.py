"""SQL of retention: sets of people by day, week or month, cut with those of later ones."""

from __future__ import annotations

from minilens.measure.days import sql
from minilens.measure.days.columns import columns
from minilens.measure.plan import Plan, Tail
from minilens.measure.retention.query import Cohort

#: Whose return is asked for → the set of `days`.
SETS = {"new": "new_users", "active": "visitors"}
#: The first day of the cohort that a day lies in; and that of the one so many later.
FIRST: dict[Cohort, str] = {"day": "day", "week": "toMonday(day)", "month": "toStartOfMonth(day)"}
LATER: dict[Cohort, str] = {
    "day": "day + offset", "week": "day + 7 * offset", "month": "addMonths(day, offset)",
}  # fmt: skip


def retained(plan: Plan, tail: Tail, *, users: str, cohort: Cohort) -> str:
    """SQL of who came back. `plan` is of both sets, over all days that anybody may come back on.

    Rows: first day of the cohort, periods later, people of the cohort, how many of them visited then.
    """
    sets = _sets(plan, tail, users, cohort)
    return f"""
SELECT
    first.day AS day,
    first.offset AS offset,
    bitmapCardinality(first.people) AS cohort,
    bitmapAndCardinality(first.people, later.came) AS retained
FROM
(
    SELECT day, people, arrayJoin({{offsets:Array(UInt16)}}) AS offset, {LATER[cohort]} AS back
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


def persons(plan: Plan, tail: Tail, *, users: str, cohort: Cohort, back: bool) -> str:
    """SQL of the people of the cohorts `firsts`, and in how many of them each is. `back`: only those who visited
    `offset` periods later.
    """
    sets = _sets(plan, tail, users, cohort)
    people, later = "first.people", ""
    if back:
        people = "bitmapAnd(first.people, later.came)"
        later = f"""
    GLOBAL INNER JOIN
    ({sets}
    ) AS later ON first.back = later.day"""
    return f"""
SELECT toInt64(arrayJoin(bitmapToArray({people}))) AS number, toInt64(count()) AS times
FROM
(
    SELECT day, people, {{offset:UInt16}} AS offset, {LATER[cohort]} AS back
    FROM
    ({sets}
    )
    WHERE day IN {{firsts:Array(Date)}}
) AS first{later}
GROUP BY number
ORDER BY number
"""


def of_person(plan: Plan, tail: Tail, *, users: str, cohort: Cohort) -> str:
    """SQL of the first days of periods, whether `person` is of their people, and whether they visited then."""
    sets = _sets(plan, tail, users, cohort)
    return f"""
SELECT day, bitmapContains(people, {{person:UInt32}}) AS entered, bitmapContains(came, {{person:UInt32}}) AS visited
FROM
({sets}
)
WHERE entered OR visited
ORDER BY day
"""


def _sets(plan: Plan, tail: Tail, users: str, cohort: Cohort) -> str:
    """SQL of the people of each day, week or month: all who visited, and those whose return is asked for."""
    rows = sql.rows(plan, columns(plan.query.measures), tail)
    return f"""
        SELECT first_day AS day, groupBitmapMergeState(visitors) AS came, groupBitmapMergeState({SETS[users]}) AS people
        FROM
        (SELECT *, {FIRST[cohort]} AS first_day FROM
        ({rows}
        ))
        GROUP BY first_day"""
