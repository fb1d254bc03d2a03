"""Two persons found to be one: in the past too, and taken back without a trace in the figures."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from minilens.load.merges import complete, merge, undo
from minilens.load.pending import LAST_NUMBER
from minilens.warehouse.engine import Engine
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
THREE = days("2026-03-01", "2026-03-05")


def scene(house: House) -> None:
    """An old phone on the 1st and 3rd, a new one on the 2nd and 3rd; both are Li."""
    house.load(
        [
            Happening(at("2026-03-01 10:00"), device="old", session="a"),
            Happening(at("2026-03-03 10:00"), device="old", session="b"),
            Happening(at("2026-03-02 10:00"), device="new", session="c"),
            Happening(at("2026-03-03 11:00"), device="new", session="d"),
        ]
    )
    house.build()


def column(house: House, n: int) -> list[object]:
    """One measure over the five days: 1 total users, 4 visitors, 5 new users."""
    return [row[n] for row in house.figures(THREE)]


def test_a_merge_holds_for_the_past_and_undo_takes_it_back(house: House) -> None:
    scene(house)
    before = house.figures(THREE)
    assert (column(house, 4), column(house, 5)) == ([1, 1, 2, 0, 0], [1, 1, 0, 0, 0])
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    old, new = house.person("device", "old"), house.person("device", "new")
    number = merge(*doors, gone=new, into=old, cause="unionid")
    house.build()
    assert (column(house, 4), column(house, 5)) == ([1, 1, 1, 0, 0], [1, 0, 0, 0, 0])
    assert column(house, 1) == [1, 1, 1, 1, 1]
    assert column(house, 2) == [1, 1, 2, 0, 0], "launches stay as many as there were"
    undo(*doors, version=number)
    house.build()
    assert house.figures(THREE) == before


def test_the_first_visit_may_move_to_an_earlier_and_back_to_a_later_day(house: House) -> None:
    scene(house)
    before = house.figures(THREE)
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    old, new = house.person("device", "old"), house.person("device", "new")
    number = merge(*doors, gone=old, into=new, cause="unionid")
    house.build()
    assert column(house, 5) == [1, 0, 0, 0, 0]
    undo(*doors, version=number)
    house.build()
    assert house.figures(THREE) == before


def test_what_comes_after_a_merge_is_the_one_person(house: House) -> None:
    scene(house)
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    old, new = house.person("device", "old"), house.person("device", "new")
    merge(*doors, gone=new, into=old, cause="unionid")
    house.build()
    house.load(
        [
            Happening(at("2026-03-05 09:00"), device="old", session="e"),
            Happening(at("2026-03-05 09:10"), device="new", session="f"),
        ]
    )
    tail = house.figures(THREE)[-1]
    assert tail[1:6] == (1, 2, 2, 1, 0)
    house.build()
    assert house.figures(THREE)[-1][1:6] == (1, 2, 2, 1, 0)


class Killed(Exception):
    """Stands for kill -9: nothing after it runs."""


class EndsBetweenTheTables(Engine):
    """Writes the map, and ends before the short list of moves."""

    def insert(self, table: str, block: bytes, **more: Any) -> None:
        if table == "person_moves":
            raise Killed
        super().insert(table, block, **more)


@pytest.mark.parametrize("deed", ["merge", "undo"])
def test_a_kill_between_the_two_tables_is_finished_by_the_next_start(
    house: House, deed: str
) -> None:
    scene(house)
    before = house.figures(THREE)
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    ending = copy.copy(pipeline.engine)
    ending.__class__ = EndsBetweenTheTables
    old, new = house.person("device", "old"), house.person("device", "new")
    number = merge(*doors, gone=new, into=old, cause="unionid") if deed == "undo" else 0
    asked = (
        {"gone": new, "into": old, "cause": "unionid"} if deed == "merge" else {"version": number}
    )
    work: Callable[..., object] = merge if deed == "merge" else undo
    with pytest.raises(Killed):
        work(ending, *doors[1:], **asked)
    house.load([Happening(at("2026-03-05 10:00"), device="old", session="e")])
    house.build()
    assert int(pipeline.engine.one(LAST_NUMBER)) >= int(
        str(house.rows("SELECT max(version) FROM person_map WHERE app = {app:UInt32}")[0][0])
    )
    complete(*doors[:3])
    house.build()
    figures = [1, 1, 1] if deed == "merge" else [1, 1, 2]
    assert column(house, 4)[:3] == figures
    assert deed == "merge" or house.figures(THREE)[:3] == before[:3]
    complete(*doors[:3])
    assert house.waiting() == []
