"""Shapes that nobody means to send and somebody does: properties as JSON text, and facts of a record."""

from __future__ import annotations

import json
import random
from typing import Any

#: Names of properties, as JSON text.
NAMES = (
    *(f'"{name}"' for name in (
        "a", "b", "a.b", "a%2Eb", "a%2eb", "a%b", "%", "%2E", ".", "..", "a.", ".a", "a[]", "a[0]", "[]", "`a`", "a`b",
        "", " ", "a b", "__proto__", "constructor", "1", "-1", "null", "价格", "é", "e\u0301", "\U0001f600", "\u202ea",
        "\ufeffa", "k" * 64, "k" * 65, "k" * 300, "day", "days", "price", "paid", "count", "level1", "SELECT 1", "a'b",
    )),
    r'"a\u0000b"', r'"\u0000"', r'"\ud800"', r'"x\udc00\ud800y"', r'"a\"b"', r'"a\\b"', r'"a\nb"', r'"\u0061"',
)  # fmt: skip
NUMBERS = (
    "0", "-0", "1", "-1", "127", "128", "255", "256", "32767", "65535", "2147483647", "2147483648", "4294967295",
    "4294967296", "9007199254740991", "9007199254740993", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1" + "0" * 40,
    "0.1", "-0.0", "1.0", "3.14159265358979323846", "1e5", "1E+5", "1e-7", "1e22", "1e308", "1.7976931348623157e308",
    "5e-324", "1e-400", "1e309", "-1e309", "1e999", "NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "0x1F",
)  # fmt: skip
TEXTS = (
    *(json.dumps(text) for text in (
        "", " ", "a", "12", "-0", "1e5", "0x1F", "1,234.5", "true", "false", "null", "None", "NaN", "inf", "{}", "[1]",
        '{"a":1}', "2026-02-01", "2026-02-30", "2023-02-30", "0000-00-00", "1969-12-31", "9999-12-31", "2026-13-01",
        "2026-02-01 10:00", "2026-02-01 10:00:00", "2026-02-30 10:00:00", "2026-02-01T10:00:00Z", "20260201",
        "2026-01-01T10:00:00+08:00", "2026-01-01 25:61:61", "1/2/2026", "2026年2月1日", "10:00", "1700000000",
        "127.0.0.1", "::1", "5e0a4f0e-9a1f-4a52-9d9c-2d6a64a8a3b1", "\x00", "a\x00b", "a\nb\r\n", "\u2028", "\ufeff",
        "\ufffd", "\U0001f600", "\u202e", "'; DROP TABLE events --", "\\N", "\\x00", "价格", "é" * 700, "x" * 2000,
        "x" * 2001,
    )),
    r'"\ud800"', r'"\udc00\ud83d"', r'"\ud83d\ude00"', r'"\u0000"', r'"\/"',
)  # fmt: skip
WORDS = ("true", "false", "null", "True", "undefined")
#: What is no object at all, in place of one.
NO_OBJECTS = (
    "", "null", "1", '"a"', "[]", "[1]", "{", "}", "{}}", '{"a":}', '{"a":1,}', "{'a':1}", '{a:1}', '{"a":1} x', "\x00",
    '{"a"', '{"a":' * 400, "[" * 2000, "\ufeff{}", '{"a":1}{"a":2}', "nix",
)  # fmt: skip
#: Facts of an event as they stand in a record, where none belongs.
FACTS: tuple[tuple[str, Any], ...] = (
    ("id", "no uuid"), ("id", ""), ("id", None), ("i", -1), ("i", 70_000), ("i", "x"), ("ts", -1), ("ts", 0),
    ("ts", 2**63 - 1), ("ts", -(2**63)), ("ts", 2**63), ("ts", 10**15), ("ts", "x"), ("ts", 1.5), ("actor", 2**64),
    ("actor", -1), ("actor", 2**64 - 1), ("session", -1), ("session", 2**64), ("seq", 2**32), ("seq", 2**32 - 1),
    ("o", 9), ("o", 65_536), ("o", -1), ("value", "1e5"), ("value", "x"), ("value", "9" * 14 + ".9999"),
    ("value", "9" * 19), ("value", "-0"), ("value", ""), ("duration", -1), ("duration", 2**32), ("duration", 1.5),
    ("name", ""), ("name", "\x00"), ("name", "n" * 10_000), ("kind", "odd"), ("actor_type", "odd" * 100), ("late", "x"),
    ("late", 2), ("page", "\x00"), ("page", "p" * 100_000), ("query", "\u2028"), ("target_id", {"a": 1}), ("props", {}),
    ("props", 1), ("props", None), ("unheard_of", 1), ("name", None), ("name", 7),
)  # fmt: skip


