"""Paths and queries, one way in for every door: cut, split, and without what must not be stored.

A secret is known by the decoded name of its parameter, however it is written (`token`, `Access-Token`, `%74oken`,
`token[]`) and wherever it stands: in the query, after `#`, or in an address inside a value, as in WeChat's `q=` and
`scene=`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote

from minilens.reference.secrets import SECRET, SECRET_PROPERTY

#: Of a query, so many characters are looked at, and so many kept.
MOST_LOOKED_AT = 4096
MOST_QUERY = 1024
MOST_PATH = 512
#: How often a name or a value may be encoded over and over.
MOST_DEPTH = 4

_SEPARATOR = re.compile(r"([?&#])")
_BARE = str.maketrans("", "", "_-. ")


def is_secret(name: str, names: frozenset[str] = SECRET) -> bool:
    """Whether a parameter of this name is a secret."""
    for _ in range(MOST_DEPTH):
        if "%" not in name:
            break
        name = unquote(name)
    return name.partition("[")[0].lower().translate(_BARE) in names


@lru_cache(maxsize=8192)
def without_secrets(text: str, depth: int = MOST_DEPTH) -> str:
    """An address or a query without its secret parameters; the rest as it was written."""
    if "=" not in text and "%" not in text:
        return text
    parts = _SEPARATOR.split(text)
    kept = [_part(parts[0], depth)]
    for separator, part in zip(parts[1::2], parts[2::2], strict=True):
        cleaned = _part(part, depth)
        if cleaned is not None:
            kept.append(separator + cleaned)
    found = "".join(part for part in kept if part is not None)
    return found.removeprefix("&") if kept[0] is None else found


def _part(part: str, depth: int) -> str | None:
    """`name=value` without the secrets inside of its value; None where it is one."""
    name, equals, value = part.partition("=")
    if equals and is_secret(name):
        return None
    coded = value if equals else part
    if depth and ("%" in coded or "=" in coded):
        plain = unquote(coded)
        if "=" in plain or "%" in plain:
            cleaned = without_secrets(plain, depth - 1)
            if cleaned != plain:
                coded = quote(cleaned, safe="")
                return f"{name}={coded}" if equals else coded
    return part


@lru_cache(maxsize=8192)
def query(text: str) -> str:
    """A query as it is stored: without `?` before it, without secrets, cut."""
    return without_secrets(text[:MOST_LOOKED_AT].lstrip("?&"))[:MOST_QUERY]


def split(address: str) -> tuple[str, str]:
    """What stands before the first `?` or `#`, and what stands after it."""
    found = re.search(r"[?#]", address)
    return (address[: found.start()], address[found.end() :]) if found else (address, "")


@lru_cache(maxsize=8192)
def page(path: str) -> str:
    """A page's path as WeChat writes it: no leading slash, no query, no .html."""
    bare = split(path)[0].strip().removeprefix("/").removesuffix(".html")
    return without_secrets(bare)[:MOST_PATH] or "/"


def parameters(text: str) -> dict[str, str]:
    """What a query says, and what the code in its `scene` says, where `+` is a plus: WeChat permits it there."""
    text = text[:MOST_LOOKED_AT].lstrip("?&")
    said = dict(parse_qsl(text))
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name == "scene" and value:
            said["scene"] = unquote(value)
            inside = (part.partition("=") for part in unquote(said["scene"]).split("&"))
            said |= {name: unquote(value) for name, equals, value in inside if equals and value}
    return said


def clean_property(name: str, value: object, depth: int = MOST_DEPTH) -> object:
    """A property without what must not be stored; None where the whole of it is a secret."""
    if is_secret(name, SECRET_PROPERTY):
        return None
    if isinstance(value, str):
        return without_secrets(value) if "=" in value and _SEPARATOR.search(value) else value
    if depth and isinstance(value, dict):
        pairs = ((key, clean_property(str(key), one, depth - 1), one) for key, one in value.items())
        return {key: cleaned for key, cleaned, one in pairs if cleaned is not None or one is None}
    if depth and isinstance(value, list):
        return [one if one is None else clean_property("", one, depth - 1) for one in value]
    return value
