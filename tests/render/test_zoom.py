"""What a part of a trend is as a range: counted by hand, for every length of a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from minilens.measure.measures import DAY, MEASURES, MOMENT
from minilens.measure.table import Cost, Table
from minilens.render import zoom

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def table(firsts: list[date], start: date, end: date) -> Table:
    """One with these rows, whatever is counted."""
    moments = isinstance(firsts[0], datetime)
    return Table(
        columns=(MOMENT if moments else DAY, MEASURES["visits"].column()),
        rows=tuple((first, 1) for first in firsts),
        start=start,
        end=end,
        as_of=datetime(2026, 11, 22, tzinfo=UTC),
        cost=Cost(0, 0, 0),
    )


def test_a_day_is_itself_and_a_week_or_month_is_cut_by_the_range() -> None:
    start, end = date(2026, 10, 29), date(2026, 11, 4)
    days = table([start + timedelta(days=n) for n in range(7)], start, end)
    assert zoom.ends(days, "day")[2] == ("2026-10-31", "2026-10-31")
    weeks = replace(days, rows=((date(2026, 10, 26), 1), (date(2026, 11, 2), 1)))
    assert zoom.ends(weeks, "week") == [
        ("2026-10-29", "2026-11-01"),
        ("2026-11-02", "2026-11-04"),
    ]
    months = replace(days, rows=((date(2026, 10, 1), 1), (date(2026, 11, 1), 1)))
    assert zoom.ends(months, "month") == [
        ("2026-10-29", "2026-10-31"),
        ("2026-11-01", "2026-11-04"),
    ]


def test_an_hour_is_its_day_and_of_one_day_nothing_is_shorter() -> None:
    hours: list[date] = [
        datetime(2026, 11, 21, 23, tzinfo=SHANGHAI), datetime(2026, 11, 22, 0, tzinfo=SHANGHAI),
    ]  # fmt: skip
    two = table(hours, date(2026, 11, 21), date(2026, 11, 22))
    assert zoom.ends(two, "hour") == [("2026-11-21",) * 2, ("2026-11-22",) * 2]
    one = table([hours[1], hours[1] + timedelta(hours=1)], date(2026, 11, 22), date(2026, 11, 22))
    assert zoom.ends(one, "hour") == []


def test_one_row_is_all_there_is() -> None:
    day = date(2026, 11, 22)
    assert zoom.ends(table([day], day, day), "day") == []


def test_moments_end_where_the_next_one_begins_also_where_an_hour_comes_twice() -> None:
    start = datetime(2026, 10, 25, 0, tzinfo=UTC)
    utc = [start + n * timedelta(minutes=30) for n in range(4)]
    rows: list[date] = [one.astimezone(BERLIN) for one in utc]
    end = (start + timedelta(hours=2)).astimezone(BERLIN)
    assert zoom.ends(table(rows, rows[0], end), "30min") == [
        ("2026-10-25T02:00", "2026-10-25T02:30"),
        ("2026-10-25T02:30", "2026-10-25T02:00+01:00"),
        ("2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25T03:00"),
    ]


def test_a_link_sets_the_ends_and_takes_away_what_told_the_range() -> None:
    said = dict(parse_qsl(zoom.setting(("2026-11-02", "2026-11-08")), keep_blank_values=True))
    assert said == {
        "period": "", "grain": "", "compare_from": "", "compare_to": "",
        "from": "2026-11-02", "to": "2026-11-08",
    }  # fmt: skip
    later = dict(parse_qsl(zoom.setting(("2026-10-25T02:00+01:00", "2026-10-25T03:00"))))
    assert later["from"] == "2026-10-25T02:00+01:00"
