"""A question about attribution as people read it."""

from __future__ import annotations

from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.events import words
from minilens.measure.events.lengths import within
from minilens.measure.events.operand import key
from minilens.text import Language


def subject(query: AttributionQuery, language: Language) -> list[str]:
    """What converts and for how long a touch counts in one line, then the conditions."""
    zh = language == "zh"
    events = [" / ".join(one.shown) for one in query.rows.events]
    line = [f"转化：{events[0]}" if zh else f"Conversion: {events[0]}"]
    if query.refunds:
        line.append(f"退款：{events[1]}" if zh else f"refund: {events[1]}")
    if query.within:
        told = within(query.within).of(language)
        line.append(f"须在 {events[-1]} 之后 {told}" if zh else f"after {events[-1]}, {told}")
    if query.keyed:
        one = key(query.rows.groups[0])
        line.append(f"按 {one} 去重" if zh else f"each {one} once")
    touched = within(query.window).of(language)
    line.append(f"触点有效期 {touched}" if zh else f"touches count {touched}")
    if query.touches == "sourced":
        line.append("不含直接访问" if zh else "without direct launches")
    comma = "，" if zh else ", "
    return [comma.join(line), *words.subject(query.rows, language)]
