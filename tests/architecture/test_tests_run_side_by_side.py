"""Tests that run side by side load together, make together, and fail each for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from tests import side_by_side


def test_all_load_before_any_makes_and_one_that_fails_keeps_no_other_back() -> None:
    done: list[tuple[str, Sequence[Any]]] = []
    ended: list[str] = []

    def load(houses: Sequence[Any]) -> None:
        done.append(("load", houses))

    def make(houses: Sequence[Any]) -> None:
        done.append(("make", houses))

    def test(name: str, works: str) -> None:
        for work in works.split():
            assert work in ("load", "make"), name
            side_by_side.wait(load if work == "load" else make, cast("Any", name))
        ended.append(name)

    with pytest.raises(AssertionError, match="b"):
        side_by_side.together(
            lambda: test("a", "load make"),
            lambda: test("b", "load fails"),
            lambda: test("c", "load load make"),
            lambda: test("d", ""),
        )
    assert done == [("load", ["a", "b", "c"]), ("load", ["c"]), ("make", ["a", "c"])]
    assert ended == ["d", "a", "c"]


def test_work_that_fails_fails_for_all_that_waited_for_it() -> None:
    seen: list[str] = []

    def broken(houses: Sequence[Any]) -> None:
        raise OSError(f"for {houses}")

    def test(name: str) -> None:
        try:
            side_by_side.wait(broken, cast("Any", name))
        except OSError as error:
            seen.append(f"{name}: {error}")

    side_by_side.together(lambda: test("a"), lambda: test("b"))
    assert seen == ["a: for ['a', 'b']", "b: for ['a', 'b']"]
    test("alone")
    assert seen[2:] == ["alone: for ['alone']"]
