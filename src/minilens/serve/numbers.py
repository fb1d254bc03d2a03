"""Numbers that carriers gave to others: who has had them when, and which of them somebody said were not handed on."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby

from minilens.errors import NotFound
from minilens.identity.persons import current
from minilens.identity.spans import Span, spans
from minilens.identity.values import hash_read
from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.warehouse.engine import Engine
from minilens.web.persons.doors import Deed, HandedOn, Holder


def listed(pipeline: Pipeline, engine: Engine, app: int, person: int = 0) -> list[HandedOn]:
    """Those of an app, or that a person has or had; the one handed on last first, then those that were not."""
    kept = {one.hash: one for one in pipeline.records.kept_numbers.of(app)}
    # one that is kept is still in the list until the loader has looked
    of = groupby(spans(engine, app), key=lambda span: (span.actor, span.kind))
    found = [
        HandedOn(kind, f"{actor:016x}", [_holder(span) for span in some], actor in kept)
        for (actor, kind), some in of
    ]
    found.sort(key=lambda one: one.holders[-1].since or datetime.min.replace(tzinfo=UTC), reverse=True)  # fmt: skip
    there = {one.hash for one in found}
    now_of = current(engine, app, kept) if kept else {}
    found += [
        HandedOn(one.type, f"{number:016x}", [Holder(f"p{now_of[number]}", None)], kept=True)
        for number, one in kept.items()
        if number in now_of and f"{number:016x}" not in there
    ]
    if person:
        found = [one for one in found if f"p{person}" in {holder.person for holder in one.holders}]
    return found


def keep(
    pipeline: Pipeline, engine: Engine, app: int, number: str, deed: Deed, *, handed_on: bool
) -> HandedOn:
    """One was not handed on, whatever is proved, or what is proved decides again. NotFound where it is none of them."""
    wanted = f"{hash_read(number):016x}"
    one = next((one for one in listed(pipeline, engine, app) if one.hash == wanted), None)
    if one is None:
        raise NotFound("not_found", "identity")
    records, actor = pipeline.records.kept_numbers, int(wanted, 16)
    if handed_on:
        records.release(app, actor, now=now(), why=deed.why, by=deed.by)
    else:
        records.keep(app, one.type, actor, now=now(), why=deed.why, by=deed.by)
    return one


def _holder(span: Span) -> Holder:
    since = datetime.fromtimestamp(span.since / 1000, UTC) if span.since else None
    return Holder(f"p{span.person}", since)
