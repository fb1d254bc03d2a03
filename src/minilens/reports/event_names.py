"""The events of an app by name and title, and what is said of a question about one that there is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from minilens.errors import did_you_mean
from minilens.measure.table import Table
from minilens.records.store import Records
from minilens.reference.events import BUILT_IN
from minilens.reports.question import AnyQuestion
from minilens.reports.questions.parts import ANY_EVENT
from minilens.text import Text


def events(records: Records, app: int) -> dict[str, Text]:
    """Every event that can be asked about: the owner's first, then virtual and built-in ones."""
    found: dict[str, Text] = {}
    for kept in records.events.of(app):
        found[kept.one.name] = Text(kept.one.zh or kept.one.name, kept.one.name)
    for of, name in records.definitions.all():
        if of == app:
            found.setdefault(name, Text(name, name))
    for one in records.virtual_events.of(app):
        if not one.retired:
            found.setdefault(one.name, Text(one.zh, one.en))
    for name, built_in in BUILT_IN.items():
        found.setdefault(name, Text(built_in.zh, built_in.en))
    return found


def with_unknown(table: Table, question: AnyQuestion, known: Mapping[str, Text]) -> Table:
    """The answer with a sentence for each event of the question that nobody defined: most often a slip of the pen.

    It is no refusal: what apps send without defining it can be asked about.
    """
    whole = msgspec.to_builtins(question)
    own = {"", ANY_EVENT, *_texts(whole, "name")}  # what the question itself calls its events
    names = [one for one in dict.fromkeys(_texts(whole, "event")) if one not in own]
    notes = [_note(name, did_you_mean(name, known)) for name in names if name not in known]
    return replace(table, notes=(*table.notes, *notes)) if notes else table


def _texts(part: Any, of: str) -> Iterator[str]:
    """What stands under a name, at whatever place of a question."""
    if isinstance(part, list):
        for one in part:
            yield from _texts(one, of)
    if not isinstance(part, dict):
        return
    for name, value in part.items():
        if name == of:
            yield from [value] if isinstance(value, str) else value
        else:
            yield from _texts(value, of)


def _note(name: str, near: str) -> Text:
    zh, en = (f"；是否想写 {near}？", f"; did you mean {near}?") if near else ("。", ".")
    return Text(f"没有定义名为 {name} 的事件{zh}", f"No event called {name} is defined{en}")
