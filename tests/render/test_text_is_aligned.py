"""The terminal's table stands straight, Chinese characters counted as two."""

from __future__ import annotations

import pytest

from minilens.errors import Language
from minilens.render.as_text import as_text, width
from minilens.reports import REPORTS
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
    assert text.endswith("扫描行数 31.24 万 · 18 ms · 来自缓存\n")
