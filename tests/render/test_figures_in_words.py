"""How figures are written for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from minilens.measure.measures import MEASURES
from minilens.measure.table import Cell, Unit
from minilens.render import format
from minilens.render.annotations import Mark
from minilens.render.as_card import as_card
from minilens.render.as_chart import as_chart
from minilens.render.as_list import as_list
from minilens.render.as_tiles import as_tiles
from minilens.render.drawing import Options
from minilens.render.i18n import preferred
from minilens.reports.overview import ENTRIES as PAGES
from minilens.reports.overview import TREND
from minilens.text import Language
from tests.render.tables import AS_OF, listed, periods


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
    assert format.short(value, unit, "zh") == zh
    assert format.short(value, unit, "en") == en


@pytest.mark.parametrize(
    ("now", "then", "text", "meaning"),
    [
        (103.2, 100, "▲ 3.2%", "better"),
        (98.2, 100, "▼ 1.8%", "worse"),
        (100, 100, "= 0%", "flat"),
        (5, 0, "–", "unknown"),
        (None, 4, "–", "unknown"),
        (4, None, "–", "unknown"),
        (0, 0, "–", "unknown"),
        (30_000, 100, "▲ 29,900%", "better"),
    ],
)
def test_change(now: Cell, then: Cell, text: str, meaning: str) -> None:
    visits = MEASURES["visits"].column()
    assert format.change(now, then, visits, "en") == format.Change(meaning, text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "span", "month", "week", "day", "before"),
    [
        ("zh", "2025年12月30日 – 1月2日", "2026年1月", "1月5日起一周", "11月22日 周日", "2025年12月30日 周二"),
        ("en", "30 Dec 2025 – 2 Jan", "Jan 2026", "week of 5 Jan", "Sun 22 Nov", "Tue 30 Dec 2025"),
    ],
)  # fmt: skip
def test_days(language: Language, span: str, month: str, week: str, day: str, before: str) -> None:
    assert format.bucket(date(2026, 11, 22), "day", language, 2026) == day
    assert format.bucket(date(2025, 12, 30), "day", language, 2026) == before
    assert format.span(date(2025, 12, 30), date(2026, 1, 2), language, 2026) == span
    assert format.bucket(date(2026, 1, 1), "month", language, 2026) == month
    assert format.bucket(date(2026, 1, 5), "week", language, 2026) == week


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Release 2.1", "Release 2.1"),
        ("Sixteen letters.", "Sixteen letters."),
        ("Seventeen letters", "Seventeen lette…"),
        ("Advertisements in town", "Advertisements…"),
        ("双十一活动开始了", "双十一活动开始了"),
        ("双十一活动正式开始了", "双十一活动正式…"),
        ("双十一 · 服务器停机两小时", "双十一 · 服务器…"),
    ],
)
def test_words_on_the_chart_are_cut_and_stand_whole_in_its_tooltip(text: str, shown: str) -> None:
    made = periods(TREND, rows=7)
    marks = [Mark(date(2026, 11, 3), text)]
    chart = as_chart(made, "visits", "day", "zh", marks)
    dots = next(one for one in chart["option"]["series"] if one["id"] == "marks")
    assert dots["data"][0]["name"] == shown
    assert chart["tips"][2]["marks"] == [text]
    card = as_card(
        made,
        TREND,
        Options(measure="visits", grain="day", marks=marks),
        view="table",
        language="zh",
        now=AS_OF,
    )
    assert [row.marks for row in card.drawing.rows if row.marks] == [(text,)]


@pytest.mark.parametrize(("language", "lead"), [("zh", ""), ("en", "Sat")])
def test_a_leading_weekday_has_a_column_of_its_own(language: Language, lead: str) -> None:
    made = periods(TREND, rows=7)
    card = as_card(
        made,
        TREND,
        Options(measure="visits", grain="day"),
        view="table",
        language=language,
        now=AS_OF,
    )
    first = card.drawing.rows[0]
    assert (first.lead, first.day) == (lead, "2026-11-07")
    whole = format.bucket(date(2026, 11, 7), "day", language, 2026)
    assert f"{first.lead} {first.head}".strip() == whole


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
    ("now", "then", "zh", "en", "meaning"),
    [
        (0.3562, 0.344, "▲ 1.2 个百分点", "▲ 1.2 pp", "worse"),
        (0.1, 0.35, "▼ 25.0 个百分点", "▼ 25.0 pp", "better"),
        (0.5, 0.0, "▲ 50.0 个百分点", "▲ 50.0 pp", "worse"),
        (0.3, 0.3004, "= 0 个百分点", "= 0 pp", "flat"),
        (None, 0.3, "–", "–", "unknown"),
    ],
)
def test_a_share_moves_by_points(now: Cell, then: Cell, zh: str, en: str, meaning: str) -> None:
    rate = MEASURES["bounce_rate"].column()
    found = [format.change(now, then, rate, language) for language in ("zh", "en")]
    assert [(one.text, one.meaning) for one in found] == [(zh, meaning), (en, meaning)]


@pytest.mark.parametrize(
    ("name", "rises", "falls"),
    [
        ("visitors", "better", "worse"),
        ("duration_per_visitor", "better", "worse"),
        ("bounce_rate", "worse", "better"),
        ("exit_rate", "worse", "better"),
        ("visit_share", "neither", "neither"),
    ],
)
def test_a_change_says_whether_it_is_welcome(name: str, rises: str, falls: str) -> None:
    column = MEASURES[name].column()
    assert format.change(0.4, 0.2, column, "en").meaning == rises
    assert format.change(0.2, 0.4, column, "en").meaning == falls
    assert format.definition(column, "en").endswith("Lower is better") == (rises == "worse")
    assert format.definition(column, "zh").endswith("越低越好") == (rises == "worse")


def test_every_form_takes_the_meaning_from_the_measure() -> None:
    rates = replace(TREND, measures=("bounce_rate",), first="bounce_rate")
    made = periods(rates, rows=2, compared=2)
    made = replace(
        made,
        rows=tuple((row[0], 0.4) for row in made.rows),
        compared=tuple((row[0], 0.2) for row in made.compared),
    )
    card = as_card(
        made,
        rates,
        Options(measure="bounce_rate", grain="day"),
        view="table",
        language="en",
        now=AS_OF,
    )
    assert [row.change and row.change.meaning for row in card.drawing.rows] == ["worse", "worse"]
    tips = as_chart(made, "bounce_rate", "day", "en")["tips"]
    assert {tip["rows"][0]["meaning"] for tip in tips} == {"worse"}
    risen = replace(made, rows=((made.rows[0][0], 0.2), (made.rows[1][0], 0.4)))
    assert as_tiles(risen, "en")[0].changes[0].change.meaning == "worse"
    pages = listed(PAGES, compared=True)
    fallen = replace(
        pages,
        rows=tuple((row[0], 1, 0.1, 0.1) for row in pages.rows),
        compared=tuple((row[0], 2, 0.2, 0.2) for row in pages.compared),
    )
    found = as_list(fallen, "entries", "en").lines[0].changes
    assert [one and one.meaning for one in found] == ["worse", "better", "neither"]
