"""What an alarm rule is as JSON: what is watched, and when it is worth a word."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.kpi_definition import KpiSource
from minilens.reports.questions.parts import said

Beyond = Literal["above", "below", "both"]
LengthName = Literal["hour", "day"]
_Source = Annotated[KpiSource, said("What is watched, as in a KPI.", "监控的数值，写法同 KPI。")]
_Length = Annotated[
    LengthName, said("Hour by hour, or day by day.", "按小时（hour）或按天（day）判断。")
]
_Beyond = Annotated[
    Beyond,
    said(
        "Only above, only below, or both.",
        "仅偏高（above）、仅偏低（below）或两者（both）。",
    ),
]


class ThresholdAlarm(
    msgspec.Struct,
    tag_field="kind",
    tag="threshold",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A number over or under another."""

    source: _Source
    side: Annotated[
        Literal["above", "below"],
        said("Over the value (above), or under it (below).", "高于（above）或低于（below）该值。"),
    ]
    value: Annotated[
        float,
        said(
            "The value: a share as 0.12, a time in seconds.",
            "阈值；比率写小数，如 0.12；时长以秒计。",
        ),
    ]
    length: _Length = "day"


class ChangeAlarm(
    msgspec.Struct, tag_field="kind", tag="change", forbid_unknown_fields=True, omit_defaults=True
):
    """A number beside the median of the same hour and weekday of the weeks before."""

    source: _Source
    share: Annotated[
        float,
        said(
            "By how much, as a share: 0.3 is 30%. Of counts, what chance explains never counts.",
            "变化幅度，写小数：0.3 即 30%；计数类指标中偶然波动不算。",
        ),
    ] = 0.3
    side: _Beyond = "both"
    length: _Length = "hour"


class BandAlarm(
    msgspec.Struct, tag_field="kind", tag="band", forbid_unknown_fields=True, omit_defaults=True
):
    """A number that leaves what is usual for the hour and weekday, as learned from eight weeks."""

    source: _Source
    side: _Beyond = "both"
    length: _Length = "hour"


class KpisAlarm(msgspec.Struct, tag_field="kind", tag="kpis", forbid_unknown_fields=True):
    """Every KPI of the app that leaves its band: hour by hour where there is enough to judge, else day by day."""


class MissingAlarm(msgspec.Struct, tag_field="kind", tag="missing", forbid_unknown_fields=True):
    """No events for longer than the app's quiet hours ever explain."""


class ReleaseAlarm(msgspec.Struct, tag_field="kind", tag="release", forbid_unknown_fields=True):
    """A new version with more errors, slower pages, or fewer of the key events than the version before."""


class FatigueAlarm(
    msgspec.Struct, tag_field="kind", tag="fatigue", forbid_unknown_fields=True, omit_defaults=True
):
    """Ads that wear out: clicks cost a fifth more than in the 7 days before while as many fewer click, or people see
    them too often."""

    cap: Annotated[
        float,
        said("How often a person should see an ad a day at most.", "每人每天至多看到广告的次数。"),
    ] = 3.0


AlarmDefinition = (
    ThresholdAlarm
    | ChangeAlarm
    | BandAlarm
    | KpisAlarm
    | MissingAlarm
    | ReleaseAlarm
    | FatigueAlarm
)
