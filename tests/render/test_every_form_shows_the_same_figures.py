"""Each form of each report, read back, holds the figures of the table it was made from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from minilens import reports
from minilens.errors import Language
from minilens.measure.table import Cell, Table
from minilens.render.as_card import View, as_card
from minilens.render.as_chart import as_chart
from minilens.render.as_csv import as_csv
from minilens.render.as_json import as_json
from minilens.render.as_text import as_text
from minilens.reports.report import Report
from minilens.web.asked import asked
from minilens.web.html import environment
from tests.render import read_back
from tests.render.tables import table

SHAPES = {
    "alone": {"days": 9},
    "compared": {"days": 9, "compared": 9},
    "shorter before": {"days": 9, "compared": 7},
    "longer before": {"days": 9, "compared": 11},
    "running": {"days": 9, "compared": 9, "running": True},
}
every_report = pytest.mark.parametrize("report", reports.REPORTS.values(), ids=lambda r: r.name)
every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
both_languages = pytest.mark.parametrize("language", ["zh", "en"])


def expected(report: Report, rows: tuple[tuple[Cell, ...], ...], made: Table) -> read_back.Rows:
    at = {c.name: n for n, c in enumerate(made.columns)}
    found: Any = [{name: row[at[name]] for name in report.measures} for row in rows]
    return list(found)


def same(got: read_back.Rows, want: read_back.Rows, *, rounded: bool) -> None:
    """Equal; where durations are written for people, to the second (or a tenth below ten)."""
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        assert g.keys() == w.keys()
        for name in w:
            near = 0.5 if rounded and name.startswith("duration") else 0
            assert g[name] == (None if w[name] is None else pytest.approx(w[name], abs=near, rel=0))


def card_html(report: Report, made: Table, measure: str, view: View, language: Language) -> str:
    card = as_card(
        made, report, measure=measure, grain="day", view=view, language=language, now=made.as_of
    )
    return (
        environment(language)
        .get_template("_card.html")
        .render(
            asking=SimpleNamespace(request_id="1"),
            asked=asked({"measure": measure, "view": view}, report, date(2026, 11, 22)),
            card=card,
            page="/a/cafe/overview",
            csv="/csv",
            api="http://localhost/api",
            refresh=0,
            snippet="",
            is_today=False,
            today_query="",
        )
    )


@every_report
@every_shape
@both_languages
def test_json(report: Report, shape: dict[str, Any], language: Language) -> None:
    made = table(report, **shape)
    got, then = read_back.from_json(as_json(made, report, "day", language))
    same(got, expected(report, made.rows, made), rounded=False)
    same(then, expected(report, made.compared, made), rounded=False)


@every_report
@every_shape
def test_csv(report: Report, shape: dict[str, Any]) -> None:
    made = table(report, **shape)
    got, then = read_back.from_csv(as_csv(made), report.measures)
    same(got, expected(report, made.rows, made), rounded=False)
    same(then, expected(report, made.compared, made), rounded=False)


@every_report
@every_shape
@both_languages
def test_text(report: Report, shape: dict[str, Any], language: Language) -> None:
    made = table(report, **shape)
    got, then = read_back.from_text(as_text(made, report, language), report.measures)
    same(got, expected(report, made.rows, made), rounded=True)
    same(then, expected(report, made.compared, made), rounded=True)


@every_report
@every_shape
@both_languages
def test_chart_and_its_tooltip(report: Report, shape: dict[str, Any], language: Language) -> None:
    made = table(report, **shape)
    for measure in report.measures:
        now_cells = [{measure: v} for v in made.column(measure)]
        then_cells = [{measure: v} for v in replace(made, rows=made.compared).column(measure)]
        chart: Any = as_chart(made, measure, "day", language)
        for read, rounded in ((read_back.from_chart, False), (read_back.from_tips, True)):
            got, then = read(json.loads(json.dumps(chart)))
            same([{measure: v} for v in got], now_cells, rounded=rounded)  # type: ignore[arg-type]
            same([{measure: v} for v in then], then_cells, rounded=rounded)  # type: ignore[arg-type]


@every_report
@every_shape
@both_languages
def test_table_of_the_card(report: Report, shape: dict[str, Any], language: Language) -> None:
    made = table(report, **shape)
    for measure in report.measures:
        got, then = read_back.from_table(card_html(report, made, measure, "table", language))
        want = expected(report, made.rows, made)
        same(got, want, rounded=True)
        if made.compared:
            cells = expected(report, made.compared, made)[: len(want)]
            padded = [c[measure] for c in cells] + [None] * (len(want) - len(cells))
            same([{measure: v} for v in then], [{measure: v} for v in padded], rounded=True)


@every_report
@both_languages
def test_chart_of_the_card_is_the_chart(report: Report, language: Language) -> None:
    made = table(report, days=9, compared=9)
    page = read_back.Page()
    page.feed(card_html(report, made, report.first, "chart", language))
    assert json.loads(page.options) == json.loads(
        json.dumps(as_chart(made, report.first, "day", language))
    )


@every_report
@both_languages
def test_a_single_day_is_shown_as_figures(report: Report, language: Language) -> None:
    made = table(report, days=1, compared=1)
    page = read_back.Page()
    page.feed(card_html(report, made, report.first, "chart", language))
    got = dict(zip(report.measures, map(read_back.number, page.figures), strict=True))
    same([got], expected(report, made.rows, made), rounded=True)
    assert page.options == ""
