"""Provinces as a map: whose share, which shade, which row; and the list alone where there is no map."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.measures import MEASURES
from minilens.measure.table import Cost, Row, Table
from minilens.reference.province_map import ProvinceMap, built_in
from minilens.render.as_list import as_list
from minilens.render.as_map import Drawn, Place, as_map
from minilens.text import Language

OURS = built_in()
DAY = date(2026, 11, 1)
ROWS: tuple[Row, ...] = (
    ("广东", 500, 0.5), ("California", 200, 0.2), ("上海", 100, 0.1), ("", 90, 0.09),
    ("黑龙江", 99, 0.099), ("西藏", 0, 0.0),
)  # fmt: skip


def table(rows: tuple[Row, ...] = ROWS, **more: Any) -> Table:
    columns = (
        DIMENSIONS["province"].column(),
        MEASURES["visitors"].column(),
        MEASURES["visitor_share"].column(),
    )
    return Table(
        columns, rows, DAY, DAY, datetime(2026, 11, 2, tzinfo=UTC), Cost(1, 1, 1.0),
        total_rows=len(rows), totals=("", 1000, None), **more,
    )  # fmt: skip


def mapped(of: Table, language: Language, shapes: ProvinceMap | None = OURS) -> Drawn:
    return as_map(of, as_list(of, "visitors", language), language, shapes)


def drawn(language: Language, rows: tuple[Row, ...] = ROWS) -> dict[str, Place]:
    made = mapped(table(rows), language)
    return {shape.name: place for shape, place in zip(OURS.places, made.places, strict=True)}


def test_the_largest_share_is_darkest_and_nobody_is_no_shade() -> None:
    found = drawn("zh")
    shades = {name: found[name].shade for name in ("广东", "上海", "黑龙江", "西藏", "北京")}
    # fifths of the largest, 50%: 10% begins the second, 9.9% is in the first
    assert shades == {"广东": 5, "上海": 2, "黑龙江": 1, "西藏": 0, "北京": 0}


def test_a_place_says_what_its_row_says_in_both_languages() -> None:
    zh, en = drawn("zh"), drawn("en")
    assert (zh["广东"].label, zh["广东"].text) == ("广东", "广东 · 500 · 50.00%")
    assert (en["广东"].label, en["广东"].text) == ("GD", "Guangdong · 500 · 50.00%")
    assert zh["广东"].value == en["广东"].value == "广东"
    assert (zh["广东"].share, zh["西藏"].share) == ("50.00%", "")


def test_a_place_without_a_row_filters_by_nothing() -> None:
    found = drawn("zh")
    assert [name for name, place in found.items() if place.value] == [
        name for name in (shape.name for shape in OURS.places) if name in dict.fromkeys(row[0] for row in ROWS)
    ]  # fmt: skip
    assert found["北京"].value == ""
    assert found["北京"].text == "北京"


def test_the_legend_is_the_fifths_and_the_source_is_named() -> None:
    made = mapped(table(), "en")
    assert made.legend == (
        (1, "0.00%"), (2, "10.00%"), (3, "20.00%"), (4, "30.00%"), (5, "40.00%"),
    )  # fmt: skip
    assert "no borders" in made.source


@pytest.mark.parametrize("rows", [(), (("", 5, 1.0),), (("California", 5, 1.0),)])
def test_nobody_in_any_province_draws_places_without_shades(rows: tuple[Row, ...]) -> None:
    made = mapped(table(rows), "zh")
    assert made.legend == ()
    assert {place.shade for place in made.places} == {0}


def test_without_a_map_the_list_stays() -> None:
    made = mapped(table(), "zh", None)
    assert made.places == ()
    assert [line.value for line in made.list.lines] == [row[0] for row in ROWS]


def test_shades_rise_with_shares() -> None:
    names = [shape.name for shape in OURS.places]
    rows: tuple[Row, ...] = tuple((name, n, n / 100) for n, name in enumerate(names))
    found = [drawn("zh", rows)[name].shade for name in names]
    assert all(before <= after for before, after in pairwise(found))
    assert set(found) == {0, 1, 2, 3, 4, 5}
