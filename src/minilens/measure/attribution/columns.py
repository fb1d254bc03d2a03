"""The columns of attribution, in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from minilens.measure.attribution import touch
from minilens.measure.attribution.query import AttributionQuery, Model
from minilens.measure.attribution.touch import Touched
from minilens.measure.events.columns import OTHERS
from minilens.measure.measures import DAY
from minilens.measure.table import Column, Unit
from minilens.text import Language, Text

#: In place of a group: conversions before which no touch lies; refunds whose conversion is not found; and of overlaps
#: conversions that no other group touched. Rows of these stand behind all others.
NO_TOUCH, UNMATCHED, ALONE = "(no touch)", "(unmatched)", "(alone)"
_NAMES = {
    NO_TOUCH: Text("无触点", "No touch"),
    UNMATCHED: Text("未找到订单的退款", "Refunds without their conversion"),
    ALONE: Text("仅此一组", "No other"),
    OTHERS: Text("其余", "All others"),
    "": Text("未标明", "Not said"),
}
#: Between the steps of a way.
THEN = " → "
MODELS: dict[Model, tuple[Text, Text]] = {
    "first": (
        Text("首次触点", "First touch"),
        Text("归因窗口内的首个触点得全部", "All of it to the first touch in the window"),
    ),
    "last": (
        Text("末次触点", "Last touch"),
        Text("转化前的最后一个触点得全部", "All of it to the last touch before the conversion"),
    ),
    "last_non_direct": (
        Text("末次非直接", "Last non-direct"),
        Text(
            "最后一个非直接访问的触点得全部；全为直接访问时归最后一个",
            "All of it to the last touch that is not direct; to the last one where all are",
        ),
    ),
    "linear": (
        Text("线性", "Linear"),
        Text("各触点平分", "The same to each touch"),
    ),
    "position": (
        Text("位置", "Position based"),
        Text(
            "首末触点各 40%，中间各触点平分 20%；仅两个时各半",
            "40% to the first and to the last, 20% to all between; of two, half each",
        ),
    ),
    "time_decay": (
        Text("时间衰减", "Time decay"),
        Text(
            "触点每早一个半衰期，权重减半", "Half as much for each half-life that a touch lies earlier",
        ),
    ),
    "data_driven": (
        Text("数据驱动", "Data driven"),
        Text(
            "Shapley 值：由已转化与未转化用户推算各组对转化率的贡献",
            "Shapley values: what each group adds to the rate of conversion, from who converted and who did not",
        ),
    ),
}  # fmt: skip
_WHAT = {
    "events": Text("转化次数", "Conversions"),
    "persons": Text("转化人数", "Persons who converted"),
    "value": Text("转化金额", "Value of conversions"),
}


def named(one: Touched) -> Column:
    """The column of what touches are told apart by; what no value says is told as well."""
    plain = touch.column(one)
    return Column(plain.name, plain.title, "text", shown=partial(_shown, plain.shown))


def _shown(shown: Callable[[str, Language], str] | None, value: str, language: Language) -> str:
    if value in _NAMES:
        return _NAMES[value].of(language)
    return (shown(value, language) if shown else value) or value


def _way(one: Touched, value: str, language: Language) -> str:
    """The steps of a way as people read them."""
    column = named(one)
    assert column.shown
    return THEN.join(column.shown(step, language) for step in value.split(THEN))


def keys(query: AttributionQuery) -> tuple[Column, ...]:
    """What tells rows apart."""
    if query.show == "ways":
        one = query.by[0]
        return (
            Column("way", Text("触点路径", "Way of touches"), "text", shown=partial(_way, one)),
        )
    groups = tuple(named(one) for one in query.by)
    if query.show == "overlap":
        first = groups[0]
        other = Column("with", Text("同时触达", "Also touched by"), "text", shown=first.shown)
        return (first, other)
    return (*groups, DAY) if query.rows.grain != "whole" else groups


def _some(name: str, zh: str, en: str, unit: Unit, how_zh: str, how_en: str) -> Column:
    how = Text(how_zh, how_en)
    return Column(name, Text(zh, en), unit, how, rise_is="neither", has_persons=unit == "count")


def measures(query: AttributionQuery) -> tuple[Column, ...]:
    """What is told of a group, a pair of them or a way."""
    if query.show == "models":
        touched = _some(
            "touched", "触达的转化", "Conversions touched", "count", "归因窗口内至少有一个该组触点的转化，退款不计",
            "Conversions with a touch of this group in the window; refunds are none",
        )  # fmt: skip
        return (*(of_model(query, one) for one in query.models), touched)
    conversions = _some(
        "conversions", "转化", "Conversions", "count", "转化数；按人计时为人数，退款不计",
        "Conversions, or persons where these are counted; refunds are none",
    )  # fmt: skip
    value = _some(
        "value", "金额", "Value", "number", "这些转化的金额之和", "What these conversions come to"
    )
    with_value = (value,) if query.counts == "value" else ()
    if query.show == "overlap":
        share = _some(
            "share", "占该组", "Share of the group", "ratio", "占首列该组触达的转化的比例",
            "Of the conversions that the first group touched",
        )  # fmt: skip
        return (conversions, share, *with_value)
    return (
        conversions,
        _some("share", "占比", "Share", "ratio", "占全部转化的比例", "Of all conversions"),
        *with_value,
        _some(
            "touches", "平均触点数", "Touches", "number", "每次转化前的平均触点数",
            "Touches before a conversion, on the average",
        ),
        _some(
            "mean_time", "平均间隔", "Mean time", "seconds", "从首个触点到转化的平均时长",
            "From the first touch to the conversion, on the average",
        ),
    )  # fmt: skip


def of_model(query: AttributionQuery, model: Model) -> Column:
    """What a model gives."""
    title, how = MODELS[model]
    what = _WHAT[query.counts]
    zh, en = f"{what.zh}：{how.zh}", f"{what.en}: {how.en[0].lower()}{how.en[1:]}"
    return Column(model, title, "number", Text(zh, en), rise_is="neither", has_persons=True)
