"""A staged chunk as the block of rows for each table. All are made before the first is written.

So what the engine refuses in the making has left nothing behind, and can be looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minilens.load import classify
from minilens.load.readable import readable_block
from minilens.records.store import Records
from minilens.warehouse.engine import Engine


@dataclass(frozen=True)
class Rules:
    """What holds for the events of each app: zones by app, apps that take declared events only, what is declared."""

    zones: dict[int, str]
    strict: Sequence[int]
    declared: Sequence[tuple[int, str]]


def rules_of(records: Records) -> Rules:
    """As they are set now; archived apps too, for what was received before is theirs."""
    apps = records.apps.all(archived=True)
    return Rules(
        zones={app.id: app.timezone for app in apps},
        strict=[app.id for app in apps if app.undeclared == "strict"],
        declared=sorted(records.definitions.all()),
    )


def blocks(
    engine: Engine,
    segment: str,
    load: int,
    rules: Rules,
    assign: Callable[[], None] = lambda: None,
    admit: Callable[[], Sequence[int]] = tuple,
) -> list[tuple[str, bytes]]:
    """Table and block, in the order to write them; `assign` gives the judged events their persons, `admit` says
    which apps have too many property names."""
    for table in ("chunk", "refusals"):
        engine.run(f"TRUNCATE TABLE {table}")
    classify.unfold(engine, segment, rules.zones)
    classify.judge(engine, strict=rules.strict, declared=rules.declared)
    assign()
    events = readable_block(engine, segment, load, rules.zones, admit())
    return [
        ("ids", classify.ids_block(engine)),
        ("quarantine", classify.quarantine_block(engine, segment)),
        ("events", events),
        ("ledger", classify.ledger_block(engine, segment, load)),
    ]
