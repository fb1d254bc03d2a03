"""An answer about a funnel with its events by the names that people give them, for cards and messages. Files have
plain names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from minilens.measure.funnels.words import ANY
from minilens.measure.table import Column, Table
from minilens.reports.kinds.funnels import FunnelRequest
from minilens.reports.questions.funnel import AskedStep, FunnelQuestion
from minilens.reports.questions.parts import ANY_EVENT
from minilens.text import Language, Text

#: What stands between the events of a step that is any of several.
_ANY = " + "


def called(
    state: FunnelRequest, table: Table, named: Mapping[str, Text], language: Language
) -> tuple[FunnelRequest, Table]:
    """`named`: event → its name. A step that was given a title keeps it."""
    titles = titles_of(state.question, named, language)
    told = dict(zip(state.asked.titles, titles, strict=True))
    query = replace(state.asked, titles=tuple(titles))
    columns = tuple(_column(one, titles) for one in table.columns)
    names = [one.name for one in table.columns]
    if "step" not in names:
        columns = tuple(_of_events(one, named) if one.name == "event" else one for one in columns)
        return replace(state, asked=query), replace(table, columns=columns)
    event = names.index("event")
    rows = tuple(
        (*row[:event], told.get(str(row[event]), row[event]), *row[event + 1 :])
        for row in table.rows
    )
    return replace(state, asked=query), replace(table, rows=rows)


def titles_of(question: FunnelQuestion, named: Mapping[str, Text], language: Language) -> list[str]:
    """The steps as people call them."""
    every = {**named, ANY_EVENT: ANY}
    return [one.title or _named(one, every, language) for one in question.steps]


def _named(step: AskedStep, named: Mapping[str, Text], language: Language) -> str:
    events = [step.event] if isinstance(step.event, str) else step.event
    return _ANY.join(named[one].of(language) if one in named else one for one in events)


def _of_events(one: Column, named: Mapping[str, Text]) -> Column:
    """What people did, by the names of events."""
    plain = one.shown

    def shown(value: str, language: Language) -> str:
        if value in named:
            return named[value].of(language)
        return plain(value, language) if plain else value

    return replace(one, shown=shown)


def _column(one: Column, titles: list[str]) -> Column:
    """step_2 of a trend is called by its number and the name of its event."""
    number = one.name.removeprefix("step_")
    if number == one.name or not number.isdecimal():
        return one
    said = f"{number} {titles[int(number) - 1]}"
    return replace(one, title=Text(said, said))
