"""How figures are written for people."""

from __future__ import annotations

from datetime import date

import pytest

from minilens.errors import Language
from minilens.measure.table import Cell, Unit
from minilens.render import words
from minilens.render.language import preferred


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (0, "count", "0", "0"),
        (872, "count", "872", "872"),
        (1093, "count", "1,093", "1,093"),
        (9999, "count", "9,999", "9,999"),
        (48_475, "count", "4.85 万", "48.5k"),
        (1_082_500, "count", "108.2 万", "1.1M"),
        (2_340_000_000, "count", "23.40 亿", "2.3B"),
        (None, "count", "–", "–"),
        (83.4, "seconds", "1 分 23 秒", "1m 23s"),
        (59.7, "seconds", "1 分 0 秒", "1m 0s"),
        (8.44, "seconds", "8.4 秒", "8.4s"),
        (9.97, "seconds", "10 秒", "10s"),
        (0, "seconds", "0.0 秒", "0.0s"),
        (3725, "seconds", "1 小时 2 分 5 秒", "1h 2m 5s"),
        (0.3084, "ratio", "30.84%", "30.84%"),
        (2.3149, "depth", "2.31", "2.31"),
    ],
)
def test_short(value: Cell, unit: Unit, zh: str, en: str) -> None:
    assert words.short(value, unit, "zh") == zh
    assert words.short(value, unit, "en") == en


@pytest.mark.parametrize(
    ("now", "then", "text", "direction"),
    [
        (103.2, 100, "▲ 3.2%", "up"),
        (98.2, 100, "▼ 1.8%", "down"),
        (100, 100, "= 0%", "flat"),
        (5, 0, "–", "unknown"),
        (None, 4, "–", "unknown"),
        (4, None, "–", "unknown"),
        (0, 0, "–", "unknown"),
        (30_000, 100, "▲ 29,900%", "up"),
    ],
)
def test_change(now: Cell, then: Cell, text: str, direction: str) -> None:
    assert words.change(now, then) == words.Change(direction, text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "span", "month", "week"),
    [
        ("zh", "2025年12月30日 – 1月2日", "2026年1月", "1月5日起一周"),
        ("en", "30 Dec 2025 – 2 Jan", "Jan 2026", "week of 5 Jan"),
    ],
)
def test_days(language: Language, span: str, month: str, week: str) -> None:
    assert words.span(date(2025, 12, 30), date(2026, 1, 2), language, 2026) == span
    assert words.bucket(date(2026, 1, 1), "month", language, 2026) == month
    assert words.bucket(date(2026, 1, 5), "week", language, 2026) == week


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("en", "zh"), "en"),
        ((None, "en-GB,en;q=0.9"), "en"),
        (("de-DE, en;q=0.7, zh;q=0.8",), "zh"),
        (("fr",), "zh"),
        ((None, None), "zh"),
        (("en;q=0, zh;q=0.1",), "zh"),
        (("en;q=nonsense",), "zh"),
    ],
)
def test_the_language_of_the_caller(wishes: tuple[str | None, ...], language: str) -> None:
    assert preferred(*wishes) == language


@pytest.mark.parametrize(
    ("now", "then", "zh", "en", "direction"),
    [
        (0.3562, 0.344, "▲ 1.2 个百分点", "▲ 1.2 pp", "up"),
        (0.1, 0.35, "▼ 25.0 个百分点", "▼ 25.0 pp", "down"),
        (0.5, 0.0, "▲ 50.0 个百分点", "▲ 50.0 pp", "up"),
        (0.3, 0.3004, "= 0 个百分点", "= 0 pp", "flat"),
        (None, 0.3, "–", "–", "unknown"),
    ],
)
def test_a_share_moves_by_points(now: Cell, then: Cell, zh: str, en: str, direction: str) -> None:
    found = [words.change(now, then, "ratio", language) for language in ("zh", "en")]
    assert [(one.text, one.direction) for one in found] == [(zh, direction), (en, direction)]
