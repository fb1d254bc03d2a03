"""Snapshots of weeks and months that are over, made by the engine process by itself."""

from __future__ import annotations

from datetime import datetime

from minilens.load.pipeline import Pipeline
from minilens.measure.pace import whole_period
from minilens.period import now as present
from minilens.reports.reviews import snapshot
from minilens.reports.reviews.days import GRAINS
from minilens.serve.messages import asking
from minilens.serve.tasks import Task
from minilens.web.console import App, Console

EVERY = 60.0


def task(pipeline: Pipeline, console: Console) -> Task:
    """What the engine process does of them regularly."""
    return Task(
        "keep snapshots", EVERY, lambda *_: keep_due(pipeline, console, present()), beside=True
    )


def keep_due(pipeline: Pipeline, console: Console, now: datetime) -> int:
    """Keep each week and month of each app that is over, whose days are built, and that is not kept yet; the number of
    those that were kept. What fails is tried again when it is due again, and keeps no other app back."""
    made, failed = 0, None
    for app in console.apps():
        try:
            made += _keep(pipeline, console, app, now)
        except Exception as error:
            failed = failed or error
    if failed:
        raise failed
    return made


def _keep(pipeline: Pipeline, console: Console, app: App, now: datetime) -> int:
    asked, records = asking(console, app, now), console.records
    context, made = asked.context, 0
    for grain in GRAINS:
        kept = records.snapshots.starts(app.id, grain)
        for start in snapshot.due(grain, kept, context.first_day, now, app.timezone, context.today):
            end = whole_period(start, grain).end
            if any(one == app.id and day <= end for one, day in pipeline.pending.all()):
                break  # once they are built
            kpis = records.kpis.of(app.id)
            found = snapshot.make(grain, start, kpis, context, app.id, asked.ask)
            body = snapshot.encoded(found)
            made += records.snapshots.keep(app.id, grain, start, body, now=now)
    return made
