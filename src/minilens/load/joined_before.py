"""Types of identities that nobody added and that joined persons while nobody had to: whoever they joined stays one."""

from __future__ import annotations

import logging

from minilens.identity.not_added import joining
from minilens.identity.types import row_of, types_of
from minilens.load.blocks import rules_of
from minilens.load.merges import apply_types
from minilens.load.pending import Counter, Pending
from minilens.period import now
from minilens.records.identity_types import lawful
from minilens.records.store import Records
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)


def keep(engine: Engine, records: Records, pending: Pending, counter: Counter) -> None:
    """Add these types. One whose name no type may have goes on joining whom it joined, and nobody else.

    Before who is who is decided of anybody: by what is set it would part them. From then on no such type joins.
    """
    apps = {app.id for app in records.apps.all(archived=True)}
    for app, kind in joining(engine):
        types = types_of(records.identity_types.all(app).get(app, []))
        if app not in apps or kind in types.by_name:
            continue
        if lawful(kind):
            records.identity_types.keep(app, row_of(types.new(kind)), now=now())
            log.info("an identity type that was in use is added", extra={"app": app, "kind": kind})
        else:
            apply_types(engine, pending, counter, app, kind, rules_of(records).types_of)
