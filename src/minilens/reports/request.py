"""What an address asks of a report. The state of a page is its address, read and written by the kind of its report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, cast
from urllib.parse import urlencode

from minilens import period
from minilens.errors import Refused
from minilens.measure import filters
from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.measure.filters import Clause, Filters
from minilens.measure.measures import Scope
from minilens.measure.query import ALL_ROWS, SortBy, Traffic
from minilens.measure.run import AnyQuery
from minilens.period import Range
from minilens.reports.parameter import Given
from minilens.reports.parameters import (
    ALL,
    BY,
    MATCH,
    MEASURE,
    MOST_ROWS,
    OFFSET,
    ORDER,
    OWN,
    REST,
    SCENE_TABLE,
    SEARCH,
    SORT,
    SORT_BY,
    TOP,
    TRAFFIC_OF,
    VIEW,
)
from minilens.reports.report import Report, View
from minilens.reports.request_values import filters_of

#: Arguments as they come: a name may come more than once.
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class AppContext:
    """Where an address is read: the app's zone, now, the day of its first event where that is known, and what
    the app can be asked about.
    """

    timezone: str
    now: datetime
    first_day: date | None = None
    catalog: Catalog = BUILT_IN

    @property
    def today(self) -> date:
        """The app's day."""
        return period.today(self.timezone, self.now)


@dataclass(frozen=True, kw_only=True)
class ReportRequest(ABC):
    """A question as an address carries it: what every kind of report has.

    `measure` is empty where the reader chose none. `range` are the days it touches. `cards`: what the address of a
    page says of its single cards. `page`: the one that is counted, '' where all are; None where none can be chosen.
    """

    report: Report
    context: AppContext
    range: Range
    period: str
    compare: str
    match: str = "dates"
    measure: str = ""
    traffic: Traffic = "release"
    scene_table: str = "dated"
    view: View = "chart"
    filters: Filters = ()
    cards: tuple[tuple[str, str], ...] = ()
    page: str | None = None

    @property
    def today(self) -> date:
        """The app's day."""
        return self.context.today

    @property
    def young(self) -> bool:
        """The app's first day: there is no yesterday yet."""
        return self.context.first_day == self.today

    @property
    @abstractmethod
    def bucket(self) -> str:
        """The length of a row."""

    @property
    @abstractmethod
    def compares(self) -> bool:
        """Whether anything stands beside."""

    @property
    def weekdays(self) -> bool:
        """Whether the other range was chosen so that its weekdays are those of this one."""
        return self.match == "weekdays" and self.compares and bool(self.compare)

    def match_pairs(self) -> list[tuple[str, str]]:
        """How the other range is chosen, as an argument: by dates unless it is said."""
        return [("match", self.match)]

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """Measures of the report that have no answer under these filters, and what they count."""
        return {}

    @property
    def shown(self) -> str:
        """The measure on the chart: the one chosen, or the first that can be counted."""
        counted = (name for name in self.preferred() if name and name not in self.unavailable)
        return self.measure or next(counted, self.report.first)

    def preferred(self) -> tuple[str, ...]:
        """The measures that are shown where none was chosen, the best first."""
        report = self.report
        return (report.first, report.instead or report.first, *report.measures)

    @abstractmethod
    def query(self, app: int) -> AnyQuery:
        """The question for the measuring room: always all measures of the report."""

    @abstractmethod
    def over_pairs(self) -> list[tuple[str, str]]:
        """The range, the length of its points and what it is compared with, as arguments."""

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        found = self.over_pairs()
        found += [("measure", self.measure)] if self.measure else []
        found += [("traffic", self.traffic)]
        found += [("scene_table", self.scene_table)] if self.scene_table != "dated" else []
        found += [("view", self.view)] if self.view != "chart" else []
        found += [("filter", filters.write(clause)) for clause in self.filters]
        return found

    def at(self, **changes: Any) -> str:
        """The query string of this state with some of it changed, defaults left out."""
        changed = replace(self, **changes)
        defaults = set(changed.defaults().items())
        kept = [pair for pair in (*changed.pairs(), *changed.cards) if pair not in defaults]
        return "?" + urlencode(kept, safe=":,/")

    def defaults(self) -> dict[str, str]:
        """What an address means that says nothing, of this report over this range."""
        return usual(self.report)

    def whole(self) -> str:
        """The query string for programs: nothing left to defaults that may change."""
        shown = {"measure", "view", "show"}
        quiet = {("traffic", "release"), ("order", "desc"), ("match", "dates")}
        taken = [pair for pair in self.pairs() if self.report.kind.takes(pair[0])]
        kept = [pair for pair in taken if pair[0] not in shown and pair not in quiet]
        return f"?{urlencode(kept, safe=':,/')}" if kept else ""

    def of(self, report: Report) -> ReportRequest:
        """The same question to another report of the page, with what the page says of that card alone."""
        taken = {one.name for one in report.kind.parameters} - set(OWN)
        found = [pair for pair in self.pairs() if pair[0] in taken]
        found = [p for p in found if p[0] != "measure" or p[1] in report.measures]
        own = f"{report.card}."
        said = [(name.removeprefix(own), v) for name, v in self.cards if name.startswith(own)]
        return report.kind.read([*found, *said], report, self.context)

    def carried(self) -> str:
        """What goes along to another page of the app: whose traffic is counted, and the filters."""
        told = {("traffic", "release")}
        kept = [
            p
            for p in self.pairs()
            if p[0] in ("traffic", "filter", "scene_table") and p not in told
        ]
        return f"?{urlencode(kept, safe=':,/')}" if kept else ""

    def sets(self, **changes: object) -> str:
        """What a link of a card sets in the page's address, whatever else stands there; defaults as nothing."""
        defaults = usual(self.report)
        own = f"{self.report.card}."
        return urlencode(
            [
                (
                    own + name if name in OWN else name,
                    "" if str(v) == defaults.get(name) else v,
                )
                for name, v in changes.items()
            ]
        )

    @abstractmethod
    def over(self, period: str) -> str:
        """The query string of this state over a preset, in a length of points that suits it."""

    @abstractmethod
    def beside(self, kind: str) -> str:
        """The query string of this state, compared otherwise."""

    @abstractmethod
    def next_to(self, by: Literal[-1, 1]) -> str:
        """The query string of this state over the period before (-1) or after; nothing where there is none."""

    def cleared(self) -> str:
        """The query string of this state without filters, and without what its lists search for."""
        kept = tuple(p for p in self.cards if p[0].partition(".")[2] != SEARCH.name)
        return self.at(filters=(), cards=kept)

    def without(self, clause: Clause) -> str:
        """The query string of this state with one filter less."""
        return self.at(filters=tuple(c for c in self.filters if c != clause))

    def kept(self, *left_out: str) -> list[tuple[str, str]]:
        """The state as hidden fields of a form, but for some."""
        defaults = set(self.defaults().items())
        return [
            (name, value)
            for name, value in (*self.pairs(), *self.cards)
            if name not in left_out and (name, value) not in defaults
        ]

    @abstractmethod
    def includes(self, day: date) -> bool:
        """Can the answer still change while one looks at it?"""


