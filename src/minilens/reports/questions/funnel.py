"""A question about a funnel.

{"kind": "funnel",
 "steps": [{"event": "product_detail"}, {"event": "add_to_cart"}, {"event": "pay_success"}],
 "window": "7d", "excluded": [{"event": "refund_request", "after": 2}], "hold": [{"property": "sku"}],
 "groups": [{"field": "source"}], "period": "30d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import (
    LENGTH,
    LENGTH_OR_MONTHS,
    AskedGroup,
    EventName,
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

Step = Annotated[int, msgspec.Meta(ge=1, le=10)]
Bins = Annotated[int, msgspec.Meta(ge=1, le=90)]


class AskedStep(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or one of several, and the conditions under which it is this step."""

    event: Annotated[
        EventName | EventNames,
        said(
            "The name of an event, built in, custom or virtual, or several of which one is enough; the same "
            "event may "
            "be several steps, each takes a row of its own. `*` is any activity: visits and all that people do, not "
            "launches, taps, errors and times that phones report of themselves.",
            "事件名（内置、自定义或虚拟），或任一即可的多个；同一事件可用于多步，每步各占一次。`*` 为任意行为：访问"
            "及用户所做的一切，不含启动、点击、报错与设备自报的耗时。",
        ),
    ]
    where: Annotated[Filter | None, said("Conditions on this step.", "对该步的条件。")] = None
    within: Annotated[
        Text,
        said(
            "How soon it has to come after the row of the step before, the edge included, besides the window of the "
            "whole: 30s, 20m, 12h, 7d, 2w. Not of the first step; with order ordered alone.",
            "距上一步的最长时间（含边界），另受整体窗口期限制：30s、20m、12h、7d、2w。首步不可用，仅限 order = ord"
            "ered。",
            pattern=f"{LENGTH}|^$",
        ),
    ] = ""
    title: Annotated[
        Text, said("What people read; the event unless given.", "显示名称；默认为事件名。")
    ] = ""
    optional: Annotated[
        bool,
        said(
            "The funnel is shown with this step and without it, side by side; up to three steps, neither the first "
            "nor the last: of several in every way, such as `without 2` and `without 2, 3`.",
            "并列给出含与不含该步的漏斗；至多三步，且不能是首步或末步。有多步时列出每种组合，如 `without 2`、"
            "`without 2, 3`。",
        ),
    ] = False


