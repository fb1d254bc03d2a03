"""A funnel as people read it: page_view → pay_success, in this order, within 7 days."""

from __future__ import annotations

from minilens.measure.events import words
from minilens.measure.events.lengths import many, within
from minilens.measure.events.operand import column
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.text import Language, Text

#: A step that is whatever people do.
ANY = Text("任意行为", "any activity")
_ORDERS = {
    "ordered": Text("依次完成", "in this order"),
    "strict": Text("依次完成，中间无其他行为", "in this order, nothing between"),
    "any": Text("不分先后", "in any order"),
}
_MODES = {
    "closed": Text("各步均在所选时间段内", "all within the period"),
    "open": Text("各步单独计数", "each step by itself"),
}


#: Whether those are left out whom an excluded event ended → how that is said.
ENDED = {
    False: Text("遇 {} 中断", "ended by {}"),
    True: Text("被 {} 中断的不计入", "leaving out those ended by {}"),
}


def subject(query: FunnelQuery, language: Language) -> list[str]:
    """The funnel in one line, then the conditions of its steps and of all."""
    comma, arrow = "，" if language == "zh" else ", ", " → "
    how = [] if query.mode == "open" else [_ORDERS[query.order].of(language)]
    if query.mode != "entry":
        how.append(_MODES[query.mode].of(language))
    else:
        how.append(_within(query.window, language))
    if query.ever:
        how.append("仅有史以来首次进入" if language == "zh" else "first entry ever only")
    elif query.first:
        how.append("仅首次进入" if language == "zh" else "first entry only")
    how += _excluded_and_held(query, language)
    steps = [ANY.of(language) if one == "*" else one for one in query.titles]
    return [comma.join([arrow.join(steps), *how]), *words.subject(query.rows, language)]


def _excluded_and_held(query: FunnelQuery, language: Language) -> list[str]:
    """What ends an attempt, and what has to stay the same."""
    zh = language == "zh"
    both = "、" if zh else ", "
    ends = both.join(" + ".join(one.shown) for one in query.rows.events[query.steps :])
    held = both.join(
        column(query.rows.groups[place]).title.of(language)
        for place in sorted({n for one in query.held for n in one})
    )
    ended = ENDED[query.leaves_out].of(language).format(ends)
    said = [ended] if ends else []
    return [*said, *([f"{held} 不变" if zh else f"the same {held}"] if held else [])]


def _within(window: Window, language: Language) -> str:
    if n := window.months:
        return f"{n} 个月内" if language == "zh" else f"within {many(n, 'month')}"
    if not window.days:
        return within(window.milliseconds).of(language)
    days = window.days
    return f"{days} 个自然日内" if language == "zh" else f"within {many(days, 'calendar day')}"
