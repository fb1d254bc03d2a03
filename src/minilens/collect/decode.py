"""From the bytes of a request to its envelope: received, unpacked, decoded.

An envelope in order is decoded at once with all its events. Where something in it is wrong it is
read again piece by piece, so that what is wrong costs itself only.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from minilens.collect import wire
from minilens.collect.refusals import ESCAPES, Worded, body_too_large, misfit, not_json
from minilens.errors import Refused

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
#: Whatever a decoder raises about text from outside.
UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError, OverflowError)

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_version = msgspec.json.Decoder(wire.Version).decode


#: Of a body that is too large so many bytes are read, for so many seconds at most, so that its sender hears why.
MOST_THROWN_AWAY = 4 << 20
LONGEST_THROWN_AWAY = 3.0


class HungUp(Exception):
    """The sender is gone; there is nobody to answer."""


async def received(receive: Receive, headers: dict[str, str], limit: int, seconds: float) -> bytes:
    """The whole body, within its size and within its time."""
    try:
        length = int(headers.get("content-length", 0))
    except ValueError:
        raise Worded("bad_shape", "Content-Length", reason=("不是数字", "not a number")) from None
    if length > limit:
        if length <= limit + MOST_THROWN_AWAY and "expect" not in headers:
            await _throw_away(receive)
        raise body_too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HungUp
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if not message.get("more_body"):
                    break
                if size > limit:
                    await _throw_away(receive)
                    break
    except TimeoutError:
        raise Refused("too_slow", seconds=f"{seconds:g}") from None
    if size > limit:
        raise body_too_large(limit)
    return b"".join(parts)


async def _throw_away(receive: Receive) -> None:
    """Read on for a while.

    A connection that is closed on unread bytes is reset: the sender would see a fault of the network and come again
    with the same, where it has to hear that its batch must be halved.
    """
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_THROWN_AWAY):
            while size <= MOST_THROWN_AWAY:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body"):
                    return


def unpack(body: bytes, limit: int) -> bytes:
    """The body without gzip. Told by its first bytes: trackers' headers cannot be trusted."""
    if body[:2] != b"\x1f\x8b":
        if len(body) > limit:
            raise body_too_large(limit)
        return body
    plain = b""
    while body:  # several members one after the other are one text
        packed = zlib.decompressobj(31)
        try:
            plain += packed.decompress(body, limit + 1 - len(plain))
        except zlib.error:
            raise Refused("bad_gzip") from None
        if len(plain) > limit:
            raise body_too_large(limit)
        if not packed.eof:
            raise Refused("bad_gzip")
        body = packed.unused_data
    return plain


def opened(body: bytes) -> tuple[wire.Envelope, list[Any]]:
    """The envelope and its events: typed, or as text where one of them or a fact is wrong."""
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        envelope = wire.decode(body)
    except UNREADABLE:
        return _pieced(_loosely(mended(body)))
    _check_version(envelope.v)
    return envelope, envelope.ev


def _pieced(loose: wire.LooseEnvelope) -> tuple[wire.Envelope, list[Any]]:
    """An envelope of all that is sound."""
    _check_version(loose.v)
    facts = {
        name: value
        for name in ("k", "v", "lib", "sent", "d", "ep", "s", "u", "ids", "test")
        if (value := getattr(loose, name)) is not None
    }
    envelope = wire.Envelope(
        **facts,
        ctx=wire.salvaged(wire.Context, loose.ctx),
        src=[wire.salvaged(wire.Origin, one) for one in loose.src or []],
        lost=wire.salvaged(wire.Lost, loose.lost),
    )
    return envelope, list(loose.ev or [])


def _loosely(body: bytes) -> wire.LooseEnvelope:
    try:
        return wire.decode_loosely(body)
    except msgspec.ValidationError as error:
        wrong = misfit(error, "body")
    except UNREADABLE as error:
        raise not_json(error) from None
    # a later version may well look different: say so, rather than what is strange about it
    with contextlib.suppress(*UNREADABLE):
        _check_version(_version(body).v)
    raise wrong


def _check_version(version: int | None) -> None:
    if version is not None and version > wire.VERSION:
        raise Refused("newer_protocol", "v", got=min(version, 10**9), ours=wire.VERSION)


def typed(raw: msgspec.Raw) -> wire.WireEvent:
    """One event by itself. A field that is null counts as one that is not there."""
    try:
        try:
            return wire.decode_event(raw)
        except msgspec.ValidationError as error:
            if "got `null`" not in str(error):
                raise
            fields = {name: text for name, text in _fields(raw).items() if bytes(text) != b"null"}
            return wire.decode_event(wire.encode(fields))
    except msgspec.ValidationError as error:
        raise misfit(error, "event") from None
    except UNREADABLE as error:
        raise not_json(error, "event") from None


def id_of(event: Any, name: str = "id") -> str:
    """The id of a refused event, or another field of it, where it has one that can be read."""
    if isinstance(event, wire.WireEvent):
        given = getattr(event, name)
    else:
        try:
            found = msgspec.json.decode(event)
        except UNREADABLE:
            return ""
        given = found.get(name) if isinstance(found, dict) else None
    return given[:255] if isinstance(given, str) else ""


def mended(body: bytes) -> bytes:
    """JSON whose halves of characters are replaced by U+FFFD."""
    return ESCAPES.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
