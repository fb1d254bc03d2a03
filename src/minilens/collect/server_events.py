"""`POST /v1/events`: flat events of servers, as JSON, NDJSON or CSV.

The rows are those of an import; what differs is that they are new: late ones are refused, and a row
without an id of its own counts as a new event unless the request has an `Idempotency-Key`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from minilens.collect.decode import UNREADABLE, id_of, mended
from minilens.collect.flat.batching import BatchBuilder
from minilens.collect.flat.csv_rows import delimited
from minilens.collect.flat.event import Flat, Rejected, Taken, rejected
from minilens.collect.flat.event_ids import EventIds
from minilens.collect.flat.json_rows import json_lines
from minilens.collect.flat.lines import Line
from minilens.collect.flat.mapping import Unfit, understood
from minilens.collect.refusals import TooMuch, Worded, misfit, not_json
from minilens.collect.steps import DAY, NO_IDENTITY
from minilens.collect.wire import Refusal
from minilens.errors import Refused
from minilens.period import now_ms
from minilens.spool.record import Batch
from minilens.spool.writer import uuid7
from minilens.text import Language

MOST_BYTES = 5 << 20
MOST_ROWS = 5000

_parts = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
#: How advice begins that holds for `minilens import` only.
_ADVICE = re.compile(
    r"(；导入时请用|，导入时也可用|(; |, or )when importing, use) --map .*", re.DOTALL
)
_IDENTITY = re.compile(r"[a-z][a-z0-9_-]{0,63}").fullmatch


@dataclass(frozen=True)
class Sender:
    """Who sent a request, when, and what holds for all its rows."""

    app: int
    token: int
    at: int
    secret: bytes
    late_days: int
    language: Language
    blocked: frozenset[int] = frozenset()


class GivenIds(EventIds):
    """Ids of rows that bring none: the same for the same row of the same request, or new ones."""

    def __init__(self, app: int, secret: bytes, key: str) -> None:
        super().__init__(app, secret)
        self._key = key

    def made(self, line: str) -> str:
        """The id of a row without one."""
        return super().made(f"{self._key}\x00{line}") if self._key else uuid7(now_ms())


def flat_batches(
    body: bytes, headers: dict[str, str], sender: Sender
) -> tuple[list[Batch], list[Refusal]]:
    """The batches of a request's rows, and the rows that were refused."""
    ids = GivenIds(sender.app, sender.secret, headers.get("idempotency-key", ""))
    identity = identity_type(headers.get("x-identity", "c_memberid"), "X-Identity")
    flat = Flat(
        sender.app, sender.secret, sender.at, identity, understood(None), ids, sender.blocked
    )
    builder = BatchBuilder(sender.app, sender.at)
    refused: list[Refusal] = []
    texts, items = _rows(body, headers.get("content-type", "").lower(), flat)
    for index, item in enumerate(items):
        if index >= MOST_ROWS:
            limit = f"{MOST_ROWS:,} 行", f"{MOST_ROWS:,} rows"
            raise TooMuch("too_large", "body", what=("请求体", "The body"), limit=limit)
        if not isinstance(item, Rejected):
            event, origin, context = item
            event.late = event.ts < sender.at - DAY
            if event.ts >= sender.at - sender.late_days * DAY:
                builder.add(event, origin, context)
                continue
            item = rejected(0, Refused("late", "ts", days=sender.late_days), "")
        builder.refuse(item.code)
        given = id_of(texts[index], "event_id") if texts else ""
        reason = without_advice(item.reason_zh if sender.language == "zh" else item.reason_en)
        refused.append(Refusal(index, given, item.code, item.field, reason))
    batches = builder.take()
    for batch in batches:
        batch.via, batch.key, batch.lib = "server", sender.token, "server"
    return batches, refused


def identity_type(text: str, name: str) -> str:
    """What user_id is; Refused where that cannot be the name of an identity."""
    if not _IDENTITY(text) or text in NO_IDENTITY:
        raise Refused("unknown_choice", name, got=text[:64])
    return text


def without_advice(reason: str) -> str:
    """A reason without what may be said of it in an import."""
    return _ADVICE.sub("", reason)


def _advised_no_more(items: Iterator[Taken | Rejected]) -> Iterator[Taken | Rejected]:
    try:
        yield from items
    except Unfit as error:
        error.reasons = {
            "zh": without_advice(error.reasons["zh"]),
            "en": without_advice(error.reasons["en"]),
        }
        raise


def _rows(body: bytes, kind: str, flat: Flat) -> tuple[list[str], Iterator[Taken | Rejected]]:
    """The rows as text, where they are JSON, and what becomes of each."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        reason = "不是 UTF-8", "is not UTF-8"
        raise Worded("bad_shape", "body", reason=reason) from None
    if "csv" in kind:
        return [], _advised_no_more(delimited(_numbered(text.split("\n")), flat, "body"))  # type: ignore[arg-type]
    body = mended(text.encode())
    if "ndjson" in kind or "jsonl" in kind or "json-seq" in kind:
        lines = body.decode().replace("\x1e", "").split("\n")
        rows = [line for line in lines if line.strip()]
    else:
        rows = [bytes(row).decode() for row in _objects(body)]
    return rows, json_lines(_numbered(rows), flat)  # type: ignore[arg-type]


def _objects(body: bytes) -> list[msgspec.Raw]:
    """The rows of a JSON body: a list, `{"events": [...]}`, or one row alone."""
    try:
        found = _parts(body)
        if isinstance(found, list):
            return found
        if "events" in found and "event_name" not in found:
            return _list(found["events"])
        return [msgspec.Raw(body)]
    except msgspec.ValidationError as error:
        raise misfit(error, "events" if body.lstrip()[:1] == b"{" else "body") from None
    except UNREADABLE as error:
        raise not_json(error) from None


def _numbered(rows: list[str]) -> Iterator[Line]:
    return ((number, text, None) for number, text in enumerate(rows, 1))
