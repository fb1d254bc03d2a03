"""What the server asks by itself: alarms, snapshots and messages wait until nobody else's question is under way."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

from minilens.errors import EngineFailed
from minilens.load.pipeline import Pipeline
from minilens.measure.execution.asker import ASKER, Asker
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.serve.completed import completed
from minilens.serve.wiring import cohorts_of, moment
from minilens.web.console import App, Console

#: Seconds that such a question waits until nobody else asks.
PATIENCE = 120.0
#: Seconds between two looks for statements that began just as they were stopped, and those of all looks.
LOOK, LOOKS = 0.1, 5.0


def behind(pipeline: Pipeline, site: Console, executor: QueryExecutor, asker: Asker) -> Console:
    """The site for these: its questions wait behind all of people's, are not counted among them, and end when those of
    `asker` are stopped."""
    records, cohorts = pipeline.records, cohorts_of(pipeline, executor)

    def answered(_report: object, query: AnyQuery, app: App) -> Table:
        before = ASKER.set(asker)
        try:
            whole = completed(query, records, cohorts.known)
            return executor.ask(
                whole, moment(pipeline, app.timezone), patience=PATIENCE, behind=True
            )
        finally:
            ASKER.reset(before)

    return replace(site, answer=answered)


def stop(executor: QueryExecutor, asker: Asker) -> None:
    """End the questions of an asker, and those still to come."""
    until = time.monotonic() + LOOKS
    while True:
        with contextlib.suppress(EngineFailed):
            executor.stop(asker)
        if not asker.under_way or time.monotonic() > until:
            return
        time.sleep(LOOK)
