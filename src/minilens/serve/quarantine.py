"""Events in quarantine: listed, let in, dropped. What the console, the API and commands share."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from minilens.errors import NotFound, Refused
from minilens.load.pipeline import Pipeline
from minilens.load.quarantine import Left
from minilens.measure.ledger import seen, waiting
from minilens.period import now, today
from minilens.records.event_rows import Types
from minilens.records.store import App
from minilens.reference.events import BUILT_IN
from minilens.reference.field_types import REASON
from minilens.web.console import Quarantine
from minilens.web.events.seen import absent, undefined
from minilens.web.quarantine import Group, Shown

#: Seconds that letting in may take in one go for a page or a program; who asks again goes on.
PATIENCE = 20.0
LONGEST_WHY = 200


def door(pipeline: Pipeline) -> Quarantine:
    """For the site."""

    def recorded(name: str) -> App:
        return pipeline.records.apps.named(name)

    return Quarantine(
        all=lambda app: groups(pipeline, recorded(app.name)),
        find=lambda app, reason, name: shown(pipeline, recorded(app.name), reason, name),
        release=lambda app, reason, name, by: released(
            pipeline, recorded(app.name), reason, name, by=by
        ),
        count_anyway=lambda app, name, by: counted_anyway(
            pipeline, recorded(app.name), name, by=by
        ),
        drop=lambda app, reason, name, why, by: dropped(
            pipeline, recorded(app.name), reason, name, why, by=by
        ),
        seen=lambda app: events_seen(pipeline, recorded(app.name)),
    )


def events_seen(pipeline: Pipeline, app: App) -> seen.EventsSeen:
    """What came lately, and what did not."""
    return seen.seen(pipeline.engine, app.id, declared(pipeline, app.id), today(app.timezone))


def declared(pipeline: Pipeline, app: int) -> set[str]:
    """Names of the app's own events."""
    return {name for of, name in pipeline.records.definitions.all() if of == app}


def groups(pipeline: Pipeline, app: App) -> list[Group]:
    """What waits, the most first."""
    known = declared(pipeline, app.id) | set(BUILT_IN)
    types = pipeline.records.events.field_types().get(app.id, {})
    return [_group(one, app, known, types) for one in waiting.waiting(pipeline.engine, app.id)]


def _group(one: waiting.Waiting, app: App, known: set[str], types: Types) -> Group:
    is_open = not set(one.ways) <= set(app.strict)
    let = one.reason == "undeclared" and (is_open or one.name in known)
    if one.reason == REASON:
        now = types.get(one.name, {})
        let = is_open or any(
            all(now.get(wrong.field) != wrong.declared for wrong in each.fields)
            for each in one.mismatches
        )
    return Group(one, let and one.bare < one.events, one.name in known)


def shown(pipeline: Pipeline, app: App, reason: str, name: str) -> Shown:
    """One of them in detail; NotFound where nothing waits so."""
    found = [
        one
        for one in groups(pipeline, app)
        if one.waiting.reason == reason and one.waiting.name == name
    ]
    if not found:
        raise NotFound("not_in_quarantine", "event", got=name[:64])
    hidden = pipeline.records.sensitive.of(app.id)
    asked = (pipeline.engine, app.id, reason, name)
    return Shown(
        found[0],
        waiting.samples(*asked, sensitive=hidden),
        waiting.fields(*asked, sensitive=hidden),
    )


def released(
    pipeline: Pipeline, app: App, reason: str, name: str, *, by: int | None = None, seconds: float = PATIENCE
) -> Left:  # fmt: skip
    """Let them in; what still is not declared, or not as it is declared, stays."""
    done = pipeline.quarantine.release(app.id, reason=reason, name=name, seconds=seconds)
    _note_let_in(pipeline, app, name, done, by, reason=reason)
    return done


def counted_anyway(
    pipeline: Pipeline, app: App, name: str, *, by: int | None = None, seconds: float = PATIENCE
) -> Left:
    """Let in those of which a field is not of its type, as they came."""
    done = pipeline.quarantine.count_anyway(app.id, name, seconds=seconds)
    _note_let_in(pipeline, app, name, done, by, reason=REASON, anyway=True)
    return done


def _note_let_in(
    pipeline: Pipeline, app: App, name: str, done: Left, by: int | None, **details: object
) -> None:
    if n := done.loaded + done.duplicate:
        pipeline.records.audit.note(
            "quarantine.release", now=now(), app=app.id, by=by, event=name, events=n, **details
        )


def dropped(
    pipeline: Pipeline, app: App, reason: str, name: str, why: str, *, by: int | None = None
) -> Left:
    """Drop them for good, for a reason that the audit keeps."""
    said = re.sub(r"\s+", " ", why).strip()
    if not said:
        raise Refused("missing", "why")
    if len(said) > LONGEST_WHY:
        raise Refused("too_long", "why", limit=LONGEST_WHY)
    done = pipeline.quarantine.drop(app.id, reason=reason, name=name)
    if not done.dropped:
        raise NotFound("not_in_quarantine", "event", got=name[:64])
    pipeline.records.audit.note(
        "quarantine.drop", now=now(), app=app.id, by=by, event=name, reason=reason,
        events=done.dropped, why=said,
    )  # fmt: skip
    return done


def answered(pipeline: Pipeline, asked: dict[str, str]) -> dict[str, Any]:
    """What a running server answers a command."""
    app = pipeline.records.apps.named(asked["app"])
    reason, name = asked.get("reason", ""), asked.get("event", "")
    if asked["do"] == "list":
        return {"groups": [row(one) for one in groups(pipeline, app)]}
    if asked["do"] == "seen":
        came = events_seen(pipeline, app)
        silent = absent(pipeline.records.events.of(app.id), came, now())
        return {
            "not_seen": [{"event": one.event, "last": str(one.last or "")} for one in silent],
            "undefined": [one.event for one in undefined(came)],
        }
    if asked["do"] == "show":
        found = shown(pipeline, app, reason or "undeclared", name)
        return detail(found)
    if asked["do"] == "drop":
        return dropped(pipeline, app, reason, name, asked.get("why", ""))._asdict()
    seconds = float(asked.get("seconds", PATIENCE))
    if asked["do"] == "anyway":
        return counted_anyway(pipeline, app, name, seconds=seconds)._asdict()
    return released(pipeline, app, reason, name, seconds=seconds)._asdict()


def row(one: Group) -> dict[str, Any]:
    """As programs read it."""
    told = asdict(one.waiting)
    told["event"] = told.pop("name")
    del told["mismatches"]
    wrong = [asdict(each) for each in one.waiting.wrong]
    return {
        **told,
        "wrong": wrong,
        "ways": list(one.waiting.ways),
        "ready": one.ready,
        "declared": one.declared,
    }


def detail(found: Shown) -> dict[str, Any]:
    """The same of one of them with its samples and fields."""
    return {
        **row(found.group),
        "samples": [asdict(one) for one in found.samples],
        "fields": [asdict(one) for one in found.fields],
    }
