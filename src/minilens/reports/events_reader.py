"""Reads the JSON of a question about events into the question of the measuring room, and refuses by path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast, get_args

from minilens.errors import Refused
from minilens.measure.events import formula
from minilens.measure.events.columns import OF_TWO, conversion_title, retention_title, title
from minilens.measure.events.operand import Property, key
from minilens.measure.events.query import (
    MOST_DAYS,
    MOST_EVENTS,
    MOST_HELD,
    MOST_MEASURES,
    Aggregate,
    Conversion,
    Counted,
    EventsQuery,
    Figure,
    Formula,
    Measured,
    Retained,
)
from minilens.measure.table import Unit
from minilens.reports.parts_reader import (
    PartsReader,
    check_property,
    days_of,
    known,
    length,
    names,
    some,
)
from minilens.reports.questions.events import AskedEvent, AskedMeasure, EventsQuestion
from minilens.reports.request import AppContext
from minilens.text import Text

#: Columns of every table, which no measure may be called.
RESERVED = ("day", "moment")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
#: Measures of what comes afterwards.
CONVERSION, RETENTION = OF_TWO
#: Part of a measure → the measures of two events that take it; of none, those of one event do.
_TAKEN_BY = {
    "property": (), "field": (), "to": (CONVERSION, RETENTION), "window": (CONVERSION,), "hold": (CONVERSION,),
    "day": (RETENTION,),
}  # fmt: skip
_OF_NOTHING = ("total", "persons", "per_person")


class _Reader(PartsReader):
    """Reads what only questions about events have."""

    def events(self, asked: Sequence[AskedEvent]) -> tuple[Counted, ...]:
        some(asked, "events", MOST_EVENTS)
        found: dict[str, Counted] = {}
        for n, one in enumerate(asked):
            name = one.name or chr(ord("a") + n)
            if not _NAME.fullmatch(name) or name in found:
                raise Refused("bad_measure_name", f"events[{n}].name", got=name)
            where = self.where(one.where, f"events[{n}].where")
            found[name] = Counted(name, names(one.event, f"events[{n}].event"), where)
        return tuple(found.values())

    def measures(
        self, asked: Sequence[AskedMeasure], events: Sequence[Counted], taken: set[str]
    ) -> tuple[Measured, ...]:
        some(asked, "measures", MOST_MEASURES)
        found: list[Measured] = []
        for n, one in enumerate(asked):
            name, where = one.name or f"m{n + 1}", f"measures[{n}]"
            if not _NAME.fullmatch(name) or name in taken or name in (m.name for m in found):
                raise Refused("bad_measure_name", f"{where}.name", got=name)
            self._fits_together(one, where)
            if one.formula:
                found.append(self._formula(one, name, where, [m.name for m in found]))
            elif one.aggregate == CONVERSION:
                found.append(self._conversion(one, name, where, events))
            elif one.aggregate == RETENTION:
                found.append(self._retained(one, name, where, events))
            else:
                found.append(self._figure(one, name, where, events))
        return tuple(found)

    @staticmethod
    def _fits_together(one: AskedMeasure, where: str) -> None:
        """Refused where a part is of another sort of measure."""
        asked = "formula" if one.formula else one.aggregate or "total"
        if one.formula and one.aggregate:
            raise Refused("either_or", f"{where}.aggregate", other="formula")
        for part, takers in _TAKEN_BY.items():
            fits = asked in takers if takers else asked not in OF_TWO
            if getattr(one, part) not in ("", [], None) and not fits:
                raise Refused("not_taken_by", f"{where}.{part}", of=asked)

    def _conversion(
        self, one: AskedMeasure, name: str, where: str, events: Sequence[Counted]
    ) -> Conversion:
        if not one.to:
            raise Refused("missing", f"{where}.to")
        if len(one.hold) > MOST_HELD:
            raise Refused("too_many", f"{where}.hold", limit=MOST_HELD)
        of, to = _places(one, where, events)
        for n, held in enumerate(one.hold):
            check_property(held, f"{where}.hold[{n}]")
        base, then = (_called(events[n]) for n in (of, to))
        told = Text(one.title, one.title) if one.title else conversion_title(base, then)
        window = length(one.window or "7d", f"{where}.window")
        return Conversion(name, told, of, to, window, tuple(map(Property, one.hold)))

    def _retained(
        self, one: AskedMeasure, name: str, where: str, events: Sequence[Counted]
    ) -> Retained:
        of, to = _places(one, where, events)
        after = 7 if one.day is None else one.day
        if not 1 <= after <= MOST_DAYS:
            raise Refused("bad_number", f"{where}.day", got=after, least=1, most=MOST_DAYS)
        base, then = (_called(events[n]) for n in (of, to))
        told = Text(one.title, one.title) if one.title else retention_title(base, then, after)
        return Retained(name, told, of, to, after)

    def _formula(self, one: AskedMeasure, name: str, where: str, before: list[str]) -> Formula:
        node = formula.parse(one.formula, before, f"{where}.formula")
        named = one.title or one.formula
        return Formula(name, Text(named, named), one.formula, node, cast("Unit", one.unit))

    def _figure(
        self, one: AskedMeasure, name: str, where: str, events: Sequence[Counted]
    ) -> Figure:
        every = [event.name for event in events]
        of = one.of or every[0]
        aggregate = cast(
            "Aggregate",
            known(one.aggregate or "total", [*get_args(Aggregate), *OF_TWO], f"{where}.aggregate"),
        )
        at = every.index(known(of, every, f"{where}.of"))
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
            _called(events[at]), aggregate, operand.title if operand else None
        )  # fmt: skip
        return Figure(name, told, at, aggregate, operand)


def _called(one: Counted) -> Text:
    """An event by its name, or several counted as one."""
    return Text(" + ".join(one.events), " + ".join(one.events))


def _places(one: AskedMeasure, where: str, events: Sequence[Counted]) -> tuple[int, int]:
    """Of a measure of two events which they are; without a second one the first itself."""
    every = [event.name for event in events]
    of = every.index(known(one.of or every[0], every, f"{where}.of"))
    return of, every.index(known(one.to or every[of], every, f"{where}.to"))


def read(question: EventsQuestion, context: AppContext, app: int) -> EventsQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = _Reader(context)
    events, groups = reader.events(question.events), reader.groups(question.groups)
    measures = reader.measures(question.measures, events, {*RESERVED, *map(key, groups)})
    over = days_of(question, context, "7d")
    if question.sort:
        known(question.sort, [one.name for one in measures], "sort")
    found = EventsQuery(
        app, events, measures, over, question.grain, groups, reader.where(question.where, "where"),
        traffic=question.traffic, sort=question.sort, ascending=question.order == "asc", top=question.top,
        include_other=question.rest, timezone=context.timezone,
    )  # fmt: skip
    if found.grain != "whole":
        over.check(found.grain)
    return found
