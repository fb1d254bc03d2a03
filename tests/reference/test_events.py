"""The built-in events, and the lawful name of any unlawful one."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minilens.reference import events


def test_every_built_in_event_is_lawful_and_named_in_both_languages() -> None:
    for name, event in events.BUILT_IN.items():
        assert event.name == name
        assert events.lawful(name)
        assert all((event.zh, event.en, event.meaning_zh, event.meaning_en))
        assert len(event.zh) <= 32
        assert not event.zh.isascii()
    for names in (
        [event.zh for event in events.BUILT_IN.values()],
        [event.en for event in events.BUILT_IN.values()],
    ):
        assert len(set(names)) == len(names)


def test_the_events_that_measures_rest_on_are_built_in() -> None:
    assert {*events.LAUNCHES, events.VISIT, events.LEAVE, events.SHARE} <= events.BUILT_IN.keys()
    assert {"add_to_cart", "pay_success", "refund_request", "api_error"} <= events.BUILT_IN.keys()


@pytest.mark.parametrize("name", ["a", "page_view", "a1_", "a" * 32])
def test_lawful_names(name: str) -> None:
    assert events.lawful(name)


@pytest.mark.parametrize(
    "name", ["", "A", "1a", "_a", "a-b", "a b", "a" * 33, "页面", "a\n", "é", "a１"]
)
def test_unlawful_names(name: str) -> None:
    assert not events.lawful(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("page_view", "page_view"),
        ("API_error", "api_error"),
        ("$MPViewScreen", "mp_view_screen"),
        ("addToCart", "add_to_cart"),
        ("Order Completed", "order_completed"),
        ("  pay.success!! ", "pay_success"),
        ("2nd click", "e_2nd_click"),
    ],
)
def test_aliases_that_can_be_read(name: str, expected: str) -> None:
    assert events.alias(name) == expected


@pytest.mark.parametrize("name", ["加入购物车", "点击button", "", "$$$", "🙂", "\ud800"])
def test_names_without_a_readable_form_become_a_hash(name: str) -> None:
    assert re.fullmatch(r"e_[0-9a-f]{8}", events.alias(name))


def test_an_alias_never_changes_between_releases() -> None:
    assert events.alias("加入购物车") == "e_bed87a30"
    assert events.alias("A" * 40) == "aaaaaaaaaaaaaaaaaaaaaaa_e33cdf9c"


def test_distinct_chinese_and_distinct_long_names_stay_distinct() -> None:
    names = [f"步骤{n}" for n in range(500)] + [f"{'Step' * 10}{n}" for n in range(500)]
    assert len({events.alias(name) for name in names}) == len(names)


@given(st.text(max_size=80))
@example("1" * 31)
@example("\ud800")
@example("İ")
@example("ſ")
def test_every_alias_is_lawful_and_its_own_alias(name: str) -> None:
    alias = events.alias(name)
    assert events.lawful(alias)
    assert events.alias(alias) == alias
    assert events.alias(name) == alias


@given(st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True))
def test_a_lawful_name_is_kept(name: str) -> None:
    assert events.lawful(name)
    assert events.alias(name) == name


@given(st.from_regex(r"[a-z]{24,60}", fullmatch=True), st.from_regex(r"[a-z]{1,9}", fullmatch=True))
def test_a_long_name_and_the_same_with_more_stay_distinct(name: str, more: str) -> None:
    assert events.alias(name) != events.alias(name + more)
