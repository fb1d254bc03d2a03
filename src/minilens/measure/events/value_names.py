"""Questions about properties whose values have names of the app's own: understood in conditions, shown in groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from minilens.measure.events.operand import Operand, Property
from minilens.measure.events.query import Condition, Conditions, EventsQuery
from minilens.measure.value_names import ValueNames
from minilens.text import Text

#: Property → value → its name.
Names = Mapping[str, Mapping[str, Text]]
#: Operators whose values are whole.
WHOLE = ("is", "is_not")


def with_names(query: EventsQuery, names: Names) -> EventsQuery:
    """The same question, in which names stand for the values that they are of; groups know what to call theirs."""
    if not names:
        return query
    named = {one.name: names[one.name] for one in query.groups if _has(one, names)}
    return replace(
        query,
        where=_meant(query.where, names),
        events=tuple(replace(one, where=_meant(one.where, names)) for one in query.events),
        value_names=tuple((name, tuple(some.items())) for name, some in named.items()),
    )


def _has(of: Operand, names: Names) -> bool:
    return isinstance(of, Property) and of.name in names


def _meant(where: Conditions, names: Names) -> Conditions:
    parts = tuple(
        _meant(one, names) if isinstance(one, Conditions) else _condition(one, names)
        for one in where.parts
    )
    return replace(where, parts=parts)


def _condition(one: Condition, names: Names) -> Condition:
    """A value that has a name of its own is that value, whatever else is called so."""
    if one.operator not in WHOLE or not isinstance(one.operand, Property):
        return one
    known = names.get(one.operand.name, {})
    called = ValueNames(known)
    values = [
        stored
        for value in one.values
        for stored in ((value,) if value in known else called.stored(str(value)))
    ]
    return replace(one, values=tuple(dict.fromkeys(values)))