#: Facts of a request as they stand in a record.
REQUEST_FACTS: tuple[tuple[str, Any], ...] = (
    ("at", -1), ("at", 2**63 - 1), ("at", -(2**63)), ("at", 10**15), ("at", "x"), ("at", 1.5), ("device", -1),
    ("device", 2**64), ("device", "x"), ("key", -1), ("key", 2**32), ("key", "x"), ("width", 70_000), ("width", -1),
    ("width", 1.5), ("lost", 2**32), ("lost", -1), ("sources", []), ("sources", "x"), ("sources", [None]),
    ("sources", [{"scene": 2**40}]), ("sources", [{"scene": "x"}]), ("robot", "r" * 1000), ("country", "\x00"),
    ("lib", None), ("via", "odd"), ("via", 7), ("env", ""), ("env", "odd"), ("received", "x"), ("refused", "x"),
    ("refused", {"late": "x"}), ("refused", {"late": -1}), ("events", None), ("events", []), ("events", [1]),
)  # fmt: skip


class Shapes:
    """The same seed, the same shapes. Of lawful ones a body may hold many: each is JSON."""

    def __init__(self, seed: int, *, lawful: bool = False) -> None:
        self.dice = random.Random(seed)
        self._numbers = NUMBERS[:-8] if lawful else NUMBERS
        self._words = WORDS[:3] if lawful else WORDS
        self._lawful = lawful

    def props(self) -> str:
        """Properties as JSON text; now and then what is none."""
        if not self._lawful and self.dice.random() < 0.02:
            return self.dice.choice(NO_OBJECTS)
        return self._object(0)

    def facts(self) -> dict[str, Any]:
        """One or two odd facts of an event."""
        return dict(self.dice.sample(FACTS, self.dice.randint(1, 2)))

    def request(self) -> dict[str, Any]:
        """One odd fact of a request."""
        return dict([self.dice.choice(REQUEST_FACTS)])

    def _object(self, depth: int) -> str:
        dice = self.dice
        count = dice.choice((0, 1, 1, 1, 2, 2, 3, 4, 8)) if dice.random() > 0.005 else 70
        names = [self._name() for _ in range(count)]
        return "{" + ",".join(f"{name}:{self._value(depth + 1)}" for name in names) + "}"

    def _name(self) -> str:
        if self.dice.random() < 0.5:
            return f'"key_{self.dice.randint(1, 300)}"'
        return self.dice.choice(NAMES)

    def _value(self, depth: int) -> str:
        dice = self.dice
        kind = dice.random()
        if kind < 0.45:
            return dice.choice(TEXTS)
        if kind < 0.65:
            return dice.choice(NUMBERS[:30] if dice.random() < 0.95 else self._numbers)
        if kind < 0.75:
            return dice.choice(WORDS[:3] if dice.random() < 0.95 else self._words)
        if kind < 0.9 and depth < 5:
            return "[" + ",".join(self._value(depth + 1) for _ in range(dice.randint(0, 3))) + "]"
        if kind < 0.998 and depth < 5:
            return self._object(depth)
        deep = dice.choice((3, 10, 120))
        inside = ("[" * deep, "]" * deep) if dice.random() < 0.5 else ('{"d":' * deep, "}" * deep)
        return "1".join(inside)
