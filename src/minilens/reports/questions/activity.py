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

from minilens.reports.questions.parts import (
    AskedGroup,
    EventNames,
    Filter,
    FromDay,
    Period,
    Rest,
    Text,
    ToDay,
    Top,
    Traffic,
    said,
)

#: A cell of some periods, as it is written.
BRACKET = "^[0-9]{1,3}(-[0-9]{1,3})?$"
#: So many hours, days, weeks or months may be one period of stickiness.
MOST_EVERY = 100
Length = Annotated[
    Literal["hour", "day", "week", "month"],
    said(
        "The length of a period: an hour, a natural day, a week, a month of the calendar, all in "
        "the app's "
        "zone; 400 of them in a range at most. day unless given.",
        "周期长度：小时、自然日、自然周、自然月，均按小程序时区；一个时间段至多 400 个。默认 day。",
    ),
]
WeekStart = Annotated[
    Literal["monday", "sunday"],
    said(
        "The day on which a week begins; it makes a difference to weeks alone. monday unless given.",
        "一周从哪天开始，仅按周时有影响。默认 monday（周一）。",
    ),
]
Least = Annotated[
    int, msgspec.Meta(ge=1, le=1000),
    said(
        "So many events in one period make a person count in it. 1 unless given.",
        "一个周期内至少发生这么多次才计入。默认 1。",
    ),
]  # fmt: skip
Groups = Annotated[
    list[AskedGroup],
    said(
        "What rows are told apart by, up to five: the values of a person's first event that counts in the "
        "range, so that "
        "each person is in one group.",
        "按什么分组，至多五个：取每人在时间段内首个计入行为的值，每人只在一组。",
        maxItems=5,
    ),
]
OfAll = Annotated[
    Filter | None,
    said("Conditions on every event that is counted.", "对所有计入事件的条件。"),
]


MaybeEvent = Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": 128, "pattern": r"^$|\S"})]


class AskedActivity(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or one of several, and the conditions under which it counts.

    Without an event it is any activity: visits and all that people do, not launches, taps, errors and times that phones
    report of themselves.
    """

    event: Annotated[
        MaybeEvent | EventNames,
        said(
            "The name of an event, built in, custom or virtual, or several of which one is enough; none, or `*`, is "
            "any activity.",
            "事件名（内置、自定义或虚拟），或任一即可的多个；不填或 `*` 为任意行为。",
        ),
    ] = ""
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None


class AskedValue(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The numbers of events that are added up: a property, or a field."""

    property: Annotated[
        Text,
        said(
            "A property sent with the event; what is no number adds nothing.",
            "随事件上报的属性；非数值不计。",
        ),
    ] = ""
    field: Annotated[
        Text,
        said(
            "A number that Minilens records: value, duration.",
            "Minilens 记录的数值：value、duration。",
        ),
    ] = ""


class RetentionQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="retention",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to", "back": "return"},
):
    """Of the persons who did the first event in each hour, day, week or month (`grain`) of the range, those who did the
    return event in periods after it.

    In the start's own period a return has to come behind the start; where both are one event cell 0 is the whole
    cohort. Each row is a cohort and a cell: its persons, those who returned, their share, and from when on the figure
    is final; a cell that is still to come has none. Rows without a period are of all cohorts together, over those of
    which the cell is over. With a `value` rows have what the return events add up to, for a person of the cohort and
    for one who returned.
    """

    first: Annotated[
        AskedActivity | None,
        said("The event that starts; none is any activity.", "起始行为；不填为任意行为。"),
    ] = None
    back: Annotated[
        AskedActivity | None,
        said(
            "The event that is a return; none is the first once more.",
            "回访行为；不填则与起始行为相同。",
        ),
    ] = None
    entry: Annotated[
        Literal["first", "first_event", "first_in_range", "each"],
        said(
            "Which first event puts a person into the cohort of its period. first: the first ever that fulfils its "
            "conditions; first_event: the first ever of that name, if it fulfils them; first_in_range: the "
            "first in the "
            "range; each: the first in each period, so that a person is in several cohorts.",
            "哪个起始行为决定所属人群：first 有史以来首次满足条件的；first_event 有史以来首次且须满足条件；"
            "first_in_range 时间段内首次；each 每个周期各计一次，一人可在多个人群。",
        ),
    ] = "first"
    mode: Annotated[
        Literal["on", "on_or_after", "on_or_before", "streak"],
        said(
            "Whom cell N counts: who returned in the Nth period (on), in it or any later one up to now "
            "(on_or_after), by "
            "its end (on_or_before), or in each from 0 to N (streak).",
            "第 N 格统计谁：第 N 期回访（on）、第 N 期或之后直到现在（on_or_after）、截至第 N 期（on_or_before）、"
            "第 0 至 N 期每期都回访（streak）。",
        ),
    ] = "on"
    blocks: Annotated[
        Literal["calendar", "from_start"],
        said(
            "What a period behind the start is: the next hour, natural day, week or month (calendar); or 60 "
            "minutes, 24 "
            "hours or 7 × 24 hours since each person's own start (from_start, not by months), the end of a "
            "block being "
            "the beginning of the next.",
            "之后的周期怎么算：下一个小时、自然日、周、月（calendar）；或自每人起始时刻起每 60 分钟、24 小时、"
            "7×24 小时"
            "（from_start，不支持按月），一期的终点属于下一期。",
        ),
    ] = "calendar"
    periods: Annotated[
        int, msgspec.Meta(ge=0, le=99),
        said(
            "Cells are 0 to this; 24 hours, 14 days, 8 weeks or 6 months unless given.",
            "列出第 0 至第几期；默认 24 小时、14 天、8 周或 6 个月。",
        ),
    ] | None = None  # fmt: skip
    brackets: Annotated[
        list[Annotated[Text, msgspec.Meta(extra_json_schema={"pattern": BRACKET})]],
        said(
            'Instead of `periods`: cells of several periods, such as ["0", "1-3", "4-7"], rising, without '
            "overlaps, up "
            "to 400; a return anywhere in one counts. With mode on alone.",
            '代替 `periods`：由多个周期组成的格，如 ["0", "1-3", "4-7"]，递增、不重叠、至多 400；其间任意回访即计。'
            "仅限 mode = on。",
            maxItems=100,
        ),
    ] = []
    at_least: Least = 1
    value: Annotated[
        AskedValue | None,
        said("Numbers of the return events that are added up.", "对回访事件的哪个数值求和。"),
    ] = None
    rate_of: Annotated[
        Literal["cohort", "cell_before"],
        said(
            "What the share is of: all of the cohort, or those who returned in the cell before.",
            "留存率的分母：整个人群，或上一格的留存人数。",
        ),
    ] = "cohort"
    mean: Annotated[
        Literal["weighted", "simple"],
        said(
            "The share of all cohorts together: returned ÷ persons (weighted), or the mean of the shares of "
            "the cohorts "
            "(simple).",
            "全部人群的留存率：总留存 ÷ 总人数（weighted），或各人群留存率的平均（simple）。",
        ),
    ] = "weighted"
    groups: Groups = []
    where: OfAll = None
    show: Annotated[
        Literal["cohorts", "curve"],
        said(
            "A row for each cohort and cell, or only those of all cohorts (curve).",
            "每个人群与格各一行，或只列全部人群（curve）。",
        ),
    ] = "cohorts"
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    grain: Length = "day"
    week_start: WeekStart = "monday"
    traffic: Traffic = "release"
    top: Top = 10
    rest: Rest = True


class StickinessQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="stickiness",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How many persons were active in exactly 1, 2, 3 … hours, days, weeks or months (`grain`) of the range, or of each
    week or month of it (`per`): `persons`; and how many in so many or more: `at_least`, the cumulative reading.
    """

    activity: Annotated[
        AskedActivity | None,
        said("What makes a person active; none is any activity.", "什么算活跃；不填为任意行为。"),
    ] = None
    per: Annotated[
        Literal["range", "week", "month"],
        said(
            "Over what periods are counted: the whole range, or each week or month of it (of days alone).",
            "在什么范围内计数：整个时间段，或其中每周、每月（仅按天时）。",
        ),
    ] = "range"
    every: Annotated[
        int, msgspec.Meta(ge=1, le=MOST_EVERY),
        said(
            "So many of `grain` together are one period, such as 3 days: from the first of the range on, so that the "
            "last may be shorter. 1 unless given.",
            "每几个 `grain` 合为一个时段，如每 3 天；自时间段首个起算，末段可能较短。默认 1。",
        ),
    ] = 1  # fmt: skip
    at_least: Least = 1
    at_most: Annotated[
        Annotated[int, msgspec.Meta(ge=1, le=1000)] | None,
        said(
            "With more events than this in one period a person does not count in it, so that the same number as "
            "`at_least` is exactly so many. No limit unless given.",
            "一个周期内发生次数超过此值则不计入；与 `at_least` 相同即恰好这么多次。默认不限。",
        ),
    ] = None
    groups: Groups = []
    where: OfAll = None
    show: Annotated[
        Literal["distribution", "ratio"],
        said(
            "distribution, or ratio: of each day instead its persons, those of the 7 and of the 30 days that "
            "end with "
            "it (DAU, WAU, MAU), and what parts of each other they are.",
            "distribution 分布；ratio 则每天列出当日、近 7 天、近 30 天的活跃人数（DAU、WAU、MAU）及其比值。",
        ),
    ] = "distribution"
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    grain: Length = "day"
    week_start: WeekStart = "monday"
    traffic: Traffic = "release"
    top: Top = 10
    rest: Rest = True


class LifecycleQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="lifecycle",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """Of each hour, day, week or month (`grain`) how many persons are new, returning (active in the period before as
    well), resurrected (active before, but not in the period before) and dormant (active in the period before, no longer
    in this one; below zero). New, returning and resurrected are all who were active.
    """

    activity: Annotated[
        AskedActivity | None,
        said("What makes a person active; none is any activity.", "什么算活跃；不填为任意行为。"),
    ] = None
    new_by: Annotated[
        Literal["event", "any"],
        said(
            "A person is new with the first event that is asked for, ever (event), or with the first activity of any "
            "kind, ever (any).",
            "何时算新增：有史以来首次发生所问行为（event），或首次发生任意行为（any）。",
        ),
    ] = "event"
    where: OfAll = None
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    grain: Length = "day"
    week_start: WeekStart = "monday"
    traffic: Traffic = "release"
