"""SQL of which events a row is: names of which all rows count are looked up once, however many events there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from minilens.measure.events.condition_sql import Bound
from minilens.measure.events.query import Counted

#: SQL of whether a row is the event of a place.
Is = Callable[[int], str]


def marks(events: Sequence[Counted], is_one: Is, bound: Bound) -> str:
    """A number with bit i where a row is event i."""
    masks: dict[str, int] = {}
    for n in _plain(events):
        for name in events[n].events:
            masks[name] = masks.get(name, 0) | 1 << n
    kind = "UInt16" if len(events) <= 16 else "UInt32"
    made = f"to{kind}(0)"
    if masks:
        names, values = (
            bound(list(masks), "Array(String)"),
            bound([*masks.values()], f"Array({kind})"),
        )
        made = f"transform(name, {names}, {values}, {made})"
    for n in sorted(set(range(len(events))) - set(_plain(events))):
        made = f"bitOr({made}, bitShiftLeft(to{kind}({is_one(n)}), {n}))"
    return made


def any_of(events: Sequence[Counted], is_one: Is, bound: Bound) -> str:
    """Whether a row is one of the events."""
    names = dict.fromkeys(name for n in _plain(events) for name in events[n].events)
    some = [f"name IN {bound(list(names), 'Array(String)')}"] if names else []
    some += [is_one(n) for n in range(len(events)) if n not in _plain(events)]
    return " OR ".join(some).join("()")


def _plain(events: Sequence[Counted]) -> list[int]:
    """The places of the events that every row of their names is."""
    return [n for n, one in enumerate(events) if one.events and not one.narrowed]
