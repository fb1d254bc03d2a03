"""Two persons found to be one are one in the past too, and the merge can be taken back exactly."""

from __future__ import annotations

import pytest

from minilens.load import merges
from minilens.period import GRAINS
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
UNION = "wechat-unionid"
LI, WANG = (UNION, "li"), (UNION, "wang")
WEEK = days("2026-11-16", "2026-11-19")
Rows = list[tuple[object, ...]]


@pytest.fixture
def two(house: House) -> House:
    """Li on Monday and Wednesday, Wang on Tuesday and Wednesday; both share on Wednesday."""
    house.load(
        [
            Happening(at("2026-11-16 12:00"), device="a", identity=LI, session="1"),
            Happening(at("2026-11-17 12:00"), device="b", identity=WANG, session="2"),
            Happening(at("2026-11-18 12:00"), device="a", identity=LI, session="3"),
            Happening(at("2026-11-18 12:00"), "share", device="a", identity=LI, session="3"),
            Happening(at("2026-11-18 12:30"), device="b", identity=WANG, session="4"),
            Happening(at("2026-11-18 12:30"), "share", device="b", identity=WANG, session="4"),
        ]
    )
    house.build()
    return house


def all_figures(house: House) -> list[Rows]:
    return [house.figures(WEEK, grain) for grain in GRAINS]


def merged(house: House, gone: tuple[str, str], into: tuple[str, str]) -> int:
    """Make two persons one; the number of the merge. The days are marked, not made."""
    pipeline = house.pipeline
    return merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id,
        gone=house.person(*gone), into=house.person(*into), cause="push",
    )  # fmt: skip


def taken_back(house: House, version: int) -> None:
    pipeline = house.pipeline
    merges.undo(pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, version=version)


def test_before_the_merge(two: House) -> None:
    table = two.ask(WEEK)
    assert table.column("visitors") == [1, 1, 2, 0]
    assert table.column("new_users") == [1, 1, 0, 0]
    assert table.column("total_users") == [1, 2, 2, 2]
    assert table.column("sharers") == [0, 0, 2, 0]


@pytest.mark.parametrize(
    ("gone", "into"), [(WANG, LI), (LI, WANG)], ids=["newer goes", "older goes"]
)
def test_one_person_in_the_past_too(
    two: House, gone: tuple[str, str], into: tuple[str, str]
) -> None:
    merged(two, gone, into)
    two.build()
    table = two.ask(WEEK)
    assert table.column("visitors") == [1, 1, 1, 0]
    assert table.column("new_users") == [1, 0, 0, 0]
    assert table.column("total_users") == [1, 1, 1, 1]
    assert table.column("sharers") == [0, 0, 1, 0]
    assert table.column("visits") == [1, 1, 2, 0]
    assert table.column("launches") == [1, 1, 2, 0]
    assert two.ask(WEEK, "week").column("visitors") == [1]


@pytest.mark.parametrize(
    ("gone", "into"), [(WANG, LI), (LI, WANG)], ids=["newer goes", "older goes"]
)
def test_undo_restores_exactly(two: House, gone: tuple[str, str], into: tuple[str, str]) -> None:
    before = all_figures(two)
    version = merged(two, gone, into)
    two.build()
    assert all_figures(two) != before
    taken_back(two, version)
    two.build()
    assert all_figures(two) == before


def test_undo_before_any_day_was_made_again(two: House) -> None:
    before = all_figures(two)
    taken_back(two, merged(two, WANG, LI))
    two.build()
    assert all_figures(two) == before


def test_days_of_a_merge_made_one_by_one_and_last_first(two: House) -> None:
    version = merged(two, LI, WANG)
    for day in reversed(two.waiting()):
        two.pipeline.builder.make(two.app.id, [day])
    two.build()
    assert two.ask(WEEK).column("new_users") == [1, 0, 0, 0]
    taken_back(two, version)
    for day in two.waiting():
        two.pipeline.builder.make(two.app.id, [day])
    two.build()
    assert two.ask(WEEK).column("new_users") == [1, 1, 0, 0]
    assert two.ask(WEEK).column("total_users") == [1, 2, 2, 2]


def test_what_arrives_after_a_merge_is_the_one_persons(two: House) -> None:
    merged(two, WANG, LI)
    two.build()
    two.load([Happening(at("2026-11-19 12:00"), device="b", identity=WANG, session="5"),
              Happening(at("2026-11-19 12:00"), device="a", identity=LI, session="6")])  # fmt: skip
    for _ in ("before the day is made", "after"):
        assert two.ask(WEEK).column("visitors") == [1, 1, 1, 1]
        assert two.ask(WEEK).column("new_users") == [1, 0, 0, 0]
        assert two.ask(WEEK).column("launches") == [1, 1, 2, 2]
        two.build()


def test_a_device_seen_first_on_a_merged_persons_phone(two: House) -> None:
    """A new identity on a phone whose person was merged away is the one person's."""
    merged(two, WANG, LI)
    two.build()
    two.load(
        [Happening(at("2026-11-19 12:00"), device="b", identity=("c_memberid", "m"), session="7")]
    )
    two.build()
    assert two.person("c_memberid", "m") == two.person(*LI)
