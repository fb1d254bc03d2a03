"""A question about events.

{"kind": "events",
 "events": [{"event": "pay_success", "where": {"property": "amount", "operator": "gt", "values": [10]}}],
 "measures": [{"aggregate": "total"}, {"aggregate": "sum", "property": "amount"}],
 "groups": [{"field": "province"}, {"property": "sku"}],
 "period": "7d", "grain": "day"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import (
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


class AskedEvent(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or several counted as one."""

    event: Annotated[
        EventName | EventNames,
        said(
            "The name of an event, built in, custom or virtual, or several that are counted as one.",
            "事件名（内置、自定义或虚拟），或合并计数的多个。",
        ),
    ]
    name: Annotated[
        Text,
        said(
            "What measures call it; a, b, c … in this order unless given.",
            "指标引用它的名称；默认依次为 a、b、c。",
        ),
    ] = ""
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None


class AskedMeasure(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An aggregate of an event, most of them of a property or field; or a formula over measures before it."""

    aggregate: Annotated[
        Text,
        said(
            "total, persons, per_person; of a property or field: sum, mean, min, max, median, p90, distinct …; "
            "conversion: of the persons with the event, the share of those who had the event `to` within `window` "
            "after it, wherever the range ends; retention: of the persons with the event on a day, the share of those "
            "who had `to` (the "
            "same one unless given) on the `day`-th natural day after it, days of which that is not over left out.",
            "total 次数、persons 人数、per_person 人均次数；属性或字段的 sum、mean、min、max、median、"
            "p90、distinct 等；conversion：发生该事件的人中，之后 `window` 内发生 `to` 的比例，不受时间段结束限制；"
            "retention：某天发生该事件的人中，之后第 `day` 个自然日发生 `to`（默认同一事件）的比例，未到期的日子不计。",
        ),
    ] = ""
    of: Annotated[
        Text, said("The event by its name; the first unless given.", "哪个事件；默认第一个。")
    ] = ""
    property: Annotated[Text, said("The property that is aggregated.", "计算的属性。")] = ""
    field: Annotated[
        Text, said("Instead of a property: a field that is recorded.", "代替属性：记录的字段。")
    ] = ""
    to: Annotated[
        Text,
        said(
            "conversion, retention: the other event by its name.",
            "conversion、retention：另一个事件的名称。",
        ),
    ] = ""
    window: Annotated[
        Text,
        said(
            "conversion: 30s, 20m, 12h, 7d, 2w; 7d unless given.",
            "conversion：30s、20m、12h、7d、2w；默认 7d。",
        ),
    ] = ""
    hold: Annotated[
        list[Text],
        said(
            "conversion: properties that have the same value at both, up to 3.",
            "conversion：两个事件取值须相同的属性，至多 3 个。",
        ),
    ] = []
    day: Annotated[
        int | None,
        said(
            "retention: so many days later, 1 to 366; 7 unless given.",
            "retention：之后第几天，1 至 366；默认 7。",
        ),
    ] = None
    formula: Annotated[
        str,
        said(
            "Over names of measures before it: + - * / and brackets.",
            "用之前指标的名称计算：+ - * / 与括号。",
        ),
    ] = ""
    name: Annotated[Text, said("Its column; m1, m2 … unless given.", "列名；默认 m1、m2……")] = ""
    title: Annotated[Text, said("What people read.", "显示名称。")] = ""
    unit: Annotated[
        Literal["number", "ratio", "seconds"],
        said("How a formula is shown; a ratio in per cent.", "公式的显示方式；ratio 为百分比。"),
    ] = "number"


class EventsQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="events",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How often events happened, to how many persons, and what their properties come to."""

    events: Annotated[
        list[AskedEvent], said("Up to 10 events.", "至多 10 个事件。", minItems=1, maxItems=10)
    ]
    measures: Annotated[
        list[AskedMeasure],
        said(
            "What is counted, up to 20; the total of the first event unless given.",
            "指标，至多 20 个；默认首个事件的次数。",
            minItems=1,
            maxItems=20,
        ),
    ] = msgspec.field(default_factory=lambda: [AskedMeasure("total")])
    groups: Annotated[
        list[AskedGroup],
        said("What rows are told apart by, up to five.", "按什么分组，至多五个。", maxItems=5),
    ] = []
    where: Annotated[Filter | None, said("Conditions on all events.", "对所有事件的条件。")] = None
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    grain: Annotated[
        Literal["whole", "hour", "day", "week", "month"],
        said(
            "The length of a row; whole is all of the range. day unless given.",
            "每行的周期长度；whole 为整个时间段。默认 day。",
        ),
    ] = "day"
    traffic: Traffic = "release"
    sort: Annotated[
        Text,
        said(
            "The measure that groups are sorted by, over the whole range; the first unless given.",
            "各组按哪个指标（整个时间段）排序；默认第一个。",
        ),
    ] = ""
    order: Annotated[
        Literal["desc", "asc"], said("The largest or the smallest first.", "从大到小或从小到大。")
    ] = "desc"
    top: Top = 10
    rest: Rest = True
