"""Questions about the value of persons as people read them."""

from __future__ import annotations

from minilens.measure.activity.words import conditions, event
from minilens.measure.events.operand import column
from minilens.measure.ltv.query import REFUND, REVENUE, LtvQuery
from minilens.period import Grain
from minilens.text import Language, Text

_UNITS: dict[Grain, Text] = {
    "day": Text("按天", "by day"), "week": Text("按周", "by week"), "month": Text("按月", "by month"),
}  # fmt: skip


def subject(query: LtvQuery, language: Language) -> list[str]:
    """The question in one line, then the conditions of its events."""
    events, comma = query.rows.events, "，" if language == "zh" else ", "
    entry = (
        Text("首次 {e}", "first {e} ever").of(language).format(e=event(events[2], language))
        if query.entry
        else Text("首次访问", "first visit ever").of(language)
    )
    said = Text("收入 {r}，退款 {b}", "revenue {r}, refunds {b}").of(language)
    told = said.format(r=event(events[REVENUE], language), b=event(events[REFUND], language))
    by = [column(one).title.of(language) for one in query.rows.groups]
    line = comma.join([entry, _UNITS[query.unit].of(language), told, *by])
    return [line, *conditions(query.rows, language)]
