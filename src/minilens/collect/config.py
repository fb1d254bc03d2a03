"""`GET /v1/config`: the published plan, for trackers. Answered from memory."""

from __future__ import annotations

import logging
import uuid
from urllib.parse import parse_qsl

from minilens.collect import test_codes
from minilens.collect.access import referer
from minilens.collect.endpoint import Receiver, Scope, Send, headers_of, refuse
from minilens.collect.plans import Published
from minilens.collect.test_mode import plan_in_test
from minilens.errors import Busy, Refused
from minilens.period import now_ms
from minilens.text import Language

log = logging.getLogger(__name__)

#: Seconds that a cache on the way may answer by itself.
FRESH = 30
#: Bytes below which packing saves nothing.
WORTH_PACKING = 1_000


async def answer(receiver: Receiver, scope: Scope, send: Send) -> None:
    """`k`: the write key. `rev`: the revision that the phone has; 304 where it is the newest. `test`: a code."""
    headers = headers_of(scope)
    language: Language = "zh" if headers.get("accept-language", "")[:2] == "zh" else "en"
    try:
        given, plan = _found(receiver, scope, headers)
        await _respond(scope, send, headers, given, plan)
    except Refused as error:
        receiver.counters.requests[error.code] += 1
        await refuse(send, error, language)
    except Exception:
        number = str(uuid.uuid4())
        log.exception("config failed", extra={"request_id": number})
        await refuse(send, Refused("internal", request_id=number), language, number)


def _found(
    receiver: Receiver, scope: Scope, headers: dict[str, str]
) -> tuple[dict[str, str], Published]:
    if scope["method"] not in ("GET", "HEAD"):
        raise Refused("method_not_allowed", "method", allowed="GET")
    if receiver.stopping:
        raise Busy("stopping", 5)
    given = _query(scope)
    key = receiver.access.key(given.get("k", "")[:255])
    receiver.config_limits.spend(key.id, 0, 1, now_ms())
    referer(headers.get("referer", ""), key.app)
    plan = receiver.access.plans.of(key.app.id)
    if test_codes.read(receiver.secret, key.app.id, given.get("test"), now_ms()):
        plan = plan_in_test(plan, receiver.access.plans.drafts(key.app.id))
    return given, plan


def _query(scope: Scope) -> dict[str, str]:
    try:
        return dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=20))
    except ValueError:  # none of ours has so many
        return {}


async def _respond(
    scope: Scope, send: Send, headers: dict[str, str], given: dict[str, str], plan: Published
) -> None:
    mark = f'"{plan.revision}"'
    known = [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]
    same = given.get("rev") == plan.revision or mark in known
    packs = "gzip" in headers.get("accept-encoding", "") and len(plan.plain) >= WORTH_PACKING
    body = plan.packed if packs else plan.plain
    head = [
        (b"etag", mark.encode()),
        (b"cache-control", b"no-store" if "test" in given else b"public, max-age=%d" % FRESH),
        (b"vary", b"accept-encoding"),
    ]
    if not same:
        head += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        head += [(b"content-encoding", b"gzip")] if packs else []
    await send({"type": "http.response.start", "status": 304 if same else 200, "headers": head})
    empty = same or scope["method"] == "HEAD"
    await send({"type": "http.response.body", "body": b"" if empty else body})
