"""Every report in every form, in both languages, over the real engine: the same figures everywhere.

One server stands on the socket of the pipeline, as it does beside a receiver; the card, the API and the
command line all ask it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from click.testing import CliRunner

from minilens.cli import main
from minilens.load.pipeline import Pipeline
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import midnight, milliseconds, now, today
from minilens.records.store import App, Records
from minilens.reports import REPORTS, read
from minilens.reports.kinds.live import NOW
from minilens.reports.report import Report
from minilens.serve.completed import completed
from minilens.serve.engine import EngineApp, listen
from minilens.serve.first_days import FirstDays
from minilens.serve.wiring import console, moment, questions
from minilens.settings import Settings
from minilens.web.app import create_app
from tests.examples import at_length
from tests.pipeline import Happening, House
from tests.render import read_back, read_card
from tests.render.same_figures import expected, kept, same, same_reading, same_tiles, switch, tiles
from tests.render.small_history import content, costs, history, just_now, readers
from tests.render.tables import ONE_KEY, is_live
from tests.web.cast import press

Pairs = list[tuple[str, Any]]
FILTERS = [
    ("filter", "page:is_not:pages/cart|scene:is:1047,1011"),
    ("filter", "province:is_not:北京"),
]
#: Every form in which a report comes, read back.
FORMS = (
    "card",
    "json",
    "csv",
    "xlsx",
    "api",
    "command json",
    "command csv",
    "command xlsx",
    "text",
)
ALWAYS = ("card", "api")


@dataclass
class Site:
    """The server, and how to ask it."""

    house: House
    settings: Settings
    client: httpx.Client
    token: str
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def app(self) -> App:
        """The café."""
        return self.house.app

    def get(self, path: str, asked: Pairs) -> httpx.Response:
        """An answer of the console."""
        answer = self.client.get(path, params=asked, headers={"X-Minilens-Card": "1"})
        assert answer.status_code == 200, answer.text
        return answer

    def api(self, report: Report, asked: Pairs) -> httpx.Response:
        """An answer of the report API, for who has nothing but a token."""
        path = f"/api/v1/apps/{self.app.name}/reports/{report.name}"
        headers = {"Authorization": f"Bearer {self.token}", "Cookie": ""}
        answer = self.client.get(path, params=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    def command(self, report: Report, form: str, language: str, asked: Pairs) -> bytes:
        """Output of `minilens report`."""
        words = [
            "report",
            report.name,
            "--app",
            self.app.name,
            "--format",
            form,
            "--lang",
            language,
        ]
        for name, value in asked:
            flag = f"--{name.replace('_', '-')}"
            words += [flag] if name == "rest" else [flag, value]
        environment = {"MINILENS_DATA": str(self.settings.data)}
        done = CliRunner().invoke(main.main, words, env=environment)
        assert done.exit_code == 0, done.output
        return done.stdout_bytes

    def table(self, report: Report, asked: Pairs) -> Table:
        """What the measuring room answers; asked once, but for who is online now."""
        if report.name in self.tables and report.kind is not NOW:
            return self.tables[report.name]
        zone = self.app.timezone
        first = FirstDays(self.house.pipeline.engine).of(self.app.id, zone)
        asks = read(asked, report, zone, now(), first).query(self.app.id)
        query = completed(asks, self.house.pipeline.records)
        as_of = moment(self.house.pipeline, self.app.timezone)
        self.tables[report.name] = run(self.house.pipeline.engine, query, as_of)
        return self.tables[report.name]


@pytest.fixture(scope="module")
def site(pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]) -> Iterator[Site]:
    """A server over six weeks of events."""
    house = new_app()
    house.load(history(today(house.app.timezone)))
    house.load(readers(today(house.app.timezone)))
    house.build()  # so that what comes now makes days again
    house.load(not_counted(today(house.app.timezone), house.app.timezone))
    day = today(house.app.timezone)
    pipeline.records.costs.put(house.app.id, costs(day), today=day, now=now())
    pipeline.records.content.put(house.app.id, content(day), today=day, now=now())
    pipeline.records.apps.set_undeclared(house.app.id, "open", now=now())
    pipeline.records.app_pages.set(house.app.id, b'{"pages": ["pages/index"]}', now=now())
    house.load(unknown(today(house.app.timezone), house.app.timezone))
    house.build()
    executor = questions(pipeline, settings)
    inside = EngineApp(pipeline, executor, create_app(console(pipeline, settings, executor)))
    config = uvicorn.Config(inside, lifespan="on", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listen(settings)]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        transport = httpx.HTTPTransport(uds=str(settings.engine_socket))
        with httpx.Client(transport=transport, base_url="http://minilens", timeout=60) as client:
            press(client, f"/sign-in?code={owner_code(pipeline.records)}")
            token = pipeline.records.tokens.create(house.app.id, ("report:read",), now=now())
            yield Site(house, settings, client, token)
    finally:
        server.should_exit = True
        thread.join()
        settings.engine_socket.unlink(missing_ok=True)


def not_counted(day: date, zone: str) -> list[Happening]:
    """Events of a week that nobody declared."""
    noon = milliseconds(midnight(day, zone)) + 12 * 3_600_000
    return [
        Happening(noon - n * 86_400_000, f"undeclared_{n % 4}", device=f"d{n}") for n in range(1, 9)
    ]


def unknown(day: date, zone: str) -> list[Happening]:
    """What counts and nobody knows: an event that is not declared, and a scene in no list."""
    noon = milliseconds(midnight(day, zone)) + 12 * 3_600_000
    moments = [noon - n * 86_400_000 for n in range(1, 9)]
    events = [Happening(moment, "wished", device="d1") for moment in moments]
    return events + [
        Happening(moment, device="d2", session=f"d2 {moment}", scene=4321) for moment in moments
    ]


def owner_code(records: Records) -> str:
    """A code that lets an owner in."""
    owner = records.accounts.first_owner() or records.accounts.create(
        "o@example.org", "O", now=now()
    )
    records.grants.set(owner.id, None, "owner", now=now(), by=None)
    return records.sign_ins.create(now=now(), account=owner.id)


def asked_of(report: Report, site: Site) -> Pairs:
    """An address that says much: range, comparison, filters; of lists sort, length, rest."""
    yesterday = today(site.app.timezone) - timedelta(days=1)
    # a launch has no page of its own
    told = FILTERS[report.kind.drawing in ("buckets", "ring") or report.by == "code" :]
    asked = list(told) if report.kind.takes("filter") else []
    if report.by == "scene_source":  # a source that is called as the rest is
        by_scene = "scene" in report.groupings
        asked.append(("by", "scene") if by_scene else ("filter", "scene:is_not:4321"))
    if report.kind.drawing != "tiles" and report.kind is not NOW:
        first = yesterday - timedelta(days=0 if is_live(report) else 12)
        asked += [("from", str(first)), ("to", str(yesterday))]
    if report.kind.takes("compare"):
        asked.append(("compare", "week"))
    if report.kind.takes("campaign"):
        asked.append(("campaign", "spring"))
    if report.kind.takes("sort"):
        asked += [("sort", report.measures[-1]), ("order", "asc"), ("top", "3"), ("rest", "1")]
    return asked


def asked_for() -> list[tuple[Report, str, str]]:
    """Each report in each form, in one language and then the other.

    Before landing each in its card, by the API and in one form more, in turn: each form of each report over tables of
    any shape, in both languages, is asked for in `test_every_form_shows_the_same_figures`.
    """
    found = []
    for n, report in enumerate(ONE_KEY):
        others = [form for form in FORMS if form not in ALWAYS]
        some = FORMS if at_length() else (*ALWAYS, others[n % len(others)])
        found += [(report, ("zh", "en")[(n // 2 + m) % 2], form) for m, form in enumerate(some)]
    return found


@pytest.mark.parametrize(
    ("report", "language", "form"),
    asked_for(),
    ids=[f"{report.name}-{language}-{form}" for report, language, form in asked_for()],
)
def test_the_figures_are_those_of_the_table(
    site: Site, report: Report, language: str, form: str
) -> None:
    if report.kind is NOW:
        site.house.load(just_now(milliseconds(now())))
    asked = asked_of(report, site)
    made = site.table(report, asked)
    shown = {
        column.name for column in made.columns
    }  # of some kinds a part of the measures is shown
    report = replace(report, measures=tuple(name for name in report.measures if name in shown))
    assert any(cell for row in made.rows for cell in row[1:]), "a history in which nothing happens"
    if form == "card":
        card(site, report, [*asked, ("lang", language)], made)
    elif form == "text":
        text = site.command(report, "table", language, asked).decode()
        if report.kind.drawing == "tiles":
            same_tiles(read_back.tiles_from_text(text, report.measures), tiles(made))
        else:
            same_reading(read_back.from_text(text, report.measures), expected(made), rounded=True)
    else:
        kind = form.rpartition(" ")[2].replace("api", "json")
        body = figures(site, report, form, [*asked, ("lang", language)], language, asked)
        same_reading(read_form(kind, body, report), whole(kind, expected(made)))


@pytest.mark.parametrize("form", FORMS)
def test_the_hours_of_a_day_are_those_of_the_table(site: Site, form: str) -> None:
    """With the day itself as the whole, beside the same hours of the week before."""
    report = REPORTS["overview.trend"]
    asked: Pairs = [("period", "yesterday"), ("grain", "hour"), ("compare", "week")]
    query = read(asked, report, site.app.timezone, now()).query(site.app.id)
    made = run(site.house.pipeline.engine, query, moment(site.house.pipeline, site.app.timezone))
    want = expected(made)
    assert len(want.now) == 24
    assert want.total is not None
    if form == "card":
        path = f"/a/{site.app.name}/overview/trend"
        html = site.get(path, asked).text
        same(read_card.from_figures(html, report.measures), [want.total], rounded=True)
        chart(site.get(path, [*asked, ("measure", report.first)]).text, report.first, want)
        rows = read_card.from_table(site.get(path, [*asked, ("view", "table")]).text)[0]
        same(rows, want.now, rounded=True)
    elif form == "text":
        text = site.command(report, "table", "en", asked).decode()
        same_reading(read_back.from_text(text, report.measures), want, rounded=True)
    else:
        kind = form.rpartition(" ")[2].replace("api", "json")
        body = figures(site, report, form, asked, "en", asked)
        same_reading(read_form(kind, body, report), whole(kind, want))


def figures(
    site: Site, report: Report, form: str, asked: Pairs, language: str, options: Pairs
) -> bytes:
    """The bare figures of one form."""
    if form == "api":
        return site.api(report, asked).content
    if form.startswith("command "):
        return site.command(report, form.removeprefix("command "), language, options)
    path = f"/a/{site.app.name}/{report.name.replace('.', '/')}.{form}"
    return site.get(path, asked).content


def read_form(kind: str, body: bytes, report: Report) -> read_back.Read:
    """The figures, read back."""
    if kind == "json":
        return read_back.from_json(body, report.measures)
    if kind == "csv":
        return read_back.from_csv(body.decode(), report.measures)
    return read_back.from_xlsx(body, report.measures)


def whole(kind: str, want: read_back.Read) -> read_back.Read:
    """CSV has no row for the whole: sums of its columns would count it twice."""
    return replace(want, total=None) if kind == "csv" else want


def card(site: Site, report: Report, asked: Pairs, made: Table) -> None:
    """The card's HTML, with its chart and its table."""
    path = f"/a/{site.app.name}/{report.name.replace('.', '/')}"
    html, want = site.get(path, asked).text, expected(made)
    if report.kind.drawing == "tiles":
        same_tiles(read_card.from_tiles(html, report.measures), tiles(made))
    elif report.kind.drawing in ("list", "map", "ring", "buckets"):
        want = replace(want, then=[])
        same_reading(read_card.from_list(html, report.measures), want, rounded=True)
    elif not kept(report, made):
        same(read_card.from_figures(html, report.measures), want.now, rounded=True)
    else:
        table_html = site.get(path, [*asked, ("view", "table")]).text
        same(read_card.from_table(table_html)[0], want.now, rounded=True)
        for measure in report.measures:
            chart(site.get(path, [*asked, (switch(report), measure)]).text, measure, want)


def chart(html: str, measure: str, want: read_back.Read) -> None:
    """The points of the chart; a measure that no filter can tell apart has none."""
    if all(row[measure] is None for row in want.now):
        assert read_card.page(html).options == ""
        return
    drawn: Any = read_card.chart(html)
    for got, every in zip(read_back.from_chart(drawn), (want.now, want.then), strict=True):
        ours = [{measure: row[measure]} for row in every]
        same([{measure: value} for value in got], ours)
