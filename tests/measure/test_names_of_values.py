"""What values are called is what pages show, what a search finds and what a filter may be written with."""

from __future__ import annotations

import pytest

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.value_names import Part, ValueNames
from minilens.text import Text

NAMES = ValueNames(
    {
        "zh_CN": Text("简体中文", "Simplified Chinese"),
        "zh_TW": Text("繁体中文", "Traditional Chinese"),
    },
    spelled=str.lower,
)


def test_a_name_is_shown_in_the_language_of_the_page() -> None:
    assert (NAMES.shown("zh_CN", "zh"), NAMES.shown("zh_CN", "en")) == (
        "简体中文",
        "Simplified Chinese",
    )
    assert NAMES.shown("tlh", "en") == "tlh"


def test_a_name_stands_behind_a_code_that_people_know() -> None:
    names = ValueNames({"1047": Text("扫码", "Scan")}, beside_code=True)
    assert (names.shown("1047", "en"), names.shown("1", "en")) == ("1047 Scan", "1")


def test_a_search_finds_names_of_both_languages() -> None:
    assert NAMES.like("chinese") == ("zh_CN", "zh_TW")
    assert NAMES.like("繁") == ("zh_TW",)
    assert NAMES.like("  ") == ()


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("simplified-chinese", ("zh_CN",)),
        ("简体中文", ("zh_CN",)),
        ("ZH_CN", ("zh_cn",)),
    ],
)
def test_a_written_value_finds_what_is_stored(value: str, stored: tuple[str, ...]) -> None:
    assert NAMES.stored(value) == stored


@pytest.mark.parametrize(
    ("text", "part", "named"),
    [
        ("Trad", "start", ("zh_TW",)),
        ("Chinese", "start", ()),
        ("chinese", "any", ("zh_CN", "zh_TW")),
    ],
)
def test_a_part_of_a_name_means_values(text: str, part: Part, named: tuple[str, ...]) -> None:
    assert NAMES.named(text, part) == named


def test_a_part_that_the_value_itself_holds_is_not_said_twice() -> None:
    assert DIMENSIONS["province"].named("contains", ("广",)) == ()
    assert DIMENSIONS["province"].named("contains", ("Guang", "guangx")) == ("广东", "广西")
    assert DIMENSIONS["province"].named("is", ("Guangdong",)) == ()


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Hangzhou", ("杭州",)),
        ("杭州", ("杭州",)),
        ("杭州市", ("杭州",)),
        ("xian", ("西安",)),
        ("XI’AN", ("西安",)),
        ("Urumqi", ("乌鲁木齐",)),
        ("Suzhou", ("苏州", "宿州")),
        ("Suzhou (Anhui)", ("宿州",)),
        ("Springfield", ("Springfield",)),
    ],
)
def test_a_city_is_found_however_it_is_written(written: str, stored: tuple[str, ...]) -> None:
    assert DIMENSIONS["city"].stored(written) == stored
    assert DIMENSIONS["person_city"].stored(written) == stored
