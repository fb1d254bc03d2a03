"""What answers of reports say, as facts that can be held against each other, whichever report says them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from minilens.measure.filters import Filters, write
from minilens.measure.measures import MEASURES
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Cell, Row, Table
from minilens.period import Range, midnight
from minilens.reports import ALL, read
from minilens.reports.report import Report
from tests.pipeline import House

#: What a figure is of: () is the whole range; ("scene", "1047") a value, ("day", …) a period, both together.
Of = tuple[object, ...]
Facts = dict[tuple[str, Of], Cell]
Given = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A report, and the arguments by which it is asked."""

    report: Report
    given: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return f"{self.report.name} {dict(self.given)}"


#: What came by campaign links by place, and their first hours: of neither any other report speaks.
OF_LINKS_ALONE = ("campaign.places", "campaign.hours")


def every_question() -> list[Asked]:
    """Each report in each of its forms: rows of every length, every grouping, whoever it is of."""
    return [Asked(one, tuple(given.items())) for one in ALL for given in forms(one)]


def forms(report: Report) -> Iterator[Given]:
    """The arguments of a report's forms: by month the range is one row."""
    takes = report.kind.takes
    plain = {"compare": "none"} if takes("compare") else {}
    plain |= {"step": "60"} if takes("step") else {}
    lists = takes("rest")
    every = plain | ({"top": "all", "rest": "0"} if lists else {})
    for by in report.groupings or ("",):
        for users in ("new", "active") if takes("users") else ("",):
            yield every | ({"by": by} if by else {}) | ({"users": users} if users else {})
    if lists and not takes("users"):
        yield plain | {"top": "1", "rest": "1"}
    for word, values in ALSO.items():
        if takes(word):
            yield from (plain | one for one in values)


#: Parameter of some reports → what else they are asked with.
ALSO: dict[str, tuple[Given, ...]] = {
    "grain": ({"grain": "month"}, {"grain": "week"}),
    "cohort": ({"cohort": "month", "users": "new"}, {"cohort": "month", "users": "active"}),
    "over_time": ({"over_time": "1", "grain": "day"},),
}


def answer(house: House, asked: Asked, over: Range, filters: Filters = ()) -> Table:
    """The answer about a whole month, at noon of the day behind it."""
    zone = house.app.timezone
    now = midnight(over.end + timedelta(days=1), zone) + timedelta(hours=12)
    given = list(asked.given)
    if asked.report.kind.takes("from"):
        given += [("from", str(over.start)), ("to", str(over.end))]
    given += [("filter", write(clause)) for clause in filters]
    state = read(given, asked.report, zone, now)
    as_of = AsOf(now.date(), now, house.pipeline.loader.through)
    return run(house.pipeline.engine, state.query(house.app.id), as_of)


def facts(asked: Asked, table: Table, over: Range) -> Facts:
    """Everything that a table says of the range. What is not known is not said."""
    found: Facts = {}
    if asked.report.name in OF_LINKS_ALONE:
        return found
    for row in table.rows:
        of = _of(asked, table, row, over)
        if of is not None:
            found |= dict(_cells(asked, table, row, of))
    if table.totals and not asked.report.kind.part:
        found |= dict(_cells(asked, table, table.totals, ()))
    return found


def _cells(asked: Asked, table: Table, row: Row, of: Of) -> Iterator[tuple[tuple[str, Of], Cell]]:
    for column, cell in zip(table.columns[table.keys :], row[table.keys :], strict=True):
        if cell is None:
            continue
        if (
            column.name == "cohort_users"
        ):  # column 0 of a cohort is all of it, whichever period is asked for
            yield (COHORTS[dict(asked.given)["users"]], of[:-2]), cell
        elif column.name in ("retained_users", "retention_rate"):
            yield (f"{column.name} {dict(asked.given)['users']}", of), cell
        else:
            yield (column.name, of), cell


#: Whose return is asked for → what they are called elsewhere.
COHORTS = {"new": "new_users", "active": "visitors"}


def _of(asked: Asked, table: Table, row: Row, over: Range) -> Of | None:
    """What a row is of; None where that is no part of the range that another report could speak of."""
    given, of = dict(asked.given), []
    for column, cell in zip(table.columns[: table.keys], row, strict=False):
        if column.name == "day" and "month" in (given.get("grain"), given.get("cohort")):
            if cell != over.start:
                return None
        elif column.name == "day" and given.get("grain") == "week":
            of += ["week", cell]
        elif column.name == "day" and (not isinstance(cell, date) or cell not in set(over)):
            return None
        else:
            of += [column.name, cell]
    return tuple(of)


def additive(measure: str) -> bool:
    """Whether what parts come to is the sum of theirs: counts of what happened are, people are not."""
    one = MEASURES.get(measure)
    if one is None or one.unit != "count" or one.scope in ("everyone", "now", "retention"):
        return False
    return not one.value.people


def of_people(measure: str) -> bool:
    """Whether it counts people, each once in every part."""
    one = MEASURES.get(measure)
    return one is not None and one.unit == "count" and bool(one.value.people)


def parts(found: Facts, measure: str, of: Of) -> dict[str, list[float]]:
    """The figures of the parts of something, by what these are told apart by."""
    told: dict[str, list[float]] = {}
    for (name, one), cell in found.items():
        if name == measure and one[: len(of)] == of and len(one) == len(of) + 2:
            told.setdefault(str(one[len(of)]), []).append(number(cell))
    return told


def number(cell: Cell) -> float:
    """A figure that is known."""
    assert isinstance(cell, (int, float)), cell
    return cell
