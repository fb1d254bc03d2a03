"""What a condition is about, rows are told apart by, or figures are made of: a property, a field, a person's profile.

Each is read in the forms in which it can be compared; a value that has no such form has no part in it:

    text     every value as it was written: 5 and "5" are both 5, true is true, a list is its JSON
    number   JSON numbers, and texts that are one as a whole: "199.00", "-5", "1e3". Not "5 ", "", true, nan, and
             nothing beyond 10^18
    truth    true and false, and the texts "true" and "false". Not 1 and 0
    moment   texts like 2026-11-22, 2026-11-22 10:30 or 2026-11-22T10:30:00+08:00 (the app's zone where none is
             written), and numbers of seconds (ten digits) or milliseconds (thirteen)

A property that an event lacks and one that is null are the same: no value. An empty text is a value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Literal

from minilens.measure.dimensions import Dimension
from minilens.measure.table import Column
from minilens.records.rates import USUAL, Rate
from minilens.reference.page_types import PAGE_TYPES, Pattern, like
from minilens.text import Language, Text

Form = Literal["text", "number", "truth", "moment"]
#: Gives a value a name in the statement: bound, never written into it.
Bind = Callable[[object, str], str]

_MOST = "1e18"
_EPOCH = date(1970, 1, 1)
_WRITTEN = (
    r"^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:?\\d{2})?)?$"
)


@dataclass(frozen=True)
class Property:
    """What an event was sent with, by its name; `cart.items` is inside of another."""

    name: str

    @property
    def key(self) -> str:
        """The column of its values."""
        return f"property.{self.name}"

    @property
    def title(self) -> Text:
        """As it was sent."""
        return Text(self.name, self.name)


@dataclass(frozen=True)
class Recorded:
    """A column of events that is no dimension. `actions`: kept actions have it as well."""

    name: str
    title: Text
    kind: Literal["text", "number"]
    sql: str
    actions: bool = True

    @property
    def key(self) -> str:
        """The column of its values."""
        return self.name


@dataclass(frozen=True)
class Profile:
    """What was said of a person by that name; the newest holds, also for what the person did before."""

    name: str

    @property
    def key(self) -> str:
        """The column of its values."""
        return f"profile.{self.name}"

    @property
    def title(self) -> Text:
        """As it was sent."""
        return Text(self.name, self.name)


@dataclass(frozen=True)
class OfSession:
    """What is known of the launch that an event was part of, as of the build; an event of none has no value."""

    name: str
    title: Text
    kind: Literal["text", "number"]
    sql: str

    @property
    def key(self) -> str:
        """The column of its values."""
        return f"session.{self.name}"


@dataclass(frozen=True)
class InCohort:
    """Whether a person is in a cohort of the app, asked for by its number or its name. `cohort` and `version` say which
    members are meant, once the app has been asked. `place`: which of the cohorts it is that rows are told apart by.
    `at`: where a question names it."""

    name: str
    cohort: int = 0
    version: int = 0
    place: int = 1
    at: str = field(default="cohort", compare=False, repr=False)

    @property
    def key(self) -> str:
        """The column of its values."""
        return "cohort" if self.place == 1 else f"cohort_{self.place}"

    @property
    def title(self) -> Text:
        """What is said before its name."""
        return Text("人群", "Cohort")

    def shown(self, value: str, language: Language) -> str:
        """Whether a person is in it, as people read it."""
        told = {
            "in": Text("在“{name}”中", "In {name}"),
            "not_in": Text("不在“{name}”中", "Not in {name}"),
        }
        return told[value].of(language).format(name=self.name) if value in told else value


@dataclass(frozen=True)
class PageType:
    """What sort of page an event happened on, by the patterns of the app in the order in which they are tried."""

    patterns: tuple[Pattern, ...] = ()
    name: str = "page_type"

    @property
    def key(self) -> str:
        """The column of its values."""
        return self.name

    @property
    def title(self) -> Text:
        """Its name."""
        return Text("页面类型", "Page type")

    def shown(self, value: str, language: Language) -> str:
        """A value as people read it."""
        return PAGE_TYPES[value].of(language) if value in PAGE_TYPES else value


@dataclass(frozen=True)
class Money:
    """A number that is an amount: those in `currency`, or in none, as they are; those in others by the rate that is
    valid on the event's own day, and without one they have no value. An empty currency is the usual one."""

    of: Property | Recorded
    currency: str = ""
    rates: tuple[Rate, ...] = ()
    kind: Literal["number"] = "number"

    @property
    def name(self) -> str:
        """That of the number."""
        return self.of.name

    @property
    def key(self) -> str:
        """The column of its values."""
        return self.of.key

    @property
    def title(self) -> Text:
        """That of the number."""
        return self.of.title


Operand = Property | Recorded | Profile | OfSession | InCohort | PageType | Money | Dimension

