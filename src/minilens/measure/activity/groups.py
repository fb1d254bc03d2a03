"""Which group each person is in: that of one row, so that groups sum to the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from minilens.measure.activity.active import NOTHING, Active
from minilens.measure.activity.sets import Bits, Whole
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.operand import key
from minilens.measure.events.query import EventsQuery
from minilens.measure.table import Cell


@dataclass(frozen=True)
class Group:
    """Some persons: of one group, of all others, or everybody (`who` None)."""

    values: tuple[Cell, ...]
    who: Bits | None


def chosen(
    active: Active, query: EventsQuery, members: Sequence[Bits], keys: Mapping[str, Cell]
) -> list[Group]:
    """The groups of a row; everybody where it names none."""
    named = {n: keys[key(one)] for n, one in enumerate(query.groups) if key(one) in keys}
    if not named:
        return [Group((), None)]
    if OTHERS in named.values():
        groups, _ = told(active, query, members)
        return [one for one in groups if OTHERS in one.values]
    groups, _ = told(active, replace(query, top=len(active.place) + 1), members)
    return [one for one in groups if all(one.values[n] == value for n, value in named.items())]


def told(active: Active, query: EventsQuery, members: Sequence[Bits]) -> tuple[list[Group], int]:
    """The groups with the most persons and all others, and how many groups there are.

    `members`: of each period those who count in it; a person is in the group of the first of these.
    """
    if not query.groups:
        return [Group((), None)], 0
    code, texts = _codes(active, len(query.groups))
    of = np.full(active.persons.count, -1, np.int64)
    for period in range(len(members) - 1, -1, -1):
        here = active.within(period)
        place = active.place[here]
        there = active.persons.places(members[period])[place]
        of[place[there]] = code[here][there]
    known, sizes = np.unique(of[of >= 0], return_counts=True)
    order = sorted(
        zip(known.tolist(), sizes.tolist(), strict=True), key=lambda one: (-one[1], texts[one[0]])
    )
    found = [
        Group(
            tuple(None if text == NOTHING else text for text in texts[one]),
            active.persons.at(np.flatnonzero(of == one)),
        )
        for one, _ in order[: query.top]
    ]
    others = [one for one, _ in order[query.top :]]
    if others and query.include_other:
        who = active.persons.at(np.flatnonzero(np.isin(of, others)))
        found.append(Group((OTHERS,) * len(query.groups), who))
    return found, len(order)


def _codes(active: Active, groups: int) -> tuple[Whole, list[tuple[str, ...]]]:
    """Of each pair its group, and what groups stand for."""
    columns = [active.columns[f"group{n}"] for n in range(groups)]
    code = np.zeros(len(active.place), np.int64)
    for one in columns:
        code = code * (len(one.texts) + 1) + one.codes
    known, place = np.unique(code, return_inverse=True)
    texts: list[tuple[str, ...]] = []
    for number in known.tolist():
        some: list[str] = []
        for one in reversed(columns):
            number, at = divmod(number, len(one.texts) + 1)
            some.append(one.texts[at])
        texts.append(tuple(reversed(some)))
    return place.astype(np.int64), texts
