"""What a loader on another host asks of this receiver: how its folders are, bytes of segments, changes of marks.

Only those are answered who sign with the secret of the installation. Work on the disk is done in threads of its own, so
that senders do not wait for it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from minilens import __version__
from minilens.collect.decode import HungUp, Receive, received
from minilens.collect.endpoint import headers_of
from minilens.errors import NotAllowed, NotFound, Refused, problem
from minilens.period import now_ms
from minilens.spool import beside, fencing, signing
from minilens.spool.fencing import StaleLoader
from minilens.spool.reader import DAMAGED, MarksMoved, ReceiverSpool, Segment
from minilens.spool.remote import PIECE
from minilens.spool.signing import PREFIX, Peers
from minilens.spool.state import CHANGES, Change, ReceiverState, apply, state_of, states
from minilens.text import Language

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: A segment that is written anew is as large as it was: that of a receiver, and one of a large record more.
MOST_BODY = 160 << 20
SLOWEST_BODY = 120.0
_NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,80}"
_FOLDER = re.compile(f"{PREFIX}/({_NAME})").fullmatch
_SEGMENT = re.compile(f"{PREFIX}/({_NAME})/((?:{DAMAGED}/)?{_NAME}\\.seg)").fullmatch
_BESIDE = re.compile(f"{PREFIX}/({_NAME})/(.+)").fullmatch
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})").fullmatch


@dataclass(frozen=True)
class Answer:
    """What is sent; `covered` is the Content-Range of bytes of a segment."""

    status: int
    body: bytes
    covered: str = ""
    kind: str = "application/json"


@dataclass
class Segments:
    """The receiver's answers to its peers."""

    spool: Path
    receiver: str
    key: bytes
    peers: Peers = field(init=False)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "segments"))

    def __post_init__(self) -> None:
        self.peers = Peers(self.key, self.receiver)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        language: Language = "zh" if headers.get("accept-language", "")[:2] == "zh" else "en"
        method, target = scope["method"], scope["path"]
        asked = ""  # strangers get nothing that is signed
        try:
            if scope["query_string"]:
                raise NotFound("not_found")
            if why := self.peers.admits(method, target, headers, now_ms()):
                raise NotAllowed("not_a_peer", "Authorization", reason=why)
            asked = headers["authorization"]
            body = await received(receive, headers, MOST_BODY, SLOWEST_BODY)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(
                self._threads, self._answered, method, target, headers, body
            )
        except HungUp:
            return
        except Refused as error:
            answer = Answer(error.status, msgspec.json.encode(problem(error, language, "")))
        except Exception as error:
            log.exception("a loader could not be answered")
            said = {"code": "internal", "message": str(error)}
            answer = Answer(500, msgspec.json.encode(said))
        await _sent(send, answer, self.key, asked)

    def close(self) -> None:
        """Finish what is under way."""
        self._threads.shutdown()

    def _answered(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """In a thread."""
        if headers.get(signing.DIGEST) != signing.digest(body):
            raise Refused("bad_digest", "Content-Digest")
        number = int(headers[signing.NUMBER]) if signing.NUMBER in headers else None
        try:
            if path == PREFIX and method == "GET":
                return self._state(number)
            if (found := _FOLDER(path)) and method == "POST":
                return self._change(self._folder(found[1]), _change(body), number)
            if (found := _BESIDE(path)) and method == "GET" and beside.is_one(found[2]):
                return _bytes(self._folder(found[1]) / found[2], headers.get("range", ""))
            if found := _SEGMENT(path):
                folder = self._folder(found[1])
                if method == "GET":
                    return _bytes(folder / found[2], headers.get("range", ""))
                if method == "PUT":
                    return _replaced(folder, found[2], headers.get("if-match", ""), body, number)
        except StaleLoader as error:
            said = {"code": "stale_loader", "message": str(error), "highest": error.highest}
            return Answer(409, msgspec.json.encode(said))
        except MarksMoved as error:
            return Answer(409, msgspec.json.encode({"code": "marks_moved", "message": str(error)}))
        raise NotFound("not_found")

    def _state(self, number: int | None) -> Answer:
        own = self.spool / self.receiver
        if number is not None:
            with fencing.held(own, number):
                pass
        disk = os.statvfs(self.spool)
        found = ReceiverState(
            self.receiver, __version__, fencing.highest(own), states(self.spool), disk.f_bavail * disk.f_frsize
        )  # fmt: skip
        return Answer(200, msgspec.json.encode(found))

    def _change(self, folder: Path, change: Change, number: int | None) -> Answer:
        if number is None:
            raise NotAllowed("not_a_peer", signing.NUMBER, reason="no_number")
        apply(folder, change, number)
        return Answer(200, msgspec.json.encode(state_of(ReceiverSpool(folder))))

    def _folder(self, name: str) -> Path:
        folder = self.spool / name
        if not folder.is_dir():
            raise NotFound("not_found")
        return folder


def _change(body: bytes) -> Change:
    try:
        change = msgspec.json.decode(body, type=Change)
    except msgspec.MsgspecError as error:
        raise Refused("bad_json", reason=str(error)) from None
    if change.do not in CHANGES or not re.fullmatch(f"({_NAME})?", change.segment):
        raise NotFound("not_found")
    return change


def _bytes(path: Path, asked: str) -> Answer:
    """Bytes of a segment, as many of those that were asked for as one answer takes."""
    found = _RANGE(asked)
    if found is None:
        raise Refused("bad_bytes", "Range")
    start, most = int(found[1]), min(int(found[2]) - int(found[1]) + 1, PIECE)
    try:
        size = path.stat().st_size
        body = Segment(path, 0, 0, closed=False).piece(start, max(most, 0))
    except FileNotFoundError:
        raise NotFound("not_found") from None
    if not body:
        return Answer(416, b"", f"bytes */{size}", "application/octet-stream")
    covered = f"bytes {start}-{start + len(body) - 1}/{max(size, start + len(body))}"
    return Answer(206, body, covered, "application/octet-stream")


def _replaced(folder: Path, name: str, was: str, made: bytes, number: int | None) -> Answer:
    """A segment with other bytes, where it holds those that are meant."""
    if number is None:
        raise NotAllowed("not_a_peer", signing.NUMBER, reason="no_number")
    path = folder / name
    try:
        held = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("not_found") from None
    if signing.digest(held) != was or len(held) != len(made):
        raise MarksMoved(name)
    ReceiverSpool(folder, number=number).replace(Segment(path, 0, 0, closed=True), held, made)
    return Answer(200, b"{}")


async def _sent(send: Send, answer: Answer, key: bytes, authorization: str) -> None:
    of = signing.digest(answer.body)
    head = [
        (b"content-type", answer.kind.encode()),
        (b"content-length", b"%d" % len(answer.body)),
        (b"cache-control", b"no-store"),
        (signing.DIGEST.encode(), of.encode()),
    ]
    if authorization:
        mac = signing.answer_signed(key, authorization, answer.status, answer.covered, of)
        head.append((signing.ANSWER.encode(), mac.encode()))
    if answer.covered:
        head.append((b"content-range", answer.covered.encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": head})
    await send({"type": "http.response.body", "body": answer.body})
