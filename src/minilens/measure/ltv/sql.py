"""SQL of who came when for the first time, what was paid on which day, and who came on which day."""

from __future__ import annotations

from minilens.measure.days.day_rows import CURRENT
from minilens.measure.dimensions import Dimension
from minilens.measure.events.condition_sql import Place
from minilens.measure.events.sql import OVER, Statement
from minilens.measure.ltv.query import MARGIN, REFUND, REVENUE, LtvQuery
from minilens.reference.origins import OF_TOUCH, names

#: A sum of ten-thousandths, as amounts are stored, leaves the engine in two halves, so that nothing of it is lost.
HALF = 1 << 31
MONEY_COLUMNS: dict[Place, tuple[str, ...]] = {
    "actions": ("day AS on", "toString(currency) AS coin"),
    "events": ("day AS on", "toString(e.currency) AS coin"),
}
DAY_COLUMNS: dict[Place, tuple[str, ...]] = {"actions": ("day AS on",), "events": ("day AS on",)}
#: The place of a row in the one order of all rows.
PLACE = "(at, place = 0, place, came, launch)"
_OF_DAYS = f"FROM days WHERE {OVER} AND dimension = '' AND {CURRENT}"
_NEW = f"SELECT day, arrayJoin(bitmapToArray(new_users)) AS person {_OF_DAYS}"


def touches(query: LtvQuery) -> tuple[str, dict[str, object]]:
    """Persons whose first visit ever lies in the days, with the day and the values of the groups; and what it names.

    The first touch holds where it is of that day; a person without one came by something unknown.
    """
    groups = [one for one in query.rows.groups if isinstance(one, Dimension)]
    bound: dict[str, object] = {}
    for one in groups:
        bound |= one.parameters
    values = "".join(f", toString({one.value('sessions')}) AS g{n}" for n, one in enumerate(groups))
    if not groups:
        return f"SELECT person, toInt32(day) AS first FROM ({_NEW})", bound
    newest = ", ".join(
        f"argMax(first_touches.{one.name}, version) AS {one.name}" for one in OF_TOUCH
    )
    return (
        f"""
SELECT person, toInt32(day) AS first{values}
FROM
(
    SELECT n.day AS day, n.person AS person, {names(OF_TOUCH, "t.")}
    FROM ({_NEW}) AS n
    GLOBAL LEFT ANY JOIN
    (
        SELECT person, argMax(first_touches.day, version) AS day, {newest}
        FROM first_touches WHERE app = {{app:UInt32}} AND person GLOBAL IN (SELECT person FROM ({_NEW}))
        GROUP BY person
    ) AS t ON n.person = t.person AND n.day = t.day
)
""",
        bound,
    )


def first_events(made: Statement, groups: int) -> str:
    """Persons with the day of their first event, from {first:Date} on, and the values of the groups at that event."""
    names_ = [f"g{n}" for n in range(groups)]
    told = f", argMin(tuple({', '.join(names_)}), {PLACE}) AS told" if groups else ""
    values = "".join(f", told.{n + 1} AS g{n}" for n in range(groups))
    return f"""
SELECT person, toInt32(began) AS first{values}
FROM
(
    SELECT person, min(on) AS began{told}
    FROM
    ({made.every_row()}
    )
    GROUP BY person
)
WHERE began >= {{first:Date}}
"""


def money(made: Statement, query: LtvQuery) -> str:
    """Person, day and currency: how many orders, and in halves what they and the refunds come to."""

    def number(n: int) -> str:
        of = made.query.figures[n].operand
        assert of is not None
        value = f"ifNull({made.value_of(of, distinct=False)}, 0)"
        return f"abs({value})" if n == REFUND else value

    def added(value: str, n: int) -> str:
        return f"sumIf(toInt128(round({value} * 10000)), c{n})"

    def halves(name: str, total: str) -> str:
        high, low = f"toInt64(intDiv(_{name}, {HALF}))", f"toInt64(_{name} % {HALF})"
        return f"{total} AS _{name}, {high} AS {name}_high, {low} AS {name}_low"

    gains = [added(_gain(made, query, number(n), n), n) for n in (REVENUE, REFUND)]
    sums = {
        "paid": added(number(REVENUE), REVENUE),
        "back": added(number(REFUND), REFUND),
        "gain": " - ".join(gains),
    }
    columns = [f"{name}_{half}" for name in sums for half in ("high", "low")]
    return f"""
SELECT person, toInt32(on) AS since, coin, orders, {", ".join(columns)}
FROM
(
    SELECT person, on, coin, toInt64(countIf(c{REVENUE})) AS orders,
    {", ".join(halves(name, total) for name, total in sums.items())}
    FROM
    ({made.every_row()}
    )
    WHERE c{REVENUE} OR c{REFUND}
    GROUP BY person, on, coin
)
"""


def _gain(made: Statement, query: LtvQuery, amount: str, n: int) -> str:
    """SQL of the margin of an event: of a refund what it takes back, all of it where it says nothing of that itself."""
    margin = query.margin
    if margin is None:
        return "0"
    if not margin.given and not margin.rates:
        return f"{amount} * {made.bound(margin.rate, 'Float64')}"
    of = made.query.figures[MARGIN].operand
    assert of is not None
    if margin.given:
        value = made.value_of(of, distinct=False)
        return f"ifNull(abs({value}), {amount})" if n == REFUND else f"ifNull({value}, 0)"
    values = made.bound([one for one, _ in margin.rates], "Array(String)")
    rates = made.bound([rate for _, rate in margin.rates], "Array(Float64)")
    told = f"ifNull({made.value_of(of, distinct=True)}, '')"
    return f"{amount} * transform({told}, {values}, {rates}, {made.bound(margin.rate, 'Float64')})"


def visits() -> str:
    """Who visited on which day, in days since 1970."""
    return f"SELECT toInt32(day) AS since, arrayJoin(bitmapToArray(visitors)) AS person {_OF_DAYS}"


def returned(made: Statement) -> str:
    """Who had the event of the return on which day."""
    return f"""
SELECT DISTINCT toInt32(on) AS since, person
FROM
({made.every_row()}
)
"""
