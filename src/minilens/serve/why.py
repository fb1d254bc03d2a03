"""Why a person is, or is not, counted by a figure, as the command tells it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from minilens.errors import Refused
from minilens.measure.person.timeline import TimelineAsked
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.measure.why.query import ExplainedTable, FigureTable
from minilens.records.store import Records
from minilens.render.why_words import Why
from minilens.reports.behind import Behind
from minilens.reports.event_names import events
from minilens.reports.parameters import parameters
from minilens.reports.question import as_json
from minilens.reports.report import Report
from minilens.reports.request import AppContext, Pairs
from minilens.text import Language
from minilens.web.reports.why import in_sentences, visible_to, whys
from minilens.web.reports.why_answer import answer


def told(
    records: Records, app: int, one: Behind, person: int, context: AppContext, form: str,
    language: Language, answered: Callable[[AnyQuery], Table],
) -> bytes:  # fmt: skip
    """As a text or as JSON; Refused where it is of no such question."""
    if form not in ("table", "json"):
        raise Refused("unknown_choice", "format", got=form[:40], hint="json")
    state, query = whys(one, context, app, person)
    table = answered(query)
    assert isinstance(table, ExplainedTable | FigureTable)
    visible = visible_to(TimelineAsked(sensitive=records.sensitive.of(app), masked=False))
    said = in_sentences(table, state, events(records, app), visible, language)
    if form == "json":
        return msgspec.json.encode(answer(table, state, said)) + b"\n"
    return as_text(f"p{person}", said).encode()


def at(one: Behind, measure: str, row: str) -> Behind:
    """The same, of this figure; `row`: the keys of its row as JSON. Refused where it is none."""
    try:
        keys = as_json(f'{{"row": {row or "{}"}}}', Behind).row
    except Refused as error:
        raise error.at("row") from None
    return msgspec.structs.replace(one, measure=measure, row=keys)


def of_report(report: Report, given: Pairs) -> Behind:
    """A report with what an address may say of it."""
    known = {one.name for one in parameters(report)}
    told: dict[str, list[str]] = {}
    for name, value in given:
        if name in known:
            told[name] = [*told.get(name, ()), value]
    return Behind(report=report.name, parameters={**told})


def as_text(person: str, said: Why) -> str:
    """How far, why no further, the attempts, then the events one a line."""
    lines = [f"{person}  {said.verdict}", *said.said, *said.notes]
    if said.attempts:
        lines.append("")
    lines += ["  ".join([one.began, *one.said]) for one in said.attempts]
    if said.events:
        lines.append("")
    lines += [
        "  ".join(
            part for part in (one.time, one.step or "-", one.event, one.page, one.said) if part
        )
        for one in said.events
    ]
    return "\n".join(lines) + "\n"
