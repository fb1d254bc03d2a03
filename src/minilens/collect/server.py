"""`POST /v1/events`: flat events of servers, as JSON, NDJSON or CSV.

The rows are those of an import; what differs is that they are new: late ones are refused, and a row
without an id of its own counts as a new event unless the request has an `Idempotency-Key`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import msgspec

from minilens.collect.bundles import Bundles
from minilens.collect.delimited import delimited
from minilens.collect.flat import Flat, Rejected, Taken, rejected
from minilens.collect.mapping import understood
from minilens.collect.objects import Objects
from minilens.spool.record import Batch
from minilens.spool.writer import uuid7
from minilens.collect.steps import DAY, event_id
from minilens.collect.wire import Refusal
from minilens.errors import Language, Refused, TooLarge

MOST_ROWS = 5000

_decode = msgspec.json.Decoder().decode


class GivenIds:
    """Ids of rows that bring none: from the request's key and the row's number, or new ones."""

    def __init__(self, app: int, key: str) -> None:
        self._app = app
        self._key = key
        self._row = 0

    def made(self, _line: str) -> str:
        """The id of the next row without one."""
        self._row += 1
        if self._key:
            return event_id(self._app, f"{self._key}\x00{self._row}")
        return uuid7(time.time_ns() // 1_000_000)


def flat_batches(
    body: bytes, headers: dict[str, str], *, app: int, key: int, at: int, secret: bytes, late_days: int,
    language: Language,
) -> tuple[list[Batch], list[Refusal]]:  # fmt: skip
    """The batches of a request's rows, and the rows that were refused."""
    ids = GivenIds(app, headers.get("idempotency-key", ""))
    identity = headers.get("x-identity", "c_memberid")
    flat = Flat(app, secret, at, identity, understood(None), ids)
    bundles = Bundles(app, at)
    refused: list[Refusal] = []
    for index, item in enumerate(_rows(body, headers.get("content-type", ""), flat)):
        if index >= MOST_ROWS:
            raise TooLarge("too_large", what="rows", limit=MOST_ROWS)
        if not isinstance(item, Rejected):
            event, origin, context = item
            event.late = event.ts < at - DAY
            if event.ts >= at - late_days * DAY:
                bundles.add(event, origin, context)
                continue
            item = rejected(index, Refused("late", "ts", days=late_days), "")
        bundles.refuse(item.code)
        reason = item.reason_zh if language == "zh" else item.reason_en
        refused.append(Refusal(index, "", item.code, item.field, reason))
    batches = bundles.take()
    for batch in batches:
        batch.via, batch.key, batch.lib = "server", key, "server"
    return batches, refused


def _rows(body: bytes, kind: str, flat: Flat) -> Iterator[Taken | Rejected]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("bad_json", reason=error) from None
    if "csv" in kind:
        lines = ((n, line, None) for n, line in enumerate(text.split("\n"), 1))
        return delimited(lines, flat, "body")  # type: ignore[arg-type]
    if "ndjson" in kind or "jsonl" in kind or "json-seq" in kind:
        return _each([line for line in text.split("\n") if line.strip()], _decode, flat)
    try:
        found = _decode(text)
    except msgspec.DecodeError as error:
        raise Refused("bad_json", reason=error) from None
    if isinstance(found, dict) and "events" in found:
        found = found["events"]
    return _each(found if isinstance(found, list) else [found], lambda row: row, flat)


def _each(
    rows: list[object], decode: Callable[[str], object], flat: Flat
) -> Iterator[Taken | Rejected]:
    objects = Objects(flat)
    for index, row in enumerate(rows):
        try:
            found = decode(row)  # type: ignore[arg-type]
            if not isinstance(found, dict):
                raise Refused("wrong_type", "event", reason="object")
            yield objects.taken(found)
        except msgspec.DecodeError as error:
            yield rejected(index, Refused("bad_json", reason=error), "")
        except Refused as error:
            yield rejected(index, error, "")
