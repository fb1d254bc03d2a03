"""A staged chunk as the block of rows for each table. All are made before the first is written.

So what the engine refuses in the making has left nothing behind, and can be looked for. Of parts beside each other the
ids are written first: the next part's verdicts wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from minilens.identity.types import DEFAULT, Types, types_of
from minilens.load import classify, field_types, link_names
from minilens.load.erased import leave_out
from minilens.load.readable import readable_block
from minilens.records.store import Records
from minilens.warehouse.engine import Engine


@dataclass(frozen=True)
class Rules:
    """What holds for the events of each app: zones by app, apps and ways in that take declared events only, what is
    declared, types of identities, types of the fields of published events. `secret` is the server's: the list of
    erased persons is under it. `links` looks up codes of campaign links."""

    zones: dict[int, str]
    strict: Sequence[tuple[int, str]]
    declared: Sequence[tuple[int, str]]
    types: Mapping[int, Types] = field(default_factory=dict)
    fields: field_types.Types = field(default_factory=dict)
    secret: bytes = b""
    links: link_names.KnownLinks = lambda codes: {}

    def types_of(self, app: int) -> Types:
        """The types of identities of an app."""
        return self.types.get(app, DEFAULT)


def rules_of(records: Records, secret: bytes = b"") -> Rules:
    """As they are set now; archived apps too, for what was received before is theirs."""
    apps = records.apps.all(archived=True)
    types, blocked = records.identity_types.all(), records.blocked_identities.hashes()
    kept = records.kept_numbers.hashes()
    return Rules(
        zones={app.id: app.timezone for app in apps},
        strict=[(app.id, via) for app in apps for via in app.strict],
        declared=sorted(records.definitions.all()),
        types={
            app: types_of(
                types.get(app, ()), blocked.get(app, frozenset()), kept.get(app, frozenset())
            )
            for app in {*types, *blocked, *kept}
        },
        fields=records.events.field_types(),
        secret=secret,
        links=records.links.known,
    )


def judge(engine: Engine, segment: str, rules: Rules, assign: Callable[[], None]) -> None:
    """Fill `chunk` with the events of what is staged, and their verdicts; `assign` gives them their persons."""
    leave_out(engine, rules.secret)
    for table in ("chunk", "refusals"):
        engine.run(f"TRUNCATE TABLE {table}")
    classify.unfold(engine, segment, rules.zones)
    classify.judge(engine, segment, strict=rules.strict, declared=rules.declared)
    field_types.judge(engine, strict=rules.strict, types=rules.fields)
    link_names.resolve(engine, rules.links)
    assign()


def blocks(
    engine: Engine,
    segment: str,
    load: int,
    rules: Rules,
    assign: Callable[[], None] = lambda: None,
    admit: Callable[[], Sequence[int]] = tuple,
) -> list[tuple[str, bytes]]:
    """Table and block, in the order to write them; `admit` says which apps have too many property names."""
    judge(engine, segment, rules, assign)
    events = readable_block(engine, segment, load, rules.zones, admit())
    return [("ids", classify.ids_block(engine)), *besides(engine, segment, load, events)]


def besides(engine: Engine, segment: str, load: int, events: bytes) -> list[tuple[str, bytes]]:
    """What is written after the ids."""
    return [
        ("quarantine", classify.quarantine_block(engine, segment)),
        ("events", events),
        ("ledger", classify.ledger_block(engine, segment, load)),
    ]
