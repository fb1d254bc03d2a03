"""Lists of identities as people have them: one a line, or the first column of a CSV file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from minilens.errors import Refused

#: Lists of more are refused.
MOST = 100_000
LONGEST = 256
_TYPE = re.compile(r"[a-z][a-z0-9_-]{0,63}").fullmatch
#: Columns whose values say their type themselves.
_TOLD = ("identity", "person", "user")


@dataclass(frozen=True)
class Line:
    """An identity (`mobile=13700001234`, `p12`), and the line of the list that it stands in."""

    number: int
    text: str


def read(text: str) -> list[Line]:
    """The identities of a list, in their order; Refused where there are none, too many, or one is too long.

    The first column counts; in lines without a heading further ones that say a type as well. Under the heading `mobile`
    or another type values are of that type; under `identity`, or without a heading, each says its type itself.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    found: list[Line] = []
    heading = ""
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not found and not heading and _TYPE(cells[0].lower()) and not _is_number(cells[0]):
                heading = cells[0].lower()
                continue
            found += (Line(rows.line_num, one) for one in _of(cells, heading))
            if len(found) > MOST:
                raise Refused("too_many", "identities", limit=MOST)
    except csv.Error:  # a cell without an end
        raise Refused("too_long", "identities", limit=LONGEST) from None
    if not found:
        raise Refused("missing", "identities")
    return found


def _is_number(cell: str) -> bool:
    return cell.removeprefix("p").isdecimal()


def _of(cells: list[str], heading: str) -> list[str]:
    first, *others = cells
    if heading and heading not in _TOLD:
        some = [f"{heading}={first}"] if first else []
    elif heading:
        some = [first] if first else []
    else:
        some = [one for one in (first, *others) if one and (one is first or "=" in one)]
    for one in some:
        if len(one) > LONGEST:
            raise Refused("too_long", "identities", limit=LONGEST)
    return some
