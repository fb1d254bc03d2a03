"""Events as samples: a line for each, with the reason once."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.ledger.names import mismatch
from minilens.measure.table import Table
from minilens.render import format
from minilens.render.as_list import named
from minilens.text import Language


@dataclass(frozen=True)
class Sample:
    """One event: when it was received, what it holds, and what was said of it."""

    event: str
    received: str
    text: str
    detail: str


@dataclass(frozen=True)
class Samples:
    """What `_samples.html` is given: reasons with their events."""

    heads: tuple[str, ...]
    reasons: tuple[tuple[str, tuple[Sample, ...]], ...]


def as_samples(table: Table, language: Language) -> Samples:
    """The rows by their reason, in their order."""
    found: dict[str, list[Sample]] = {}
    for reason, event, received, detail, text, _count in table.rows:
        sample = Sample(
            str(event),
            format.exact(received, "moment", language),
            str(text),
            mismatch(str(detail), language),
        )
        found.setdefault(named(table.columns[0], reason, language), []).append(sample)
    return Samples(
        tuple(format.title(column, language) for column in table.columns[1:5]),
        tuple((reason, tuple(some)) for reason, some in found.items()),
    )
