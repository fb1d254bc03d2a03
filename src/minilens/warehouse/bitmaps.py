"""Sets of numbers in statements: as the engine's bitmaps, of which half a million dense numbers are some 100 KB.

No parameter holds that many, as a server takes no field of a request over 128 KB; so they stand in the text, where
letters and digits alone are written.
"""

from __future__ import annotations

import base64
import struct
from typing import Any

import numpy as np

#: Bits of a number within its container; numbers up to which a container is a list instead of bits.
_LOW, _FEW = 16, 4096
#: Of the format: containers are lists or bits; a bitmap, not the short list of a small one.
_COOKIE, _KIND = 12346, b"\x01"


def holds(some: Any, value: str) -> str:
    """SQL of whether a value, a UInt32, is one of these numbers."""
    text = base64.b64encode(_state(np.unique(np.asarray(some, np.uint32)))).decode()
    return f"bitmapContains(CAST(base64Decode('{text}'), 'AggregateFunction(groupBitmap, UInt32)'), {value})"


def _state(numbers: Any) -> bytes:
    """The state of `groupBitmap` over numbers in rising order: how long it is, and a bitmap of the Roaring format."""
    keys, begins, counts = np.unique(numbers >> _LOW, return_index=True, return_counts=True)
    low = (numbers & ((1 << _LOW) - 1)).astype("<u2")
    parts = [
        _container(low[begin : begin + count]) for begin, count in zip(begins, counts, strict=True)
    ]
    told = np.column_stack([keys, counts - 1]).astype("<u2").tobytes()
    first = 8 + 8 * len(parts)
    places = first + np.cumsum([0, *map(len, parts)])[:-1]
    body = struct.pack("<II", _COOKIE, len(parts)) + told + places.astype("<u4").tobytes()
    body += b"".join(parts)
    return _KIND + _varint(len(body)) + body


def _container(low: Any) -> bytes:
    if len(low) <= _FEW:
        return bytes(low.tobytes())
    bits = np.zeros(1 << _LOW, np.bool_)
    bits[low] = True
    return np.packbits(bits, bitorder="little").tobytes()


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])
