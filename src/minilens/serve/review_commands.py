"""What a running server answers to `minilens reviews`, and a command by itself where none runs."""

from __future__ import annotations

from typing import Any

import msgspec

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.measure.days.first_day import first_day
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.period import now
from minilens.records.apps import App
from minilens.reports.question import as_json
from minilens.reports.request import AppContext
from minilens.reports.reviews.checklist import checklist
from minilens.reports.reviews.days import GRAINS, first_of, latest
from minilens.reports.reviews.whole import ReviewOf
from minilens.serve.completed import completed
from minilens.serve.wiring import PATIENCE_OF_COMMANDS, cohorts_of, moment
from minilens.web.catalogs import catalog_of
from minilens.web.reviews.api import listed, whole, written
from minilens.web.reviews.shapes import GivenReview


def answered(pipeline: Pipeline, executor: QueryExecutor, asked: dict[str, str]) -> dict[str, Any]:
    """`do` what is asked of the reviews of `app`: list (of `grain`), show or write that of `grain` and `day` (the one
    to be held now unless given; `body` is what is written), checklist, put-away, bring-back."""
    app, do, records = pipeline.records.apps.named(asked["app"]), asked["do"], pipeline.records
    if do == "list":
        grain = asked.get("grain") or "week"
        if grain not in GRAINS:
            raise Refused("unknown_choice", "grain", got=grain[:20])
        starts = records.snapshots.starts(app.id, grain)
        found = [listed(one) for one in records.reviews.of(app.id, grain)]
        return {"reviews": msgspec.to_builtins(found), "snapshots": [str(day) for day in starts]}
    if do in ("put-away", "bring-back"):
        change = records.checklists.put_away if do == "put-away" else records.checklists.show
        change(app.id, now=now(), by=None)
    if do in ("checklist", "put-away", "bring-back"):
        return {
            "shown": records.checklists.shown(app.id),
            "items": [
                {"name": one.name, "zh": one.title.zh, "en": one.title.en, "done": one.done}
                for one in checklist(records, app.id)
            ],
        }
    review = _placed(pipeline, executor, app, asked)
    if do == "write":
        kept = written(review, as_json(asked["body"], GivenReview), None)
        return dict(msgspec.to_builtins(listed(kept)))
    return dict(msgspec.to_builtins(whole(review)))


def _placed(
    pipeline: Pipeline, executor: QueryExecutor, app: App, asked: dict[str, str]
) -> ReviewOf:
    catalog = catalog_of(pipeline.records, app.id, [("filter", "cohort")])
    context = AppContext(app.timezone, now(), first_day(pipeline.engine, app.id), catalog)
    known = cohorts_of(pipeline, executor).known

    def ask(query: AnyQuery) -> Table:
        meant = completed(query, pipeline.records, known)
        return executor.ask(meant, moment(pipeline, app.timezone), patience=PATIENCE_OF_COMMANDS)

    grain = asked.get("grain") or "week"
    day = asked.get("day") or ""
    if not day and grain in GRAINS:
        day = str(latest(grain, context.today))
    found, start = first_of(grain, day, context.today)
    return ReviewOf(found, start, app.id, context, pipeline.records, ask)
