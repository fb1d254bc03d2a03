"""The drawing of a funnel: bars that narrow, what lies between them, groups beside each other; no figure of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from minilens.measure.funnels import columns
from minilens.measure.table import Column, Cost, Table
from minilens.render.as_funnel import as_funnel
from minilens.render.drawing import Options
from minilens.text import Text

DAY = date(2026, 11, 20)
WHO = Column("persons", Text("人数", "Persons"), "count")
MEASURES = (
    WHO, columns._FROM_FIRST, columns._FROM_BEFORE, columns._DROPPED, columns._MAY_STILL, columns._TIMES[0],
)  # fmt: skip
WHOLE = Table(
    columns=(*columns.keys(), *MEASURES),
    rows=(
        (1, "page_view", 1240, 1.0, None, 800, 40, None),
        (2, "add_to_cart", 400, 400 / 1240, 400 / 1240, 150, 38, 90.0),
        (3, "pay_success", 212, 212 / 1240, 212 / 400, None, None, 30.0),
    ),
    start=DAY, end=DAY, as_of=datetime(2026, 11, 21, tzinfo=UTC), cost=Cost(0, 0, 0), keys=2,
    totals=(None, None, 212, 212 / 1240, None, 950, 78, 125.0),
)  # fmt: skip


def test_bars_narrow_and_what_lies_between_is_told() -> None:
    drawn = as_funnel(WHOLE, Options("persons"), "en")
    assert drawn.sentence == (
        "Of 1,240 persons who entered, 212 (17.10%) got through all 3 steps; 78 may still convert, 950 dropped."
    )
    assert [one.share for one in drawn.bars] == [100, 32.26, 17.1]
    for before, one in zip(drawn.bars, drawn.bars[1:], strict=False):  # nobody is lost sight of
        assert one.share + one.may + one.lost == pytest.approx(before.share, abs=0.02)
    second = drawn.bars[1].before
    assert second is not None
    assert (second.rate, second.dropped, second.may_still, second.time, second.most) == (
        "32.26%", "800", "40", "1m 30s", True,
    )  # fmt: skip
    third = drawn.bars[2].before
    assert third is not None
    assert not third.most
    assert [line.heads[0] for line in drawn.lines] == ["Overall", "1", "2", "3"]
    assert drawn.lines[1].cells[0] == "1,240"
    assert {one.title: one.short for one in drawn.figures}["Conversion"] == "17.10%"
    zh = as_funnel(WHOLE, Options("persons"), "zh")
    assert zh.sentence.startswith("进入的 1,240 人中，212（17.10%）")


def test_groups_stand_beside_each_other_at_each_step() -> None:
    place = Column("province", Text("省份", "Province"), "text")
    rows = tuple((name, *row) for name in ("广东", None) for row in WHOLE.rows)
    whole = WHOLE.totals
    assert whole is not None
    table = replace(
        WHOLE, columns=(place, *WHOLE.columns), rows=rows, keys=3, totals=(None, *whole), total_rows=7
    )  # fmt: skip
    drawn = as_funnel(table, Options("persons"), "en")
    assert (drawn.bars, drawn.sentence) == ((), "")
    assert [(number, title, len(bars)) for number, title, bars in drawn.beside] == [
        (1, "page_view", 2), (2, "add_to_cart", 2), (3, "pay_success", 2),
    ]  # fmt: skip
    assert drawn.beside[2][2][1].name == "(no value)"
    assert drawn.beside[2][2][1].share == 17.1
    assert (drawn.found, drawn.shown) == (7, 2)
    assert [colour for colour, _name in drawn.legend] == [1, 2]


def test_open_steps_are_as_wide_as_the_largest() -> None:
    """A later step may have more than the first."""
    table = replace(
        WHOLE, columns=(*columns.keys(), WHO, columns._EVENTS, columns._FROM_FIRST, columns._FROM_BEFORE), totals=None,
        rows=((1, "a", 50, 60, 1.0, None), (2, "b", 100, 300, 2.0, 2.0)),
    )  # fmt: skip
    drawn = as_funnel(table, Options("persons"), "en")
    assert [(one.share, one.rate, one.times) for one in drawn.bars] == [
        (50, "100.00%", 60), (100, "200.00%", 300),
    ]  # fmt: skip
    assert drawn.figures == ()
