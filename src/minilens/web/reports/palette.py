"""What can be gone to by its name: pages, reports, measures, apps. One list, searched in the browser."""

from __future__ import annotations

import asyncio

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens import reports
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.measures import MEASURES
from minilens.records.questions import SavedQuestion
from minilens.render import guide
from minilens.render.i18n import translate
from minilens.reports.question import decoded
from minilens.reports.report import Report
from minilens.reports.tabs import START, TABS, Tab
from minilens.text import Language, Text
from minilens.web.admin.forms import PARTS
from minilens.web.auth.guard import signed_in, visible_apps
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports import views
from minilens.web.reports.builders import of_saved

Req = Request[None, None, State]


class Place(msgspec.Struct, frozen=True):
    """Somewhere to go. `found` are all its names, in both languages and as programs call it, in lower case."""

    sort: str
    title: str
    note: str
    found: str
    href: str


@get("/a/{app:str}/palette", include_in_schema=False, needs="report:read")
async def palette(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> list[Place]:
    """All that whoever asks may go to from an app."""
    apps = await asyncio.to_thread(visible_apps, request)
    language = reader.language
    found = [*pages(held, language), *cards(held, language), *measures(held, language)]
    found += [app_place(one, language) for one in apps if one.id != held.id]
    found += in_guide(language)
    saved = await asyncio.to_thread(views.menu, console.records, held, reader, "", "")
    found += saved_views(saved, language) if saved else []
    who = reader.account
    if who is not None and not reader.phone:
        queries = await asyncio.to_thread(console.records.questions.of, held.id, who.id)
        found += saved_queries(queries, held, language)
    return found if reader.phone else [*found, *settings(request, held, language)]


def place(
    sort: str, title: Text, language: Language, href: str, note: str = "", *more: str
) -> Place:
    """One that is found by its names."""
    return Place(sort, title.of(language), note, " ".join((*title, *more)).lower(), href)


def pages(app: App, language: Language) -> list[Place]:
    """The tabs."""
    _ = translate(language)
    sort = _("Page")
    return [
        place(sort, one.title, language, f"/a/{app.name}/{one.name}", "", one.name)
        for one in TABS
        if one.cards and one.listed
    ]


def settings(request: Req, app: App, language: Language) -> list[Place]:
    """The pages of settings that one may open, and one's own."""
    who = signed_in(request).account
    _ = translate(language)
    sort, title = _("Page"), Text("设置", "Settings")
    found = [
        place(sort, one.title, language, f"/a/{app.name}/{one.name}", "", one.name)
        for one in TABS
        if one.own and one.name != "settings" and who.may(one.right, app.id)
    ]
    found += [
        place(sort, Text(one.zh, one.en), language, one.at(app), title.of(language), *title)
        for one in PARTS
        if who.may(one.right, app.id)
    ]
    others = (
        (Text("全部小程序", "All apps"), "/apps"),
        (Text("账号", "Account"), "/account"),
    )
    return found + [place(sort, title, language, href) for title, href in others]


def shown() -> list[tuple[Tab, Report]]:
    """Every card of every page."""
    return [(tab, reports.find(name)) for tab in TABS for name in tab.cards]


def cards(app: App, language: Language) -> list[Place]:
    """The reports, where they stand."""
    _ = translate(language)
    sort = _("Report")
    return [
        place(
            sort, one.title, language, f"/a/{app.name}/{tab.name}#{anchor(one)}",
            tab.title.of(language), one.name, *tab.title,
        )
        for tab, one in shown()
    ]  # fmt: skip


def measures(app: App, language: Language) -> list[Place]:
    """The measures, each in the first report that is drawn by it or sorted by it."""
    _ = translate(language)
    sort = _("Measure")
    found: dict[str, Place] = {}
    for tab, report in shown():
        line = f"{report.card}.show" if report.kind.takes("show") else "measure"
        argument = {
            "line": line,
            "list": f"{report.card}.sort",
            "map": f"{report.card}.sort",
        }.get(report.kind.drawing)
        # the measure of a line is the page's, and its main card is the one that has it
        if not argument or (argument == "measure" and report.name != tab.main):
            continue
        for name in report.measures:
            of = f"{tab.title.of(language)} · {report.title.of(language)}"
            href = f"/a/{app.name}/{tab.name}?{argument}={name}#{anchor(report)}"
            if name not in found and (argument != "measure" or report.kind.takes("grain")):
                found[name] = place(sort, MEASURES[name].column().title, language, href, of, name)
    return list(found.values())


def saved_views(saved: views.Menu, language: Language) -> list[Place]:
    """One's own views and the team's, as they were saved."""
    _ = translate(language)
    sort = _("Saved view")
    return [
        place(sort, Text(one.view.name, one.view.name), language, one.href, whose)
        for whose, held in (("", saved.own), (_("Team"), saved.shared))
        for one in held
    ]


def saved_queries(saved: list[SavedQuestion], app: App, language: Language) -> list[Place]:
    """One's own saved queries and the team's."""
    _ = translate(language)
    sort = _("Saved query")
    return [
        place(sort, one.name, language, of_saved(app.name, one.id, decoded(one.body)), _("Team") if one.team else "")
        for one in saved
    ]  # fmt: skip


def in_guide(language: Language) -> list[Place]:
    """The pages of the guide, and its entries of measures and fields, found in both languages."""
    _ = translate(language)
    sort = _("Guide")
    zh, en = guide.contents("zh"), guide.contents("en")
    pages = [
        place(sort, Text(one.title, other.title), language, f"/guide/{one.name}", "", one.name)
        for one, other in zip(zh, en, strict=True)
    ]
    entries = [
        (title, name, f"/guide/{page}#{name}")
        for page, of in (("measures", MEASURES), ("fields", DIMENSIONS))
        for name, title in ((name, one.title) for name, one in of.items())
    ]
    return pages + [place(sort, title, language, href, "", name) for title, name, href in entries]


def app_place(app: App, language: Language) -> Place:
    """Another app."""
    title = Text(app.title("zh"), app.title("en"))
    _ = translate(language)
    sort = _("App")
    return place(sort, title, language, f"/a/{app.name}/{START.name}", app.name, app.name)


def anchor(report: Report) -> str:
    """The name of its place on the page."""
    return report.name.replace(".", "-")
