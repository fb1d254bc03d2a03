"""What can be asked: every report with its measures, every field with the operators that filter by it."""

from __future__ import annotations

import msgspec

from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import BY_KIND, OPERATORS
from minilens.render import format
from minilens.render.heading import title
from minilens.render.i18n import translate
from minilens.reports import REPORTS
from minilens.reports.report import Report
from minilens.text import Language


class ListedMeasure(msgspec.Struct, frozen=True):
    """A measure. `official` is WeChat's own field for it, empty where it has none."""

    name: str
    title: str
    unit: str
    definition: str
    official: str


class ListedReport(msgspec.Struct, frozen=True):
    """A report. Its rows are periods, or values of the field `by`; `period` is meant where none is given."""

    name: str
    title: str
    chart: str
    by: str | None
    period: str
    measures: list[ListedMeasure]


class ListedOperator(msgspec.Struct, frozen=True):
    """An operator; `values` tells whether values stand behind it."""

    name: str
    title: str
    values: bool


class ListedField(msgspec.Struct, frozen=True):
    """A field that filters. `choices` are its only values, by name, where they are few."""

    name: str
    title: str
    kind: str
    operators: list[ListedOperator]
    choices: dict[str, str]


class Listing(msgspec.Struct, frozen=True):
    """All reports and all fields; every field filters every report."""

    reports: list[ListedReport]
    fields: list[ListedField]


def listing(language: Language, catalog: Catalog = BUILT_IN) -> Listing:
    """The list in one language."""
    return Listing(
        [listed_report(report, language, catalog) for report in REPORTS.values()],
        [listed_field(field, language) for field in catalog.filters],
    )


def listed_report(report: Report, language: Language, catalog: Catalog) -> ListedReport:
    """One report."""
    measures = []
    for one in catalog.measures_named(report.measures):
        column = one.column()
        texts = format.title(column, language), column.unit, format.definition(column, language)
        measures.append(ListedMeasure(one.name, *texts, one.official))
    return ListedReport(
        report.name,
        title(report, language),
        report.kind.drawing,
        report.by or None,
        report.period,
        measures,
    )


def listed_field(field: Dimension, language: Language) -> ListedField:
    """One field with its operators."""
    return ListedField(
        field.name,
        field.title.of(language),
        field.kind,
        [
            ListedOperator(name, OPERATORS[name].title.of(language), OPERATORS[name].values)
            for name in BY_KIND[field.kind]
        ],
        {value: text.of(language) for value, text in field.choices.items()},
    )  # fmt: skip


def as_text(language: Language) -> str:
    """The list for the terminal."""
    _ = translate(language)
    found = listing(language)
    lines: list[str] = []
    for report in found.reports:
        lines.append(f"{report.name}  {report.title}")
        lines += [f"    {m.name}  {m.title} ({m.unit})" for m in report.measures]
    lines += ["", _("Filters: field:operator:value,value")]
    for field in found.fields:
        operators = ", ".join(operator.name for operator in field.operators)
        lines.append(f"    {field.name}  {field.title}: {operators}")
        if field.choices:
            lines.append("        " + ", ".join(f"{k} {v}" for k, v in field.choices.items()))
    return "\n".join(lines) + "\n"
