"""Drafts of the ready events of a shop, made at once where an app has none yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from minilens.errors import Refused, did_you_mean
from minilens.records.event_content import Content, Field
from minilens.records.event_definitions import EventDefinitions, Kept
from minilens.reference.events import BUILT_IN
from minilens.reference.ready_events import READY_EVENTS


def make_drafts(
    events: EventDefinitions,
    app: int,
    names: Iterable[str] = READY_EVENTS,
    *,
    now: datetime,
    by: int | None = None,
) -> list[Kept]:
    """A draft for each of them that the app has not defined; nothing is published. Fields that it has already are used
    as they are. Refused for a name that is none of them."""
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in READY_EVENTS:
            hint = did_you_mean(name, READY_EVENTS)
            raise Refused("unknown_choice", "names", got=name[:40], hint=hint)
    there = {one.one.name for one in events.of(app)}
    return [_made(events, app, name, now, by) for name in wanted if name not in there]


def _made(events: EventDefinitions, app: int, name: str, now: datetime, by: int | None) -> Kept:
    held = events.fields(app)
    fields = [held.get(one.name) or Field(**asdict(one)) for one in READY_EVENTS[name]]
    content = Content(way="api", fields=tuple(fields))
    return events.create(app, name, BUILT_IN[name].zh, content, now=now, by=by)
