"""What stands on builds at their edges: the newest day that was made, the day before the first that is asked for."""

from __future__ import annotations

from minilens.measure.events.operand import SESSION
from minilens.measure.events.query import Condition, Counted
from tests.measure.events.test_by_hand import DAY, NEXT, every, figure, paid, row
from tests.pipeline import Happening, House, at, days


def test_what_came_after_the_build_of_the_very_last_day_counts(house: House) -> None:
    house.load([paid(f"{DAY} 10:00")])
    house.build()
    house.load([paid(f"{DAY} 11:00", "b")])
    assert row(house, figure("total"), figure("persons"), range=days(DAY, DAY)) == (2, 2)
    house.build()
    assert row(house, figure("total"), figure("persons"), range=days(DAY, DAY)) == (2, 2)


def test_a_launch_that_began_the_day_before_is_known(house: House) -> None:
    """With the build of that day, in which it stands."""
    house.load([
        Happening(at(f"{DAY} 23:58"), device="a", session="a1", page="door"),
        paid(f"{NEXT} 00:01"),
        paid(f"{NEXT} 09:00", "b"),
    ])  # fmt: skip
    house.build()
    came = every(Condition(SESSION["entry"], "is", ("door",)))
    pay = Counted("a", ("pay_success",), came)
    assert row(house, figure("total"), events=(pay,), range=days(NEXT, NEXT)) == (1,)
