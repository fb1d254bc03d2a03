"""`minilens report` beside a running server and on a closed folder: the same words, figures and errors."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from minilens.cli.main import main
from minilens.records.store import Records
from minilens.reports import REPORTS
from minilens.reports.parameters import PARAMETERS
from minilens.text import Text
from tests.serve.server import Server

pytestmark = pytest.mark.waits

Refusals = list[tuple[tuple[str, ...], str]]
HEAD = "event_name,user_id,session_id,source,campaign,page,value,currency,ts\n"
VISITS = [
    ("home", "ad"),
    ("home", "ad"),
    ("home", "-"),
    ("menu", "ad"),
    ("menu", "-"),
    ("=1+1", "-"),
]
RANGE = ("--app", "shop", "--from", "2026-02-03", "--to", "2026-02-04")
#: Calls that must say the same with and without a server.
CALLS = [
    ("overview.pages", *RANGE, "--format", "csv", "--filter", "source:is:ad", "--filter", "page:is:home"),
    ("overview.pages", *RANGE, "--format", "csv", "--sort", "visits", "--order", "asc", "--top", "1", "--rest"),
    ("overview.trend", *RANGE, "--format", "csv", "--compare-from", "2026-01-01", "--compare-to", "2026-01-31",
     "--grain", "month"),
    ("live.visits", *RANGE, "--format", "csv", "--step", "60", "--page", "home", "--compare", "day"),
    ("traffic.retention", *RANGE, "--lang", "en", "--person", "p1", "--row", '{"day": "2026-02-03", "days_later": 1}'),
]  # fmt: skip
#: Calls that are refused, and the option that is named.
REFUSED: Refusals = [
    (("overview.trend", "--app", "shop", "--grain", "year"), "--grain: "),
    (("overview.trend", "--app", "shop", "--compare-from", "tomorrow"), "--compare-from: "),
    (("overview.trend", "--app", "shop", "--filter", "provinc:is:a"), "--filter: "),
    (("overview.pages", "--app", "shop", "--top", "many"), "--top: "),
    (("overview.pages", "--app", "shop", "--sort", "vists"), "--sort: "),
    (("overview.pages", "--app", "shop", "--format", "pdf"), "--format: "),
    (("overview.pages", "--app", "shopp"), "--app: "),
    (("overview.pages", *RANGE, "--person", "p1"), "traffic.retention"),
    (("traffic.retention", *RANGE, "--person", "p99"), "--person: "),
    (("traffic.retention", *RANGE, "--person", "p1", "--measure", "visits"), "--measure: "),
    (("traffic.retention", *RANGE, "--person", "p1", "--row", "{"), "--row: "),
    (("traffic.retention", *RANGE, "--person", "p1", "--row", '{"day": 1}'), "--row: "),
    (("traffic.retention", *RANGE, "--row", "{}"), "--person: "),
    (("overview.trend", "--app", "shop", "--step", "30"), "--step: "),
    (("traffic.retention", *RANGE, "--person", "p1", "--step", "30"), "--step: "),
    (("question.page_types", *RANGE, "--compare", "week"), "--compare: "),
    (("overview.page", "--app", "shop"), "minilens: There is no report named overview.page; did you mean"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A folder with six visits; its server is started by the last step of the test."""
    folder = tmp_path_factory.mktemp("report")
    one = Server(folder / "data", LANG="C.UTF-8", LC_ALL="C.UTF-8")
    one.command("apps", "create", "shop")
    rows = [
        f"page_view,u{n},s{n},{source},-,{page},-,-,2026-02-03T0{n}:00:00Z\n"
        for n, (page, source) in enumerate(VISITS)
    ]
    (folder / "visits.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    one.command("import", str(folder / "visits.csv"), "--app", "shop")
    yield one
    one.stop()


def printed(one: Server) -> list[str]:
    """What is printed for each call that is answered."""
    done = one.commands(*(("report", *call) for call in CALLS))
    assert [(code, error) for code, _, error in done] == [(0, "")] * len(CALLS)
    return [said for _, said, _ in done]


def refused(one: Server, calls: Refusals) -> list[str]:
    """What is said of calls that cannot be meant."""
    done = one.commands(*(("report", *call) for call, _ in calls))
    assert [(code, said) for code, said, _ in done] == [(2, "")] * len(calls)
    return [error for _, _, error in done]


def test_with_and_without_a_server(shop: Server, tmp_path: Path) -> None:
    closed = printed(shop)
    assert shop.command("report", *CALLS[0]) == closed[0], "by itself, too"
    said = refused(shop, REFUSED[:2])
    assert closed[0].splitlines()[1:] == ["home,2,2,1.0"]
    assert closed[1].splitlines()[1].startswith("'=1+1,1,")
    assert closed[1].splitlines()[2].startswith("(rest),5,5,")
    assert closed[-1].startswith("p1  Not counted")
    assert "cohort of Tue 3 Feb 2026" in closed[-1]
    shop.start()
    assert printed(shop) == closed
    assert shop.command("report", *CALLS[0]) == closed[0], "by itself, too"
    said_by_server = refused(shop, REFUSED)
    assert said_by_server[: len(said)] == said
    for sentence, (_, named) in zip(said_by_server, REFUSED, strict=True):
        assert named in sentence
    in_files(shop, tmp_path)
    questions(shop, tmp_path)


def questions(shop: Server, folder: Path) -> None:
    """The same by a question of one's own, beside the server and on the closed folder."""
    file, wrong = folder / "question.json", folder / "wrong.json"
    body = '"kind": "events", "events": [{"event": "page_view"}], "groups": [{"field": "page"}], "grain": "whole"'
    file.write_text(f'{{{body}, "from": "2026-02-03", "to": "2026-02-04"}}', encoding="utf-8")
    wrong.write_text(f'{{{body}, "measures": [{{"formula": "x"}}]}}', encoding="utf-8")
    calls = (("ask", "shop", str(file), "--format", "csv"), ("ask", "shop", str(wrong)))
    beside = shop.commands(*calls)
    assert beside[0][:2] == (0, "page,m1\nhome,3\nmenu,2\n'=1+1,1\n")
    assert beside[1][0] == 2
    assert "measures[0].formula" in beside[1][2] or "named x" in beside[1][2]
    shop.stop()
    assert shop.commands(*calls) == beside
    records = Records(f"sqlite:///{shop.data}/records.sqlite")
    app, day = records.apps.named("shop").id, datetime(2026, 2, 5, tzinfo=UTC)
    records.questions.create(
        app, Text("页面", ""), file.read_text("utf-8"), team=True, now=day, by=None
    )
    records.database.close()
    named = ("report", "question.1", "--app", "shop", "--format", "csv")
    whose = ("report", "question.1", "--app", "shop", "--person", "p1", "--row", '{"page": "home"}')
    missing = ("report", "question.2", "--app", "shop")
    found = shop.commands(named, (*named, "--to", "2026-02-02"), missing, whose)
    assert found[0] == beside[0]
    assert found[1][1] == "page,m1\n"
    assert "question" in found[2][2]
    assert found[3][1].startswith("p1  ")


def in_files(shop: Server, folder: Path) -> None:
    """A file holds what would be printed; an Excel sheet is one."""
    name = folder / "pages.csv"
    words = ("overview.pages", *RANGE, "--search", "HOM", "--format", "csv", "--output", str(name))
    assert shop.command("report", *words) == ""
    assert [line.split(",")[0] for line in name.read_text("utf-8").splitlines()] == ["page", "home"]
    sheet = folder / "pages.xlsx"
    words = ("overview.pages", *RANGE, "--format", "xlsx", "--lang", "zh", "--output", str(sheet))
    shop.command("report", *words)
    lines = list(
        openpyxl.load_workbook(io.BytesIO(sheet.read_bytes())).worksheets[0].iter_rows(values_only=True)
    )  # fmt: skip
    assert lines[0][0] == "受访页"
    assert [line[:2] for line in lines[4:8]] == [("home", 3), ("menu", 2), ("=1+1", 1), ("全部", 6)]


def test_reports_lists_them_all(shop: Server) -> None:
    for language in ("zh", "en"):
        listed = shop.command("reports", "--lang", language)
        for report in REPORTS.values():
            assert f"{report.name}  {report.title.of(language)}" in listed
        assert "province" in listed
        assert "is_not" in listed


def test_the_command_has_an_option_for_each_argument_of_an_address() -> None:
    options = {option for one in main.commands["report"].params for option in one.opts}
    wanted = {f"--{one.name.replace('_', '-')}" for one in PARAMETERS}
    assert wanted | {"--person", "--measure", "--row", "--app", "--output", "-o", "name"} == options


def test_its_help_names_its_options(shop: Server) -> None:
    ((code, said, error),) = shop.commands(("report", "--help"))
    assert (code, error) == (0, "")
    assert "--grain" in said
    assert "--output" in said
