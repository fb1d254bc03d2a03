"""The terminal's table stands straight, Chinese characters counted as two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from minilens.render.as_text import as_text, width
from minilens.reports import REPORTS
from minilens.text import Language
from tests.render.tables import table


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines_of_a_block_end_together(language: Language) -> None:
    report = REPORTS["overview.trend"]
    text = as_text(table(report, rows=9, compared=9, running=True), report, language)
    blocks = [b.splitlines() for b in text.split("\n\n") if "2026-1" in b and "\n" in b]
    assert len(blocks) == 2
    for block in blocks:
        assert len(block) == 10
        assert len({width(line) for line in block}) == 1


def test_it_says_what_is_not_over_and_what_it_cost() -> None:
    report = REPORTS["overview.trend"]
    text = as_text(table(report, running=True), report, "zh")
    assert "最后一行的周期尚未结束。" in text
    assert text.endswith("扫描 31.24 万 行 · 18 ms · 缓存\n")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_ends_with_the_rest_and_the_whole(language: Language) -> None:
    report = REPORTS["overview.pages"]
    text = as_text(table(report, compared=True, rest=True), report, language)
    first, second = (b.splitlines() for b in text.strip().split("\n\n") if "\n" in b)
    assert [line.split("  ")[0] for line in first[-2:]] == (
        ["其余", "全部"] if language == "zh" else ["All others", "All"]
    )
    assert len(first) == 1 + 9 + 2
    assert len(second) == 1 + 9
    assert [line.split("  ")[0] for line in first[:10]] == [line.split("  ")[0] for line in second]
    assert ("412 个取值，显示 9 个" if language == "zh" else "9 of 412 values") in text
    assert len({width(line) for line in first}) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tiles_are_a_line_for_each_measure(language: Language) -> None:
    report = REPORTS["overview.yesterday"]
    text = as_text(table(report, rows=31), report, language)
    (block,) = (b.splitlines() for b in text.strip().split("\n\n") if "\n" in b)
    assert len(block) == 1 + len(report.measures)
    assert len({width(line) for line in block}) == 1


def test_the_same_hours_of_another_day_are_said_to_be() -> None:
    report = REPORTS["overview.trend"]
    made = replace(table(report, rows=1, compared=1, running=True), same_hours=True)
    assert "对比 10月31日（截至同一时刻）" in as_text(made, report, "zh")
    assert "compared with 31 Oct up to the same hour" in as_text(made, report, "en")
