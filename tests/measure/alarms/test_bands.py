"""What is usual: by hand, and against the same said plainly under any weeks."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.alarms.bands import WIDTH, Usual
from minilens.measure.alarms.bounds import of_band, of_change, of_threshold
from minilens.measure.alarms.slots import Series, Slot, slot_of

#: A Tuesday; the eight before it, the latest first.
DAY = date(2026, 11, 24)
WEEKS = [DAY - timedelta(days=7 * n) for n in range(1, 9)]


def weeks(*values: float, hour: int = 10) -> dict[Slot, float | None]:
    """Tuesdays at ten, the latest first, and nothing else."""
    return {Slot(day, hour): value for day, value in zip(WEEKS, values, strict=False)}


def usual(series: Series, *, counts: bool = True, first: date = date(2026, 1, 1)) -> Usual:
    return Usual(series, "hour", counts, first)


def test_the_band_of_a_ratio_is_its_median_and_as_many_deviations() -> None:
    band = usual(weeks(0.10, 0.11, 0.12, 0.11, 0.10, 0.12, 0.11, 0.13), counts=False).band(
        Slot(DAY, 10)
    )
    assert band is not None
    assert band.weeks == 8
    assert band.middle == pytest.approx(0.11)
    # away from 0.11: 0, 0, 0, 0.01 × 4, 0.02: their median is 0.01
    assert band.high == pytest.approx(0.11 + WIDTH * 1.4826 * 1.13 * 0.01)
    assert band.low == pytest.approx(0.11 - WIDTH * 1.4826 * 1.13 * 0.01)


def test_few_are_never_more_certain_than_chance() -> None:
    band = usual(weeks(9, 9, 9, 9)).band(Slot(DAY, 10))
    assert band is not None
    root = 2 * math.sqrt(9 + 3 / 8)
    assert band.high == pytest.approx(((root + WIDTH) / 2) ** 2 - 3 / 8)
    assert band.low == pytest.approx(((root - WIDTH) / 2) ** 2 - 3 / 8)
    assert band.far(-1) is not None


def test_below_nothing_nothing_is_far() -> None:
    band = usual(weeks(0, 1, 0, 1)).band(Slot(DAY, 10))
    assert band is not None
    assert (band.low, band.far(-1)) == (0.0, None)


def test_an_app_of_three_weeks_has_no_band_and_says_how_many_it_has() -> None:
    one = usual(weeks(5, 5, 5), first=DAY - timedelta(days=22))
    assert one.band(Slot(DAY, 10)) is None
    assert one.weeks(Slot(DAY, 10)) == 3
    assert usual({}).band(Slot(DAY, 10)) is None


def test_what_lies_before_the_first_whole_day_is_unknown_and_not_nothing() -> None:
    told = weeks(50, 50, 50, 50, 0, 0, 0, 0)
    band = usual(told, first=WEEKS[3]).band(Slot(DAY, 10))
    assert band is not None
    assert (band.weeks, round(band.middle)) == (4, 50)


def test_one_day_that_stood_still_moves_neither_the_middle_nor_the_level() -> None:
    every: dict[Slot, float | None] = {
        Slot(DAY - timedelta(days=n), hour): 100.0 for n in range(1, 70) for hour in range(24)
    }
    for hour in range(24):
        every[Slot(DAY - timedelta(days=7), hour)] = 0.0
    band = usual(every).band(Slot(DAY, 10))
    assert band is not None
    assert round(band.middle) == 100


def test_a_growing_app_stays_in_its_band() -> None:
    """Five per cent more each week: the median of eight weeks alone would be a fifth too low."""
    every: dict[Slot, float | None] = {}
    for n in range(1, 80):
        for hour in range(24):
            every[Slot(DAY - timedelta(days=n), hour)] = round(400 * 1.05 ** (-n / 7))
    band = usual(every).band(Slot(DAY, 10))
    assert band is not None
    assert band.middle == pytest.approx(400, rel=0.02)
    assert band.low < 400 < band.high


def test_amounts_are_made_of_orders_and_not_of_cents() -> None:
    """At night one order of 80 is no more than one order."""
    every: dict[Slot, float | None] = {
        Slot(DAY - timedelta(days=n), hour): 0.0 for n in range(1, 70) for hour in range(24)
    }
    for n in (3, 17, 31, 45):
        every[Slot(DAY - timedelta(days=n), 4)] = 80.5
    band = usual(every).band(Slot(DAY, 4))
    assert band is not None
    assert 80.5 < band.high < 10 * 80.5


def test_the_hour_that_comes_twice_is_held_against_the_one_that_came_once() -> None:
    zone = ZoneInfo("Europe/Berlin")
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold) for fold in (0, 1)]
    slots = [slot_of(one) for one in twice]
    assert slots[0] != slots[1]
    told: dict[Slot, float | None] = {slots[0].weeks_before(n): 40.0 for n in range(1, 9)}
    bands = [usual(told).band(one) for one in slots]
    assert bands[0] == bands[1] is not None


def test_an_hour_that_a_spring_day_has_not_is_one_week_less() -> None:
    told = weeks(40, 40, 40, 40, 40, hour=2)
    del told[Slot(WEEKS[1], 2)]
    band = usual(told).band(Slot(DAY, 2))
    assert band is not None
    assert band.weeks == 4


def test_how_far_hours_are_from_their_middle_is_learned_of_all_days_at_that_hour() -> None:
    """Sixty days of 100, of which every fifth has 130 and every other fifth 74: the weeks of one hour alone may know
    nothing of it."""
    far = {0: 130.0, 1: 74.0}
    every: dict[Slot, float | None] = {
        Slot(DAY - timedelta(days=n), hour): far.get(n % 5, 100.0)
        for n in range(1, 71)
        for hour in range(24)
    }
    band = usual(every).band(Slot(DAY, 10))
    assert band is not None
    # three of five are at 0, the others 2.6 or 2.9 roots of one away: the fourth fifth ends at 2.8
    root = [2 * math.sqrt(one + 3 / 8) for one in (100, 130, 74)]
    assert band.centre == pytest.approx(root[0] / math.sqrt(band.scale.unit), rel=0.01)
    assert band.deviation == pytest.approx(1.0)
    away = sorted([root[1] - root[0], root[0] - root[2]])
    assert away[0] / 1.2816 <= math.sqrt(band.scale.unit) <= away[1] / 1.2816
    assert band.low < 74
    assert band.high > 130


def test_one_hour_of_a_day_that_stood_still_widens_nothing() -> None:
    every: dict[Slot, float | None] = {
        Slot(DAY - timedelta(days=n), hour): 100.0 for n in range(1, 71) for hour in range(24)
    }
    calm = usual(every).band(Slot(DAY, 10))
    for n in (3, 7, 20, 33, 46):
        every[Slot(DAY - timedelta(days=n), 10)] = 0.0
    assert usual(every).band(Slot(DAY, 10)) == calm


def test_a_fall_to_three_tenths_of_forty_is_far_and_of_eight_is_not() -> None:
    for middle, seen in ((40.0, True), (8.0, False)):
        every: dict[Slot, float | None] = {
            Slot(DAY - timedelta(days=n), hour): middle for n in range(1, 71) for hour in range(24)
        }
        band = usual(every).band(Slot(DAY, 10))
        assert band is not None
        assert of_band(band).far(round(middle * 0.3)) == seen


@given(
    values=st.lists(
        st.tuples(st.integers(9, 11), st.integers(0, 7), st.integers(0, 900)), max_size=40
    ),
    counts=st.booleans(),
    known=st.integers(0, 8),
)
def test_the_band_is_what_it_says_under_any_weeks(
    values: list[tuple[int, int, int]], *, counts: bool, known: int
) -> None:
    """Told plainly. Only Tuesdays have numbers, between nine and twelve: there is no level to bring them to."""
    weeks = {(hour, n): float(one) for hour, n, one in values if n < known}
    told: Series = {Slot(WEEKS[n], hour): float(one) for hour, n, one in values}
    band = Usual(told, "hour", counts, DAY - timedelta(days=7 * known)).band(Slot(DAY, 10))
    some = [one for (hour, _), one in weeks.items() if hour == 10]
    if len(some) < 4:
        assert band is None
        return
    piece = _piece_of(weeks) if counts else 0.0
    middle = median(_scaled(one, piece) for one in some)
    away = [
        abs(_scaled(weeks[one], piece) - _scaled(m, piece)) for one, m in _middles(weeks).items()
    ]
    if len(away) >= 20:
        spread = _deviation(away)
    else:
        few = {4: 1.36, 5: 1.21, 6: 1.20, 7: 1.14, 8: 1.13}[len(some)]
        spread = few * 1.4826 * median(abs(_scaled(one, piece) - middle) for one in some)
    spread = max(spread, 1.0 if counts else 0.02 * abs(middle))
    if spread == 0:
        assert band is None
        return
    assert band is not None
    assert (band.scale.unit, band.centre) == pytest.approx((piece, middle))
    assert band.deviation == pytest.approx(spread)
    assert max(0.0 if counts else -math.inf, band.low) <= band.middle <= band.high
    bounds = of_band(band)
    assert bounds.side(band.middle) == ""
    assert bounds.back(band.middle) or band.middle == 0


Weeks = dict[tuple[int, int], float]


def _middles(weeks: Weeks) -> Weeks:
    """Of every hour that three other weeks have: their median."""
    found = {}
    for hour, n in weeks:
        others = [one for (at, other), one in weeks.items() if at == hour and other != n]
        if len(others) >= 3:
            found[hour, n] = median(others)
    return found


def _piece_of(weeks: Weeks) -> float:
    middles = {at: one for at, one in _middles(weeks).items() if one}
    busy = {at: one for at, one in middles.items() if one >= median(middles.values())}
    if len(busy) < 20:
        return 1.0
    return max(
        1.0,
        _deviation([abs(_scaled(weeks[at], 1.0) - _scaled(one, 1.0)) for at, one in busy.items()])
        ** 2,
    )


def _deviation(away: list[float]) -> float:
    return sorted(away)[math.floor(0.8 * (len(away) - 1))] / 1.2816


def _scaled(value: float, piece: float) -> float:
    return 2 * math.sqrt(value / piece + 3 / 8) if piece else value


def test_a_side_alone_has_the_other_one_free() -> None:
    band = usual(weeks(9, 9, 9, 9)).band(Slot(DAY, 10))
    assert band is not None
    assert of_band(band, "low").side(10_000) == ""
    assert of_band(band, "high").side(0) == ""
    assert of_band(band, "high").side(10_000) == "high"


def test_a_threshold_is_over_only_with_a_margin() -> None:
    over = of_threshold(100, "high")
    assert [over.side(one) for one in (100, 101)] == ["", "high"]
    assert [over.back(one) for one in (99, 95)] == [False, True]
    under = of_threshold(-10, "low")
    assert [under.side(one) for one in (-10, -11)] == ["", "low"]
    assert [under.back(one) for one in (-10, -9.4)] == [False, True]


def test_a_change_of_few_is_chance() -> None:
    few, many = of_change(4, 0.3, "", counts=True), of_change(4000, 0.3, "", counts=True)
    assert few
    assert many
    assert [few.side(one) for one in (0, 8, 11)] == ["", "", "high"]
    assert [many.side(one) for one in (2799, 2801, 5201)] == ["low", "", "high"]
    assert of_change(0, 0.3, "", counts=True) is None
