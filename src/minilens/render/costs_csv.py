"""Costs of advertising as CSV: the columns that go in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from minilens.records.cost_file import COLUMNS
from minilens.records.costs import units
from minilens.records.store import Cost
from minilens.render.as_csv import cell


def costs_csv(costs: Iterable[Cost]) -> str:
    """A row a day and advertisement under a header in English, money in units of its currency; harmless in a
    spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in costs:
        values = {**vars(one), "cost": units(one.cost)}
        writer.writerow(cell(values[name]) for name in COLUMNS)
    return out.getvalue()
