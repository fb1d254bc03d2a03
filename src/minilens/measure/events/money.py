"""Questions about events whose amounts are in one currency, and what is to be said of those in others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from minilens.measure.events.of_app import mapped
from minilens.measure.events.operand import RECORDED, Money, Operand, Property, Recorded
from minilens.measure.events.query import (
    NO_CONDITIONS,
    Condition,
    Conditions,
    Counted,
    EventsQuery,
    Figure,
)
from minilens.measure.table import Table
from minilens.records.rates import USUAL, RatesOfApp
from minilens.text import NOTHING, Text

_COIN, _VALUE = RECORDED["currency"], RECORDED["value"]
#: Currencies that are named; of more it is said how many.
_MOST = 5


def with_money(query: EventsQuery, of: RatesOfApp, *, every: bool = False) -> EventsQuery:
    """The same question with amounts in the app's currency, where it asks for that one or for none.

    The values of events that figures are made of are amounts as well; with `every` whatever they are made of.
    Conditions and groups look at values as they were sent.
    """

    def told(one: Operand) -> Operand:
        if isinstance(one, Money) and one.currency in ("", of.currency):
            return replace(one, currency=of.currency, rates=of.rates)
        return one

    def amount(one: object) -> object:
        if not isinstance(one, Figure) or not isinstance(one.operand, Property | Recorded):
            return one
        if one.aggregate == "distinct" or not (every or one.operand == _VALUE):
            return one
        return replace(one, operand=Money(one.operand, of.currency, of.rates))

    found = (
        mapped(query, told) if any(isinstance(one, Money) for one in query.operands()) else query
    )
    return replace(found, measures=tuple(map(amount, found.measures)))  # type: ignore[arg-type]


def money_of(query: EventsQuery) -> Money | None:
    """The amounts of a question; None where it has none."""
    return next((one.operand for one in query.figures if isinstance(one.operand, Money)), None)


def notes(query: EventsQuery, ask: Callable[[EventsQuery], Table]) -> Iterator[Text]:
    """In which currency amounts are, and what of others is converted or left out. `ask` answers a question."""
    money = money_of(query)
    if money is None:
        return
    into = money.currency or USUAL
    used = {one.of for one in query.figures if isinstance(one.operand, Money)}
    events = [query.events[of] for of in sorted(used) if query.events[of].takes_back is None]
    plain = tuple(Counted(one.name, one.events, virtual=one.virtual) for one in events)
    whole = replace(
        query, events=plain, measures=tuple(_total(n) for n in range(len(plain))), grain="whole", groups=(_COIN,),
        sort="", ascending=False, top=100, include_other=False,
    )  # fmt: skip
    seen = {str(row[0]) for row in ask(replace(whole, where=NO_CONDITIONS)).rows if row[0]}
    strange = sorted(seen - {into})
    known = {one.currency for one in money.rates}
    left: list[tuple[str, int]] = []
    if strange:
        own = tuple(
            replace(one, where=_left_out(money, of.where))
            for one, of in zip(plain, events, strict=True)
        )
        rows = ask(replace(whole, events=own)).rows
        left = sorted((str(row[0]), sum(int(str(cell or 0)) for cell in row[1:])) for row in rows)
    yield _said(into, [one for one in strange if one in known], [one for one in left if one[1]])


def _left_out(money: Money, where: Conditions) -> Conditions:
    """Of an event with these conditions those whose amount has no part in the figures."""
    said = Condition(money.of, "is_known")
    return Conditions(True, (_stripped(where), said, Condition(money, "is_unknown")))


def _stripped(where: Conditions) -> Conditions:
    """The same without conditions on amounts."""
    parts = (_stripped(one) if isinstance(one, Conditions) else one for one in where.parts)
    kept = (
        one for one in parts if isinstance(one, Conditions) or not isinstance(one.operand, Money)
    )
    return replace(where, parts=tuple(kept))


def _total(of: int) -> Figure:
    return Figure(f"m{of}", NOTHING, of, "total")


def _said(into: str, converted: list[str], left: list[tuple[str, int]]) -> Text:
    zh, en = f"金额均为 {into}", f"Amounts are in {into}"
    if converted:
        names = converted[:_MOST]
        more = len(converted) - len(names)
        zh += f"；{'、'.join(names)}{f' 等 {len(converted)} 种货币' if more else ''} 按事件当天的汇率换算"
        en += f"; {', '.join(names)}{f' and {more} more' if more else ''} converted at the rate of each event's day"
    if left:
        some = left[:_MOST]
        zh += "；没有汇率而未计入：" + "、".join(f"{name}（{count:,} 次）" for name, count in some)
        en += "; left out for want of a rate: "
        en += ", ".join(f"{name} ({count:,} event{'s' * (count > 1)})" for name, count in some)
        if len(left) > _MOST:
            zh, en = f"{zh} 等 {len(left)} 种货币", f"{en} and {len(left) - _MOST} more"
    return Text(zh, en)
