"""SQL of a list over one range or two: one statement for both, because planning one costs more than reading days."""

from __future__ import annotations

from minilens.measure.days import sql
from minilens.measure.days.columns import BITMAPS
from minilens.measure.days.day_rows import built_with_total, unbuilt_tail
from minilens.measure.days.visit_rows import persons_with_total
from minilens.measure.filters import Condition
from minilens.measure.plan import Plan, Tail

#: What a column of each range is called: the range itself, and the one beside it.
NAMES = ("m", "c")


def listed(plan: Plan, whole: Plan | None, tail: Tail, *, either: bool = False) -> str:
    """SQL of the measures by value over each range: those with the most over the first.

    Rows: how many values the first range has, whether it is the row of all values, the value, then for each range how
    many rows there were and each measure. The row of all comes first, then that of the unknown value where it is asked
    for; there is none where there is nothing. `whole`: the plan of all values together, whose rows of days tell how
    many people they are; None where the rows of the values add up. `either`: values of either range.
    """
    query = plan.query
    every = "every" if whole else "grouping(value)"
    ranges = range(len(query.parts))
    cells = ", ".join(_of_range(plan, n) for n in ranges)
    text = f"""
SELECT countIf(NOT every) OVER () AS found, every, value, {_names(plan)}
FROM
(
    SELECT every, value, {cells}
    FROM
    (
        SELECT n, {every} AS every, value, {_measures(plan, whole)}
        FROM
        ({_rows(plan, whole, tail)}
        )
        GROUP BY {"n, every, value" if whole else "GROUPING SETS ((n, value), (n))"}
    )
    GROUP BY every, value
)
WHERE {"1" if either else f"every OR {_is_listed(plan)}"}
ORDER BY every DESC, {_order(plan)}
LIMIT {{top:UInt32}} + {2 if query.unknown_is_a_row else 1}
{_settings(plan, whole)}"""
    return text


def told(plan: Plan, whole: Plan, tail: Tail) -> str:
    """SQL of the people of some values over each range, and of all values together.

    `plan` lets only those values through; `whole` has neither them nor their dimension. Rows: whether it is the row of
    all, the value, then for each range how many rows there were and each measure.
    """
    cells = ", ".join(_of_range(plan, n) for n in range(len(plan.query.parts)))
    return f"""
SELECT every, value, {cells}
FROM
(
    SELECT n, every, value, {_measures(plan, whole)}
    FROM
    ({_rows(plan, whole, tail)}
    )
    GROUP BY n, every, value
)
GROUP BY every, value
{_settings(plan, whole)}"""


def of_values(plan: Plan, shown: list[str]) -> Plan:
    """The plan that lets only these values through."""
    these = Condition(plan.query.values[0], "is", tuple(shown))
    return plan.of(filters=(*plan.query.filters, (these,)))


def _measures(plan: Plan, whole: Plan | None) -> str:
    asked = sql.of_rows(plan, whole)
    cells = (
        f"{'NULL' if one in plan.unavailable else asked.expression(one)} AS i_{one.name}"
        for one in plan.query.measures
    )
    return ",\n            ".join(cells)


def _of_range(plan: Plan, n: int) -> str:
    """The cells of one range."""
    cells = [f"countIf(n = {n}) AS has_{n}"]
    cells += [
        f"anyIf(i_{one.name}, n = {n}) AS {NAMES[n]}_{one.name}" for one in plan.query.measures
    ]
    return ", ".join(cells)


def _names(plan: Plan) -> str:
    ranges = range(len(plan.query.parts))
    measures = plan.query.measures
    return ", ".join(
        name
        for n in ranges
        for name in (f"has_{n}", *(f"{NAMES[n]}_{one.name}" for one in measures))
    )


def _rows(plan: Plan, whole: Plan | None, tail: Tail) -> str:
    """All rows, in the shape of `days`, and whether they are of all values."""
    asked = sql.of_rows(plan, whole)
    names = ", ".join(asked.names)
    if whole is None:
        return sql.rows(plan, asked, tail)
    if plan.source != "days":
        return persons_with_total(plan.query, asked)
    text = built_with_total(plan, whole, asked)
    for one, every, value in ((plan, 0, "value"), (whole, 1, "''")):
        if tail.of(one).more:
            later = unbuilt_tail(one.query, asked, moved=tail.moved)
            text += f"""
        UNION ALL
        SELECT n, toUInt8({every}), {value}, {names} FROM ({later}
        )"""
    return text


def _is_listed(plan: Plan) -> str:
    text = " OR ".join(f"ifNull(m_{one.name}, 0) != 0" for one in plan.available) or "1"
    if plan.query.search:
        return f"({sql.searched(plan.query.values[0])}) AND ({text})"
    return f"({text})"


def _order(plan: Plan) -> str:
    query = plan.query
    unknown = "value = '' DESC, " if query.unknown_is_a_row else ""
    direction = "ASC" if query.ascending else "DESC"
    return f"{unknown}m_{plan.leading.name} {direction} NULLS LAST, value"


def _settings(plan: Plan, whole: Plan | None) -> str:
    return sql.SIDE_BY_SIDE if sql.of_rows(plan, whole).has(*BITMAPS) else ""
