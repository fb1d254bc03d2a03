"""SQL of who came when for the first time, what was paid on which day, and who came on which day."""

from __future__ import annotations

from minilens.measure.days.day_rows import CURRENT
from minilens.measure.dimensions import Dimension
from minilens.measure.events.condition_sql import Place
from minilens.measure.events.operand import Money, in_currency
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import OVER, Statement
from minilens.measure.ltv.query import MARGIN, REFUND, REVENUE, LtvQuery
from minilens.reference.origins import OF_TOUCH

MONEY_COLUMNS: dict[Place, tuple[str, ...]] = {
    "actions": ("day AS on", "currency AS coin"),
    "events": ("day AS on", "e.currency AS coin"),
}
#: The same with what tells which of several came first.
KEYED_COLUMNS: dict[Place, tuple[str, ...]] = {
    place: (*BESIDES[place], *columns[1:]) for place, columns in MONEY_COLUMNS.items()
}
#: Names of the columns of what tells orders apart, and refunds.
KEYS = ("key", "refund_key")
DAY_COLUMNS: dict[Place, tuple[str, ...]] = {"actions": ("day AS on",), "events": ("day AS on",)}
#: The place of a row in the one order of all rows.
PLACE = "(at, place = 0, place, came, launch)"
_OF_DAYS = f"FROM days WHERE {OVER} AND dimension = '' AND {CURRENT}"
#: Texts leave the engine as numbers with what they stand for.
_DICTIONARY = "SETTINGS output_format_arrow_low_cardinality_as_dictionary = 1"


def newcomers() -> str:
    """Of each day (since 1970) those whose first visit ever lies on it."""
    return f"SELECT toInt32(day) AS since, bitmapToArray(new_users) AS persons {_OF_DAYS}"


def touches(query: LtvQuery) -> tuple[str, dict[str, object]]:
    """First touches that lie in the days: person, day and the values of the groups; and what it names.

    A row of person 0 on day 0 has the values of those of whom no touch is known.
    """
    groups = [one for one in query.rows.groups if isinstance(one, Dimension)]
    bound: dict[str, object] = {}
    for one in groups:
        bound |= one.parameters
    values = ", ".join(
        f"toLowCardinality(toString({one.value('sessions')})) AS g{n}"
        for n, one in enumerate(groups)
    )
    newest = ", ".join(
        f"argMax(first_touches.{one.name}, version) AS {one.name}" for one in OF_TOUCH
    )
    nothing = ", ".join(f"defaultValueOfTypeName('{one.type}') AS {one.name}" for one in OF_TOUCH)
    return (
        f"""
SELECT person, toInt32(day) AS first, {values}
FROM
(
    SELECT person, argMax(first_touches.day, version) AS day, {newest}
    FROM first_touches WHERE app = {{app:UInt32}}
    GROUP BY person
    HAVING day BETWEEN {{start:Date}} AND {{end:Date}}
    UNION ALL
    SELECT toUInt32(0) AS person, toDate(0) AS day, {nothing}
)
{_DICTIONARY}
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
    {made.table()}
    GROUP BY person
)
WHERE began >= {{first:Date}}
"""


def amounts(query: LtvQuery) -> tuple[str, str]:
    """The columns of `money` that what is paid and what is paid back are read from: one where they are the same."""
    paid, back = (query.rows.figures[n].operand for n in (REVENUE, REFUND))
    return ("paid", "paid" if paid == back else "back")


def money(made: Statement, query: LtvQuery) -> str:
    """A row an order or a refund: person, day, currency, which of both it is in bits, its amounts; with a margin
    what is gained by it as an order, and lost by it as a refund; with keys these, empty where there is none, and what
    decides which row came first."""

    def number(n: int) -> str:
        of = made.query.figures[n].operand
        assert of is not None
        return f"ifNull({made.value_of(of, distinct=False)}, 0)"

    told = {name: number(n) for n, name in zip((REVENUE, REFUND), amounts(query), strict=True)}
    if query.margin:
        told["gained"] = _gain(made, query, number(REVENUE), REVENUE)
        told["lost"] = _gain(made, query, f"abs({number(REFUND)})", REFUND)
    columns = ", ".join(f"toFloat64({value}) AS {name}" for name, value in told.items())
    if any(query.keys):
        columns += ", at, place, came, launch"
    for name, of in zip(KEYS, query.keys, strict=True):
        columns += f", ifNull({made.value_of(of, distinct=True)}, '') AS {name}" if of else ""
    paid, coin = made.query.figures[REVENUE].operand, "coin"
    if isinstance(paid, Money):
        coin = in_currency(paid, made.bound, currency="coin", day="on")
    return f"""
SELECT toUInt32(person) AS person, toUInt16(on) AS since, toLowCardinality({coin}) AS coin,
    toUInt8(c{REVENUE} + 2 * c{REFUND}) AS bits, {columns}
FROM
{made.table()}
WHERE c{REVENUE} OR c{REFUND}
{_DICTIONARY}
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
    """Of each day (since 1970) those who visited on it."""
    return f"SELECT toInt32(day) AS since, bitmapToArray(visitors) AS persons {_OF_DAYS}"


def returned(made: Statement) -> str:
    """Who had the event of the return on which day, once for each time."""
    return f"""
SELECT toUInt16(on) AS since, toUInt32(person) AS person
FROM
{made.table()}
"""
