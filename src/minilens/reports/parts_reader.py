"""Reads the parts that questions of every kind have: groups, conditions, what they are about. Refuses by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from minilens.errors import Refused, did_you_mean
from minilens.measure import filters
from minilens.measure.catalog import Catalog
from minilens.measure.dimensions import Dimension
from minilens.measure.events.operand import (
    RECORDED,
    SESSION,
    InCohort,
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
    MOST_DAYS,
    MOST_DEPTH,
    MOST_EVENTS,
    MOST_GROUPS,
    NO_CONDITIONS,
    Condition,
    Conditions,
)
from minilens.period import Range, asked_range, milliseconds
from minilens.reference.page_types import PAGE_TYPES
from minilens.reports.questions.parts import AskedGroup, Filter, Value, one_of
from minilens.reports.request import AppContext

#: Whose patterns the app says.
PAGE_TYPE = PageType()
#: Letters of the name of an event.
LONGEST_NAME = 128
#: In no name that can be bound.
_UNNAMED = set("`'\\")
_LENGTH = re.compile(r"([0-9]{1,9})(s|m|h|d|w)")
_MILLISECONDS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_KINDS = ("property", "field", "profile", "session", "cohort")
_OF_COHORTS = ("is", "is_not")


class Ranged(Protocol):
    """A question over some days."""

    @property
    def period(self) -> str: ...
    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...


@dataclass
class PartsReader:
    """Reads the parts of one question; how many conditions it has had."""

    context: AppContext
    conditions: int = 0

    @property
    def catalog(self) -> Catalog:
        """What an app can be asked about."""
        return self.context.catalog

    def groups(self, asked: Sequence[AskedGroup]) -> tuple[Operand, ...]:
        """What rows are told apart by, each once."""
        if len(asked) > MOST_GROUPS:
            raise Refused("too_many", "groups", limit=MOST_GROUPS)
        found: list[Operand] = []
        for n, one in enumerate(asked):
            operand = self.operand(one, ("property", "field", "profile", "cohort"), f"groups[{n}]")
            if isinstance(operand, InCohort):
                operand = _placed(operand, found, f"groups[{n}].cohort")
            if key(operand) in map(key, found):
                raise Refused("twice", f"groups[{n}]", got=key(operand))
            found.append(operand)
        return tuple(found)

    def operand(self, part: object, kinds: tuple[str, ...], where: str) -> Operand:
        """What a part is about; Refused, naming the path, with a hint."""
        kind = one_of(part, kinds, where)
        name, at = str(getattr(part, kind)), f"{where}.{kind}"
        if kind in ("property", "profile"):
            check_property(name, at)
            return Property(name) if kind == "property" else Profile(name)
        if kind == "cohort":
            return InCohort(name, at=at)
        if kind == "session":
            return SESSION[known(name, SESSION, at)]
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
            return self.condition(given, at)
        name = "all" if given.all is not None else "any"
        more = any(getattr(given, one) for one in (*_KINDS, "operator", "values"))
        if more or (given.all is not None and given.any is not None):
            raise Refused("either_or", at, other=name)
        if depth > MOST_DEPTH:
            raise Refused("too_deep", at, limit=MOST_DEPTH)
        parts = given.all if given.all is not None else given.any
        inner = (
            self._part(one, f"{at}.{name}[{n}]", depth + 1) for n, one in enumerate(parts or [])
        )
        return Conditions(name == "all", tuple(inner))

    def condition(self, given: Filter, at: str) -> Condition:
        """One condition that holds no others."""
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise Refused("too_many", at, limit=MOST_CONDITIONS)
        operand = self.operand(given, _KINDS, at)
        if isinstance(operand, InCohort):
            return _of_cohort(operand, given, at)
        name = _meant(given.operator, given.values)
        taken = _operators(operand)
        if name not in taken:
            hint = did_you_mean(name, taken)
            raise Refused(
                "unknown_operator",
                f"{at}.operator",
                got=name or '""',
                of=key(operand),
                known=", ".join(taken),
                hint=hint,
            )
        if isinstance(operand, Dimension):
            return self._of_dimension(operand, name, given.values, f"{at}.values")
        operator, where = OPERATORS[name], f"{at}.values"
        for value in given.values if isinstance(operand, PageType) else ():
            known(str(value), PAGE_TYPES, where)
        values = [] if operator.form == "truth" else given.values
        _count(operator, values, where)
        read = tuple(VALUES[operator.form](one, where, self.context.timezone) for one in values)
        if operator.values == "two" and read[0] > read[1]:  # type: ignore[operator]
            first, second = (f"{one:g}" if isinstance(one, float) else one for one in values)
            raise Refused("turned_round", where, first=first, second=second)
        return Condition(operand, name, read)

    def _of_dimension(
        self, of: Dimension, operator: str, values: list[Value], at: str
    ) -> Condition:
        texts = tuple(_text(one, at) for one in values)
        filters.check(of, operator, texts, at)
        made = filters.condition(of, operator, texts)
        return Condition(of, operator, made.values)


def _placed(one: InCohort, before: Sequence[Operand], at: str) -> InCohort:
    """A cohort behind others that rows are told apart by, with a column of its own; Refused where it is one of them."""
    others = [other.name for other in before if isinstance(other, InCohort)]
    if one.name in others:
        raise Refused("twice", at, got=one.name[:40])
    return replace(one, place=len(others) + 1)


def _of_cohort(of: InCohort, given: Filter, at: str) -> Condition:
    """Being in it, or not."""
    operator = known(given.operator or "is", _OF_COHORTS, f"{at}.operator")
    if given.values:
        raise Refused("filter_values", f"{at}.values", of=of.name, got=operator)
    return Condition(of, operator, (of.name,))


def days_of(question: Ranged, context: AppContext, otherwise: str) -> Range:
    """The days of a question: `otherwise` where it says none. Refused where it says them twice, or what is no day."""
    if question.period and (question.start or question.end):
        raise Refused("either_or", "period", other="from" if question.start else "to")
    return asked_range(
        context.today, question.period or otherwise, question.start, question.end, context.first_day
    )


def some(asked: Sequence[object], where: str, most: int) -> None:
    """Refused where there is none of them, or more than so many."""
    if not asked:
        raise Refused("missing", where)
    if len(asked) > most:
        raise Refused("too_many", where, limit=most)


def condition(given: Filter, context: AppContext, at: str) -> Condition:
    """One condition; Refused, naming the path."""
    return PartsReader(context).condition(given, at)


def check_property(name: str, where: str) -> None:
    """Refused where no property can be called that."""
    if set(name) & _UNNAMED or not name.isprintable():
        raise Refused("bad_property", where, got=name)


def names(asked: str | list[str], where: str) -> tuple[str, ...]:
    """The names of an event, or of several, each once."""
    every = [asked] if isinstance(asked, str) else asked
    some(every, where, MOST_EVENTS)
    for name in every:
        if not name.strip():
            raise Refused("missing", where)
        if len(name) > LONGEST_NAME:
            raise Refused("too_long", where, limit=LONGEST_NAME)
    return tuple(dict.fromkeys(every))


def known(got: str, every: Iterable[str], where: str) -> str:
    """One of them; Refused, saying which there are, where it is none."""
    if got not in (every := tuple(every)):
        hint, choices = did_you_mean(got, every), ", ".join(every)
        raise Refused("unknown_choice", where, got=got[:40], hint=hint, choices=choices)
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
        raise Refused("too_few", where, least=least) if values else Refused("no_value", where)
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


def length(text: str, path: str) -> int:
    """The milliseconds of 30s, 20m, 12h, 7d or 2w; Refused, naming the path, where it is none or longer than a year."""
    found = _LENGTH.fullmatch(text)
    made = int(found[1]) * _MILLISECONDS[found[2]] if found else 0
    if not found or made > MOST_DAYS * _MILLISECONDS["d"]:
        raise Refused("bad_window", path, got=text, most=MOST_DAYS)
    return made


def key_of(reader: PartsReader, asked: object, at: str) -> Operand:
    """What tells events apart: a property, or the id of what an event is about. Refused where it is something else."""
    found = reader.operand(asked, ("property", "field"), at)
    if not isinstance(found, Property) and found is not RECORDED["target_id"]:
        raise Refused("unknown_choice", f"{at}.field", got=key(found), hint="target_id")
    return found
