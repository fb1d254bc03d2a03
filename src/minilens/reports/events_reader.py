"""Reads the JSON of a question about events into the question of the measuring room, and refuses by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args
from zoneinfo import ZoneInfo

from minilens.errors import Refused, did_you_mean
from minilens.measure import filters
from minilens.measure.catalog import Catalog
from minilens.measure.dimensions import Dimension
from minilens.measure.events import formula
from minilens.measure.events.columns import title
from minilens.measure.events.operand import (
    RECORDED,
    SESSION,
    OfSession,
    Operand,
    PageType,
    Profile,
    Property,
    Recorded,
    key,
)
from minilens.measure.events.operators import (
    ALL,
    OF_CHOICE,
    OF_NUMBER,
    OF_TEXT,
    OPERATORS,
    Operator,
)
from minilens.measure.events.query import (
    MOST_CONDITIONS,
    MOST_DEPTH,
    MOST_EVENTS,
    MOST_GROUPS,
    MOST_MEASURES,
    NO_CONDITIONS,
    Aggregate,
    Condition,
    Conditions,
    Counted,
    EventsQuery,
    Figure,
    Formula,
    Measured,
)
from minilens.measure.table import Unit
from minilens.period import asked_range, milliseconds
from minilens.reference.page_types import PAGE_TYPES
from minilens.reports.question import (
    AskedEvent,
    AskedMeasure,
    EventsQuestion,
    Filter,
    Value,
    one_of,
)
from minilens.reports.request import AppContext
from minilens.text import Text

#: Columns of every table, which no measure may be called.
RESERVED = ("day", "moment")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
#: Whose patterns the app says.
PAGE_TYPE = PageType()
#: In no name that can be bound.
_UNNAMED = set("`'\\")
_OF_NOTHING = ("total", "persons", "per_person")
_KINDS = ("property", "field", "profile", "session")


@dataclass
class _Reader:
    """What is read of one question, and how many conditions it has had."""

    question: EventsQuestion
    context: AppContext
    conditions: int = 0

    @property
    def catalog(self) -> Catalog:
        return self.context.catalog

    def events(self) -> tuple[Counted, ...]:
        asked = self.question.events
        _some(asked, "events", MOST_EVENTS)
        found: dict[str, Counted] = {}
        for n, one in enumerate(asked):
            name = one.name or chr(ord("a") + n)
            if not _NAME.fullmatch(name) or name in found:
                raise Refused("bad_measure_name", f"events[{n}].name", got=name)
            where = self.where(one.where, f"events[{n}].where")
            found[name] = Counted(name, _names(one, f"events[{n}].event"), where)
        return tuple(found.values())

    def measures(self, events: Sequence[Counted], taken: set[str]) -> tuple[Measured, ...]:
        _some(self.question.measures, "measures", MOST_MEASURES)
        found: list[Measured] = []
        for n, one in enumerate(self.question.measures):
            name, where = one.name or f"m{n + 1}", f"measures[{n}]"
            if not _NAME.fullmatch(name) or name in taken or name in (m.name for m in found):
                raise Refused("bad_measure_name", f"{where}.name", got=name)
            made = self._formula if one.formula else self._figure
            found.append(made(one, name, where, events, [m.name for m in found]))
        return tuple(found)

    def _formula(
        self, one: AskedMeasure, name: str, where: str, _: Sequence[Counted], known: list[str]
    ) -> Formula:
        if one.aggregate:
            raise Refused("either_or", f"{where}.aggregate", other="formula")
        node = formula.parse(one.formula, known, f"{where}.formula")
        named = one.title or one.formula
        return Formula(name, Text(named, named), one.formula, node, cast("Unit", one.unit))

    def _figure(
        self, one: AskedMeasure, name: str, where: str, events: Sequence[Counted], _: list[str]
    ) -> Figure:
        known = [event.name for event in events]
        of = one.of or known[0]
        aggregate = cast(
            "Aggregate", _known(one.aggregate or "total", get_args(Aggregate), f"{where}.aggregate")
        )
        at = known.index(_known(of, known, f"{where}.of"))
        operand = None
        if aggregate not in _OF_NOTHING:
            operand = self.operand(one, ("property", "field"), where)
            numbers = isinstance(operand, Property) or getattr(operand, "kind", "") == "number"
            if aggregate != "distinct" and not numbers:
                raise Refused("not_a_number", f"{where}.field", got=one.field)
        elif one.property or one.field:
            raise Refused(
                "not_taken_by", f"{where}.{'property' if one.property else 'field'}", of=aggregate
            )
        told = Text(one.title, one.title) if one.title else title(
            " + ".join(events[at].events), aggregate, operand.title if operand else None
        )  # fmt: skip
        return Figure(name, told, at, aggregate, operand)

    def groups(self) -> tuple[Operand, ...]:
        asked = self.question.groups
        if len(asked) > MOST_GROUPS:
            raise Refused("too_many", "groups", limit=MOST_GROUPS)
        found: list[Operand] = []
        for n, one in enumerate(asked):
            operand = self.operand(one, ("property", "field"), f"groups[{n}]")
            if operand in found:
                raise Refused("twice", f"groups[{n}]", got=key(operand))
            found.append(operand)
        return tuple(found)

    def operand(self, part: object, kinds: tuple[str, ...], where: str) -> Operand:
        """What a part is about; Refused, naming the path, with a hint."""
        kind = one_of(part, kinds, where)
        name, at = str(getattr(part, kind)), f"{where}.{kind}"
        if kind in ("property", "profile"):
            if set(name) & _UNNAMED or not name.isprintable():
                raise Refused("bad_property", at, got=name)
            return Property(name) if kind == "property" else Profile(name)
        if kind == "session":
            return SESSION[_known(name, SESSION, at)]
        if name in RECORDED:
            return RECORDED[name]
        if name == PAGE_TYPE.key:
            return PAGE_TYPE
        if name not in self.catalog.dimensions:
            hint = did_you_mean(name, [*RECORDED, PAGE_TYPE.key, *self.catalog.dimensions])
            raise Refused("unknown_field", at, got=name, hint=hint)
        return self.catalog.dimension(name, at)

    def where(self, given: Filter | None, at: str) -> Conditions:
        """The conditions of a filter; one alone is a group of one."""
        if given is None:
            return NO_CONDITIONS
        found = self._part(given, at, 1)
        return found if isinstance(found, Conditions) else Conditions(True, (found,))

    def _part(self, given: Filter, at: str, depth: int) -> Condition | Conditions:
        if given.all is None and given.any is None:
            return self._condition(given, at)
        name = "all" if given.all is not None else "any"
        more = any(getattr(given, one) for one in (*_KINDS, "operator", "values"))
        if more or (given.all is not None and given.any is not None):
            raise Refused("either_or", at, other=name)
        if depth > MOST_DEPTH:
            raise Refused("too_deep", at, limit=MOST_DEPTH)
        parts = given.all if given.all is not None else given.any
        some = (
            self._part(one, f"{at}.{name}[{n}]", depth + 1) for n, one in enumerate(parts or [])
        )
        return Conditions(name == "all", tuple(some))

    def _condition(self, given: Filter, at: str) -> Condition:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise Refused("too_many", at, limit=MOST_CONDITIONS)
        operand = self.operand(given, _KINDS, at)
        name = _meant(given.operator, given.values)
        known = _operators(operand)
        if name not in known:
            hint = did_you_mean(name, known)
            raise Refused(
                "unknown_operator",
                f"{at}.operator",
                got=name or '""',
                of=key(operand),
                known=", ".join(known),
                hint=hint,
            )
        if isinstance(operand, Dimension):
            return self._of_dimension(operand, name, given.values, f"{at}.values")
        operator, where = OPERATORS[name], f"{at}.values"
        for value in given.values if isinstance(operand, PageType) else ():
            _known(str(value), PAGE_TYPES, where)
        values = [] if operator.form == "truth" else given.values
        _count(operator, values, where)
        return Condition(
            operand,
            name,
            tuple(VALUES[operator.form](one, where, self.context.timezone) for one in values),
        )

    def _of_dimension(
        self, of: Dimension, operator: str, values: list[Value], at: str
    ) -> Condition:
        texts = tuple(map(_text, values))
        filters.check(of, operator, texts, at)
        made = filters.condition(of, operator, texts)
        return Condition(of, operator, made.values)


def read(question: EventsQuestion, context: AppContext, app: int) -> EventsQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = _Reader(question, context)
    events, groups = reader.events(), reader.groups()
    measures = reader.measures(events, {*RESERVED, *map(key, groups)})
    over = asked_range(
        context.today, question.period or "7d", question.start, question.end, context.first_day
    )
    if question.sort:
        _known(question.sort, [one.name for one in measures], "sort")
    found = EventsQuery(
        app, events, measures, over, question.grain, groups, reader.where(question.where, "where"),
        traffic=question.traffic, sort=question.sort, ascending=question.order == "asc", top=question.top,
        include_other=question.rest, timezone=context.timezone,
    )  # fmt: skip
    if found.grain != "whole":
        over.check(found.grain)
    return found


def condition(given: Filter, context: AppContext, at: str) -> Condition:
    """One condition; Refused, naming the path."""
    return _Reader(EventsQuestion("events", []), context)._condition(given, at)


def _some(asked: Sequence[object], where: str, most: int) -> None:
    if not asked:
        raise Refused("missing", where)
    if len(asked) > most:
        raise Refused("too_many", where, limit=most)


def _names(one: AskedEvent, where: str) -> tuple[str, ...]:
    names = [one.event] if isinstance(one.event, str) else one.event
    _some(names, where, MOST_EVENTS)
    for name in names:
        if not name.strip() or len(name) > 128:
            raise Refused("bad_name", where, got=name[:40])
    return tuple(dict.fromkeys(names))


def _known(got: str, known: Iterable[str], where: str) -> str:
    if got not in (known := tuple(known)):
        raise Refused("unknown_choice", where, got=got[:40], hint=did_you_mean(got, known))
    return got


def _operators(of: Operand) -> tuple[str, ...]:
    """The operators that it can be asked with."""
    if isinstance(of, Dimension):
        return filters.BY_KIND[of.kind]
    if isinstance(of, PageType):
        return OF_CHOICE
    if isinstance(of, Recorded | OfSession):
        return OF_NUMBER if of.kind == "number" else OF_TEXT
    return ALL


def _meant(operator: str, values: list[Value]) -> str:
    """`is` of a number compares numbers, of true or false these."""
    if operator not in ("is", "is_not") or not values:
        return operator
    if operator == "is" and len(values) == 1 and isinstance(values[0], bool):
        return "is_true" if values[0] else "is_false"
    if all(isinstance(one, float) for one in values):
        return "eq" if operator == "is" else "ne"
    return operator


def _count(operator: Operator, values: list[Value], where: str) -> None:
    """Refused where it is not as many values as the operator takes."""
    least, most = {"none": (0, 0), "one": (1, 1), "two": (2, 2), "some": (1, filters.MOST_VALUES)}[
        operator.values
    ]
    if values and not most:
        raise Refused("filter_values", where, of="", got=operator.title)
    if len(values) < least:
        raise Refused("no_value", where)
    if len(values) > most:
        raise Refused("too_many", where, limit=most)


def _text(value: Value, where: str = "", zone: str = "") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = (
        value if isinstance(value, str) else str(int(value)) if value.is_integer() else str(value)
    )
    if len(text) > filters.LONGEST_VALUE:
        raise Refused("too_long", where, limit=filters.LONGEST_VALUE)
    return text


def _number(value: Value, where: str, zone: str) -> float:
    try:
        found = None if isinstance(value, bool) else float(value)
    except ValueError:
        found = None
    if found is None or not abs(found) <= 1e18:  # not a number is not either
        raise Refused("bad_value", where, got=str(value)[:40])
    return found


def _moment(value: Value, where: str, zone: str) -> int:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise Refused("bad_time", where, got=str(value)[:40])
    return milliseconds(found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone)))


#: Form of an operator → what reads one of its values.
VALUES: dict[str, Callable[[Value, str, str], str | float | int]] = {
    "text": _text, "number": _number, "moment": _moment,
}  # fmt: skip