class AskedExclusion(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event that ends an attempt; a later entry may begin another."""

    event: Annotated[
        EventName | EventNames,
        said(
            "The name of the event, or several of which any ends it.",
            "事件名，或任一即中断的多个。",
        ),
    ]
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None
    after: Annotated[
        Step | None,
        said(
            "It ends attempts that wait behind this step (the first is 1), between it and the next; behind any step "
            "unless given.",
            "仅中断停在该步之后、下一步之前的尝试（首步为 1）；不填则任意位置。",
        ),
    ] = None
    before: Annotated[
        Step | None,
        said(
            "With `after`: anywhere up to this step, so that 1 and 3 mean between steps 1 and 2 and between 2 and 3; "
            "the step behind `after` unless given.",
            "与 `after` 同用：直到该步之前的任意位置，如 1 与 3 即第 1–2 步之间及第 2–3 步之间；默认 `after` 的下一"
            "步。",
        ),
    ] = None


class AskedHeld(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A property that has the same value at all steps; an entry without a value is none."""

    property: Annotated[Text, said("Its name, at all steps.", "属性名，各步相同。")] = ""
    properties: Annotated[
        list[Text],
        said(
            "Instead of `property`: its name at each step.", "代替 `property`：各步分别的属性名。"
        ),
    ] = []


class FunnelQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="funnel",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How many get through 2 to 10 steps.

    Rows of one moment stand in the order of their launch, then as they came. Of the attempts of a person the furthest
    counts, of equals the one that began first; groups, times and days come from it.
    """

    steps: Annotated[
        list[AskedStep],
        said(
            "The steps in their order, 2 to 10.",
            "各步骤，依次 2 至 10 步。",
            minItems=2,
            maxItems=10,
        ),
    ]
    order: Annotated[
        Literal["ordered", "strict", "any"],
        said(
            "One after the other with anything between (ordered), with nothing else that people do between (strict), "
            "or in any order: step k then counts who did at least k of them.",
            "依次完成、中间可有其他行为（ordered）；中间不能有其他行为（strict）；不分先后（any），第 k 步为至少完"
            "成 k 步的人。",
        ),
    ] = "ordered"
    window: Annotated[
        Text,
        said(
            "For how long an attempt may go on after its entry, the edge included: 30s, 20m, 12h, 7d, 2w, or "
            "1mo, so many "
            "months of the calendar; 366 days or 12 months at most. 7d unless given.",
            "自进入起的转化窗口期（含边界）：30s、20m、12h、7d、2w，或 1mo 即若干自然月；最长 366 天或 12 个月。"
            "默认 7d。",
            pattern=LENGTH_OR_MONTHS,
        ),
    ] = "7d"
    natural_days: Annotated[
        bool,
        said(
            "A window of days ends with the last of them in the app's zone, the day of the entry being the first.",
            "以天为单位的窗口期按自然日计算，进入当天为第 1 天，按小程序时区。",
        ),
    ] = False
    mode: Annotated[
        Literal["entry", "closed", "open"],
        said(
            "The entry lies in the range, later steps may lie behind it (entry); all steps lie in the range, "
            "which is the "
            "window (closed); each step is counted by itself (open).",
            "进入在时间段内，后续步骤可在其后（entry）；各步均在时间段内，时间段即窗口期（closed）；各步单独计数（"
            "open）。",
        ),
    ] = "entry"
    entry: Annotated[
        Literal["any", "first", "first_ever"],
        said(
            "Any first step may begin an attempt, the furthest counts (any); only the person's first in the "
            "range (first); "
            "only the person's first ever that fulfils the conditions of the step, if it lies in the range "
            "(first_ever).",
            "任意一次首步均可进入，取走得最远的（any）；仅时间段内首次（first）；仅有史以来首次满足该步条件的，"
            "且须在时间段内（first_ever）。",
        ),
    ] = "any"
    counts: Annotated[
        Literal["persons", "sessions", "attempts"],
        said(
            "What is counted: persons; sessions, all steps in one launch; attempts, one after the other.",
            "计数单位：persons 人；sessions 一次打开内完成各步；attempts 先后不重叠的每次尝试。",
        ),
    ] = "persons"
    excluded: Annotated[
        list[AskedExclusion],
        said(
            "Events that end an attempt, up to 10.", "中断尝试的排除事件，至多 10 个。", maxItems=10
        ),
    ] = []
    ended: Annotated[
        Literal["dropped", "left_out"],
        said(
            "Whoever an excluded event ended has dropped at the step they had got to (dropped); or is in no figure, "
            "not even of the first step, unless another attempt of theirs got as far as any of them would have without "
            "excluded events (left_out). Of attempts each by itself.",
            "被排除事件中断的人：算作停在所到步骤的流失（dropped）；或完全不计入，连首步也不算，除非其另一次尝试已走到"
            "不排除时能走到的最远步骤（left_out）。按尝试计数时逐次判断。",
        ),
    ] = "dropped"
    hold: Annotated[
        list[AskedHeld],
        said(
            "Properties that have the same value at all steps, up to 3.",
            "各步取值须相同的属性，至多 3 个。",
            maxItems=3,
        ),
    ] = []
    groups: Annotated[
        list[AskedGroup],
        said(
            "What persons are told apart by, up to five; each is in one group, so that groups sum to the whole, unless "
            "`attributed` is each.",
            "按什么分组，至多五个；每人只在一组，各组之和等于总数（`attributed` 为 each 时除外）。",
            maxItems=5,
        ),
    ] = []
    attributed: Annotated[
        Literal["entry", "last", "each"] | Step,
        said(
            "Whose values tell: those of the entry, of the last step reached, or of the step with this number, where "
            "those who did not reach it are `(not reached)`. What is missing is never filled from another step. each: "
            "of every value by itself, as if there were no others (nor excluded events of others), so that a person is "
            "in as many groups as they entered with and groups do not sum; of persons alone.",
            "取哪一步的值：进入时（entry）、到达的最后一步（last）或第几步（未到达者为 `(not reached)`）；缺失值不"
            "会用其他步补上。each：每个取值单独成一个漏斗，只看该取值的行为（含排除事件），一人可在多组，各组之和不等"
            "于总数；仅限按人计数。",
        ),
    ] = "entry"
    where: Annotated[
        Filter | None,
        said("Conditions on the rows of every step.", "对每一步的条件。"),
    ] = None
    show: Annotated[
        Literal["steps", "trend", "each_day", "times", "compare", "next", "drivers"],
        said(
            "steps; trend, by the hour, day, week or month of the entry (`grain`), which sums to the whole; each_day, "
            "each of these periods for itself, so that a person may be in several and they do not sum; times, how many "
            "took how long; next, what those who dropped at a step did next; drivers, what goes with going on from a "
            "step, or with one of `groups` which of its values, where fewer than 30 are not judged; compare, whether "
            "groups differ from all others, or the period from another one, by more than chance.",
            "steps 各步；trend 按进入的小时、日、周、月，合计等于总数；each_day 每期各自计算，不可相加；times 用时分布"
            "；next 流失者接着做了什么；drivers 与继续下一步相关的行为，给出一个 `groups` 时为其取值，不足 30 不作判断"
            "；compare 各组之间或与其他时段的差异是否显著。",
        ),
    ] = "steps"
    step: Annotated[
        Step | None,
        said(
            "times: up to this step (2 or more), from `from_step`; the whole funnel unless given. next, drivers: "
            "behind this step; 1 unless given.",
            "times：到第几步（≥2），起点为 `from_step`，默认整个漏斗；next、drivers：在第几步之后，默认 1。",
        ),
    ] = None
    from_step: Annotated[
        Step | None,
        said(
            "times: from this step on; the one before `step` unless given.",
            "times：自第几步起；默认为 `step` 的上一步。",
        ),
    ] = None
    bins: Annotated[
        Bins | None,
        said(
            "times: so many rows of one width between the shortest and the longest time, 1 to 90; lengths "
            "that people "
            "know (10 seconds, an hour, a day …) unless given.",
            "times：在最短与最长用时之间等分为多少行，1 至 90；默认用常见时长（10 秒、1 小时、1 天等）分段。",
        ),
    ] = None
    compared: Annotated[
        Literal["", "previous", "week", "month", "year"],
        said(
            "compare: beside which other range, the one just before or the same days a week, month or year "
            "ago; groups "
            "against each other unless given.",
            "compare：与哪个时段对比，前一时段，或一周、一月、一年前；不填则各组之间对比。",
        ),
    ] = ""
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    grain: Annotated[
        Literal["hour", "day", "week", "month"],
        said(
            "trend, each_day: the length of a row; weeks begin on Monday. day unless given.",
            "trend、each_day：每行的周期长度，周从周一开始。默认 day。",
        ),
    ] = "day"
    traffic: Traffic = "release"
    top: Top = 10
    rest: Rest = True
