"""What is asked of two warehouses about an app: every report, and all that is kept in the records and asked again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol, TypeVar

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.measure.alarms.events_seen import EventsSeen
from minilens.measure.alarms.learned import Learned
from minilens.measure.catalog import BUILT_IN
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.prepared import AsOf
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.period import now
from minilens.records.cohorts import SavedCohort
from minilens.records.kpis import SavedKpi
from minilens.records.questions import SavedQuestion
from minilens.records.store import App
from minilens.reports import REPORTS, Report, read_for_programs
from minilens.reports.alarm_targets import decoded as rule_of
from minilens.reports.alarms import Situation, findings
from minilens.reports.kpis import decoded as kpi_of
from minilens.reports.kpis import stands
from minilens.reports.request import AppContext
from minilens.serve.cohorts import Cohorts
from minilens.serve.wiring import moment
from minilens.web.reports.questions import as_request

#: Over what each report is asked; of those that are live, hours.
RANGES, HOURS = ("yesterday", "30d", "all"), ("1h", "24h")
#: What a report of one thing is asked of: the first row of another report.
ONE_OF = {"page": "overview.pages", "campaign": "campaigns.list"}
Given = tuple[tuple[str, str], ...]
Found = TypeVar("Found")


class Both(Protocol):
    """Two warehouses that are asked the same."""

    def ask(self, query: AnyQuery) -> Table:
        """What both answer; Refused where both refuse it."""

    def same(self, key: Hashable, question: Callable[[QueryExecutor], Found]) -> Found:
        """What both say to what is no query; `key` tells it from others of the app."""


@dataclass(frozen=True)
class Asked:
    """One thing to ask, and what it is called."""

    named: str
    ask: Callable[[Both], object]


@dataclass(frozen=True)
class OfApp:
    """An app at a moment: `context` for whoever reads questions, `as_of` for whoever answers them."""

    pipeline: Pipeline
    app: App
    context: AppContext
    as_of: AsOf

    @classmethod
    def now(cls, pipeline: Pipeline, app: App, first_day: date | None) -> OfApp:
        """As of now."""
        context = AppContext(app.timezone, now(), first_day)
        return cls(pipeline, app, context, moment(pipeline, app.timezone)).as_recorded()

    def as_recorded(self) -> OfApp:
        """As of the same moment, with the cohorts that there are now."""
        cohorts = {str(one.id): one.name for one in self.pipeline.records.cohorts.of(self.app.id)}
        return replace(self, context=replace(self.context, catalog=BUILT_IN.with_cohorts(cohorts)))

    def every(self, both: Both) -> Iterator[Asked]:
        """All that is asked; some of it hangs on what others answer."""
        yield from self._reports(both)
        yield from self._saved()

    def _reports(self, both: Both) -> Iterator[Asked]:
        subjects = {name: self._first_row(name, both) for name in ONE_OF}
        for report in REPORTS.values():
            of = tuple(
                (name, of) for name, of in subjects.items() if of and report.kind.takes(name)
            )
            for ranges in (RANGES, HOURS):
                asked = [self._report(report, (*of, ("period", one))) for one in ranges]
                found = [one for one in asked if one]
                yield from found
                if found:
                    break
            else:
                if one := self._report(report, of):
                    yield one

    def _report(self, report: Report, given: Given) -> Asked | None:
        """None where the report cannot be asked that."""
        query = self._query(report, given)
        if query is None:
            return None
        named = f"{report.name}?{'&'.join(f'{a}={b}' for a, b in given)}"
        return Asked(named, lambda both: both.ask(query))

    def _query(self, report: Report, given: Given) -> AnyQuery | None:
        context = self.context
        try:
            state = read_for_programs(
                [("compare", "none"), *given] if report.kind.takes("compare") else given,
                report, context.timezone, context.now, context.first_day, catalog=context.catalog,
            )  # fmt: skip
        except Refused:
            return None
        return state.query(self.app.id)

    def _first_row(self, name: str, both: Both) -> str:
        query = self._query(REPORTS[ONE_OF[name]], (("period", "30d"),))
        try:
            rows = both.ask(query).rows if query else ()
        except Refused:
            return ""
        return str(rows[0][0] or "") if rows else ""

    def _saved(self) -> Iterator[Asked]:
        """Saved questions, KPIs, what alarm rules watch, and who is in cohorts."""
        records, app = self.pipeline.records, self.app.id
        for question in records.questions.of(app, None, every=True):
            yield Asked(f"question.{question.id}", partial(self._question, question))
        for kpi in records.kpis.of(app):
            yield Asked(f"kpi.{kpi.id}", partial(self._kpi, kpi))
        for rule in records.alarm_rules.watched().get(app, ()):
            yield Asked(f"alarm.{rule.id}", partial(self._alarm, rule.id, rule.body))
        for cohort in records.cohorts.of(app):
            yield Asked(f"cohort.{cohort.id}", partial(self._cohort, cohort))

    def _question(self, one: SavedQuestion, both: Both) -> object:
        of = self.context
        state = as_request(one, (), of.timezone, of.now, "json", of.first_day)
        return both.ask(state.query(self.app.id))

    def _kpi(self, one: SavedKpi, both: Both) -> object:
        return stands(kpi_of(one.body), self.context, self.app.id, both.ask)

    def _alarm(self, rule: int, body: str, both: Both) -> object:
        """The series that it watches, learned anew, and what is off."""
        app, at = self.app.id, self.context.now
        last = both.same("last", lambda one: EventsSeen(one.engine).last([app], at)).get(app)
        situation = Situation(
            self.context, app, both.ask, self.as_of.as_of, last,
lambda: both.same("hours", lambda one: EventsSeen(one.engine).hours(app, self.context.today)),
            Learned(),
            self.pipeline.records.kpis.of(app),
        )  # fmt: skip
        return findings({rule: rule_of(body)}, situation)

    def _cohort(self, cohort: SavedCohort, both: Both) -> object:
        key = ("cohort", cohort.id, cohort.body)
        return both.same(key, lambda one: self.cohorts(one).meant(cohort).tobytes())

    def cohorts(self, executor: QueryExecutor) -> Cohorts:
        """As they were computed last."""
        return Cohorts(self.pipeline, executor, lambda zone: self.as_of, keeps=False)
