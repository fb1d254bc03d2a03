"""The columns of a funnel, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from minilens.measure.events.columns import group_columns
from minilens.measure.funnels.query import Counts, FunnelQuery
from minilens.measure.table import Column, Unit
from minilens.text import NOTHING, Language, Text

#: The group of attempts that did not get to the step whose values tell them apart.
NOT_REACHED = "(not reached)"
_NOT_REACHED = Text("未到达", "Not reached")
_WHO: dict[Counts, Text] = {
    "persons": Text("人数", "Persons"),
    "sessions": Text("打开次数", "Launches"),
    "attempts": Text("尝试次数", "Attempts"),
}
_STEP = Column("step", Text("步骤", "Step"), "number")
_EVENT = Column("event", Text("事件", "Event"), "text")


def _some(name: str, zh: str, en: str, unit: Unit, how_zh: str, how_en: str) -> Column:
    return Column(name, Text(zh, en), unit, Text(how_zh, how_en), rise_is="neither")


_FROM_FIRST = _some(
    "from_first", "总转化率", "From first", "ratio", "到达该步的数量 ÷ 进入第 1 步的数量",
    "Those who got to this step ÷ those who entered",
)  # fmt: skip
_FROM_BEFORE = _some(
    "from_before", "上步转化率", "From before", "ratio", "到达该步的数量 ÷ 到达上一步的数量",
    "Those who got to this step ÷ those who got to the step before",
)  # fmt: skip
_DROPPED = _some(
    "dropped", "流失", "Dropped", "count", "停在该步、窗口期已结束或被排除事件中断的数量",
    "Those who stopped at this step, and whose window is over or who were ended by an excluded event",
)  # fmt: skip
_MAY_STILL = _some(
    "may_still", "仍可转化", "May still convert", "count", "停在该步、窗口期尚未结束的数量，不算流失",
    "Those at this step whose window is not over; they are not among the dropped",
)  # fmt: skip
_TIMES = (
    _some(
        "median_time", "用时中位数", "Median time", "seconds", "从上一步到该步的用时的中位数",
        "Median of the time from the step before",
    ),
    _some(
        "mean_time", "平均用时", "Mean time", "seconds", "从上一步到该步的平均用时",
        "Mean of the time from the step before",
    ),
    _some(
        "p90_time", "用时 90 分位", "p90 time", "seconds", "90% 的用时不超过此值",
        "The time from the step before that 90% don't exceed",
    ),
)  # fmt: skip
_EVENTS = _some(
    "events",
    "次数",
    "Events",
    "count",
    "该步事件发生的次数",
    "How often the event of this step happened",
)


def groups(query: FunnelQuery) -> tuple[Column, ...]:
    """What attempts are told apart by."""
    told = group_columns(replace(query.rows, groups=query.rows.groups[: query.grouped]))
    return tuple(replace(one, shown=_shown(one.shown)) for one in told)


def _shown(named: Callable[[str, Language], str] | None) -> Callable[[str, Language], str]:
    def shown(value: str, language: Language) -> str:
        if value == NOT_REACHED:
            return _NOT_REACHED.of(language)
        return named(value, language) if named else value

    return shown


def way(optional: Sequence[int], left_out: Sequence[int]) -> str:
    """What rows call a way: `with`, `without` the only optional step; of several `without 2`, `without 2, 3`."""
    if not left_out:
        return "with"
    numbers = ", ".join(map(str, left_out)) if len(optional) > 1 else ""
    return f"without {numbers}".strip()


def _way(value: str, language: Language) -> str:
    if value in _WAYS:
        return _WAYS[value].of(language)
    numbers = value.removeprefix("without ")
    if language == "zh":
        return f"不含步骤 {numbers.replace(', ', '、')}"
    return f"Without step{'s' * (',' in numbers)} {numbers}"


_WAYS = {"with": Text("含可选步骤", "With it"), "without": Text("不含可选步骤", "Without it")}
#: With optional steps or without some.
WAY = Column("way", Text("可选步骤", "Optional step"), "text", shown=_way)


def keys() -> tuple[Column, ...]:
    """What tells steps apart."""
    return (_STEP, _EVENT)


def of_steps(query: FunnelQuery) -> tuple[Column, ...]:
    """The measures of a step."""
    who = Column(
        query.counts, _WHO[query.counts], "count",
        Text("依次完成到该步的数量", "Those who got through this step"),
    )  # fmt: skip
    if query.mode == "open":
        each = Text(
            "发生过该步事件的数量，各步互不相关",
            "Those with the event of this step, whatever the other steps",
        )
        return (
            Column(query.counts, _WHO[query.counts], "count", each),
            _EVENTS,
            _FROM_FIRST,
            _FROM_BEFORE,
        )
    return who, _FROM_FIRST, _FROM_BEFORE, _DROPPED, _MAY_STILL, *_TIMES


def of_trend(query: FunnelQuery) -> tuple[Column, ...]:
    """The measures of a period of entries."""
    steps = tuple(
        Column(f"step_{n}", Text(f"{n} {title}", f"{n} {title}"), "count", NOTHING)
        for n, title in enumerate(query.titles, start=1)
    )
    return (*steps, _FROM_FIRST, _DROPPED, _MAY_STILL, _TIMES[0])
