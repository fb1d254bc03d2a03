"""Questions about the value of persons as people read them."""

from __future__ import annotations

from minilens.measure.activity.words import conditions, event
from minilens.measure.events.operand import column, key
from minilens.measure.ltv.query import MARGIN, REFUND, REVENUE, LtvQuery
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
    line = comma.join(
        [
            entry,
            _UNITS[query.unit].of(language),
            told,
            *_keys(query, language),
            *_margin(query, language),
            *by,
        ]
    )
    return [line, *conditions(query.rows, language)]


def _keys(query: LtvQuery, language: Language) -> list[str]:
    """What counts once."""
    said = Text("按 {name} 去重", "each {name} once")
    names = dict.fromkeys(key(one) for one in query.keys if one)
    return [said.of(language).format(name=name) for name in names]


def _margin(query: LtvQuery, language: Language) -> list[str]:
    """What part is margin; nothing where that is not asked."""
    margin = query.margin
    if margin is None:
        return []
    if not margin.given and not margin.rates:
        return [
            Text("毛利率 {rate:.4g}%", "margin {rate:.4g}%")
            .of(language)
            .format(rate=margin.rate * 100)
        ]
    of = query.rows.figures[MARGIN].operand
    assert of is not None
    name = column(of).title.of(language)
    by = Text("毛利率按 {name}", "margin by {name}")
    said = Text("毛利取自 {name}", "margin from {name}") if margin.given else by
    return [said.of(language).format(name=name)]
