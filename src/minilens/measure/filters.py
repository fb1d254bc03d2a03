"""Filters: conditions that an address can carry, the engine can run and a person can read.

    province:is:广东,上海                 one condition; of several values one suffices
    scene:is:1047|newness:is:new        either of two
    cohort:is_not:Buyers of May         of whoever is in none of some cohorts
    two `filter` arguments              both must hold

`\\` before , | : or \\ takes the character as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from minilens.errors import Refused, did_you_mean
from minilens.identity.cohort_members import is_member, members
from minilens.measure import profiles
from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.measure.dimensions import NO_NAMES, PARTS, Dimension
from minilens.text import Language, Text

Place = Literal["days", "pairs", "events", "sessions", "visits", "touches"]
#: Where values are texts, in columns of `days`.
_OF_DAYS: tuple[Place, ...] = ("days", "pairs")

MOST_CONDITIONS = 20
MOST_VALUES = 100
LONGEST_VALUE = 512


@dataclass(frozen=True)
class Operator:
    """`sql` over {c}, the column, and {v}, the bound values."""

    title: Text
    sql: str
    values: bool = True


OPERATORS: dict[str, Operator] = {
    "is": Operator(Text("是", "is"), "{c} IN {v}"),
    "is_not": Operator(Text("不是", "is not"), "{c} NOT IN {v}"),
    "contains": Operator(
        Text("包含", "contains"), "arrayExists(x -> positionCaseInsensitiveUTF8({c}, x) > 0, {v})"
    ),
    "contains_not": Operator(
        Text("不包含", "does not contain"), "NOT arrayExists(x -> positionCaseInsensitiveUTF8({c}, x) > 0, {v})"
    ),
    "starts_with": Operator(Text("开头是", "starts with"), "arrayExists(x -> startsWith({c}, x), {v})"),
    "is_known": Operator(Text("有值", "is known"), "{c} != {nothing}", values=False),
    "is_unknown": Operator(Text("无值", "is not known"), "{c} = {nothing}", values=False),
}  # fmt: skip
BY_KIND: dict[str, tuple[str, ...]] = {
    "text": tuple(OPERATORS),
    "code": ("is", "is_not", "is_known", "is_unknown"),
    "choice": ("is",),
    "group": ("is", "is_not", "is_known", "is_unknown"),
    "cohort": ("is", "is_not"),
}


@dataclass(frozen=True)
class Condition:
    """A dimension, an operator and its values."""

    dimension: Dimension
    operator: str
    values: tuple[str, ...] = ()


#: Every clause must hold; of the conditions of a clause one suffices.
Clause = tuple[Condition, ...]
Filters = tuple[Clause, ...]


def dimensions_of(filters: Filters) -> set[Dimension]:
    """The dimensions that are asked about."""
    return {condition.dimension for clause in filters for condition in clause}


def is_about(filters: Filters, name: str) -> bool:
    """Whether a dimension of that name is asked about."""
    return any(one.name == name for one in dimensions_of(filters))


def known_at_once(filters: Filters) -> Filters:
    """Those that hold or not for an event by itself: who is new is known when the day is made."""
    return tuple(clause for clause in filters if not is_about((clause,), "newness"))


def picks(filters: Filters) -> Filters:
    """Those that pick visits: what brought a person the first time picks none."""
    return tuple(clause for clause in filters if not _of_touch(clause))


def where(filters: Filters, place: Place, *, of_visits: bool = False) -> str:
    """`AND …` over the columns of a place; nothing where nothing is filtered.

    What brought a person the first time is asked of first touches alone, all else of anything but them; `of_visits`: of
    days too.
    """
    texts, _ = _where(filters, place)
    return "".join(
        f" AND {text}"
        for clause, text in zip(filters, texts, strict=True)
        if text and not (of_visits and _of_touch(clause))
    )


def bound(filters: Filters) -> dict[str, object]:
    """The values that the SQL of every place names: a code is a number in one and a text in another."""
    places: tuple[Place, ...] = get_args(Place)
    found = {name: value for place in places for name, value in _where(filters, place)[1].items()}
    for one in dimensions_of(filters):
        found |= one.parameters
    return found


def _of_touch(clause: Clause) -> bool:
    return any(one.dimension.of_touch for one in clause)


def _where(filters: Filters, place: Place) -> tuple[list[str], dict[str, object]]:
    """Of each clause its SQL over a place, '' where it is not asked there; and the values that all of it names."""
    values: dict[str, object] = {}
    texts = []
    for clause in filters:
        if place != "days" and _of_touch(clause) != (place == "touches"):
            texts.append("")
            continue
        either = [condition_sql(one, place, f"{place}_{len(values)}", values) for one in clause]
        texts.append(either[0] if len(either) == 1 else f"({' OR '.join(either)})")
    return texts, values


def condition_sql(condition: Condition, place: Place, name: str, bound: dict[str, object]) -> str:
    """SQL of one condition over a place; its values go to `bound` under the name."""
    field, operator = condition.dimension, OPERATORS[condition.operator]
    if field.kind == "cohort":
        return _of_cohorts(condition, place, name, bound)
    if field.kind == "choice" and place not in _OF_DAYS:
        either = " OR ".join(_of_choice(field, place, value) for value in condition.values)
        return f"({either})"
    number = field.kind == "code" and place not in _OF_DAYS
    values = [int(v) for v in condition.values] if number else list(condition.values)
    named = column(field, place)
    kind = "Int32" if number else "String"
    if condition.operator == "is" and len(values) == 1:  # quicker than looking into a set
        bound[name] = values[0]
        return f"{named} = {{{name}:{kind}}}"
    if operator.values:
        bound[name] = values
    nothing = "0" if number else "'0'" if field.kind == "code" else "''"
    sql = operator.sql.format(c=named, v=f"{{{name}:Array({kind})}}", nothing=nothing)
    if called := field.named(condition.operator, condition.values):
        bound[f"{name}_called"] = list(called)
        negated, joined = ("NOT ", "AND") if condition.operator == "contains_not" else ("", "OR")
        sql = f"({sql} {joined} {named} {negated}IN {{{name}_called:Array(String)}})"
    return sql


def _of_cohorts(condition: Condition, place: Place, name: str, bound: dict[str, object]) -> str:
    """Whether the person is in one of the cohorts; not in any of them."""

    def bind(value: object, kind: str) -> str:
        one = f"{name}_{len(bound)}"
        bound[one] = value
        return f"{{{one}:{kind}}}"

    versions = condition.dimension.members
    if not versions:
        raise ValueError("nobody was asked who is in these cohorts", condition.values)
    if place == "events":
        holds = profiles.of_events(
            "\n            UNION ALL".join(members(*one, bind) for one in versions)
        )
    else:
        holds = is_member("person", versions, bind)
    return holds if condition.operator == "is" else f"NOT ({holds})"


def with_members(filters: Filters, known: Callable[[str], tuple[int, int]]) -> Filters:
    """The same filters with who is in their cohorts; `known` says of a name the number and the version."""

    def of(one: Condition) -> Condition:
        if one.dimension.kind != "cohort":
            return one
        some = tuple(dict.fromkeys(known(name) for name in one.values))
        numbers = tuple(str(number) for number, _ in some)
        return Condition(
            replace(one.dimension, members=some, names=NO_NAMES), one.operator, numbers
        )

    return tuple(tuple(map(of, clause)) for clause in filters)


def _of_choice(field: Dimension, place: Place, value: str) -> str:
    """A choice of two is a truth in the tables, not a text."""
    named = column(field, place)
    return named if value == next(iter(field.choices)) else f"NOT {named}"


def column(field: Dimension, place: Place) -> str:
    """Where a place holds the values of a field."""
    if place in _OF_DAYS:
        return field.of_days(_plainly(field, place))
    plain = _plainly(field, place)
    return field.grouped(f"toString({plain})") if field.groups else plain


def _plainly(field: Dimension, place: Place) -> str:
    if place == "pairs":
        return "days.page" if field.name == "page" else "days.value"
    if place == "days":  # named in full: a list has values of its own
        return "days.value"
    return field.events if place == "events" else field.sessions


def read(texts: Iterable[str], where: str = "filter", catalog: Catalog = BUILT_IN) -> Filters:
    """Filters from the arguments of an address; Refused, naming the culprit."""
    filters = tuple(_clause(text, where, catalog) for text in texts if text)
    if sum(map(len, filters)) > MOST_CONDITIONS:
        raise Refused("too_many", where, limit=MOST_CONDITIONS)
    return filters


def _clause(text: str, where: str, catalog: Catalog) -> Clause:
    return tuple(_condition(part, where, catalog) for part in _split(text, "|"))


def _condition(text: str, where: str, catalog: Catalog) -> Condition:
    name, operator, *rest = [*_split(text, ":", most=2), ""][:3]
    field = catalog.filtered_by(_plain(name), where)
    allowed = BY_KIND[field.kind]
    if operator not in allowed:
        hint = did_you_mean(operator, allowed)
        known, got = ", ".join(allowed), operator or '""'
        raise Refused("unknown_operator", where, got=got, of=field.name, known=known, hint=hint)
    given = rest[0] if rest else ""
    values = tuple(_plain(value) for value in _split(given, ",")) if given else ()
    check(field, operator, values, where)
    return condition(field, operator, values)


def condition(field: Dimension, operator: str, values: Sequence[str] = ()) -> Condition:
    """A condition whose whole values are as the store has them, however people wrote them; parts stay as written."""
    if operator in PARTS:
        return Condition(field, operator, tuple(values))
    found = tuple(one for value in values for one in field.stored(value))
    if found != tuple(values):  # two ways to write one value
        found = tuple(dict.fromkeys(found))
    return Condition(field, operator, found)


def check(field: Dimension, operator: str, values: Sequence[str], where: str) -> None:
    """Refused where an operator does not take these values."""
    known, named = OPERATORS[operator], field.title
    if known.values and not values:
        raise Refused("no_value", where)
    if known.values != bool(values):
        raise Refused("filter_values", where, of=named, got=known.title)
    if len(values) > MOST_VALUES:
        raise Refused("too_many", where, limit=MOST_VALUES, named=named)
    for value in values:
        if len(value) > LONGEST_VALUE:
            raise Refused("too_long", where, limit=LONGEST_VALUE, named=named)
        if field.kind == "code" and not re.fullmatch(r"-?\d{1,9}", value):
            raise Refused("bad_value", where, got=value, named=named)
        if field.kind in ("choice", "group") and value not in field.choices:
            hint = did_you_mean(value, field.choices)
            choices = ", ".join(field.choices)
            raise Refused(
                "unknown_choice", where, got=value, hint=hint, named=named, choices=choices
            )


def write(clause: Clause) -> str:
    """The argument that `read` reads as this clause."""
    return "|".join(
        ":".join(
            [
                c.dimension.name,
                c.operator,
                *([",".join(map(_escaped, c.values))] if c.values else []),
            ]
        )
        for c in clause
    )


def sentence(clause: Clause, language: Language) -> str:
    """省份 是 广东 或 上海 / Province is Guangdong or Shanghai."""
    either = " 或 " if language == "zh" else " or "
    return either.join(_said(condition, language) for condition in clause)


def _said(condition: Condition, language: Language) -> str:
    field, operator = condition.dimension, OPERATORS[condition.operator]
    zh = language == "zh"
    either = " 或 " if zh else " or "
    shown = [field.shown(value, language) for value in condition.values]
    parts = [field.title.of(language), operator.title.of(language)]
    return " ".join([*parts, either.join(shown)] if shown else parts)


def _split(text: str, at: str, most: int = 0) -> list[str]:
    """Cut at a character that has no backslash before it, at most so many times."""
    parts: list[str] = []
    held, escaped = "", False
    for letter in text:
        if letter == at and not escaped and (not most or len(parts) < most):
            parts.append(held)
            held = ""
            continue
        held += letter
        escaped = letter == "\\" and not escaped
    return [*parts, held]


def _escaped(value: str) -> str:
    return re.sub(r"([\\,|:])", r"\\\1", value)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
