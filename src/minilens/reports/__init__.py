"""What the console shows; each report declared once, without logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.reports import (
    ads,
    audience,
    campaigns,
    content,
    live,
    overview,
    page,
    quality,
    sources,
    traffic,
)
from minilens.reports.parameters import SCENE_TABLE, SORT_BY
from minilens.reports.report import Report
from minilens.reports.request import AppContext, ListRows, Pairs, ReportRequest

#: In the order of the console.
ALL = (
    overview.YESTERDAY,
    overview.TREND,
    overview.PAGES,
    overview.ENTRIES,
    live.VISITS,
    live.PAGES,
    live.ONLINE,
    traffic.TREND,
    traffic.SOURCES,
    traffic.SCANS,
    traffic.DURATIONS,
    traffic.DEPTHS,
    traffic.RETENTION,
    traffic.PAGES,
    traffic.LOAD_TIMES,
    *page.ALL,
    sources.TREND,
    sources.LIST,
    sources.FIRST,
    sources.SCENES,
    *audience.ALL,
    *campaigns.ALL,
    *campaigns.OF_ONE,
    *ads.ALL,
    *content.ALL,
    *quality.ALL,
)
REPORTS: dict[str, Report] = {report.name: report for report in ALL}

#: Parameters that leave something out of the figures. A page carries them along to reports that do not take them.
NARROWING = ("filter", "traffic")

__all__ = ["REPORTS", "Report", "find", "needs_first_day", "read", "read_for_programs"]


def find(name: str) -> Report:
    """The report of that name; NotFound with a hint where there is none."""
    if name not in REPORTS:
        raise NotFound("unknown_report", got=name, hint=did_you_mean(name, REPORTS))
    return REPORTS[name]


def read(
    given: Pairs | Mapping[str, str],
    report: Report,
    timezone: str,
    now: datetime,
    first_day: date | None = None,
    *,
    catalog: Catalog = BUILT_IN,
) -> ReportRequest:
    """The question that an address asks a report; Refused, naming the parameter, where it cannot be meant.

    `first_day`: that of the app's first event, where the kind of report asks for it. `catalog`: what the
    app can be asked about.
    """
    every = list(given.items()) if isinstance(given, Mapping) else list(given)
    context = AppContext(timezone, now, first_day, catalog)
    if dict(every).get(SCENE_TABLE.name) == "newest":
        context = replace(context, catalog=context.catalog.regrouped())
    return report.kind.read(every, report, context)


def read_for_programs(
    given: Pairs,
    report: Report,
    timezone: str,
    now: datetime,
    first_day: date | None = None,
    *,
    catalog: Catalog = BUILT_IN,
) -> ReportRequest:
    """The question of a program. What a page passes over in silence is Refused: a program would not see it."""
    found = read(_for_programs(given, report), report, timezone, now, first_day, catalog=catalog)
    if isinstance(found, ListRows) and found.sort_by != "value" and not found.compares:
        raise Refused("nothing_compared", SORT_BY.name)
    return found


def needs_first_day(report: Report, period: str) -> bool:
    """Whether the question of a program has to be read with the day of the app's first event."""
    return period == "all" or report.kind.ever


def _for_programs(given: Pairs, report: Report) -> Pairs:
    """The arguments of a program: rows are days where it names no grain, also of a single day.

    Refused where it narrows a report that cannot be narrowed: the figures would be taken for something else.
    """
    for name, _ in given:
        if name in NARROWING and not report.kind.takes(name):
            raise Refused("not_taken", name, of=report.name)
    return given if dict(given).get("period") == "all" else [("grain", "day"), *given]
