"""One measure of a table as a line chart. The only Python file that knows ECharts.

Colours are written as tokens of the style sheet (`var(--c1)`); the page puts in their values, so
that light and dark need no second answer. Texts of the tooltip are made here, like all figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from minilens.measure.table import Cell, Column, Table
from minilens.render import format, places, zoom
from minilens.render.annotations import Mark, by_point
from minilens.render.i18n import translate
from minilens.render.zoom import Ends
from minilens.text import Language

#: Room for words on the drawing; what is longer stands whole in the tooltip and the table.
WORDS = 16
#: Colours of lines that stand beside each other.
COLOURS = 8
NOW, THEN, MARKED = "var(--c1)", "var(--c8)", "var(--c3)"


class Tip(TypedDict):
    """What the tooltip says at one point: now, and then with the change; what happened there. Of a row that users stand
    behind `at` is which figure it is, and `value` where on the axis."""

    head: str
    rows: list[dict[str, Any]]
    marks: list[str]


class Chart(TypedDict):
    """Given to <line-chart>: ECharts options, the tooltip's texts, the words of the axis, the ends of each point."""

    option: dict[str, Any]
    tips: list[Tip]
    steps: list[tuple[float, str]]
    zoom: list[Ends]


def as_chart(
    table: Table, measure: str, grain: str, language: Language, marks: Sequence[Mark] = ()
) -> Chart:
    """A thick line for now, a dashed grey one for then; the running period dashed; dots with words."""
    column = next(c for c in table.columns if c.name == measure)
    now, then = table.column(measure), compared(table, measure)
    length = max(len(now), len(then))
    labels = [format.tick(first, grain, clock=within_a_day(table)) for first in days(table)]
    labels += [""] * (length - len(labels))
    series = [line(part, "now", NOW) for part in split(now, tail(table))]
    if len(series) == 2:
        series[1] |= {"id": "running"}
        series[1]["lineStyle"] = {"width": 2.4, "type": [5, 4]}
    if 0 in table.cut and len(now) > 1:
        series[0]["data"][0] = {"value": now[0], "symbol": "emptyCircle"}
    if then:
        series.append(
            line(then, "then", THEN) | {"z": 1, "lineStyle": {"width": 1.6, "type": [3, 4]}}
        )
        series[-1].pop("areaStyle")
    marked = by_point(marks, table, grain, language)
    if marked:
        series.append(dots(marked, now))
    tips = [tip(table, column, grain, language, n) for n in range(length)]
    for n, texts in marked.items():
        tips[n]["marks"] = texts
    return {
        "option": base(labels, column) | {"series": series},
        "tips": tips,
        "steps": format.steps(column.unit, language),
        "zoom": zoom.ends(table, grain),
    }


def as_lines(
    labels: list[str],
    column: Column,
    drawn: Sequence[tuple[str, list[Cell]]],
    heads: Sequence[str],
    language: Language,
    at: Sequence[Sequence[str]] = (),
) -> Chart:
    """Several lines, each with its name, over the same points; `heads` are what the tooltip calls these. `at`: of each
    line which figures its points are, empty where no users stand behind one."""
    series = [
        line(values, f"line-{n}", f"var(--c{colour(n)})" if colour(n) else "var(--faint)")
        | {"lineStyle": {"width": 1.8}, "areaStyle": {"opacity": 0}}
        for n, (_, values) in enumerate(drawn)
    ]
    tips: list[Tip] = [
        {
            "head": head,
            "rows": [
                {"class": f"line c{colour(n)}", "name": name, "change": "", "meaning": ""}
                | {"figure": format.exact(values[m], column.unit, language)}
                | _whose(at[n][m] if at else "", values[m])
                for n, (name, values) in enumerate(drawn)
            ],
            "marks": [],
        }
        for m, head in enumerate(heads)
    ]
    option = base(labels, column) | {"series": series}
    if column.unit == "ratio" and 0.8 < _highest(drawn) <= 1:  # an axis would go on to 120 %
        option["yAxis"] |= {"max": 1}
    return {
        "option": option,
        "tips": tips,
        "steps": format.steps(column.unit, language),
        "zoom": [],
    }


def _whose(place: str, value: Cell) -> dict[str, Any]:
    return {"at": place, "value": value} if place else {}


def _highest(drawn: Sequence[tuple[str, list[Cell]]]) -> float:
    every = (cell for _, values in drawn for cell in values)
    return max((cell for cell in every if isinstance(cell, int | float)), default=0)


def colour(n: int) -> int:
    """The number of the colour of a line: eight can be told apart, any other is faint (0)."""
    return n + 1 if n < COLOURS else 0


