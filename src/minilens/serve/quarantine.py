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
from minilens.records.store import App
from minilens.reference.events import BUILT_IN
from minilens.web.console import Quarantine
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
        drop=lambda app, reason, name, why, by: dropped(
            pipeline, recorded(app.name), reason, name, why, by=by
        ),
        seen=lambda app: seen.seen(
            pipeline.engine, app.id, declared(pipeline, app.id), today(app.timezone)
        ),
    )


def declared(pipeline: Pipeline, app: int) -> set[str]:
    """Names of the app's own events."""
    return {name for of, name in pipeline.records.definitions.all() if of == app}


def groups(pipeline: Pipeline, app: App) -> list[Group]:
    """What waits, the most first."""
    known = declared(pipeline, app.id) | set(BUILT_IN)
    return [_group(one, app, known) for one in waiting.waiting(pipeline.engine, app.id)]


def _group(one: waiting.Waiting, app: App, known: set[str]) -> Group:
    let = one.name in known or not set(one.ways) <= set(app.strict)
    return Group(
        one, one.reason == "undeclared" and let and one.bare < one.events, one.name in known
    )


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
    """Let them in; what still is not declared stays."""
    done = pipeline.quarantine.release(app.id, reason=reason, name=name, seconds=seconds)
    if done.loaded or done.duplicate:
        pipeline.records.audit.note(
            "quarantine.release", now=now(), app=app.id, by=by, event=name, reason=reason,
            events=done.loaded + done.duplicate,
        )  # fmt: skip
    return done


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
    if asked["do"] == "show":
        found = shown(pipeline, app, reason or "undeclared", name)
        return detail(found)
    if asked["do"] == "drop":
        return dropped(pipeline, app, reason, name, asked.get("why", ""))._asdict()
    return released(
        pipeline, app, reason, name, seconds=float(asked.get("seconds", PATIENCE))
    )._asdict()


def row(one: Group) -> dict[str, Any]:
    """As programs read it."""
    told = asdict(one.waiting)
    told["event"] = told.pop("name")
    return {**told, "ways": list(one.waiting.ways), "ready": one.ready, "declared": one.declared}


def detail(found: Shown) -> dict[str, Any]:
    """The same of one of them with its samples and fields."""
    return {
        **row(found.group),
        "samples": [asdict(one) for one in found.samples],
        "fields": [asdict(one) for one in found.fields],
    }
