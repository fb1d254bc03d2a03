"""Each form of each report, read back, holds the figures of the table it was made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.measure.table import Table
from minilens.render.as_chart import as_chart
from minilens.render.as_csv import as_csv
from minilens.render.as_json import as_json
from minilens.render.as_text import as_text
from minilens.render.as_xlsx import as_xlsx
from minilens.reports.report import Report
from minilens.text import Language
from minilens.web.app import create_app
from tests.render import read_back, read_card
from tests.render.same_figures import expected, kept, same, same_reading, same_tiles, switch, tiles
from tests.render.tables import cases, is_live, names, table
from tests.web.cast import Theatre, sign_in

LANGUAGES: tuple[Language, ...] = ("zh", "en")

#: `card(report, table, language, measure=…, view=…)`: its HTML, from the site.
Card = Callable[..., str]


@pytest.fixture(scope="module")
def card() -> Iterator[Card]:
    """The site over whatever table is given."""
    theatre = Theatre()
    given: dict[str, Table] = {}
    console = replace(theatre.console(), answer=lambda _report, _query, _app: given["table"])
    with TestClient(create_app(console)) as client:
        sign_in(client, theatre)

        def card(report: Report, made: Table, language: Language, **asked: str) -> str:
            given["table"] = made
            place = f"/a/cafe/{report.name.replace('.', '/')}"
            answer = client.get(place, params={"lang": language, **asked})
            assert answer.status_code == 200
            return answer.text

        yield card
    theatre.close()


@pytest.mark.parametrize(("report", "shape"), cases(), ids=names())
def test_each_form(card: Card, report: Report, shape: dict[str, Any]) -> None:
    made = table(report, **shape)
    of_csv(report, made)
    for language in LANGUAGES:
        of_json(report, made, language)
        of_xlsx(report, made, language)
        of_text(report, made, language)
        of_chart_and_its_tooltip(report, made, language)
        of_card(card, report, made, language)


def of_json(report: Report, made: Table, language: Language) -> None:
    got = read_back.from_json(as_json(made, report, "day", language), report.measures)
    want = expected(made)
    same_reading(got, want)
    assert [head[:10] for head in got.heads] == [head[:10] for head in want.heads]


def of_csv(report: Report, made: Table) -> None:
    got, want = read_back.from_csv(as_csv(made), report.measures), expected(made)
    same_reading(got, replace(want, total=None))
    assert [head[:10] for head in got.heads] == [head[:10] for head in want.heads]


def of_xlsx(report: Report, made: Table, language: Language) -> None:
    got = read_back.from_xlsx(as_xlsx(made, report, language), report.measures)
    same_reading(got, expected(made))


def of_text(report: Report, made: Table, language: Language) -> None:
    text = as_text(made, report, language)
    if report.kind.drawing == "tiles":
        same_tiles(read_back.tiles_from_text(text, report.measures), tiles(made))
    else:
        same_reading(read_back.from_text(text, report.measures), expected(made), rounded=True)


def of_chart_and_its_tooltip(report: Report, made: Table, language: Language) -> None:
    if not kept(report, made):
        return
    want = expected(made)
    for measure in report.measures:
        chart: Any = as_chart(made, measure, "day", language)
        for read, rounded in ((read_back.from_chart, False), (read_back.from_tips, True)):
            got, then = read(json.loads(json.dumps(chart)))
            for cells, every in ((got, want.now), (then, want.then)):
                ours = [{measure: row[measure]} for row in every]
                same([{measure: v} for v in cells], ours, rounded=rounded)


def of_card(card: Card, report: Report, made: Table, language: Language) -> None:
    want = expected(made)
    if report.kind.drawing == "tiles":
        got = read_card.from_tiles(card(report, made, language), report.measures)
        same_tiles(got, tiles(made))
    elif report.kind.drawing in ("list", "map", "ring", "buckets"):
        listed = read_card.from_list(card(report, made, language), report.measures)
        same_reading(listed, replace(want, then=[]), rounded=True)
    elif not kept(report, made):
        figures = read_card.from_figures(card(report, made, language), report.measures)
        same(figures, want.now, rounded=True)
    else:
        table_of_a_card(card, report, made, language)


def table_of_a_card(card: Card, report: Report, made: Table, language: Language) -> None:
    """The same for each measure that may be shown first, and the chart is the chart."""
    want = expected(made)
    for measure in report.measures:
        html = card(report, made, language, **{switch(report): measure}, view="table")
        got, then = read_card.from_table(html)
        same(got, want.now, rounded=True)
        if made.compared:
            cells = [row[measure] for row in want.then[: len(got)]]
            cells += [None] * (len(got) - len(cells))
            ours = [{measure: cell} for cell in cells]
            same([{measure: cell} for cell in then], ours, rounded=True)
    grain = "30min" if is_live(report) else "hour" if report.kind.keys == ("moment",) else "day"
    drawn = read_card.chart(card(report, made, language))
    assert drawn == json.loads(json.dumps(as_chart(made, report.first, grain, language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_day_is_shown_as_figures(card: Card, language: Language) -> None:
    (report,) = [report for report, _ in cases() if report.name == "overview.trend"][:1]
    made = table(report, rows=1, compared=1)
    html = card(report, made, language)
    same(read_card.from_figures(html, report.measures), expected(made).now, rounded=True)
    assert read_card.page(html).options == ""