RECORDED = {
    one.name: one
    for one in (
        Recorded("value", Text("金额", "Value"), "number", "value"),
        Recorded("currency", Text("币种", "Currency"), "text", "currency"),
        Recorded("target_name", Text("目标名称", "Target"), "text", "target_name"),
        Recorded("target_id", Text("目标编号", "Target ID"), "text", "target_id"),
        Recorded("duration", Text("时长（秒）", "Duration (seconds)"), "number", "duration / 1000", actions=False),
    )
}  # fmt: skip
SESSION = {
    one.name: one
    for one in (
        OfSession("entry", Text("打开的入口页", "Entry page of the launch"), "text", "toString(entry)"),
        OfSession("exit", Text("打开的退出页", "Exit page of the launch"), "text", "toString(exit)"),
        OfSession("visits", Text("打开中的访问次数", "Visits in the launch"), "number", "toFloat64(visits)"),
        OfSession("depth", Text("打开的访问深度", "Pages in the launch"), "number", "toFloat64(depth)"),
        OfSession("duration", Text("打开的停留时长（秒）", "Time in the launch (s)"), "number", "duration / 1000"),
    )
}  # fmt: skip


def key(of: Operand) -> str:
    """The name of the column of its values."""
    return of.name if isinstance(of, Dimension) else of.key


def column(of: Operand) -> Column:
    """The column that its values make in a table."""
    if isinstance(of, Dimension):
        return of.column()
    return Column(
        of.key, of.title, "text", shown=of.shown if isinstance(of, PageType | InCohort) else None
    )


def in_currency(one: Money, bind: Bind, *, currency: str, day: str) -> str:
    """SQL of the currency that an amount has then: its own where it has no rate. The other two are columns."""
    into = bind(one.currency or USUAL, "String")
    return f"if(isNotNull({_factor(one, bind, currency, day)}), {into}, toString({currency}))"


def of_money(one: Money, number: str, bind: Bind) -> str:
    """SQL of an amount, NULL where it is in a currency without a rate on that day."""
    return f"{number} * {_factor(one, bind, 'currency', 'day')}"


def _factor(one: Money, bind: Bind, currency: str, day: str) -> str:
    """SQL of what one unit of an event's currency is; rates are looked up by the last day that is not behind."""
    cases = [
        f"{currency} IN ('', {bind(one.currency or USUAL, 'String')}), toNullable(toFloat64(1))"
    ]
    for coin, some in groupby(one.rates, lambda rate: rate.currency):
        rates = list(some)
        first = bind([0, *((rate.since - _EPOCH).days for rate in rates)], "Array(UInt16)")
        held = bind([0.0, *(float(rate.rate) for rate in rates)], "Array(Float64)")
        told = f"transform(roundDown(toUInt16({day}), {first}), {first}, {held}, 0.)"
        cases.append(f"{currency} = {bind(coin, 'String')}, nullIf({told}, 0)")
    return f"multiIf({', '.join(cases)}, NULL)"


def of_page(one: PageType, bind: Bind) -> str:
    """SQL of the type of a page, NULL where it has none."""
    if not one.patterns:
        return "CAST(NULL, 'Nullable(String)')"
    cases = (
        f"page LIKE {bind(like(p), 'String')}, {bind(kind, 'String')}" for p, kind in one.patterns
    )
    return f"multiIf({', '.join(cases)}, NULL)"


def of_property(one: Property, form: Form, zone: str, bind: Bind) -> str:
    """SQL of one form of a property, NULL where it has none."""
    value = bind(f"props.{one.name}", "Identifier")
    text = f"dynamicElement({value}, 'String')"
    whole, broken = f"dynamicElement({value}, 'Int64')", f"dynamicElement({value}, 'Float64')"
    if form == "text":
        return f"if({value} IS NULL, NULL, toString({value}))"
    if form == "truth":
        told = f"dynamicElement({value}, 'Bool')"
        return f"coalesce({told}, multiIf({text} = 'true', true, {text} = 'false', false, NULL))"
    number = (
        f"coalesce(toFloat64({whole}), {broken}, toFloat64OrNull({text}), "
        f"toFloat64(dynamicElement({value}, 'UInt64')))"
    )
    return _near(number) if form == "number" else _moment(text, whole, zone, bind)


def of_text(text: str, form: Form, zone: str, bind: Bind) -> str:
    """SQL of one form of what is kept as a text."""
    if form == "text":
        return text
    if form == "truth":
        return f"multiIf({text} = 'true', true, {text} = 'false', false, NULL)"
    if form == "number":
        return _near(f"toFloat64OrNull({text})")
    return _moment(text, f"toInt64OrNull({text})", zone, bind)


def _near(number: str) -> str:
    return f"if(abs({number}) <= {_MOST}, {number}, NULL)"


def _moment(text: str, number: str, zone: str, bind: Bind) -> str:
    """Milliseconds since 1970."""
    here = bind(zone, "String")
    read = f"toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull({text}, 3, {here}))"
    return (
        f"multiIf({number} BETWEEN 1000000000 AND 9999999999, {number} * 1000, "
        f"{number} BETWEEN 1000000000000 AND 9999999999999, {number}, match({text}, '{_WRITTEN}'), {read}, NULL)"
    )
