"""The SQL of a virtual event over rows of events, wherever they are kept: `events` and `actions` have what it reads.

Values are bound, never written into it. `records.virtual_content.matches` says what it must agree with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from minilens.records.virtual_content import (
    NONE,
    NUMBERS,
    Filter,
    Matching,
    Meaning,
    Meanings,
    base_events,
)

#: Texts that are a number as a whole.
_NUMBER = r"^-?(0|[1-9]\\d{0,14})(\\.\\d{1,9})?$"
_COMPARED = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_SAID = {"is": "x = {c}", "contains": "position({c}, x) > 0", "starts_with": "startsWith({c}, x)"}
_ELEMENT = {"handler": "handler", "id": "element", "class": "class"}


#: Gives a value a name in the statement: bound, never written into it.
Bind = Callable[[object, str], str]
#: SQL of a filter that is about an event's launch or person; of none such where a statement cannot know them.
Told = Callable[[Filter], str]


@dataclass
class Bound:
    """The values that a statement names, the same value once; `prefix` keeps them apart from those of others."""

    prefix: str = "v"
    values: dict[str, object] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def __call__(self, value: object, kind: str) -> str:
        """What the statement calls it."""
        key = (kind, repr(value))
        if key not in self._known:
            name = f"{self.prefix}{len(self._known)}"
            self._known[key], self.values[name] = name, value
        return f"{{{self._known[key]}:{kind}}}"


def _nothing_more(one: Filter) -> str:
    raise TypeError(one)


def condition(meaning: Meaning, others: Meanings, bind: Bind, told: Told = _nothing_more) -> str:
    """SQL of whether an event is one: over the columns `name`, `page`, `props` and those of filters.

    `others`: the app's virtual events, by name. Narrow the rows by `names` first: that is the order they lie in.
    """
    every = (of_one(one, others, bind, told) for one in meaning.conditions)
    return f"({' OR '.join(every)})"


def names(meaning: Meaning, others: Meanings, bind: Bind) -> str:
    """SQL that leaves only events that can match at all."""
    return f"name IN {bind(list(base_events(meaning, others)), 'Array(String)')}"


def of_one(one: Matching, others: Meanings, bind: Bind, told: Told = _nothing_more) -> str:
    """SQL of one condition."""
    if one.event in others:
        parts = [condition(others[one.event], others, bind, told)]
    else:
        parts = [f"name = {bind(one.event, 'String')}"]
    if one.pages == "exact":
        parts.append(f"page = {bind(one.page, 'String')}")
    if one.pages == "folder":
        parts.append(f"startsWith(page, {bind(f'{one.page}/', 'String')})")
    parts += [_key(key, value, bind) for key, value in one.element]
    parts += [_filter(each, bind) if each.of_event else told(each) for each in one.filters]
    return f"({' AND '.join(parts)})"


def _key(key: str, value: str, bind: Bind) -> str:
    text = _text_of(_ELEMENT.get(key, key), bind)
    wanted = bind(value, "String")
    if key == "class":
        return f"has(splitByChar(' ', ifNull({text}, '')), {wanted})"
    return f"ifNull({text} = {wanted}, false)"


def _filter(one: Filter, bind: Bind) -> str:
    if one.operator in NUMBERS:
        values = bind([float(value) for value in one.values], "Array(Float64)")
        holds = (
            f"arrayExists(x -> {_number(one.field, bind)} {_COMPARED[one.operator]} x, {values})"
        )
        return f"ifNull({holds}, false)"
    text = _text(one.field, bind)
    if one.operator in NONE:
        return f"{text} IS {'NOT ' if one.operator == 'is_known' else ''}NULL"
    operator = one.operator.removesuffix("_not")
    values = bind(list(one.values), "Array(String)")
    told = f"ifNull({text}, '')"
    some = f"arrayExists(x -> {_SAID[operator].format(c=told)}, {values})"
    holds = f"({text} IS NOT NULL AND {some})"
    return f"NOT {holds}" if one.operator.endswith("_not") else holds


def _text(name: str, bind: Bind) -> str:
    if name.startswith("props."):
        return _text_of(name.removeprefix("props."), bind)
    if name == "scene":
        return "if(scene = 0, NULL, toString(scene))"
    return "toString(value)" if name == "value" else f"nullIf(toString({name}), '')"


def _number(name: str, bind: Bind) -> str:
    if name == "value":
        return "toFloat64(value)"
    if name == "scene":
        return "if(scene = 0, NULL, toFloat64(scene))"
    if not name.startswith("props."):
        return _written(f"toString({name})")
    value = bind(name, "Identifier")
    text = f"dynamicElement({value}, 'String')"
    return (
        f"coalesce(toFloat64(dynamicElement({value}, 'Int64')), dynamicElement({value}, 'Float64'), "
        f"toFloat64(dynamicElement({value}, 'UInt64')), {_written(text)})"
    )


def _written(text: str) -> str:
    return f"if(match(ifNull({text}, ''), '{_NUMBER}'), toFloat64OrNull({text}), NULL)"


def _text_of(path: str, bind: Bind) -> str:
    """A property as text, NULL where it has none."""
    value = bind(f"props.{path}", "Identifier")
    kinds = ("Int64", "Float64", "UInt64")
    numbers = ", ".join(f"toString(dynamicElement({value}, '{kind}'))" for kind in kinds)
    return f"coalesce(dynamicElement({value}, 'String'), {numbers}, toString(dynamicElement({value}, 'Bool')))"
