"""A change of identity types as a form and a program ask for it: what it would do, whether it may be done, doing it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from minilens.errors import Refused
from minilens.identity.lookup import actor_named
from minilens.identity.preview import Touched
from minilens.identity.types import BUILT_IN, IdentityType, Types, row_of, types_of
from minilens.identity.values import covered
from minilens.period import now
from minilens.records.identity_types import TypeRow
from minilens.web.console import App, Console

#: Types whose place in the order is fixed: what is no identity of a person, and the device, which is the weakest.
FIXED = ("group_openid", "device")
NAMES = frozenset(one.name for one in BUILT_IN)


def types(console: Console, app: App) -> Types:
    """What is set in an app now."""
    records = console.records
    rows = records.identity_types.all(app.id).get(app.id, [])
    blocked, kept = records.blocked_identities.hashes(), records.kept_numbers.hashes()
    return types_of(rows, blocked.get(app.id, frozenset()), kept.get(app.id, frozenset()))


def ordered(of: Types) -> list[IdentityType]:
    """The strongest first."""
    return sorted(of.by_name.values(), key=lambda one: (one.priority, one.name))


def movable(of: Types) -> list[IdentityType]:
    """Those whose place an owner says."""
    return [one for one in ordered(of) if one.name not in FIXED]


def version(*rows: TypeRow) -> str:
    """What tells settings from others: whoever changes them says which they saw."""
    return hashlib.sha256(repr([astuple(row) for row in rows]).encode()).hexdigest()[:16]


def unchanged(seen: str, *rows: TypeRow, field: str) -> None:
    """Refused where somebody looked at other settings than these; without a version nothing is compared."""
    if seen and seen != version(*rows):
        raise Refused("changed_meanwhile", field, got=", ".join(row.name for row in rows)[:80])


@dataclass(frozen=True)
class TypeChange:
    """Other settings of one type, or a new type."""

    console: Console
    app: App
    name: str
    changes: dict[str, Any]
    seen: str = ""

    def before(self) -> TypeRow:
        """What holds now."""
        found = row_of(types(self.console, self.app).new(self.name))
        unchanged(self.seen, found, field="name")
        return found

    def look(self) -> Touched:
        """What it would do. Refused where it makes no sense."""
        now_set = types(self.console, self.app)
        row = replace(self.before(), **self.changes)
        self.console.records.identity_types.check(row)
        return self.console.persons.preview(self.app.id, (self.name,), now_set.changed([row]), ())

    def save(self, by: int | None) -> None:
        """Do it."""
        kept = self.console.records.identity_types
        kept.set(self.app.id, self.before(), now=now(), by=by, **self.changes)


@dataclass(frozen=True)
class OrderChange:
    """A type one place up or down (`by` -1 or 1), or all in another order."""

    console: Console
    app: App
    names: Sequence[str]
    seen: str = ""

    def rows(self) -> list[TypeRow]:
        """The types in the new order, as they are set now. Refused where these are not all, or others by now."""
        known = {one.name: row_of(one) for one in movable(types(self.console, self.app))}
        unchanged(self.seen, *known.values(), field="priority")
        if sorted(self.names) != sorted(known):
            raise Refused("bad_value", "order", got=", ".join(self.names)[:80])
        return [known[name] for name in self.names]

    def look(self) -> Touched:
        """What it would do."""
        now_set, rows = types(self.console, self.app), self.rows()
        moved = [replace(row, priority=n) for n, row in enumerate(rows)]
        after = now_set.changed(moved)
        kinds = [one.name for one, row in zip(moved, rows, strict=True) if one != row]
        return self.console.persons.preview(self.app.id, kinds, after, ())

    def save(self, by: int | None) -> None:
        """Do it."""
        self.console.records.identity_types.reorder(self.app.id, self.rows(), now=now(), by=by)


def moved(of: Types, name: str, by: int) -> list[str]:
    """The order once a type is one place up (-1) or down (1); Refused where there is no such place."""
    names = [one.name for one in movable(of)]
    at = names.index(name) if name in names else -1
    if at < 0 or not 0 <= at + by < len(names):
        raise Refused("bad_value", "priority", got=name[:40])
    names.insert(at + by, names.pop(at))
    return names


@dataclass(frozen=True)
class BlockedChange:
    """A value that is nobody's from now on."""

    console: Console
    app: App
    kind: str
    value: str

    def number(self) -> int:
        """Its hash. Refused where it names nobody in any case, or is too short to tell."""
        if self.kind not in types(self.console, self.app).by_name:
            raise Refused("unknown_choice", "type", got=self.kind[:40])
        if not self.value.strip():
            raise Refused("missing", "value")
        try:
            found = actor_named(self.app.id, f"{self.kind}={self.value}", self.console.secret)
        except Refused as error:
            raise Refused("value_of_nobody", "value") from error
        if not found:
            raise Refused("value_of_nobody", "value")
        return found

    def look(self) -> Touched:
        """What it would do."""
        now_set = types(self.console, self.app)
        number = self.number()
        after = replace(now_set, blocked=now_set.blocked | {number})
        return self.console.persons.preview(self.app.id, (self.kind,), after, (number,))

    def save(self, by: int | None) -> None:
        """Do it."""
        kept = self.console.records.blocked_identities
        kept.add(self.app.id, self.kind, self.number(), covered(self.value), now=now(), by=by)