def base(labels: list[str], column: Column) -> dict[str, Any]:
    """Everything but the series: few labels, no frame, lines only across."""
    return {
        "grid": {
            "left": 0, "right": 14, "top": 12, "bottom": 0,
            "outerBoundsMode": "same", "outerBoundsContain": "axisLabel",
        },
        "tooltip": {
            "trigger": "axis", "confine": True, "padding": 0, "borderWidth": 0,
            "backgroundColor": "transparent", "extraCssText": "box-shadow:none",
            "axisPointer": {"lineStyle": {"color": "var(--faint)", "type": "solid"}},
        },
        "xAxis": {
            "type": "category", "data": labels, "boundaryGap": False,
            "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": "var(--line)"}},
            "axisLabel": {
                "color": "var(--faint)", "margin": 12, "hideOverlap": True,
                "interval": (len(labels) - 1) // 7,
            },
        },
        "yAxis": {
            "type": "value", "splitNumber": 4, "min": 0,
            **({"minInterval": 1} if column.unit == "count" else {}),
            "splitLine": {"lineStyle": {"color": "var(--line)"}},
            "axisLabel": {"color": "var(--faint)", "margin": 12},
        },
    }  # fmt: skip


def line(values: list[Cell], name: str, color: str) -> dict[str, Any]:
    """One line. A point without neighbours gets a dot, or nothing would be drawn."""
    return {
        "id": name,
        "type": "line",
        "data": [
            {"value": value, "symbol": "circle"} if alone(values, n) else value
            for n, value in enumerate(values)
        ],
        "symbol": "none" if len(values) > 1 else "circle",
        "symbolSize": 7,
        "color": color,
        "lineStyle": {"width": 2.4},
        "areaStyle": {"opacity": 0.08},
        "emphasis": {"disabled": True},
        "z": 3,
    }


def dots(marked: dict[int, list[str]], values: list[Cell]) -> dict[str, Any]:
    """A dot on the line at each point where something happened, its words above; the page finds room for them."""
    return {
        "id": "marks",
        "type": "scatter",
        "data": [
            {"value": [n, values[n] or 0], "name": format.cut(" · ".join(texts), WORDS)}
            for n, texts in marked.items()
        ],
        "symbolSize": 9,
        "itemStyle": {"color": MARKED, "borderColor": "var(--surface)", "borderWidth": 2},
        "label": {
            "show": True, "position": "top", "formatter": "{b}", "color": "var(--soft)", "distance": 6,
            "fontSize": 12, "width": 132, "overflow": "truncate",
            "backgroundColor": "var(--surface)", "padding": [1, 3], "borderRadius": 3,
        },
        "tooltip": {"show": False},
        "silent": True,
        "z": 5,
    }  # fmt: skip


def alone(values: list[Cell], n: int) -> bool:
    """Is this a figure between two that are unknown?"""
    around = [values[m] for m in (n - 1, n + 1) if 0 <= m < len(values)]
    return values[n] is not None and all(value is None for value in around)


def split(values: list[Cell], present: int) -> list[list[Cell]]:
    """The line up to the last period that is over, and the last step to the running one."""
    if present < 1:
        return [values]
    later = [None] * (len(values) - present - 1)
    return [
        [*values[:present], None, *later],
        [*([None] * (present - 1)), *values[present - 1 : present + 1], *later],
    ]


def tail(table: Table) -> int:
    """The point to which the line is dashed: of the period that is not over, or the last where the range cuts it."""
    last = len(table.rows) - 1
    return table.current_row if table.running or last not in table.cut else last


def within_a_day(table: Table) -> bool:
    """Does the time of its moments suffice to tell them apart?"""
    start, end = table.start, table.end
    if table.by_hour:
        return start == end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    return end - start <= timedelta(days=1)


def tip(table: Table, column: Column, grain: str, language: Language, n: int) -> Tip:
    """现在 11月21日 周六 31,068 ▲ 2.4% / 前一周期 10月22日 周四 30,340."""
    _ = translate(language)
    around = table.end.year
    firsts, thens = days(table), days(table, then=True)
    now, then = table.column(column.name), compared(table, column.name)
    rows: list[dict[str, Any]] = []
    head = ""
    if n < len(now):
        head = format.bucket(firsts[n], grain, language, around)
        if n == table.current_row:
            head = f"{head} · {_('in progress')}"
        if n in table.cut:
            head = f"{head} · {format.days_held(table.cut[n], language)}"
        figure = format.exact(now[n], column.unit, language)
        moved = (
            format.change(now[n], then[n], column, language)
            if n < len(then) and table.comparable(n)
            else format.Change("unknown", "")
        )
        rows.append(
            {"class": "now", "name": format.title(column, language), "figure": figure}
            | {"change": moved.text, "meaning": moved.meaning}
            | _whose(places.of_cell(column, places.keys_of(table, table.rows[n]), now[n]), now[n])
        )
    if n < len(then):
        name = format.bucket(thens[n], grain, language, around)
        rows.append(
            {"class": "then", "name": name}
            | {"figure": format.exact(then[n], column.unit, language), "change": "", "meaning": ""}
            | _whose(
                places.of_other(table, table.columns.index(column), table.compared[n]), then[n]
            )
        )
    return {"head": head, "rows": rows, "marks": []}


def compared(table: Table, measure: str) -> list[Cell]:
    """The cells of one column in the other range."""
    at = [c.name for c in table.columns].index(measure)
    return [row[at] for row in table.compared]


def days(table: Table, *, then: bool = False) -> list[date]:
    """The first column, which names the periods."""
    rows = table.compared if then else table.rows
    return [row[0] for row in rows if isinstance(row[0], date)]
