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
    ("value", "part", "stored"),
    [
        ("simplified-chinese", "whole", ("zh_CN",)),
        ("简体中文", "whole", ("zh_CN",)),
        ("ZH_CN", "whole", ("zh_cn",)),
        ("Trad", "start", ("Trad", "zh_TW")),
        ("chinese", "any", ("chinese", "zh_CN", "zh_TW")),
    ],
)
def test_a_written_value_finds_what_is_stored(
    value: str, part: Part, stored: tuple[str, ...]
) -> None:
    assert NAMES.stored(value, part) == stored


def test_a_part_that_the_value_itself_holds_is_not_said_twice() -> None:
    assert DIMENSIONS["province"].stored("contains", "广") == ("广",)
    assert DIMENSIONS["province"].stored("contains", "Guang") == ("Guang", "广东", "广西")
