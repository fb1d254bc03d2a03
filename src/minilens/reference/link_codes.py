"""Codes of campaign links: short, of WeChat's characters, with one that checks the others.

A code stands in the `scene` of an unlimited code, in the path (`lc`) and at the end of a web link, and is typed by hand
where a print is torn: it has no capitals and nothing that looks like something else.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import unquote

#: What WeChat permits in `scene`, and how much of it.
WECHAT = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&'()*+,/:;=?@-._~"
MOST = 32
#: 31 characters: a prime, by which one check finds each wrong character and each two that were swapped.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 10

_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_LAWFUL = re.compile(f"[{ALPHABET}]{{{LENGTH}}}").fullmatch
#: The last part of an address, before its query.
_LAST = re.compile(r"/([^/?#]+)/?(?:[?#].*)?$")


def new_code() -> str:
    """A random code: 31⁹ there are, so that nobody finds another's by trying."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))


def with_check(body: str) -> str:
    """The code of nine characters: them and the one that checks them."""
    # weights 1 to 10 differ, and none is 0 modulo 31: the weighted sum of a whole code is 0
    return body + ALPHABET[-_sum(body) * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]


def is_code(text: str) -> bool:
    """Whether it is written as a code is, and its check holds. Nobody need have made it."""
    return _LAWFUL(text) is not None and _sum(text) % len(ALPHABET) == 0


def looks_like_code(text: str) -> bool:
    """Whether it is of a code's length and characters, whatever the check says."""
    return _LAWFUL(text) is not None


def in_parameters(said: dict[str, str]) -> str:
    """The code among the parameters that opened the program: as `scene`, or at the end of the address that was
    scanned (`q`, which WeChat hands on encoded). Empty where there is none."""
    scene = said.get("scene", "")
    if is_code(scene):
        return scene
    address = said.get("q", "")
    found = _LAST.search(unquote(address) if "%" in address else address) if address else None
    return found[1] if found and is_code(found[1]) else ""


def _sum(text: str) -> int:
    return sum(weight * _VALUE[sign] for weight, sign in enumerate(text, 1))
