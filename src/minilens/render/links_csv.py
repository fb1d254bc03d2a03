"""Campaign links as CSV: the columns that go in again, then what was made of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from minilens.records.link_file import ALSO, COLUMNS
from minilens.records.store import Link
from minilens.render.as_csv import cell


def links_csv(links: Iterable[Link]) -> str:
    """A link a row under a header in English; harmless in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, *ALSO))
    for one in links:
        own = {
            "tags": ",".join(one.tags), "expires": one.expires, "by": one.author,
            "ended": one.ended.isoformat(timespec="seconds") if one.ended else None,
            "created": one.created.isoformat(timespec="seconds"),
        }  # fmt: skip
        values = (own[n] if n in own else getattr(one, n) for n in (*COLUMNS, *ALSO))
        writer.writerow(map(cell, values))
    return out.getvalue()
