"""The smallest fault that is seen at once: by hand, and that an alarm opens at it and not before."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from minilens.measure.alarms.bands import FAR, Usual
from minilens.measure.alarms.bounds import of_band
from minilens.measure.alarms.course import Judged, Side, course
from minilens.measure.alarms.slots import Length, Slot
from minilens.measure.alarms.smallest import smallest

TODAY = date(2026, 11, 24)


def usual(*, counts: bool = True, length: Length = "hour", **by_hour: float) -> Usual:
    """Ten weeks of the same days: hours by name (h9=40), the others with nothing."""
    hours = range(24) if length == "hour" else range(1)
    series = {
        Slot(TODAY - timedelta(days=n), hour): by_hour.get(f"h{hour}", 0.0)
        for n in range(1, 71)
        for hour in hours
    }
    return Usual(series, length, counts, date(2026, 1, 1))


def test_the_busiest_hour_and_the_median_one_of_those_that_have_any() -> None:
    found = smallest(usual(h9=5.0, h10=40.0, h11=90.0), TODAY)
    assert found is not None
    busiest, middle = found
    assert (busiest.slot.hour, middle.slot.hour) == (11, 10)
    assert (round(busiest.middle), round(middle.middle)) == (90, 40)
    root = 2 * math.sqrt(40 + 3 / 8)
    assert middle.low is not None
    assert middle.high is not None
    assert abs(middle.low - (((root - FAR) / 2) ** 2 - 3 / 8)) < 1e-6
    assert abs(middle.high - (((root + FAR) / 2) ** 2 - 3 / 8)) < 1e-6


def test_of_few_not_even_none_is_seen() -> None:
    found = smallest(usual(h10=4.0), TODAY)
    assert found is not None
    assert (found[0].low, found[0].falls) == (None, True)
    assert found[0].high is not None


def test_a_side_that_is_not_watched_has_no_bound() -> None:
    found = smallest(usual(h10=40.0), TODAY, "high")
    assert found is not None
    assert (found[0].low, found[0].falls) == (None, False)
    found = smallest(usual(h10=40.0), TODAY, "low")
    assert found is not None
    assert found[0].high is None


def test_of_days_the_band_itself_is_the_bound() -> None:
    some = usual(length="day", h0=400.0)
    found, band = smallest(some, TODAY), some.band(Slot(TODAY))
    assert found is not None
    assert band is not None
    assert (found[0].low, found[0].high) == (band.low, band.high)


def test_nothing_is_said_where_nothing_is_usual() -> None:
    assert smallest(usual(), TODAY) is None
    assert smallest(Usual({}, "hour", True, TODAY), TODAY) is None


@pytest.mark.parametrize("side", ["", "low", "high"])
@pytest.mark.parametrize("most", [1, 7, 12, 40, 301, 3000])
def test_an_alarm_opens_at_it_and_not_before(most: int, side: Side) -> None:
    weeks = {Slot(TODAY - timedelta(days=n), 10): float(most) for n in range(1, 71)}
    some = Usual(weeks, "hour", True, date(2026, 1, 1))
    found = smallest(some, TODAY, side)
    assert found is not None
    one = found[0]
    band = some.band(one.slot)
    assert band is not None
    bounds = of_band(band, side)

    def opens(value: float) -> bool:
        return course([Judged(one.slot, value, bounds)], "hour").open

    if one.low is not None:
        assert opens(math.ceil(one.low) - 1)
        assert not opens(math.ceil(one.low))
    elif side != "high":
        assert not opens(0)
    if one.high is not None:
        assert opens(math.floor(one.high) + 1)
        assert not opens(math.floor(one.high))
