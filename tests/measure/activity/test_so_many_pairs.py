"""Persons and periods are looked at up to a bound: more is refused, with what to ask for instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minilens.errors import Refused
from minilens.measure.activity import sql
from tests.measure.activity.asking import BACK, START, answer, back, cells, happened, returns
from tests.pipeline import House, days


def test_more_pairs_than_the_bound_are_refused(
    new_app: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = new_app()
    house.load(happened("A: s0 b1. B: s0 b1 b2"))
    house.build()
    query = returns(house, START, BACK, over=days("2026-06-01"))
    own = returns(house, START, BACK, over=days("2026-06-01"), blocks="from_start")
    monkeypatch.setattr(sql, "MOST_PAIRS", 5)
    assert back(house, query) == [0, 2, 1, 0]
    assert back(house, own) == [0, 2, 1, 0]
    monkeypatch.setattr(sql, "MOST_PAIRS", 4)
    for one in (query, own):
        with pytest.raises(Refused) as said:
            answer(house, one)
        assert (said.value.code, said.value.field) == ("too_many_pairs", "grain")


def test_so_are_lists_of_who_was_there(
    new_app: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person counts once in a period, whether it starts, returns or both."""
    house = new_app()
    house.load(happened("A: s0 b0 b1. B: s0 b1 b2"))
    house.build()
    query = returns(house, START, BACK, over=days("2026-06-01"), cells=cells("1", "2"))
    for most, over in ((5, False), (4, True), (1, True)):
        monkeypatch.setattr(sql, "MOST_PAIRS", most)
        if not over:
            assert back(house, query) == [2, 1]
            continue
        with pytest.raises(Refused) as said:
            answer(house, query)
        assert (said.value.code, said.value.field) == ("too_many_pairs", "grain")
