"""Parts that questions of several kinds have, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.errors import Refused
from minilens.period import PRESETS

Value = str | float | bool
Text = Annotated[str, msgspec.Meta(max_length=128)]
#: In place of the name of an event: whatever people do.
ANY_EVENT = "*"
#: Lengths of time, and days, as they are written.
LENGTH, LENGTH_OR_MONTHS = "^[0-9]{1,9}[smhdw]$", "^([0-9]{1,9}[smhdw]|[0-9]{1,2}mo)$"
DAY = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
PERIOD = f"^({'|'.join(one for one in PRESETS if not one[0].isdigit())}|[1-9][0-9]{{0,3}}d)?$"
EventName = Annotated[
    str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": 128, "pattern": r"\S"})
]
EventNames = Annotated[
    list[EventName], msgspec.Meta(extra_json_schema={"minItems": 1, "maxItems": 10})
]


def said(en: str, zh: str, **limits: object) -> msgspec.Meta:
    """What a field does, as the description of the API has it. `limits`: those that are not checked before it is read,
    as JSON Schema has them, so that what is beyond them is refused by a sentence of its own."""
    return msgspec.Meta(description=f"{en} {zh}", extra_json_schema=dict(limits) or None)


Top = Annotated[
    int, msgspec.Meta(ge=1, le=10_000),
    said(
        "How many groups, the largest, have rows of their own; of paths, how many nodes of a column. 10 "
        "unless given.",
        "单独列出的组数（按大小）；路径中为每列的节点数。默认 10。",
    ),
]  # fmt: skip
Rest = Annotated[
    bool,
    said(
        "Whether all other groups are one row, `(rest)`. true unless given.",
        "其余各组是否合为一行 `(rest)`。默认 true。",
    ),
]
Traffic = Annotated[
    Literal["release", "trial", "develop", "preview", "robot"],
    said(
        "Which traffic counts: that of the released version unless given; robots are told apart from people.",
        "统计哪类流量：默认正式版；机器流量单独成类。",
    ),
]
Period = Annotated[
    Text,
    said(
        "Days counted back or of the calendar: today, yesterday, 7d, 30d, 90d, this_week, last_week, this_month, "
        "last_month, year_to_date, all. `from` and `to` instead of it.",
        "时间段：today、yesterday、7d、30d、90d、this_week、last_week、this_month、last_month、year_to_date、"
        "all；也可用 `from` 与 `to`。",
        pattern=PERIOD,
    ),
]
FromDay = Annotated[
    Text,
    said(
        "First day, such as 2026-11-22, in the app's zone.",
        "起始日，如 2026-11-22，按小程序时区。",
        pattern=DAY,
    ),
]
ToDay = Annotated[
    Text,
    said(
        "Last day, included; `from` unless given.",
        "结束日（含当日）；默认与 `from` 相同。",
        pattern=DAY,
    ),
]


class Filter(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A condition (one of `field`, `property`, `profile`, `session`, `cohort`, with an operator), or several of which
    `all` must hold, or `any`; an empty list is no condition.

    `property` was sent with the event, `field` Minilens records of each, `profile` was said of the person, `session` is
    known of the launch; `cohort` is the name or number of a cohort, with `is` (the person is in it) or `is_not`. `is`
    and `is_not` compare numbers with numbers and true with true where `values` has such.
    """

    all: Annotated[
        list[Filter] | None, said("Conditions that must all hold.", "须全部成立的条件。")
    ] = None
    any: Annotated[
        list[Filter] | None, said("Conditions of which one must hold.", "任一成立即可的条件。")
    ] = None
    field: Annotated[
        Text,
        said(
            "What Minilens records of each event, such as page, scene, province.",
            "Minilens 为每个事件记录的字段，如 page、scene、province。",
        ),
    ] = ""
    property: Annotated[Text, said("A property sent with the event.", "随事件上报的属性。")] = ""
    profile: Annotated[
        Text,
        said(
            "A property of the person; the newest value holds, also for what came before.",
            "用户属性；以最新值为准，对之前的行为同样适用。",
        ),
    ] = ""
    session: Annotated[
        Text,
        said(
            "What is known of the launch: entry, exit, visits, depth, duration.",
            "打开（会话）的信息：entry、exit、visits、depth、duration。",
        ),
    ] = ""
    cohort: Annotated[Text, said("A cohort by its number or name.", "人群的编号或名称。")] = ""
    operator: Annotated[
        Text,
        said(
            "How to compare: is, is_not, contains, starts_with, gt, lt, between, is_known …; which ones a "
            "value takes "
            "is said where it is refused.",
            "比较方式：is、is_not、contains、starts_with、gt、lt、between、is_known 等；不适用时会列出可用的。",
        ),
    ] = ""
    values: Annotated[
        list[Value],
        said(
            "What it is compared with: one, two, several or none, as the operator takes them.",
            "比较的值：一个、两个、多个或不需要，由比较方式决定。",
            maxItems=100,
        ),
    ] = []


class AskedGroup(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What rows are told apart by: one of these."""

    property: Annotated[
        Text,
        said(
            "A property sent with the event; no value is a group of its own.",
            "随事件上报的属性；无值自成一组。",
        ),
    ] = ""
    field: Annotated[
        Text,
        said(
            "What Minilens records of each event, such as page, scene, province.",
            "Minilens 为每个事件记录的字段，如 page、scene、province。",
        ),
    ] = ""
    profile: Annotated[
        Text,
        said(
            "A property of the person, by its newest value.",
            "用户属性，以最新值为准。",
        ),
    ] = ""
    cohort: Annotated[
        Text,
        said(
            "A cohort by its number or name: the persons in it (`in`) and all others (`not_in`). The second of "
            "several has its values in `cohort_2`, and so on.",
            "人群的编号或名称：在其中的人（`in`）与其他人（`not_in`）。有多个时，第二个的值在 `cohort_2` 列，依此类"
            "推。",
        ),
    ] = ""


def one_of(part: object, names: tuple[str, ...], where: str) -> str:
    """Which of them it gives; Refused where it is none or more than one."""
    given = [name for name in names if getattr(part, name, "")]
    if not given:
        raise Refused("missing", f"{where}.{names[0]}")
    if len(given) > 1:
        raise Refused("either_or", f"{where}.{given[1]}", other=given[0])
    return given[0]
