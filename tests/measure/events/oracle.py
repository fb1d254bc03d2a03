"""Questions about events counted by brute force, from the words alone: lists, sets and one pass a row."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from minilens.measure.dimensions import Dimension
from minilens.measure.events.operand import Operand, Property, Recorded
from minilens.measure.events.query import (
    Condition,
    Conditions,
    Conversion,
    Counted,
    EventsQuery,
    Figure,
    Formula,
    Retained,
)
from minilens.reference.events import TECHNICAL
from tests.measure.filtered_oracle import SAYS
from tests.measure.oracle import Oracle, first_of
from tests.pipeline import Happening

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
Row = tuple[object, ...]


def sent(h: Happening, name: str) -> Any:
    """What an event was sent with, None where it was not."""
    return json.loads(h.props or "{}").get(name)


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if float(value).is_integer() else str(value)


def as_number(value: Any) -> float | None:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class Asked:
    """One question, and the history that it is asked of."""

    query: EventsQuery
    oracle: Oracle
    today: date = date.max

    def value(self, of: Operand, h: Happening) -> Any:
        if isinstance(of, Property):
            return sent(h, of.name)
        if isinstance(of, Dimension):
            return SAYS[of.name](h, False)
        assert isinstance(of, Recorded)
        return None if h.duration is None else h.duration / 1000

    def holds(self, one: Condition | Conditions, h: Happening) -> bool:
        if isinstance(one, Conditions):
            parts = [self.holds(part, h) for part in one.parts]
            return not parts or (all(parts) if one.every else any(parts))
        value = self.value(one.operand, h)
        if isinstance(one.operand, Dimension):
            return (value in one.values) == (one.operator == "is")
        return HOLDS[one.operator](value, one.values)

    def counted(self, one: Counted, h: Happening) -> bool:
        named = h.name in one.events if one.events else h.name not in TECHNICAL
        return named and self.holds(one.where, h) and self.holds(self.query.where, h)

    def events(self) -> list[Happening]:
        """Everything that is counted as anything."""
        query, oracle = self.query, self.oracle
        return [
            h
            for h in oracle.events
            if h.traffic == query.traffic
            and query.range.start <= oracle.day(h) <= query.range.end
            and any(self.counted(one, h) for one in query.events)
        ]

    def measured(self, some: Iterable[Happening]) -> Row:
        """The measures of some of the events."""
        held = list(some)
        cells: dict[str, Any] = {}
        for one in self.query.measures:
            if isinstance(one, Formula):  # all that are asked here: one over another
                over, under = one.text.split(" / ")
                left, right = cells[over], cells[under]
                cells[one.name] = None if left is None or not right else left / right
            elif isinstance(one, Conversion):
                cells[one.name] = self.conversion(one, held)
            elif isinstance(one, Retained):
                cells[one.name] = self.retained(one, held)
            else:
                own = [h for h in held if self.counted(self.query.events[one.of], h)]
                cells[one.name] = self.figure(one, own)
        return tuple(cells.values())

    def conversion(self, one: Conversion, some: list[Happening]) -> float | None:
        """Of the persons with a base the share of those with one that leads to the event."""
        query, oracle = self.query, self.oracle
        every = sorted(
            (h for h in oracle.events if h.traffic == query.traffic),
            key=lambda h: (h.ts, h.seq == 0, h.seq),
        )
        place = {h.id: n for n, h in enumerate(every)}

        def held(h: Happening) -> list[str | None]:
            return [as_text(self.value(each, h)) for each in one.held]

        def leads(h: Happening) -> bool:
            return any(
                oracle.person[then.id] == oracle.person[h.id]
                and then.ts <= h.ts + one.window
                and held(then) == held(h)
                and self.counted(query.events[one.to], then)
                for then in every[place[h.id] + 1 :]
            )

        bases = [h for h in some if self.counted(query.events[one.of], h) and None not in held(h)]
        persons = {oracle.person[h.id] for h in bases}
        led = {oracle.person[h.id] for h in bases if leads(h)}
        return len(led) / len(persons) if persons else None

    def retained(self, one: Retained, some: list[Happening]) -> float | None:
        """Of persons and their days with a base, the share of those who did the other on the day so far behind."""
        query, oracle = self.query, self.oracle
        came = {
            (oracle.person[h.id], oracle.day(h))
            for h in oracle.events
            if h.traffic == query.traffic and self.counted(query.events[one.to], h)
        }
        behind = timedelta(days=one.after)
        bases = {
            (oracle.person[h.id], oracle.day(h))
            for h in some
            if self.counted(query.events[one.of], h) and oracle.day(h) + behind < self.today
        }
        back = {(person, day) for person, day in bases if (person, day + behind) in came}
        return len(back) / len(bases) if bases else None

    def figure(self, one: Figure, some: list[Happening]) -> Any:
        persons = len({self.oracle.person[h.id] for h in some})
        values = [self.value(one.operand, h) for h in some] if one.operand else []
        if one.aggregate == "distinct":
            texts = {as_text(value) for value in values} - {None}
            return len(texts - {"", "0"} if isinstance(one.operand, Dimension) else texts)
        numbers = sorted(n for n in map(as_number, values) if n is not None)
        added = math.fsum(numbers)
        found: dict[str, Callable[[], Any]] = {
            "total": lambda: len(some), "persons": lambda: persons,
            "per_person": lambda: len(some) / persons if persons else None,
            "sum": lambda: added, "sum_per_person": lambda: added / persons if persons else None,
            "mean": lambda: added / len(numbers) if numbers else None,
            "min": lambda: numbers[0] if numbers else None, "max": lambda: numbers[-1] if numbers else None,
            "median": lambda: level(numbers, 0.5), "p90": lambda: level(numbers, 0.9),
        }  # fmt: skip
        return found[one.aggregate]()

    def groups(self) -> dict[Row, list[Happening]]:
        """The events of each group; without a value a group of its own."""
        found: dict[Row, list[Happening]] = {}
        for h in self.events():
            group = tuple(as_text(self.value(one, h)) for one in self.query.groups)
            found.setdefault(group, []).append(h)
        return found

    def bucket(self, h: Happening) -> object:
        """The period that an event lies in."""
        if self.query.grain == "hour":
            moment = datetime.fromtimestamp(h.ts / 1000, self.oracle.zone)
            begin = (
                datetime.combine(moment.date(), datetime.min.time(), self.oracle.zone).timestamp()
                * 1000
            )
            return int(begin + (h.ts - begin) // 3_600_000 * 3_600_000)
        return first_of(self.oracle.day(h), self.query.grain)

    def buckets(self) -> list[date]:
        """Every period but hours."""
        over = self.query.range
        every = (over.start + timedelta(days=n) for n in range(over.days))
        return list(dict.fromkeys(first_of(day, self.query.grain) for day in every))


def level(numbers: list[float], part: float) -> float | None:
    """Of numbers in order the one so far from the first to the last; between two in proportion."""
    if not numbers:
        return None
    at = part * (len(numbers) - 1)
    low, high = math.floor(at), math.ceil(at)
    return numbers[low] + (numbers[high] - numbers[low]) * (at - low)


def _number(compare: Callable[[float, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, values: Any) -> bool:
        number = as_number(value)
        return number is not None and compare(number, values)

    return holds


HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, values: as_text(value) in values,
    "is_not": lambda value, values: as_text(value) not in values,
    "contains": lambda value, values: value is not None and any(v in str(as_text(value)) for v in values),
    "is_known": lambda value, values: value is not None,
    "is_unknown": lambda value, values: value is None,
    "is_empty": lambda value, values: value == "",
    "is_true": lambda value, values: value is True or value == "true",
    "eq": _number(lambda n, values: n in values),
    "ne": lambda value, values: as_number(value) not in values,
    "gt": _number(lambda n, values: n > values[0]),
    "between": _number(lambda n, values: values[0] <= n <= values[1]),
}  # fmt: skip