@dataclass(frozen=True, kw_only=True)
class ListRows:
    """Which rows of a list: the values of the dimension `by` with the most of a measure, or the least."""

    by: str = ""
    sort: str = ""
    sort_by: SortBy = "value"
    order: str = "desc"
    top: int = 10
    offset: int = 0
    rest: bool = False
    search: str = ""

    def row_pairs(self) -> list[tuple[str, str]]:
        """As arguments."""
        top = ALL if self.top == ALL_ROWS else str(self.top)
        found = [("sort", self.sort), ("order", self.order), ("top", top)]
        found += [("sort_by", self.sort_by)] if self.sort_by != "value" else []
        found += [("offset", str(self.offset))] if self.offset else []
        found += [("rest", "1")] if self.rest else []
        return found + ([("search", self.search)] if self.search else [])


def usual(report: Report) -> dict[str, str]:
    """What an address without arguments means. What a report does not take goes along to others that do."""
    return {"traffic": "release"} | {
        one.name: one.default(report) for one in report.kind.parameters if one.default(report)
    }


def common(every: Pairs, report: Report, context: AppContext) -> dict[str, Any]:
    """The fields of a request that every kind has, but for the range."""
    one = dict(every)
    known = report.kind.parameters
    if one.get("search") and not report.kind.takes("search"):
        raise Refused("unknown_choice", "search", got=one["search"])
    return {
        "match": MATCH.read(one, report) if MATCH in known else "dates",
        "measure": MEASURE.read(one, report) if MEASURE in known else "",
        "view": cast("View", VIEW.read(one, report) if VIEW in known else "chart"),
        "traffic": cast("Traffic", TRAFFIC_OF.read(one, report)),
        "scene_table": SCENE_TABLE.read(one, report) if SCENE_TABLE in known else "dated",
        "filters": filters_of(list(every), context.catalog),
        "cards": tuple(sorted(p for p in every if p[0].partition(".")[2] in OWN and p[1])),
    }


def list_rows(one: Given, report: Report) -> dict[str, Any]:
    """The fields of a request that a list has."""
    return {
        "by": BY.read(one, report) if report.groupings else report.by,
        "sort": SORT.read(one, report),
        "sort_by": SORT_BY.read(one, report) if report.kind.takes(SORT_BY.name) else "value",
        "order": ORDER.read(one, report),
        "top": _top(one, report),
        "offset": OFFSET.number(one, report),
        "rest": REST.read(one, report) == "1",
        "search": SEARCH.read(one, report),
    }


def _top(one: Given, report: Report) -> int:
    got = TOP.read(one, report)
    if got == ALL:
        return ALL_ROWS
    if not got.isascii() or not got.isdigit() or got[0] == "0" or int(got[:8]) > MOST_ROWS:
        raise Refused("bad_number", "top", got=got, least=1, most=MOST_ROWS)
    return int(got)
