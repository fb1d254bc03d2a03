"""A figure as an address of the console names it: what it is of, and which one; read, and said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from minilens.errors import Refused
from minilens.measure import filters
from minilens.measure.activity.query import ActivityQuery
from minilens.measure.attribution import columns as attribution
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.catalog import Catalog
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events.columns import OTHERS
from minilens.measure.ltv.columns import columns as ltv_columns
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.measures import LATER, MEASURES
from minilens.measure.persons.activity import columns_of
from minilens.measure.query import Query
from minilens.measure.shares.columns import columns as shares_columns
from minilens.measure.shares.query import SharesQuery
from minilens.measure.table import Column, Table
from minilens.period import Range
from minilens.render import format
from minilens.render.as_list import named
from minilens.render.as_triangle import later
from minilens.render.heading import traffic
from minilens.render.i18n import translate
from minilens.reports.behind import Behind, Values, whose
from minilens.reports.kinds.of_page import OfPage
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.question import decoded
from minilens.reports.request import AppContext, ReportRequest
from minilens.text import Language
from minilens.web.console import App
from minilens.web.reader import ReaderContext

Row = dict[str, str | float | None]
#: What an address says of its days.
_RANGE = ("period", "from", "to", "compare", "compare_from", "compare_to")
#: What an address names besides its place in the answer.
OF = ("question", "report", "parameters")


def read(given: Mapping[str, str]) -> Behind:
    """The figure that an address or a form names."""
    at = _at(given.get("at", ""))
    question = decoded(given["question"]) if given.get("question") else None
    several: dict[str, Values] = {}
    for name, value in parse_qsl(given.get("parameters", "")):
        before = several.get(name)
        if before is None:
            several[name] = value
        else:
            several[name] = [*([before] if isinstance(before, str) else before), value]
    if at.days:
        several = {name: value for name, value in several.items() if name not in _RANGE}
        several |= dict(zip(("from", "to"), at.days, strict=True))
    return Behind(question, given.get("report", ""), several, at.measure, at.row)


def hidden(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """The same as fields of a form."""
    return [(name, given[name]) for name in (*OF, "at") if given.get(name)]


class At(msgspec.Struct, array_like=True):
    """The column and the row of a figure; the days it is of, where these are not those of the address."""

    measure: str
    row: Row
    days: tuple[str, str] | None = None


def _at(text: str) -> At:
    """The figure that an address names."""
    try:
        found: At = msgspec.json.decode(text or '["",{}]', type=At)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise Refused("bad_value", "at", got=text[:40]) from None
    return found


def said(one: Behind, table: Table, app: App, reader: ReaderContext, catalog: Catalog) -> str:
    """Which figure: what is asked, its column, its row."""
    state = whose(one, AppContext(app.timezone, reader.moment, table.start, catalog))
    language = reader.language
    if isinstance(state, QuestionRequest):
        return " · ".join(of_question(state, one, language))
    return of_report(state, one, Range(table.start, table.end), language)


def of_report(state: ReportRequest, one: Behind, over: Range, language: Language) -> str:
    """Which figure of a report: its title, its column, its row or the days."""
    row = [_key(state, name, value, language) for name, value in one.row.items()]
    if not {"day", "moment"} & set(one.row):
        row.append(format.span(over.start, over.end, language, over.end.year))
    measure = MEASURES.get(one.measure)
    column = [measure.title.of(language)] if measure else []
    return " · ".join([state.report.title.of(language), *column, *row, *_of_whom(state, language)])


def _of_whom(state: ReportRequest, language: Language) -> list[str]:
    """Whose traffic is counted, where that is not the released version's; and the filters."""
    whose_traffic = [traffic(state.traffic, language)] if state.traffic != "release" else []
    page = [state.subject] if isinstance(state, OfPage) and state.subject else []
    return [*whose_traffic, *page, *(filters.sentence(one, language) for one in state.filters)]


def of_question(state: QuestionRequest, one: Behind, language: Language) -> list[str]:
    """Which figure of a question: what is asked, its column, its row."""
    query: Any = state.query(0)
    titles = {each.name: each.title.of(language) for each in getattr(query, "measures", ())}
    if (columns := _columns_of(query)) is not None:
        titles = {each.name: each.title.of(language) for some in columns for each in some}
    column = titles.get(one.measure, one.measure)
    row = [f"{titles.get(name, name)} = {_plain(value)}" for name, value in one.row.items()]
    return [*state.conditions(language), *([column] if column else []), *row]


def _columns_of(query: object) -> Iterable[Iterable[Column]] | None:
    """Those of questions whose measures are given by their kind."""
    if isinstance(query, ActivityQuery):
        return columns_of(query)
    if isinstance(query, LtvQuery):
        return ltv_columns(query)
    if isinstance(query, AttributionQuery):
        return attribution.keys(query), attribution.measures(query)
    return shares_columns(query.show, query.by) if isinstance(query, SharesQuery) else None


def _plain(value: str | float | None) -> str:
    """A key as it is written."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "–" if value is None else str(value)


def _key(state: ReportRequest, name: str, value: Any, language: Language) -> str:
    """A key of a row with its value, as people read both."""
    if name in {each.name for each in LATER.values()}:
        return later(_plain(value), state.bucket, language)
    if name in ("day", "moment"):
        said = datetime.fromisoformat(str(value))
        return format.bucket(said if name == "moment" else said.date(), state.bucket, language)
    column = _columns(state).get(name)
    title = format.title(column, language) if column else name
    if value == OTHERS:
        told = translate(language)("All others")
    else:
        told = named(column, value or "", language) if column else str(value)
    colon = "：" if language == "zh" else ": "
    return f"{title}{colon}{told}"


def _columns(state: ReportRequest) -> dict[str, Column]:
    """What tells rows of the report apart, by name."""
    query = state.query(0)
    if isinstance(query, DistributionQuery):
        return {query.buckets.name: query.buckets.column()}
    values = query.values if isinstance(query, Query) else ()
    return {one.name: one.column() for one in values}
