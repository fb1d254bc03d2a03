"""Questions of the console and of commands, answered by the works."""

from __future__ import annotations

from datetime import UTC, datetime

from minilens.errors import Language, Refused, did_you_mean
from minilens.load.works import Works
from minilens.measure.query import Query
from minilens.measure.run import answer
from minilens.measure.table import Table
from minilens.period import Grain, now, today
from minilens.records.store import App as Recorded
from minilens.render.as_csv import as_csv
from minilens.render.as_json import as_json
from minilens.render.as_text import as_text
from minilens.reports import find
from minilens.reports.report import Report
from minilens.settings import Settings
from minilens.web.asked import asked as read
from minilens.web.console import App, Console

FORMATS = ("table", "csv", "json")


def console(works: Works, settings: Settings) -> Console:
    """The doors of the site onto the works."""
    return Console(
        apps=lambda: [_shown(app) for app in works.records.apps()],
        answer=lambda _report, query, app: table(works, query, app.timezone),
        token_scopes=lambda token, app: _scopes(works, token, app),
        secret=settings.secret,
        sign_in=lambda code: works.records.use_sign_in(code, now=now()),
        collecting=lambda app: _collecting(works, settings, app),
    )


def table(works: Works, query: Query, timezone: str) -> Table:
    """The table of a question, as of what has been loaded."""
    as_of = datetime.fromtimestamp(works.as_of(), UTC)
    return answer(works.engine, query, today=today(timezone), as_of=as_of)


def report(works: Works, asked: dict[str, str]) -> str:
    """A report as text: `name`, `app`, `period` or `from` and `to`, `grain`, `compare`, `format`, `lang`."""
    found, app = find(asked["name"]), works.records.app(asked["app"])
    moment = now()
    state = read({"compare": "none"} | asked, found, today(app.timezone, moment))
    query = state.query(app.id, app.timezone, moment)
    return render(found, table(works, query, app.timezone), asked, state.grain)


def render(found: Report, result: Table, asked: dict[str, str], grain: Grain) -> str:
    """The table in the form asked for."""
    language: Language = "zh" if asked.get("lang") == "zh" else "en"
    form = asked.get("format") or "table"
    if form == "csv":
        return as_csv(result)
    if form == "json":
        return as_json(result, found, grain, language).decode()
    if form == "table":
        return as_text(result, found, language)
    raise Refused("unknown_choice", "format", got=form, hint=did_you_mean(form, FORMATS))


def _shown(app: Recorded) -> App:
    return App(app.id, app.name, app.zh, app.en, app.timezone)


def _scopes(works: Works, token: str, app: str) -> frozenset[str] | None:
    found = works.records.token(token, now=now())
    if found is None:
        return None
    own = {one.id for one in works.records.apps() if one.name == app}
    return found[1] if found[0] in own else frozenset()


def _collecting(works: Works, settings: Settings, app: App) -> dict[str, object]:
    return {
        "write_key": works.records.keys(app.id)[0].key,
        "collect_url": f"http://{settings.host}:{settings.port}/v1/collect",
    }
