"""A question about attribution.

{"kind": "attribution",
 "conversion": {"event": "pay_success"}, "counts": "value", "value": {"property": "amount"},
 "key": {"property": "order_id"}, "refund": {"event": "refund_request"},
 "by": ["campaign"], "models": ["first", "last", "linear"], "window": "30d", "period": "30d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.activity import AskedValue
from minilens.reports.questions.parts import (
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

Model = Literal[
    "first", "last", "last_non_direct", "linear", "position", "time_decay", "data_driven"
]


class AskedConversion(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or one of several, and the conditions under which it counts."""

    event: Annotated[
        EventName | EventNames,
        said(
            "The name of an event, built in, custom or virtual, or several of which one is enough.",
            "事件名（内置、自定义或虚拟），或任一即可的多个。",
        ),
    ]
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None


class AskedRefund(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The event that takes the credit of a conversion back, on its own day."""

    event: Annotated[
        EventName | EventNames,
        said("The name of the event, or several.", "事件名，或多个。"),
    ]
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None
    value: Annotated[
        AskedValue | None,
        said(
            "How much it takes back, whatever its sign; the same number as of conversions unless given.",
            "退回多少（不论正负号）；默认与转化取同一数值。",
        ),
    ] = None


class AskedBefore(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a conversion has to follow: together with it, the conversion from one event to another."""

    event: Annotated[
        EventName | EventNames,
        said(
            "The name of the event, or several of which one is enough.",
            "事件名，或任一即可的多个。",
        ),
    ]
    where: Annotated[Filter | None, said("Conditions on this event.", "对该事件的条件。")] = None
    window: Annotated[
        Text,
        said(
            "How soon after it, the edge included: 30s, 20m, 12h, 7d, 2w. 7d unless given.",
            "转化须在其后多久内（含边界）：30s、20m、12h、7d、2w。默认 7d。",
        ),
    ] = "7d"


class AskedKey(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What tells conversions apart: a property, or a field such as target_id."""

    property: Annotated[
        Text,
        said(
            "A property sent with the event, such as order_id.", "随事件上报的属性，如 order_id。"
        ),
    ] = ""
    field: Annotated[
        Text,
        said("What Minilens records of each event: target_id.", "Minilens 记录的字段：target_id。"),
    ] = ""


class AttributionQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="attribution",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """Which touches brought the conversions of some days: their credit, handed out by several models side by side.

    A touch is a launch: an ad click, a scan, a tagged link, another launch with a source, or a direct one. It counts
    for the conversions of its person that come no later than `window` after it began. Each model hands out exactly what
    there is: the conversions, or their value, less refunds.
    """

    conversion: Annotated[AskedConversion, said("What counts as a conversion.", "什么算转化。")]
    counts: Annotated[
        Literal["events", "persons", "value"],
        said(
            "What is handed out: 1 for each event, 1 for each person at the first in the range, or a number of the "
            "event (`value`). events unless given.",
            "分配什么：每次事件 1、每人 1（取时间段内首次），或事件的数值（`value`）。默认 events。",
        ),
    ] = "events"
    value: Annotated[
        AskedValue | None,
        said("counts = value: which number.", "counts = value 时取哪个数值。"),
    ] = None
    key: Annotated[
        AskedKey | None,
        said(
            "What tells conversions apart, such as the number of the order: one that comes again within 90 days is "
            "none, and a refund takes back that of its own value.",
            "区分转化的字段，如订单号：90 天内重复出现的不计，退款退回同一取值的转化。",
        ),
    ] = None
    refund: Annotated[
        AskedRefund | None,
        said(
            "What takes credit back, on its own day: of the conversion with its key, else of its person's last one, up "
            "to 90 days back.",
            "退回分配值的事件，计入其自身日期：退回同一 key 的转化，否则退回该用户上一次转化，至多追溯 90 天。",
        ),
    ] = None
    before: Annotated[
        AskedBefore | None,
        said(
            "Only conversions that follow this event of their person.",
            "仅统计在该用户此事件之后的转化。",
        ),
    ] = None
    by: Annotated[
        list[Text],
        said(
            "What touches are told apart by, up to three: campaign, placement, material, link, source, scene, "
            "scene_source, utm_source, utm_content, province, touch (the kind of touch) …. campaign unless given.",
            "按什么区分触点，至多三个：campaign、placement、material、link、source、scene、scene_source、utm_source、"
            "utm_content、province、touch（触点类型）等。默认 campaign。",
        ),
    ] = []
    models: Annotated[
        list[Model],
        said(
            "Which models stand side by side; groups are sorted by the first. All of them unless given. data_driven "
            "hands out by Shapley values.",
            "并列哪些模型；按第一个排序。默认全部。data_driven 按 Shapley 值分配。",
        ),
    ] = []
    touches: Annotated[
        Literal["all", "sourced"],
        said(
            "Every launch is a touch, or only those that are not direct (sourced). all unless given.",
            "每次打开都是触点（all），或仅非直接访问的（sourced）。默认 all。",
        ),
    ] = "all"
    window: Annotated[
        Text,
        said(
            "For how long a touch counts, the edge included: 30m, 12h, 7d, 2w, up to a year. 30d unless given.",
            "触点的有效期（含边界）：30m、12h、7d、2w，至多一年。默认 30d。",
        ),
    ] = "30d"
    half_life: Annotated[
        Text,
        said(
            "time_decay: in how long the weight of a touch halves. 7d unless given.",
            "time_decay：触点权重减半所需的时间。默认 7d。",
        ),
    ] = "7d"
    where: Annotated[
        Filter | None,
        said(
            "Conditions on conversions, refunds and what comes before.",
            "对转化、退款与前置事件的条件。",
        ),
    ] = None
    show: Annotated[
        Literal["models", "overlap", "ways"],
        said(
            "models: groups with what each model gives them; overlap: groups that touched the same conversions; ways: "
            "groups of touches one after the other, up to the last ten.",
            "models：各组在各模型下的分配；overlap：共同触达同一转化的组；ways：依次经过的组，至多最后十步。",
        ),
    ] = "models"
    grain: Annotated[
        Literal["whole", "day", "week", "month"],
        said(
            "models: rows of each group, by length of time. whole unless given.",
            "models：各组按多长时间列一行。默认 whole（整个时间段）。",
        ),
    ] = "whole"
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    traffic: Traffic = "release"
    top: Top = 10
    rest: Rest = True
