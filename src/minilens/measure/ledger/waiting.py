"""What waits in quarantine, by reason and event; some of it as it may be shown, and what fields it has.

Fields are told by what came: whoever defines an event from that sees which types its properties would have.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from minilens.measure.ledger.samples import HIDDEN, hidden, masked, printable, somebodys, told_of
from minilens.reference.field_types import REASON, WrongType, read
from minilens.reference.secrets import without_secrets_in_json
from minilens.warehouse.engine import Engine

#: Events that are looked at for their fields, and samples of one field.
MOST_READ, MOST_VALUES = 500, 3
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")

_WAITING = """
SELECT reason, name, count(), toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(max(at)), countIf(batch = ''),
    groupUniqArray(10)(if(batch = '', 'tracker', JSONExtractString(batch, 'via'))),
    any(JSONExtractString(line, 'raw_name'))
FROM quarantine WHERE app = {app:UInt32}
GROUP BY reason, name ORDER BY count() DESC, reason, name"""
#: So many ways in which the fields of one event are wrong together are told apart.
_MISMATCHES = """
SELECT name, detail, count() AS n FROM quarantine WHERE app = {app:UInt32} AND reason = {reason:String}
GROUP BY name, detail ORDER BY n DESC, detail LIMIT 200 BY name"""
_LINES = """
SELECT toUnixTimestamp64Milli(at), detail, line FROM quarantine
WHERE app = {app:UInt32} AND reason = {reason:String} AND name = {name:String}
ORDER BY at DESC, segment DESC, record DESC, i DESC LIMIT {most:UInt32}"""


@dataclass(frozen=True)
class Waiting:
    """Events in quarantine for one reason under one name: how many, when the first and the last were received.

    `bare`: of so many it was not kept what they came with, so that they can only be dropped. `ways`: how they came in.
    `sent_as`: the name as it was sent, where that was another. `mismatches`: of those with fields of other types than
    declared, which.
    """

    reason: str
    name: str
    events: int
    first: datetime
    last: datetime
    bare: int = 0
    ways: tuple[str, ...] = ("tracker",)
    sent_as: str = ""
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def wrong(self) -> tuple[WrongField, ...]:
        """Each field, with what came and what was declared, the most first."""
        found: Counter[WrongType] = Counter()
        for one in self.mismatches:
            found.update(dict.fromkeys(one.fields, one.events))
        return tuple(WrongField(*of, n) for of, n in found.most_common())


@dataclass(frozen=True)
class Mismatch:
    """Fields that were not of their type together, in so many events."""

    fields: tuple[WrongType, ...]
    events: int


@dataclass(frozen=True)
class WrongField:
    """A field that came as one type (text, number, boolean, list, object) and is declared as another, in so many
    events."""

    field: str
    came: str
    declared: str
    events: int


@dataclass(frozen=True)
class WaitingSample:
    """One of them: when it was received, when it happened (None: unreadable), what it holds, what the engine said."""

    received: datetime
    happened: datetime | None
    text: str
    detail: str


@dataclass(frozen=True)
class FieldSeen:
    """A property: its type, in how many of those looked at it is, and some of its values.

    `mixed`: it came with several types, and is text therefore.
    """

    name: str
    type: str
    filled: float
    values: tuple[str, ...]
    mixed: bool = False


def waiting(engine: Engine, app: int) -> list[Waiting]:
    """All of an app, the most first."""
    rows = engine.rows(_WAITING, {"app": app})
    wrong = _mismatches(engine, app) if any(row[0] == REASON for row in rows) else {}
    return [
        Waiting(
            reason, name, n, _moment(first), _moment(last), bare, tuple(sorted(ways)), sent_as,
            wrong.get(name, ()) if reason == REASON else (),
        )
        for reason, name, n, first, last, bare, ways, sent_as in rows
    ]  # fmt: skip


def _mismatches(engine: Engine, app: int) -> dict[str, tuple[Mismatch, ...]]:
    found: dict[str, tuple[Mismatch, ...]] = {}
    for name, detail, n in engine.rows(_MISMATCHES, {"app": app, "reason": REASON}):
        found[name] = (*found.get(name, ()), Mismatch(read(detail), n))
    return found


def samples(
    engine: Engine,
    app: int,
    reason: str,
    name: str,
    *,
    sensitive: Collection[str] = (),
    most: int = 10,
) -> list[WaitingSample]:
    """The newest of them, without who did it, and without secrets."""
    found = []
    for at, detail, line in _lines(engine, app, reason, name, most):
        moment = _object(line).get("ts")
        happened = _moment(moment) if isinstance(moment, int) and 0 <= moment < 1 << 43 else None
        told = printable(told_of(reason, detail))
        found.append(WaitingSample(_moment(at), happened, masked(line, sensitive), told))
    return found


def fields(
    engine: Engine, app: int, reason: str, name: str, *, sensitive: Collection[str] = ()
) -> list[FieldSeen]:
    """The properties of the newest of them, the fullest first."""
    lines = _lines(engine, app, reason, name, MOST_READ)
    return fields_of([_props(line) for _, _, line in lines], sensitive)


def fields_of(every: list[dict[str, Any]], sensitive: Collection[str] = ()) -> list[FieldSeen]:
    """What properties come to: null is as if it were not there; what came with several types is text."""
    kinds: dict[str, Counter[str]] = {}
    values: dict[str, dict[str, None]] = {}
    for props in every:
        for name, value in props.items():
            if value is None:
                continue
            kind = kind_of(value)
            named = name in sensitive or (somebodys(name) and kind != "boolean")
            shown = HIDDEN if named else _shown(value, kind)
            kinds.setdefault(name, Counter())[kind] += 1
            values.setdefault(name, {}).setdefault(shown)
    found = [
        FieldSeen(
            name,
            next(iter(of)) if len(of) == 1 else "text",
            of.total() / len(every),
            tuple(values[name])[:MOST_VALUES],
            len(of) > 1,
        )
        for name, of in kinds.items()
    ]
    return sorted(found, key=lambda one: (-one.filled, one.name))


def kind_of(value: Any) -> str:
    """The type of one value: number, boolean, time (2026-11-22, with or without hours), else text."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str) and _TIME.fullmatch(value):
        return "time"
    return "text"


def _shown(value: Any, kind: str) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if kind == "time" else printable(hidden(text))[:40]


def _lines(
    engine: Engine, app: int, reason: str, name: str, most: int
) -> Iterable[tuple[int, str, str]]:
    asked = {"app": app, "reason": reason, "name": name, "most": most}
    return [(at, detail, line) for at, detail, line in engine.rows(_LINES, asked)]


def _props(line: str) -> dict[str, Any]:
    return _object(without_secrets_in_json(str(_object(line).get("props", ""))))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
