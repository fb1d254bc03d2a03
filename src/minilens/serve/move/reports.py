"""Every report of every app, asked of two warehouses: the answers must be the same in every cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from datetime import datetime

from minilens.errors import Refused
from minilens.measure.days.first_day import first_day
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.prepared import AsOf
from minilens.measure.run import AnyQuery
from minilens.measure.table import Cost, Table
from minilens.records.store import App, Records
from minilens.reports import REPORTS, Report, read_for_programs
from minilens.reports.request import AppContext
from minilens.serve.completed import completed
from minilens.serve.move.refusals import MoveFailed
from minilens.web.catalogs import catalog_of

#: Over what each report is asked; of those that are live, hours.
RANGES, HOURS = ("yesterday", "30d", "all"), ("1h", "24h")
#: What a report of one thing is asked of: the first row of another report.
ONE_OF = {"page": "overview.pages", "campaign": "campaigns.list"}
PATIENCE = 600.0
_FREE = Cost(rows=0, bytes=0, milliseconds=0)


@dataclass(frozen=True)
class Asked:
    """One report over one range, with the question that it is."""

    app: App
    report: Report
    given: tuple[tuple[str, str], ...]
    query: AnyQuery

    @property
    def named(self) -> str:
        """The report and what it is asked, as in an address."""
        return f"{self.app.name} {self.report.name}?{'&'.join(f'{a}={b}' for a, b in self.given)}"


@dataclass(frozen=True)
class Comparison:
    """`told` hears of each report that is the same, and raises where it is to end. `moment`: of an app's zone."""

    records: Records
    here: QueryExecutor
    there: QueryExecutor
    moment: Callable[[str], AsOf]
    now: datetime
    told: Callable[[], None] = lambda: None

    def run(self) -> int:
        """Ask all; how many. MoveFailed at the first difference."""
        count = 0
        with ThreadPoolExecutor(2) as both:
            for app in self.records.apps.all():
                if not any(first_day(one.engine, app.id) for one in (self.here, self.there)):
                    continue  # no report has anything to say of it
                as_of = self.moment(app.timezone)
                for one in self._questions(app, as_of):
                    self._compare(one, as_of, both)
                    self.told()
                    count += 1
        return count

    def _questions(self, app: App, as_of: AsOf) -> Iterator[Asked]:
        first = first_day(self.here.engine, app.id)
        context = AppContext(app.timezone, self.now, first, catalog_of(self.records, app.id, []))
        subjects = {name: self._first_row(app, name, context, as_of) for name in ONE_OF}
        for report in REPORTS.values():
            of = [(name, of) for name, of in subjects.items() if of and report.kind.takes(name)]
            for ranges in (RANGES, HOURS):
                asked = [
                    self._question(app, report, [*of, ("period", one)], context) for one in ranges
                ]
                found = [one for one in asked if one]
                yield from found
                if found:
                    break
            else:
                if one := self._question(app, report, of, context):
                    yield one

    def _question(
        self, app: App, report: Report, given: list[tuple[str, str]], context: AppContext
    ) -> Asked | None:
        """None where the report cannot be asked that."""
        try:
            state = read_for_programs(
                [("compare", "none"), *given] if report.kind.takes("compare") else given,
                report, context.timezone, context.now, context.first_day, catalog=context.catalog,
            )  # fmt: skip
        except Refused:
            return None
        return Asked(app, report, tuple(given), completed(state.query(app.id), self.records))

    def _first_row(self, app: App, name: str, context: AppContext, as_of: AsOf) -> str:
        one = self._question(app, REPORTS[ONE_OF[name]], [("period", "30d")], context)
        rows = self.here.ask(one.query, as_of, patience=PATIENCE).rows if one else ()
        return str(rows[0][0] or "") if rows else ""

    def _compare(self, one: Asked, as_of: AsOf, both: ThreadPoolExecutor) -> None:
        here, there = both.map(
            lambda executor: self._answer(executor, one.query, as_of), (self.here, self.there)
        )
        if here == there:
            return
        row = _first_difference(here, there)
        raise MoveFailed(
            f"报表 {one.named} 在两个数据仓库中不一致：{row}。没有切换",
            f"The report {one.named} differs between the two warehouses: {row}. Nothing was switched",
        )

    def _answer(self, executor: QueryExecutor, query: AnyQuery, as_of: AsOf) -> Table | str:
        """The table without its cost and without how cells are written; or the code by which it is refused."""
        try:
            table = executor.ask(query, as_of, patience=PATIENCE)
        except Refused as error:
            return error.code
        columns = tuple(replace(one, shown=None) for one in table.columns)
        return replace(table, cost=_FREE, columns=columns)


def _first_difference(here: Table | str, there: Table | str) -> str:
    if isinstance(here, str) or isinstance(there, str):
        return (
            f"{here if isinstance(here, str) else '-'} / {there if isinstance(there, str) else '-'}"
        )
    for n, (one, two) in enumerate(zip(here.rows, there.rows, strict=False), 1):
        if one != two:
            return f"#{n} {one!r} / {two!r}"
    if len(here.rows) != len(there.rows):
        return f"{len(here.rows)} / {len(there.rows)}"
    differ = (
        one.name for one in fields(Table) if getattr(here, one.name) != getattr(there, one.name)
    )
    name = next(differ)
    return f"{name} {getattr(here, name)!r} / {getattr(there, name)!r}"
