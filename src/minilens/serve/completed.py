"""What a question to the ledger has to know from the records: what keys are called, which events are declared."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.ledger.query import LedgerListQuery
from minilens.measure.run import AnyQuery
from minilens.records.store import Records

#: So much of a write key tells it from others, and opens nothing.
BEGINNING = 10


def completed(query: AnyQuery, records: Records) -> AnyQuery:
    """The question as it can be answered; most are as they were asked."""
    if not isinstance(query, LedgerListQuery):
        return query
    if query.apart == "key":
        return replace(query, names=key_names(records, query.app))
    if query.apart == "undeclared":
        declared = sorted(name for app, name in records.definitions.all() if app == query.app)
        return replace(query, declared=tuple(declared))
    return query


def key_names(records: Records, app: int) -> tuple[tuple[str, str], ...]:
    """Write keys by how they begin, tokens of servers by their names."""
    keys = [(f"tracker:{one.id}", f"{one.key[:BEGINNING]}…") for one in records.keys.of(app)]
    tokens = [(f"server:{one.id}", one.name) for one in records.tokens.of(app)]
    return (*keys, *tokens)
