"""The columns of an answer about events: what is counted, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from minilens.measure.events.formula import Name
from minilens.measure.events.lengths import within
from minilens.measure.events.operand import Operand, Property, column
from minilens.measure.events.query import (
    Aggregate,
    Conversion,
    EventsQuery,
    Figure,
    Formula,
    Measured,
    Retained,
)
from minilens.measure.table import Column, Unit
from minilens.measure.value_names import ValueNames
from minilens.text import Language, Text

#: Stands in the columns of groups for all groups without rows of their own.
OTHERS = "(rest)"
_OTHERS = Text("其余", "All others")


def _level(n: int) -> tuple[str, str, str, str]:
    return (
        f"{n} 分位", f"p{n}", f"{{e}} 的 {{p}} 的 {n}% 分位数；落在两个值之间时按比例插值",
        f"The number that {n}% of {{p}} of {{e}} don't exceed; between two values in proportion",
    )  # fmt: skip


#: Aggregate → its name and its definition in zh and en, with {e}, the event, and {p}, the property.
_WORDS: dict[Aggregate, tuple[str, str, str, str]] = {
    "total": ("次数", "total", "{e} 发生的次数", "How many times {e} happened"),
    "persons": (
        "人数", "persons", "发生 {e} 的人数，每人在一个时间段内只计一次", "Persons with {e}, each once in a period",
    ),
    "per_person": ("人均次数", "per person", "{e} 的次数 ÷ 人数", "Times of {e} ÷ persons with it"),
    "distinct": (
        "去重数", "distinct", "{e} 的 {p} 有多少个不同的值；无值的不计",
        "How many different values {p} of {e} has; no value is none",
    ),
    "sum": (
        "求和", "sum", "{e} 的 {p} 之和；只计数值，精确到小数点后六位",
        "The sum of {p} of {e}: of numbers alone, exact to six decimals",
    ),
    "sum_per_person": (
        "人均值", "sum per person", "{e} 的 {p} 之和 ÷ 发生 {e} 的人数", "The sum of {p} of {e} ÷ persons with {e}",
    ),
    "mean": ("均值", "mean", "{e} 的 {p} 之和 ÷ 有数值的次数", "The sum of {p} of {e} ÷ times it is a number"),
    "min": ("最小值", "min", "{e} 的 {p} 的最小数值", "The smallest number in {p} of {e}"),
    "max": ("最大值", "max", "{e} 的 {p} 的最大数值", "The largest number in {p} of {e}"),
    "median": (
        "中位数", "median", "{e} 的 {p} 的中位数；个数为偶数时取中间两个的平均",
        "The median of {p} of {e}; of an even count the mean of the two in the middle",
    ),
    "p25": _level(25), "p75": _level(75), "p90": _level(90), "p95": _level(95), "p99": _level(99),
}  # fmt: skip
AGGREGATES = {
    name: (Text(zh, en), Text(how_zh, how_en)) for name, (zh, en, how_zh, how_en) in _WORDS.items()
}
#: Measures of two events, beside the aggregates of one.
OF_TWO = {
    "conversion": Text("转化率", "conversion to another event"),
    "retention": Text("第 N 天留存率", "retention on day N"),
}
_UNITS: dict[str, Unit] = {"total": "count", "persons": "count", "distinct": "count"}


def title(event: Text, aggregate: Aggregate, operand: Text | None) -> Text:
    """What a figure is called where nobody named it: pay_success · amount · sum."""
    parts = [event, *([operand] if operand else []), AGGREGATES[aggregate][0]]
    return Text(" · ".join(one.zh for one in parts), " · ".join(one.en for one in parts))


def measure_column(query: EventsQuery, one: Measured) -> Column:
    """The column of a measure."""
    if isinstance(one, Conversion | Retained):
        said = _led(query, one) if isinstance(one, Conversion) else _came_again(query, one)
        return Column(
            one.name,
            one.title,
            "ratio" if one.counts == "share" else "count",
            said,
            rise_is="neither",
        )
    if not isinstance(one, Figure):
        said = Text(
            f"{one.text}；无法相除时为空", f"{one.text}; unknown where nothing can be divided by"
        )
        return Column(one.name, one.title, one.unit, said, rise_is="neither")
    event = " + ".join(query.events[one.of].shown)
    name = one.operand.title if one.operand else Text("", "")
    zh, en = AGGREGATES[one.aggregate][1]
    said = Text(zh.format(e=event, p=name.zh), en.format(e=event, p=name.en))
    return Column(one.name, one.title, _UNITS.get(one.aggregate, "number"), said, rise_is="neither")


def conversion_title(base: Text, then: Text) -> Text:
    """What a conversion is called where nobody named it."""
    return Text(f"{base.zh} → {then.zh} · 转化率", f"{base.en} → {then.en} · conversion")


def retention_title(base: Text, then: Text, after: int) -> Text:
    """What a share of returns is called where nobody named it."""
    return Text(
        f"{base.zh} → {then.zh} · 第 {after} 天留存率",
        f"{base.en} → {then.en} · day {after} retention",
    )


def default_title(query: EventsQuery, one: Measured, named: Mapping[str, Text]) -> Text:
    """What a measure is called where nobody named it; `named`: event → its name, of those that have another.

    A formula that divides one measure by another is called by both.
    """
    titles = {each.name: each for each in query.measures}
    if isinstance(one, Formula):
        over, under = (getattr(one.node, side, None) for side in ("left", "right"))
        if getattr(one.node, "sign", "") != "/" or not (
            isinstance(over, Name) and isinstance(under, Name)
        ):
            return Text(one.text, one.text)
        parts = [default_title(query, titles[part.name], named) for part in (over, under)]
        return Text(" ÷ ".join(part.zh for part in parts), " ÷ ".join(part.en for part in parts))
    base = _called(query.events[one.of].shown, named)
    if isinstance(one, Figure):
        return title(base, one.aggregate, one.operand.title if one.operand else None)
    then = _called(query.events[one.to].shown, named)
    if isinstance(one, Retained):
        return retention_title(base, then, one.after)
    return conversion_title(base, then)


def named_title(query: EventsQuery, one: Measured, named: Mapping[str, Text]) -> Text:
    """The title that a measure was given; where it was given none, the default one. `named`: event → its name."""
    plain = Text(one.text, one.text) if isinstance(one, Formula) else default_title(query, one, {})
    return default_title(query, one, named) if one.title == plain else one.title


def _called(events: Sequence[str], named: Mapping[str, Text]) -> Text:
    every = [named.get(one, Text(one, one)) for one in events]
    return Text(" + ".join(one.zh for one in every), " + ".join(one.en for one in every))


def _came_again(query: EventsQuery, one: Retained) -> Text:
    """What it is, in words."""
    base, then = (" + ".join(query.events[n].shown) for n in (one.of, one.to))
    return Text(
        f"某天发生 {base} 的人中，第 {one.after} 天（自然日，当天为第 0 天）又发生 {then} 的占比；多天时按人天合计，"
        f"第 {one.after} 天尚未结束的日期不计",
        f"Of the persons with {base} on a day the share who had {then} on day {one.after} (that day is day 0); of "
        f"several days, person-days are added up, and those whose day {one.after} is not over are left out",
    )


def _led(query: EventsQuery, one: Conversion) -> Text:
    """What it is, in words."""
    base, then = (" + ".join(query.events[n].shown) for n in (one.of, one.to))
    equal = [column(each).title for each in one.held]
    zh = "、".join(each.zh for each in equal) + " 相同的 " if equal else ""
    en = " with the same " + ", ".join(each.en for each in equal) if equal else ""
    in_time = within(one.window)
    return Text(
        f"发生 {base} 的人中，此后{in_time.zh}又发生 {zh}{then} 的占比；窗口期未结束时还可能上升",
        f"Of the persons with {base} the share who had {then}{en} {in_time.en} after it; may still rise while windows "
        "are open",
    )


def group_columns(query: EventsQuery) -> tuple[Column, ...]:
    """The columns of the groups."""
    names = dict(query.value_names)
    return tuple(_group_column(one, dict(names.get(_property(one), ()))) for one in query.groups)


def _property(of: Operand) -> str:
    return of.name if isinstance(of, Property) else ""


def _group_column(of: Operand, names: dict[str, Text]) -> Column:
    plain = column(of)
    if names:
        return replace(plain, shown=_shown(ValueNames(names).shown), called=names)
    return replace(plain, shown=_shown(plain.shown))


def _shown(named: Callable[[str, Language], str] | None) -> Callable[[str, Language], str]:
    def shown(value: str, language: Language) -> str:
        if value == OTHERS:
            return _OTHERS.of(language)
        return named(value, language) if named else value

    return shown
