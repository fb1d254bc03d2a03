"""What all days of a trend come to, for the site's tests."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.table import Table


def in_one_row(table: Table) -> Table:
    """Its first row stands for all, without a day."""
    return replace(table, columns=table.columns[1:], rows=(table.rows[0][1:],), compared=(), keys=0)
