"""The demo's team has saved a funnel, a conversion and retention, pinned them, and keeps a cohort: all can be asked."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

from minilens.demo import saved
from minilens.identity.cohort_members import sizes
from minilens.load.pipeline import open_pipeline
from minilens.measure.days.first_day import first_day
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.payments.query import PaymentsQuery
from minilens.measure.table import Cell
from minilens.period import Range, now
from minilens.reports import find, read
from minilens.reports.asking import request
from minilens.reports.kpis import decoded as decoded_kpi
from minilens.reports.kpis import stands
from minilens.reports.question import decoded
from minilens.reports.request import AppContext
from minilens.serve.completed import completed
from minilens.serve.demo_server import make_history
from minilens.serve.wiring import moment
from minilens.settings import load


def numbers(row: tuple[Cell, ...]) -> list[Cell]:
    return [cell for cell in row if isinstance(cell, int | float)]


def test_what_is_pinned_has_figures(tmp_path: Path) -> None:
    alone = get_context(
        "spawn"
    )  # a process has one warehouse, and this one may have that of other tests
    with ProcessPoolExecutor(1, mp_context=alone) as process:
        process.submit(look, tmp_path).result()


def look(folder: Path) -> None:
    settings = load({"MINILENS_DATA": str(folder), "MINILENS_TIMEZONE": "Asia/Shanghai"})
    app = make_history(settings, 3000)
    pipeline = open_pipeline(settings)
    try:
        records, executor = pipeline.records, QueryExecutor(pipeline.engine)
        (owner,) = records.accounts.all()
        kept = records.questions.of(app.id, owner.id)
        assert {one.name for one in kept} == {one.name for one in saved.QUESTIONS}
        assert all(one.team for one in kept)
        pins = records.pins.of(app.id, owner.id)
        assert {one.report for one in pins} == {f"question.{one.id}" for one in kept}
        for one in kept:
            state = request(decoded(one.body), AppContext(app.timezone, now()))
            table = executor.ask(state.query(app.id), moment(pipeline, app.timezone))
            assert any(numbers(row) for row in table.rows), one.name
        for kpi in records.kpis.of(app.id):
            context = AppContext(app.timezone, now(), first_day(pipeline.engine, app.id))
            found = stands(
                decoded_kpi(kpi.body), context, app.id,
                lambda query: executor.ask(completed(query, records), moment(pipeline, app.timezone)),
            )  # fmt: skip
            assert any(value is not None for _, value in found.course), kpi.name
        at = moment(pipeline, app.timezone)
        payments = PaymentsQuery(app.id, Range(at.today - timedelta(89), at.today), app.timezone)
        groups = executor.ask(completed(payments, records), at)
        assert "matched" in {row[0] for row in groups.rows}
        for name in ("content.trend", "content.articles", "content.menu"):
            card = read([("period", "90d")], find(name), app.timezone, now())
            table = executor.ask(completed(card.query(app.id), records), at)
            assert any(numbers(row) for row in table.rows), name
        (cohort,) = records.cohorts.of(app.id)
        assert cohort.live
        assert sizes(pipeline.engine, app.id)[cohort.id, cohort.version] > 0
    finally:
        pipeline.close()
