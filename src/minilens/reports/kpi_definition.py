"""What a KPI is as JSON: where its number comes from, over which period, and what it is to reach."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.events import EventsQuestion
from minilens.reports.questions.parts import Text, said

KpiGrain = Literal["week", "month"]
Better = Literal["more", "less"]


class KpiMeasure(
    msgspec.Struct, tag_field="kind", tag="measure", forbid_unknown_fields=True, omit_defaults=True
):
    """A measure of the reports, or of what advertising cost."""

    measure: Annotated[
        Text, said("Its name, such as visitors or roas.", "指标名，如 visitors、roas。")
    ]
    filter: Annotated[
        list[Text],
        said(
            "Filters as the addresses of reports have them; not of costs.",
            "筛选条件，写法同报表地址；成本类指标不可用。",
        ),
    ] = []
    currency: Annotated[
        Text, said("Of costs: in which currency. CNY unless given.", "成本类指标的币种，默认 CNY。")
    ] = ""
    event: Annotated[
        Text,
        said(
            "Of costs: the event that is a conversion. pay_success unless given.",
            "成本类指标的转化事件，默认 pay_success。",
        ),
    ] = ""


class KpiQuestion(
    msgspec.Struct, tag_field="kind", tag="events", forbid_unknown_fields=True, omit_defaults=True
):
    """A measure of a question about events: a count, a sum, a percentile, a conversion, a return, a formula."""

    question: Annotated[
        EventsQuestion,
        said(
            "The question; its days and groups are passed over.",
            "查询；其中的时间段与分组不起作用。",
        ),
    ]
    measure: Annotated[
        Text,
        said(
            "The name of one of its measures; the first unless given.",
            "其中一个指标的名称，默认第一个。",
        ),
    ] = ""


class KpiTime(
    msgspec.Struct,
    tag_field="kind",
    tag="time",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """The median of the time between two events of one person, of those who had both."""

    start: Annotated[
        Text, said("The first event, such as ticket_created.", "起始事件，如 ticket_created。")
    ]
    end: Annotated[Text, said("The event after it.", "其后的事件。")]
    window: Annotated[
        Text,
        said(
            "How long after the first one the other may come: 12h, 30d. 30d unless given.",
            "两者之间的最长间隔：12h、30d，默认 30d。",
        ),
    ] = "30d"


KpiPart = KpiMeasure | KpiQuestion


class KpiRatio(
    msgspec.Struct, tag_field="kind", tag="ratio", forbid_unknown_fields=True, omit_defaults=True
):
    """One number divided by another."""

    over: Annotated[KpiPart, said("What is divided.", "分子。")]
    under: Annotated[KpiPart, said("What it is divided by.", "分母。")]


KpiSource = KpiMeasure | KpiQuestion | KpiTime | KpiRatio


class KpiDefinition(msgspec.Struct, forbid_unknown_fields=True):
    """A number, the weeks or months it is looked at by, and what it is to reach in each of them."""

    source: Annotated[KpiSource, said("Where the number comes from.", "数值来源。")]
    target: Annotated[
        float,
        said(
            "What it is to reach: a share as 0.12, a time in seconds.",
            "目标值；比率写小数，如 0.12；时长以秒计。",
        ),
    ]
    better: Annotated[
        Better,
        said(
            "At least the target (more), or at most (less).",
            "至少达到目标（more），或不超过目标（less）。",
        ),
    ] = "more"
    period: Annotated[
        KpiGrain, said("By calendar week, or month.", "按自然周（week）或自然月（month）。")
    ] = "month"
