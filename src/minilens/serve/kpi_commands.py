"""What a running server answers to `minilens kpis`, and a command by itself where none runs."""

from __future__ import annotations

from typing import Any

import msgspec

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.measure.days.first_day import first_day
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.period import now, parse_day
from minilens.records.apps import App
from minilens.records.kpis import SavedKpi
from minilens.reports.kpi_definition import KpiDefinition
from minilens.reports.kpis import decoded, encoded, read, stands
from minilens.reports.request import AppContext
from minilens.serve.completed import completed
from minilens.serve.wiring import PATIENCE_OF_COMMANDS, cohorts_of, moment
from minilens.text import Text
from minilens.web.catalogs import catalog_of
from minilens.web.kpis.api import listed


def answered(pipeline: Pipeline, executor: QueryExecutor, asked: dict[str, str]) -> dict[str, Any]:
    """`do` what is asked of the KPIs of `app`: list (`day`: in its week or month), or add one, or of one (`kpi`, by
    number or name) set or remove. `body` is the definition, `owner` an e-mail address."""
    app, kpis, do = pipeline.records.apps.named(asked["app"]), pipeline.records.kpis, asked["do"]
    if do == "list":
        return {"kpis": [_told(pipeline, executor, app, one, asked) for one in kpis.of(app.id)]}
    if do == "remove":
        found = kpis.named(app.id, asked["kpi"])
        kpis.remove(app.id, found.id, now=now(), by=None)
        return {"removed": found.id}
    name = Text(asked.get("zh", ""), asked.get("en", ""))
    made = decoded(asked["body"])
    read(made, _context(pipeline, app, made), app.id)
    owner = _owner(pipeline, asked.get("owner", ""))
    if do == "add":
        saved = kpis.create(app.id, name, encoded(made), owner, now=now(), by=None)
    else:
        found = kpis.named(app.id, asked["kpi"])
        saved = kpis.change(app.id, found.id, name, encoded(made), owner, now=now(), by=None)
    return _told(pipeline, executor, app, saved, asked)


def _owner(pipeline: Pipeline, email: str) -> int | None:
    if not email:
        return None
    found = pipeline.records.accounts.find(email)
    if found is None:
        raise Refused("no_such_owner", "owner", got=email[:80])
    return found.id


def _context(pipeline: Pipeline, app: App, definition: KpiDefinition) -> AppContext:
    catalog = catalog_of(pipeline.records, app.id, [("filter", encoded(definition))])
    return AppContext(app.timezone, now(), first_day(pipeline.engine, app.id), catalog)


def _told(
    pipeline: Pipeline, executor: QueryExecutor, app: App, saved: SavedKpi, asked: dict[str, str]
) -> dict[str, Any]:
    """A KPI as commands print it."""
    known = cohorts_of(pipeline, executor).known

    def ask(query: AnyQuery) -> Table:
        whole = completed(query, pipeline.records, known)
        return executor.ask(whole, moment(pipeline, app.timezone), patience=PATIENCE_OF_COMMANDS)

    definition = decoded(saved.body)
    at = parse_day(asked["day"], "day") if asked.get("day") else None
    found = stands(definition, _context(pipeline, app, definition), app.id, ask, at)
    told: dict[str, Any] = msgspec.to_builtins(listed(saved, found, "en"))
    return told
