"""Batches that were in order, changed by a seeded hand: bytes, pieces of JSON, types."""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Callable
from typing import Any

#: What nobody expects where something else stood.
STRANGE: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**40, 0.1, -0.0, 1e308, 5e-324,
    "", " ", "-", "0", "1e3", "NaN", "null", "\x00", "\u202e", "\ufeff", "\U0001f600", "é" * 300, "x" * 70_000,
    "../../etc/passwd", "'; DROP TABLE events --", "{{7*7}}", "${jndi:x}", "%00", "2026-13-40T99:99:99Z",
    [], {}, [[]], {"": ""}, [None], [1, "a", {}], {"a": {"b": {"c": {"d": 1}}}}, {"x" * 200: "y"},
    {str(n): n for n in range(100)}, list(range(200)), json.loads("[" * 120 + "]" * 120),
]  # fmt: skip
#: Text that no encoder writes: put in place of a byte, or between two.
ODD = [
    b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\\ud800", b"\\udc00\\ud800", b"\\u0000",
    b"NaN", b"Infinity", b"-", b"1e999", b"0x1", b"01", b",,", b"{", b"}", b"[", b"]", b'"', b"\\", b":", b"/*",
    b"9" * 5000, b"[" * 5000, b'{"a":' * 600, b"\xef\xbb\xbf", b"\r\n", b"\x1e", b"\xe2\x80\xa8",
]  # fmt: skip
NAMES = ["v", "k", "ev", "id", "n", "t", "pr", "ids", "o", "val", "ctx", "src", "__proto__"]


class Mutator:
    """Changes what it is given; the same seed, the same changes."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def tree(self, tree: Any) -> Any:
        """A copy with one to four of its places changed."""
        tree = copy.deepcopy(tree)
        for _ in range(self.dice.randint(1, 4)):
            self._change(tree)
        return tree

    def _change(self, tree: Any) -> None:
        found = _places(tree)
        if not found:
            return
        dice = self.dice
        container, key = dice.choice(found)
        how = dice.choice(("replace", "replace", "retype", "delete", "insert", "copy"))
        if how == "delete":
            del container[key]
        elif how == "retype":
            container[key] = dice.choice(RETYPED)(container[key])
        elif how == "copy":
            other, at = dice.choice(found)
            container[key] = copy.deepcopy(other[at])
        elif how == "insert" and isinstance(container, list):
            container.insert(key, copy.deepcopy(dice.choice(STRANGE)))
        elif how == "insert":
            container[dice.choice(NAMES)] = copy.deepcopy(dice.choice(STRANGE))
        else:
            container[key] = copy.deepcopy(dice.choice(STRANGE))

    def raw(self, body: bytes) -> bytes:
        """One to four changes without regard to what the bytes mean; sometimes packed, before or after."""
        packed = self.dice.random()
        if packed < 0.1:
            body = gzip.compress(body, 1)
        for _ in range(self.dice.randint(1, 4)):
            body = self._cut(body)
        return gzip.compress(body, 1) if packed > 0.9 else body

    def _cut(self, body: bytes) -> bytes:
        dice = self.dice
        at, end = sorted((dice.randint(0, len(body)), dice.randint(0, len(body))))
        how = dice.choice(("flip", "odd", "insert", "drop", "short", "double"))
        if how == "flip" and at < len(body):
            return body[:at] + bytes([body[at] ^ 1 << dice.randint(0, 7)]) + body[at + 1 :]
        if how == "short":
            return body[:at]
        if how == "drop":
            return body[:at] + body[min(end, at + 20) :]
        if how == "double":
            return body[:end] + body[at:end] + body[end:]
        return body[:at] + dice.choice(ODD) + body[at + (how == "odd") :]


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """(container, key) of everything in a tree of JSON."""
    inside = list(tree.items() if isinstance(tree, dict) else enumerate(tree))
    found = [(tree, key) for key, _ in inside]
    for _, value in inside:
        if isinstance(value, dict | list):
            found += _places(value)
    return found


#: The same said in another type.
RETYPED: list[Callable[[Any], Any]] = [
    str, json.dumps, lambda v: [v], lambda v: {"": v}, lambda v: bool(v), lambda v: [v] * 60,
    lambda v: float(v) if isinstance(v, int) and abs(v) < 1 << 60 else str(v),
    lambda v: int(v) if isinstance(v, str) and v.isdecimal() else None,
]  # fmt: skip
