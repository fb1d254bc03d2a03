"""Why a person is, or is not, counted by a funnel, as the command tells it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from minilens.errors import Refused
from minilens.measure.person.timeline import TimelineAsked
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.measure.why.query import ExplainedTable, WhyQuery
from minilens.records.store import Records
from minilens.render.as_why import Why
from minilens.reports.event_names import events
from minilens.reports.kinds import funnels
from minilens.reports.question import AnyQuestion
from minilens.reports.request import AppContext
from minilens.text import Language
from minilens.web.reports.why import answer, in_sentences, plain, visible_to


def told(
    records: Records, app: int, question: AnyQuestion, person: int, context: AppContext, form: str,
    language: Language, answered: Callable[[AnyQuery], Table],
) -> bytes:  # fmt: skip
    """As a text or as JSON; Refused where the question is no funnel."""
    if form not in ("table", "json"):
        raise Refused("unknown_choice", "format", got=form[:40], hint="json")
    state = funnels.request(plain(question), context)
    table = answered(WhyQuery(state.query(app), person))  # type: ignore[arg-type]
    assert isinstance(table, ExplainedTable)
    visible = visible_to(TimelineAsked(sensitive=records.sensitive.of(app), masked=False))
    said = in_sentences(table, state, events(records, app), visible, language)
    if form == "json":
        return msgspec.json.encode(answer(table, state, said)) + b"\n"
    return as_text(f"p{person}", said).encode()


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
