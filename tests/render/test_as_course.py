"""A number over days of which some are missing: days keep their distance, and the line begins at nought."""

from __future__ import annotations

from datetime import date

from minilens.render.as_course import MOST_ROWS, as_course

DAYS = [(date(2026, 6, 1), 50), (date(2026, 6, 2), 100), (date(2026, 6, 11), 0)]


def test_days_keep_their_distance_and_heights_their_proportion() -> None:
    drawn = as_course(DAYS, "en")
    assert drawn is not None
    assert drawn.points == "0.0,13.0 10.0,2.0 100.0,24.0"
    assert [(size, change) for _, size, change in drawn.rows] == [
        ("0", "-100"),
        ("100", "+50"),
        ("50", ""),
    ]
    assert drawn.said.endswith(": 0")
    assert not drawn.more


def test_one_day_has_no_line_and_none_no_course() -> None:
    drawn = as_course(DAYS[:1], "zh")
    assert drawn is not None
    assert (drawn.points, len(drawn.rows)) == ("", 1)
    assert as_course([], "zh") is None


def test_the_first_row_shown_says_how_it_changed_since_one_that_is_not() -> None:
    many = [(date.fromordinal(800_000 + n), n) for n in range(MOST_ROWS + 1)]
    drawn = as_course(many, "en")
    assert drawn is not None
    assert (len(drawn.rows), drawn.more) == (MOST_ROWS, True)
    assert drawn.rows[-1][1:] == ("1", "+1")
