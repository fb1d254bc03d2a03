"""What a virtual event would count, asked by the console, the API and commands."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from minilens.load.pipeline import Pipeline
from minilens.measure.events.of_app import of_pages
from minilens.measure.events.query import Condition
from minilens.measure.virtual.preview import Asked, Preview, preview
from minilens.measure.virtual.warnings import warnings
from minilens.period import now, today
from minilens.records.store import App
from minilens.records.virtual_content import Filter, Meaning
from minilens.reports.virtual import asks, read
from minilens.web.console import Looked


def looked_at(pipeline: Pipeline, app: App, name: str, meaning: Meaning) -> Looked:
    """Its preview and what is odd about it; `name` is its own, where it is saved already."""
    others = {
        one.name: one.meaning
        for one in pipeline.records.virtual_events.of(app.id)
        if one.name != name and not one.retired
    }
    patterns = pipeline.records.page_types.of(app.id).in_order

    def told(one: Filter) -> Condition:
        return of_pages(asks(one), patterns)

    asked = Asked(app.id, meaning, others, today(app.timezone), now(), told)
    found: Preview = preview(pipeline.engine, asked)
    return Looked(found, warnings(meaning, others, found, asked.now))


def answered(pipeline: Pipeline, asked: dict[str, str]) -> dict[str, Any]:
    """What a running server answers a command."""
    app = pipeline.records.apps.named(asked["app"])
    given = json.loads(asked["meaning"])
    found = looked_at(pipeline, app, asked.get("name", ""), read(given))
    told = [{"code": one.code, "zh": one.text.zh, "en": one.text.en} for one in found.warnings]
    said: dict[str, Any] = msgspec.to_builtins(found.preview)
    return {"preview": said, "warnings": told}
