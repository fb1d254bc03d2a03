"""Which values name somebody: one way of writing for one number, and texts that are nobody's name.

`undefined` as an identity, written by a program whose variable was empty, would make one person of everybody.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from minilens.errors import NotFound

#: Never an identity, of whatever type; compared in small letters.
BLOCKED = frozenset((
    "", "0", "-1", "null", "undefined", "nan", "none", "nil", "test", "anonymous", "guest", "unknown", "true", "false",
    "[object object]", "{}", "[]", '""', "(null)", "(none)",
))  # fmt: skip
#: Numbers that stand for none.
NO_MOBILE = frozenset(("13800138000", "13000000000", "13012345678", "13812345678", "18888888888"))
#: Letters of a value that are shown at both ends, where it is long enough to hide the rest.
AT_ENDS = 3
_ONE_CHARACTER = re.compile(r"(.)\1{3,}").fullmatch
#: Given out by a machine: a digit over and over is no value of these. Elsewhere 1111 may well be a member's number.
_LONG_TYPES = frozenset(("device", "wechat-unionid", "applet-wechat"))
_MOBILE = re.compile(r"1[3-9][0-9]{9}").fullmatch
_SIGNS = re.compile(r"[\s().\-‐‑–—_/]+")


@lru_cache(maxsize=1 << 16)
def known(kind: str, value: str) -> str:
    """The value as it is hashed, or "" where it names nobody. Kind: an identity type, or "device".

    A mobile number loses blanks, dashes, full width and China's country code; one of another country keeps its `+`.
    """
    value = value.strip()
    low = value.lower()
    if low in BLOCKED or low == kind:
        return ""
    if _ONE_CHARACTER(value) and (kind in _LONG_TYPES or value[0] == "0" or not value[0].isdigit()):
        return ""
    return _mobile(value) if kind == "mobile" else value


def _mobile(value: str) -> str:
    digits = _SIGNS.sub("", unicodedata.normalize("NFKC", value))
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits.removeprefix(prefix)
            break
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+"):
        return digits if re.fullmatch(r"\+[1-9][0-9]{5,14}", digits) else ""
    if not _MOBILE(digits) or digits in NO_MOBILE:
        return ""
    return digits


def covered(value: str) -> str:
    """A value as it is shown: its middle is hidden unless it is short."""
    value = " ".join(value.split())
    if len(value) <= 2 * AT_ENDS:
        return value
    return f"{value[:AT_ENDS]}…{value[-AT_ENDS:]}"


def hash_read(text: str) -> int:
    """16 digits of a hash; NotFound where they are none."""
    try:
        found = int(text, 16)
    except ValueError:
        found = 0
    if not 0 < found < 1 << 64:
        raise NotFound("not_found", "value")
    return found
