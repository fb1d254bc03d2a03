"""Batches as trackers send them, prepared beforehand so that sending costs almost nothing.

The events are those of the demo's customers: whole sessions of ten, with their pages, properties and
sources. Only what must differ is put in when a batch is sent: ids, times, session and device. All of it
has a fixed length, so the request's headers stay the same.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from random import Random
from typing import Any

import msgspec

from minilens.demo.live import HEADERS, Street
from minilens.period import milliseconds, now

EVENTS = 10
SPAN = 30_000  # milliseconds between the first event of a batch and its sending, at most
_HOLE = re.compile(rb'"<<(T)(\d+)>>"|<<([A-Z])>>')


@dataclass(frozen=True)
class Shape:
    """A request with holes: `%` template, and what goes into each, in order."""

    template: bytes
    holes: tuple[tuple[str, int], ...]


def shapes(key: str, seed: int, count: int = 256) -> list[Shape]:
    """So many different sessions as requests with holes."""
    street = Street(1, key, seed, "Asia/Shanghai", 5_000, now())
    found: list[Shape] = []
    opening = milliseconds(now())
    while len(found) < count:
        opening += 1000
        requests = [envelope for _, envelope, _ in street.session(opening)]
        events = [event for envelope in requests for event in envelope["ev"]]
        if len(events) >= EVENTS:
            found.append(shape(requests[0], events[:EVENTS]))
    return found


def shape(envelope: dict[str, Any], events: list[dict[str, Any]]) -> Shape:
    """A request of these events with holes where requests differ."""
    last = events[-1]["t"]
    length = max(1, last - events[0]["t"])
    body = {**envelope, "sent": "<<T0>>", "d": "<<D>>"}
    if "ids" in body:
        holes = {"applet-wechat": "<<O>>", "mobile": "<<M>>"}
        body["ids"] = {kind: holes[kind] for kind in body["ids"] if kind in holes}
    body["ev"] = [
        {
            **{name: value for name, value in event.items() if name != "ids"},
            "id": "<<I>>",
            "s": "<<S>>",
            "t": f"<<T{(last - event['t']) * min(SPAN, length) // length}>>",
        }
        for event in events
    ]
    return with_holes(msgspec.json.encode(body))


def with_holes(body: bytes) -> Shape:
    """The whole HTTP request of a body with marks in it."""
    widths = {b"T": 13, b"D": 36, b"S": 32, b"I": 36, b"O": 28, b"M": 11}
    parts = _HOLE.split(body.replace(b"%", b"%%"))
    pieces, holes, length = [parts[0]], [], len(parts[0].replace(b"%%", b"%"))
    for timed, offset, other, text in zip(*[iter(parts[1:])] * 4, strict=True):
        kind = timed or other
        holes.append((kind.decode(), int(offset or 0)))
        pieces += [b"%d" if timed else b"%b", text]
        length += widths[kind] + len(text.replace(b"%%", b"%"))
    headers = {"Host": "127.0.0.1", **HEADERS, "Content-Length": str(length)}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"POST /v1/collect HTTP/1.1\r\n{head}\r\n".encode().replace(b"%", b"%%")
    return Shape(start + b"".join(pieces), tuple(holes))


class Batches:
    """Requests without end; each device is one of a crowd, one in five is new."""

    def __init__(self, key: str, *, seed: int, devices: int, new: float = 0.2) -> None:
        self._shapes = shapes(key, seed)
        self._random = Random(seed).random
        self._first = seed * 10_000_000
        self._devices = devices
        self._new = new

    def next(self, moment: int) -> bytes:
        """A request sent at this millisecond."""
        chance = self._random
        if chance() < self._new:
            self._devices += 1
            device = self._first + self._devices
        else:
            device = self._first + int(chance() * self._devices)
        one = self._shapes[int(chance() * len(self._shapes))]
        noise = os.urandom(9 * EVENTS + 16).hex().encode()
        stamp = b"%012x" % moment
        front, at = stamp[:8] + b"-" + stamp[8:] + b"-7", 32
        values: list[bytes | int] = []
        for kind, offset in one.holes:
            if kind == "T":
                values.append(moment - offset)
            elif kind == "I":
                rest = noise[at : at + 18]
                values.append(b"%b%b-8%b-%b" % (front, rest[:3], rest[3:6], rest[6:]))
                at += 18
            elif kind == "S":
                values.append(noise[:32])
            else:
                values.append(whose(kind, device))
        return one.template % tuple(values)


def whose(kind: str, device: int) -> bytes:
    """What belongs to a device: its id, its owner's openid or number."""
    mixed = device * 0x9E3779B97F4A7C15 % 2**64
    if kind == "D":
        return b"01930000-%04x-7%03x-8%03x-%012x" % (
            mixed >> 48,
            mixed >> 36 & 0xFFF,
            mixed >> 24 & 0xFFF,
            device,
        )
    if kind == "O":
        return b"o%016x_%010d" % (mixed, device)
    return b"1%010d" % (device % 10**10)
