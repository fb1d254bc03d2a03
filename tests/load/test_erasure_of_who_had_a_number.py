"""A phone number that was handed on: of whoever is erased goes what they did while they had it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minilens.identity.lookup import look_up
from minilens.load.replay import rewind_all
from tests.identity.story import Said, load, number, person
from tests.identity.test_a_number_is_handed_on import (
    DAY,
    VISITORS,
    agree,
    column,
    exported,
    scene,
)
from tests.pipeline import House

pytestmark = pytest.mark.waits  # as in test_erasure


def erase(house: House, text: str, *, only_this: bool = False) -> int:
    """Events of whoever is erased."""
    engine, secret = house.pipeline.engine, house.pipeline.secret
    subject = look_up(engine, house.app.id, text, secret, only_this=only_this)
    return house.pipeline.eraser.erase(house.app.id, subject).counts["events"]


def ends(house: House) -> set[object]:
    rows = house.rows("SELECT DISTINCT node, other FROM links WHERE app = {app:UInt32}")
    return {node for row in rows for node in row}


def test_either_of_them(new_app: Callable[[str], House]) -> None:
    """Neither a replay nor what comes late brings anything back, and the other has all that was theirs."""
    first, second = new_app("Asia/Shanghai"), new_app("Asia/Shanghai")
    for house in (first, second):
        scene(house)
        house.build()
    assert erase(first, f"p{person(first, 'a')}") == 3
    assert erase(second, f"p{person(second, 'b')}") == 2
    for replayed in (False, True):
        if replayed:
            rewind_all(first.pipeline.spool)
            first.pipeline.loader.drain()
        agree(first)
        assert column(first, VISITORS) == [0, 0, 1, 1, 0]
        assert exported(first, "b") == ["11-18 04", "11-19 04"]
        assert not ends(first) & {number(first, value) for value in ("a", "d1")}
        agree(second)
        assert column(second, VISITORS) == [1, 1, 0, 1, 0]
        assert exported(second, "a") == ["11-16 04", "11-17 04", "11-19 04"]
        assert not ends(second) & {number(second, value) for value in ("b", "d2")}
    for house in (first, second):
        load(house, [Said("", "m", DAY + 60), Said("", "m", 4 * DAY)])
    assert exported(first, "b") == ["11-18 04", "11-19 04", "11-20 04"]
    assert exported(second, "a") == ["11-16 04", "11-17 04", "11-17 05", "11-19 04"]
