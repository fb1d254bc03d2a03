"""Rows that are values of a field: a sorted list with shares, the whole above and the rest below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minilens.measure.events.columns import OTHERS
from minilens.measure.table import Advice, Cell, Column, Row, Table
from minilens.render import format, places
from minilens.render.i18n import translate, translate_plural
from minilens.text import NOTHING, Language, Text

#: From ten rows to these.
STEPS = (50, 1000)
#: Behind the difference of two shares where there is little room.
FEW: dict[Language, str] = {"zh": " 点", "en": " pp"}


@dataclass(frozen=True)
class Moved(format.Change):
    """How a cell moved; `few` is the text for narrow columns."""

    few: str


@dataclass(frozen=True)
class Head:
    """A column. `sorted`: the rows are in its order."""

    name: str
    title: str
    definition: str
    sorted: bool


@dataclass(frozen=True)
class Line:
    """A row. `bar` is its length from 0 to 100 beside the longest; `changes` stand under their cells. `places`: of each
    cell which figure it is; empty where nobody stands behind it.
    """

    value: str
    title: str
    cells: tuple[str, ...]
    changes: tuple[Moved | None, ...]
    bar: float
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pager:
    """Which rows these are, of how many; where those before and after them begin, None where there are none."""

    text: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Listed:
    """The list. `share`: place of the column with the bars, or -1.

    `found` values there are, `more` of them not shown; `steps` are the lengths to which the list can grow. `note`:
    where the values come from, and of how many people they are not known. `advice`: what to do about the values shown.
    """

    field: str
    heads: tuple[Head, ...]
    total: Line | None
    lines: tuple[Line, ...]
    rest: Line | None
    found: int
    more: int
    steps: tuple[int, ...]
    share: int
    note: str
    pager: Pager | None = None
    advice: tuple[tuple[str, Advice], ...] = ()


def as_list(
    table: Table,
    sort: str,
    language: Language,
    told_by: Text = NOTHING,
    place: tuple[int, int] = (0, 0),
) -> Listed:
    """The list in one language. `told_by`: where its values come from. `place`: how many rows stand before these,
    and how many there can be here.
    """
    _ = translate(language)
    columns = table.columns[1:]
    share = next((n for n, c in enumerate(columns) if c.unit == "ratio" and "share" in c.name), -1)
    at = share if share >= 0 else next((n for n, c in enumerate(columns) if c.name == sort), 0)
    longest = max((number(row[at + 1]) for row in table.rows), default=0)
    then = dict(zip((row[0] for row in table.rows), table.compared, strict=False))

    def line(row: Row, title: str, keys: Mapping[str, Cell] | None = None) -> Line:
        bar = round(number(row[at + 1]) / longest * 100, 1) if longest else 0
        told = places.of_row(table, row, keys)
        return listed(row, then.get(row[0]), columns, language, title=title, bar=bar, places=told)

    field = table.columns[0].name
    return Listed(
        field=format.title(table.columns[0], language),
        heads=tuple(
            Head(c.name, format.title(c, language), format.definition(c, language), c.name == sort)
            for c in columns
        ),
        total=line(table.totals, whole(field, language), {}) if table.totals else None,
        lines=tuple(line(row, named(table.columns[0], row[0], language)) for row in table.rows),
        rest=line(table.other, _("All others"), {field: OTHERS}) if table.other else None,
        found=table.total_rows,
        more=max(0, table.total_rows - len(table.rows)),
        steps=steps(max(place[1], len(table.rows)), table.total_rows),
        share=share,
        note=_note(table, told_by, language),
        pager=_pager(table, place, language),
        advice=advice(table, language),
    )


def whole(field: str, language: Language) -> str:
    """What the row of all values is called."""
    _ = translate(language)
    return _("All pages") if field == "page" else _("All")


def _pager(table: Table, place: tuple[int, int], language: Language) -> Pager | None:
    """None where all rows are here. Rows that were there a moment ago lead back to the first ones."""
    (offset, top), found, shown = place, table.total_rows, len(table.rows)
    if not top or (not offset and shown >= found):
        return None
    _ = translate(language)
    if not shown:
        return Pager(_("No rows here; there are %(all)s") % {"all": f"{found:,}"}, 0, None)
    place_ = {"first": f"{offset + 1:,}", "last": f"{offset + shown:,}", "all": f"{found:,}"}
    after = offset + shown if offset + shown < found else None
    before = max(0, offset - top) if offset else None
    return Pager(_("%(first)s–%(last)s of %(all)s") % place_, before, after)


def advice(table: Table, language: Language) -> tuple[tuple[str, Advice], ...]:
    """What to do about the values that are shown, where anything is to be done."""
    column = table.columns[0]
    values = (str(row[0]) for row in table.rows)
    return tuple(
        (named(column, value, language), column.advice[value])
        for value in values
        if value in column.advice
    )


def _note(table: Table, told_by: Text, language: Language) -> str:
    """省份由网络地址查得。1,234 人未知"""
    if table.unknown is None:
        return told_by.of(language)
    _, ngettext = translate(language), translate_plural(language)

    def people(row: Row | None) -> str:
        return format.exact(row[1] if row else None, "count", language)

    said = [told_by.of(language)]
    if table.told and table.looked_up:
        how_many = {"told": people(table.told), "looked_up": people(table.looked_up)}
        said.append(_("By profile: %(told)s; by address: %(looked_up)s.") % how_many)
    unknown = {"count": people(table.unknown), "all": people(table.totals)}
    everybody = table.totals[1] if table.totals else None
    n = everybody if isinstance(everybody, int) else 0
    said.append(
        ngettext(
            "Unknown: %(count)s of %(all)s person.", "Unknown: %(count)s of %(all)s people.", n
        )
        % unknown
    )
    return ("" if language == "zh" else " ").join(said)


def listed(
    row: Row,
    before: Row | None,
    columns: tuple[Column, ...],
    language: Language,
    *,
    title: str,
    bar: float,
    places: tuple[str, ...] = (),
) -> Line:
    """One row, compared with the one of the other range."""
    cells = row[1:]
    return Line(
        value=str(row[0] or ""),
        title=title,
        cells=tuple(
            format.exact(cell, c.unit, language) for cell, c in zip(cells, columns, strict=True)
        ),
        changes=tuple(
            moved(cell, before[n], c, language) if before else None
            for n, (cell, c) in enumerate(zip(cells, columns, strict=True), 1)
        ),
        bar=bar,
        places=places,
    )


def moved(now: Cell, then: Cell, column: Column, language: Language) -> Moved | None:
    """How a cell moved; of a share or rate nothing where that is unknown."""
    found = format.change(now, then, column, language)
    if found.meaning == "unknown" and column.unit != "count":
        return None
    few = found.text.replace(format.POINTS[language], FEW[language])
    return Moved(found.meaning, found.text, few)


def steps(shown: int, found: int) -> tuple[int, ...]:
    """The lengths to which a list can grow; the last is all of it, or as many as can be."""
    few, most = STEPS
    if shown >= min(found, most):
        return ()
    return (few, most) if shown < few < found else (most,)


def number(cell: Cell) -> float:
    """A length can be drawn of it."""
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def named(column: Column, value: Cell, language: Language) -> str:
    """The value as people read it: a scene with its name, the empty one as unknown."""
    _ = translate(language)
    text = str(value)
    if column.name == "scene" and text == "0":
        return _("(unknown)")
    return (column.shown(text, language) if column.shown else text) or _("(unknown)")
