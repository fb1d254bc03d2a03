"""Questions about who was active in which period: retention, stickiness, lifecycle.

{"kind": "retention",
 "first": {"event": "page_view"}, "return": {"event": "pay_success"}, "entry": "first", "mode": "on",
 "periods": 7, "value": {"property": "amount"}, "groups": [{"field": "source"}], "period": "30d"}

{"kind": "stickiness", "activity": {"event": "page_view"}, "per": "week", "period": "30d"}

{"kind": "lifecycle", "activity": {"event": "page_view"}, "grain": "week", "period": "90d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import AskedGroup, Filter, Text, Top, Traffic

Length = Literal["day", "week", "month"]
Least = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class AskedActivity(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or one of several, and the conditions under which it counts.

    Without an event it is any activity: visits and all that people do, not launches, taps, errors and times that phones
    report of themselves.
    """

    event: str | list[str] = ""
    where: Filter | None = None


class AskedValue(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The numbers of events that are added up: a property, or a field."""

    property: Text = ""
    field: Text = ""


class RetentionQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="retention",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to", "back": "return"},
):
    """Of the persons who did the first event in each day, week or month (`grain`) of the range, those who did the
    return event in periods after it. Without a `first` that is any activity, without a `return` it is the first event
    once more.

    `entry`: which first event puts a person into the cohort of its period: the first ever that fulfils its conditions
    (first); the first ever of that name, if it fulfils them (first_event); the first in the range (first_in_range); the
    first in each period, so that a person is in several cohorts (each). `mode`: a cell N counts who returned in the Nth
    period after that of the start (on), in it or any later one (on_or_after), by its end (on_or_before). Cells are 0 to
    `periods` (by default 14 days, 8 weeks, 6 months), or `brackets` of periods such as ["0", "1-3", "4-7"]. In the
    start's own period a return has to come behind the start; where both are one event cell 0 is the whole cohort.
    `at_least`: so many return events in one period make a return.

    Each row is a cohort and a cell: its persons, those who returned, their share, and from which day on the figure is
    final; a cell that is still to come has none. Rows without a day are of all cohorts together, weighted, over those
    of which the cell is over. With a `value` rows have what the return events add up to, for a person of the cohort and
    for one who returned. `show` curve: only the rows of all cohorts. `groups`: by the values of the start, each person
    in one group, that of its first start in the range.
    """

    first: AskedActivity | None = None
    back: AskedActivity | None = None
    entry: Literal["first", "first_event", "first_in_range", "each"] = "first"
    mode: Literal["on", "on_or_after", "on_or_before"] = "on"
    periods: Annotated[int, msgspec.Meta(ge=0, le=99)] | None = None
    brackets: list[Text] = []
    at_least: Least = 1
    value: AskedValue | None = None
    groups: list[AskedGroup] = []
    where: Filter | None = None
    show: Literal["cohorts", "curve"] = "cohorts"
    period: Text = ""
    start: Text = ""
    end: Text = ""
    grain: Length = "day"
    traffic: Traffic = "release"
    top: Top = 10
    rest: bool = True


class StickinessQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="stickiness",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How many persons were active on exactly 1, 2, 3 … days, weeks or months (`grain`) of the range, or of each week
    or month of it (`per`), and how many on so many or more.

    `at_least`: a person is active in a period with so many events. `show` ratio: of each day instead the persons of the
    day, of the 7 and of the 30 days that end with it (DAU, WAU, MAU), and what parts of each other they are. `groups`:
    by the values of a person's first event in the range.
    """

    activity: AskedActivity | None = None
    per: Literal["range", "week", "month"] = "range"
    at_least: Least = 1
    groups: list[AskedGroup] = []
    where: Filter | None = None
    show: Literal["distribution", "ratio"] = "distribution"
    period: Text = ""
    start: Text = ""
    end: Text = ""
    grain: Length = "day"
    traffic: Traffic = "release"
    top: Top = 10
    rest: bool = True


class LifecycleQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="lifecycle",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """Of each day, week or month (`grain`) how many persons are new, returning (active in the period before as well),
    resurrected (active before, but not in the period before) and dormant (active in the period before, no longer in
    this one; below zero). New, returning and resurrected are all who were active.

    `new_by`: a person is new with the first event that is asked for, ever (event), or with the first activity of any
    kind, ever (any).
    """

    activity: AskedActivity | None = None
    new_by: Literal["event", "any"] = "event"
    where: Filter | None = None
    period: Text = ""
    start: Text = ""
    end: Text = ""
    grain: Length = "day"
    traffic: Traffic = "release"
