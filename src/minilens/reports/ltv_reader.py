"""Reads the JSON of a question about the value of persons into that of the measuring room, and refuses by path."""

from __future__ import annotations

from minilens.errors import Refused, did_you_mean
from minilens.measure.dimensions import Dimension
from minilens.measure.events.operand import Operand, Property, key
from minilens.measure.events.query import Aggregate, Counted, EventsQuery, Figure
from minilens.measure.ltv.query import MOST_CELLS, MOST_COHORTS, MOST_DAYS, LtvQuery, Margin
from minilens.period import Range
from minilens.reference.origins import OF_TOUCH
from minilens.reports.activity_reader import counted
from minilens.reports.parts_reader import PartsReader, check_property, days_of, key_of, names
from minilens.reports.questions.ltv import AskedMoney, LtvQuestion
from minilens.reports.request import AppContext
from minilens.text import NOTHING

#: What is paid and what is paid back, unless something else is said.
REVENUE, REFUNDS = "pay_success", "refund_success"
_CELLS = (0, 7, 14, 30, 60, 90)
_OF_TOUCH = tuple(one.name for one in OF_TOUCH)
_LONGEST_CURRENCY = 16
#: Products with a rate of their own.
MOST_RATES = 200


def read(question: LtvQuestion, context: AppContext, app: int) -> LtvQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = PartsReader(context)
    paid, of_paid = _money(reader, question.revenue, "revenue", REVENUE)
    back, of_back = _money(reader, question.refunds, "refunds", REFUNDS)
    events = [paid, back]
    if question.first is not None:
        events.append(counted(reader, question.first, "first"))
    if question.back is not None:
        events.append(counted(reader, question.back, "return"))
    margin, of_margin = _margin(question)
    keys = _keys(reader, question)
    figures = (
        Figure("revenue", NOTHING, 0, "sum", of_paid), Figure("refunds", NOTHING, 1, "sum", of_back), *of_margin,
        *(Figure(f"key{n}", NOTHING, n, "distinct", one) for n, one in enumerate(keys) if one),
    )  # fmt: skip
    rows = EventsQuery(
        app, tuple(Counted(f"s{n}", one.events, one.where) for n, one in enumerate(events, start=1)), figures,
        _range(question, context), question.grain, _groups(reader, question), traffic=question.traffic,
        top=question.top, include_other=question.rest, timezone=context.timezone,
    )  # fmt: skip
    return LtvQuery(
        rows, entry=question.first is not None, back=question.back is not None, unit=question.grain,
        cells=_cells(question), show=question.show, currency=_currency(question),
        margin=margin, key=keys[0], refund_key=keys[1],
    )  # fmt: skip


def _keys(reader: PartsReader, question: LtvQuestion) -> tuple[Operand | None, Operand | None]:
    """What tells orders apart, and refunds: as orders are, unless something else is said."""
    asked = {"key": question.key, "refund_key": question.refund_key or question.key}
    own, back = (key_of(reader, one, name) if one else None for name, one in asked.items())
    return own, back


def _money(
    reader: PartsReader, asked: AskedMoney | None, path: str, unless: str
) -> tuple[Counted, Operand]:
    """The events, and where their amount stands."""
    one = asked or AskedMoney()
    told = names(one.event or unless, f"{path}.event")
    part = one if one.property or one.field else AskedMoney(field="value")
    operand = reader.operand(part, ("property", "field"), path)
    if not isinstance(operand, Property) and getattr(operand, "kind", "") != "number":
        raise Refused("not_a_number", f"{path}.field", got=one.field)
    return Counted("", told, reader.where(one.where, f"{path}.where")), operand


def _margin(question: LtvQuestion) -> tuple[Margin | None, tuple[Figure, ...]]:
    """What part is margin, and the figure that says what it is made of, where a property does."""
    asked = question.margin
    if asked is None:
        return None, ()
    if asked.rates and not asked.property:
        raise Refused("missing", "margin.property")
    if asked.rate is None and not asked.property:
        raise Refused("missing", "margin.rate")
    if asked.rate is not None and asked.property and not asked.rates:
        raise Refused("either_or", "margin.rate", other="margin.property")
    if len(asked.rates) > MOST_RATES:
        raise Refused("too_many", "margin.rates", limit=MOST_RATES)
    for value, rate in asked.rates.items():
        if not -1 <= rate <= 1:
            raise Refused("bad_rate", f"margin.rates.{value[:40]}", got=rate)
    margin = Margin(
        asked.rate or 0, tuple(asked.rates.items()), bool(asked.property) and not asked.rates
    )
    if not asked.property:
        return margin, ()
    check_property(asked.property, "margin.property")
    how: Aggregate = "sum" if margin.given else "distinct"
    return margin, (Figure("margin", NOTHING, 0, how, Property(asked.property)),)


def _groups(reader: PartsReader, question: LtvQuestion) -> tuple[Operand, ...]:
    """What rows are told apart by: of a first visit what is kept of the touch."""
    groups = reader.groups(question.groups)
    if question.first is not None:
        return groups
    for n, one in enumerate(groups):
        name = (one.made_of or one.name) if isinstance(one, Dimension) else ""
        if name not in _OF_TOUCH:
            hint = did_you_mean(key(one), _OF_TOUCH)
            raise Refused("not_of_touch", f"groups[{n}]", got=key(one), hint=hint)
    return groups


def _range(question: LtvQuestion, context: AppContext) -> Range:
    over = days_of(question, context, "90d")
    count = len(over.buckets(question.grain))
    if count > MOST_COHORTS:
        raise Refused("too_many_buckets", "grain", got=count, limit=MOST_COHORTS)
    return over


def _cells(question: LtvQuestion) -> tuple[int, ...]:
    if len(question.days) > MOST_CELLS:
        raise Refused("too_many", "days", limit=MOST_CELLS)
    before = -1
    for n, one in enumerate(question.days):
        if not before < one <= MOST_DAYS:
            raise Refused("bad_days_later", f"days[{n}]", got=one, most=MOST_DAYS)
        before = one
    return tuple(question.days) or _CELLS


def _currency(question: LtvQuestion) -> str | None:
    if question.currency is not None and len(question.currency) > _LONGEST_CURRENCY:
        raise Refused("too_long", "currency", limit=_LONGEST_CURRENCY)
    return question.currency
