"""Columns that the figures are counted from: persons by their numbers, and sums that lose nothing."""

from __future__ import annotations

import numpy as np
import pyarrow  # type: ignore[import-untyped]
import pytest

from minilens.measure.ltv import entrants as module
from minilens.measure.ltv.entrants import FAR, Entrants, by_visit, touched
from minilens.measure.ltv.payments import HALF, added

NUMBERS = np.array([7, 3, 12])


@pytest.mark.parametrize("most", [1 << 26, 1])
def test_persons_are_found_by_number_however_large(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_IN_A_TABLE", most)
    three = Entrants(NUMBERS, np.array([1, 2, 3]), np.zeros(3, np.int64), ((),))
    asked = np.array([3, 4, 12, 99, 0, 7], np.uint32)
    assert three.places(asked).tolist() == [1, -1, 2, -1, -1, 0]
    assert three.table(three.first, FAR)[three.index(asked)].tolist() == [2, FAR, 3, FAR, FAR, 1]


@pytest.mark.parametrize("most", [1 << 26, 1])
def test_who_is_new_on_two_days_came_on_the_first(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_IN_A_TABLE", most)
    persons = pyarrow.array([[5, 3], [3, 8]], pyarrow.list_(pyarrow.uint32()))
    found = by_visit(pyarrow.table({"since": np.array([20, 19], np.int32), "persons": persons}))
    days = dict(zip(found.number.tolist(), found.first.tolist(), strict=True))
    assert (days, len(found.number)) == ({5: 20, 3: 19, 8: 19}, 3)


def test_nobody_is_new() -> None:
    nothing = pyarrow.array([], pyarrow.list_(pyarrow.uint32()))
    nobody = by_visit(pyarrow.table({"since": pyarrow.array([], "int32"), "persons": nothing}))
    touches = pyarrow.table(
        {"person": np.array([0, 4], np.uint32), "first": [0, 20], "g0": ["", "a"]}
    )
    assert len(touched(nobody, touches, 1).number) == 0


def test_large_amounts_are_added_to_the_last_digit() -> None:
    amounts = np.array([90_000_000_000.25, 0.0001, -3.5, -90_000_000_000.25, 214_748.3648])
    high, low = added(np.array([0, 0, 1, 1, 1]), amounts, 2)
    sums = [int(above) * HALF + int(below) for above, below in zip(high, low, strict=True)]
    assert sums == [900_000_000_002_501, -35_000 - 900_000_000_002_500 + 2_147_483_648]
