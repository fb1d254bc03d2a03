"""A question about retention, stickiness or lifecycle with its events by the names that people give them, for cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from minilens.reports.kinds.activity import ActivityRequest
from minilens.text import Language, Text


def called(
    state: ActivityRequest, named: Mapping[str, Text], language: Language
) -> ActivityRequest:
    """`named`: event → its name. What is asked stays the same: its figures have been counted by then."""
    rows = state.asked.rows
    events = tuple(
        replace(one, called=tuple(named[name].of(language) if name in named else name for name in one.shown))
        for one in rows.events
    )  # fmt: skip
    return replace(state, asked=replace(state.asked, rows=replace(rows, events=events)))
