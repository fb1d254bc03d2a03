"""Questions about events that name virtual ones: what these mean takes the place of their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from minilens.measure.events.query import Condition, Counted, EventsQuery, Virtually
from minilens.records.virtual_content import (
    Filter,
    Matching,
    Meaning,
    base_events,
    filters_of,
)

#: What a filter about a launch or a person asks, as questions ask it.
Asks = Callable[[Filter], Condition]


def with_virtual(query: EventsQuery, meanings: Mapping[str, Meaning], asks: Asks) -> EventsQuery:
    """The same question; `meanings`: the app's virtual events, retired ones too, since what uses them counts on."""
    events = tuple(_meant(one, meanings, asks) for one in query.events)
    return query if events == query.events else replace(query, events=events)


def _meant(one: Counted, meanings: Mapping[str, Meaning], asks: Asks) -> Counted:
    named = [name for name in one.events if name in meanings]
    if not named:
        return one
    inner = {each for name in named for each in meanings[name].events() if each in meanings}
    others = tuple((name, meanings[name]) for name in sorted({*named, *inner}))
    plain = [name for name in one.events if name not in meanings]
    every = [*plain, *(base for name in named for base in base_events(meanings[name], meanings))]
    meaning = Meaning(tuple(Matching(name) for name in one.events))
    filters = dict.fromkeys(
        each for _, of in others for each in filters_of(of) if not each.of_event
    )
    return replace(
        one,
        events=tuple(dict.fromkeys(every)),
        called=one.events,
        virtual=Virtually(meaning, others, tuple((each, asks(each)) for each in filters)),
    )
