"""Arguments that several reports have.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypedDict


class Range(TypedDict, total=False):
    #: today, yesterday, 7d, 30d, 90d, this_week, last_week, this_month, last_month,
    #: year_to_date, all, or another number of days with d; today, this_week, this_month and
    #: year_to_date end today, all is from the first event to today, the others end yesterday or
    #: earlier.
    period: str
    #: First day, instead of period.
    from_: date | str
    #: Last day; defaults to from.
    to: date | str


class Comparison(TypedDict, total=False):
    #: Compare with the range just before, or with the same days a week, month or year earlier.
    compare: Literal["previous", "week", "month", "year", "none"]
    #: The other range by its dates, or the nearest days on the same weekdays (Mondays beside
    #: Mondays); not where rows are months.
    match: Literal["dates", "weekdays"]
    #: First day of the other range, instead of compare.
    compare_from: date | str
    #: Last day of the other range.
    compare_to: date | str


class Subject(TypedDict, total=False):
    #: The released version, another version, or bots.
    traffic: Literal["release", "trial", "develop", "preview", "robot"]
    #: A condition, written field:operator:value,value. Of several values one suffices, of
    #: conditions parted by | one suffices, of several filter arguments all must hold.
    #: cohort:is:NAME counts users of a cohort. A backslash goes before , | : and \ within a
    #: value.
    filter: str | list[str]
    #: How scenes are grouped into sources: dated by the table valid on each day, so that an
    #: update changes no past figures; newest by the newest table on all days.
    scene_table: Literal["dated", "newest"]


class Listed(TypedDict, total=False):
    #: Largest or smallest first.
    order: Literal["desc", "asc"]
    #: How many rows, 1000 at most, or all of them; in csv and xlsx all unless given.
    top: int | str
    #: How many rows are left out before these, to page through; values.found says how many there
    #: are.
    offset: int
    #: 1: add a row with the total of the values not listed.
    rest: bool
    #: Only values that contain this text; case is ignored.
    search: str
