"""Questions about activity as people read them: page_view → pay_success, first time ever, on the Nth day."""

from __future__ import annotations

from minilens.measure.activity.columns import EVERY
from minilens.measure.activity.query import (
    ActivityQuery,
    Entry,
    LifecycleQuery,
    Mode,
    ReturnsQuery,
    StickinessQuery,
    Unit,
)
from minilens.measure.events import words
from minilens.measure.events.operand import column
from minilens.measure.events.query import Counted, EventsQuery
from minilens.text import Language, Text

_ANY = Text("任意行为", "any activity")
_ENTRIES: dict[Entry, Text] = {
    "first": Text("有史以来首次", "first time ever"),
    "first_event": Text(
        "有史以来首次，且须符合条件", "first time ever, if it fulfils the conditions"
    ),
    "first_in_range": Text("时间段内首次", "first time in the range"),
    "each": Text("每个周期各计一次", "each period with a start"),
}
_UNITS: dict[Unit, Text] = {
    "hour": Text("按小时", "by hour"),
    "day": Text("按天", "by day"), "week": Text("按周", "by week"), "month": Text("按月", "by month"),
}  # fmt: skip
_FROM_SUNDAY = Text("按周（周日起）", "by week from Sunday")
_MODES: dict[Mode, Text] = {
    "on": Text("当期回访", "returned in that period"),
    "on_or_after": Text("当期或之后回访", "returned in that period or later"),
    "on_or_before": Text("截至当期回访", "returned by the end of that period"),
    "streak": Text("每期连续回访", "returned in every period up to it"),
}
_BLOCKS: dict[Unit, Text] = {
    "hour": Text("自起始时刻起每 60 分钟一期", "in blocks of 60 minutes since the start"),
    "day": Text("自起始时刻起每 24 小时一期", "in blocks of 24 hours since the start"),
    "week": Text("自起始时刻起每 7×24 小时一期", "in blocks of 7 × 24 hours since the start"),
}
_BEFORE = Text("留存率相对上一格", "rates of those in the cell before")
_SIMPLE = Text("各人群留存率的简单平均", "all cohorts by the mean of their rates")
_PER = {"week": Text("每周各计", "of each week"), "month": Text("每月各计", "of each month")}


def event(one: Counted, language: Language) -> str:
    """What it is called."""
    return " + ".join(one.shown) or _ANY.of(language)


def subject(query: ActivityQuery, language: Language) -> list[str]:
    """The question in one line, then the conditions of its events and of all."""
    comma = "，" if language == "zh" else ", "
    told = {
        ReturnsQuery: _of_returns,
        StickinessQuery: _of_stickiness,
        LifecycleQuery: _of_lifecycle,
    }
    line = told[type(query)](query, language)  # type: ignore[operator]
    return [comma.join(line), *conditions(query.rows, language)]


def _unit(query: ActivityQuery) -> Text:
    sunday = query.unit == "week" and query.week_start == "sunday"
    return _FROM_SUNDAY if sunday else _UNITS[query.unit]


def conditions(rows: EventsQuery, language: Language) -> list[str]:
    """Those of each event, then those of all."""
    colon = "：" if language == "zh" else ": "
    own = [
        f"{event(one, language)}{colon}{words.sentence(one.where, language)}"
        for one in rows.events
        if one.where.parts
    ]
    whole = rows.where
    return [*own, *([words.sentence(whole, language)] if whole.parts else [])]


def _of_returns(query: ReturnsQuery, language: Language) -> list[str]:
    events = query.rows.events
    last = events[0] if query.same else events[1]
    how = [
        _ENTRIES[query.entry],
        _unit(query),
        *([] if query.brackets else [_MODES[query.mode]]),
        *([_BLOCKS[query.unit]] if query.blocks == "from_start" else []),
        *([_BEFORE] if query.rate_of == "cell_before" else []),
        *([_SIMPLE] if query.mean == "simple" else []),
    ]
    found = [
        f"{event(events[0], language)} → {event(last, language)}",
        *(one.of(language) for one in how),
    ]
    if query.value:
        operand = query.rows.figures[0].operand
        assert operand is not None
        found.append(column(operand).title.of(language))
    return [*found, *_least(query, language)]


def _of_stickiness(query: StickinessQuery, language: Language) -> list[str]:
    per = [_PER[query.per].of(language)] if query.per != "range" else []
    unit = _unit(query).of(language)
    if query.every > 1:
        many = EVERY[query.unit].of(language)
        unit += f"，每 {query.every} {many}" if language == "zh" else f", {query.every} {many} each"
    return [event(query.rows.events[0], language), unit, *per, *_times(query, language)]


def _times(query: StickinessQuery, language: Language) -> list[str]:
    """How many events make a period an active one."""
    least, most, zh = query.at_least, query.at_most, language == "zh"
    if not most:
        return _least(query, language)
    many = f"{most}" if least == most else f"{least} 至 {most}" if zh else f"{least} to {most}"
    if zh:
        return [f"每个周期{'恰好 ' if least == most else ' '}{many} 次"]
    return [
        f"{'exactly ' if least == most else ''}{many} time{'s' if most > 1 else ''} in a period"
    ]


def _of_lifecycle(query: LifecycleQuery, language: Language) -> list[str]:
    zh = language == "zh"
    by = ("新增按任意行为判断" if zh else "new by any activity") if query.new_by == "any" else ""
    unit = _unit(query).of(language)
    return [event(query.rows.events[0], language), unit, *([by] if by else [])]


def _least(query: ActivityQuery, language: Language) -> list[str]:
    n = query.at_least
    if n == 1:
        return []
    return [f"每个周期至少 {n} 次" if language == "zh" else f"at least {n} times in a period"]
