"""Articles, followers and menu clicks of Official Accounts as CSV: the columns that go in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from minilens.records.content_file import COLUMNS
from minilens.records.content_rows import MILLION, Kind
from minilens.render.as_csv import cell


def content_csv(kind: Kind, rows: Iterable[Any]) -> str:
    """A row a day and article, account or menu item under a header in English; no day where an article is told as a
    whole; harmless in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS[kind])
    for one in rows:
        values = written(vars(one))
        writer.writerow(cell(values[name]) for name in COLUMNS[kind])
    return out.getvalue()


def written(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row as they are handed in: no day of a whole, completion as decimal text of 1."""
    if "whole" not in values:
        return values
    rate = values["completion"]
    said = None if rate is None else format((Decimal(rate) / MILLION).normalize(), "f")
    return {**values, "day": None if values["whole"] else values["day"], "completion": said}
