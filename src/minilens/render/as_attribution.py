"""An answer about attribution as a card draws it: bars of groups, pairs or ways, or lines where rows are periods.

Every model hands out the same in all, which the first row of the table says once.
"""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.table import Table
from minilens.render.as_events import Events, as_events
from minilens.render.drawing import Options
from minilens.text import Language


def as_attribution(table: Table, options: Options, language: Language) -> Events:
    """The drawing of an answer."""
    return replace(as_events(table, options, language), figures=())
