"""Names under which mini programs pass secrets, and how such a pair looks in text.

The doors know a secret by its decoded name (`collect.addresses`). What was stored before they did is found by the
patterns here, which ClickHouse (RE2) and Python read alike: no looking ahead or back.
"""

from __future__ import annotations

import re
from functools import cache

#: Names of parameters whose value is never stored, words joined by `_`.
NAMES = (
    "token", "access_token", "refresh_token", "id_token", "auth_token", "authorization", "auth", "bearer", "jwt",
    "ticket", "api_key", "secret", "app_secret", "client_secret", "password", "passwd", "pwd", "code", "js_code",
    "session", "session_id", "session_key", "session_token", "open_id", "union_id", "phone", "phone_number",
    "pure_phone_number", "mobile", "mobile_number", "tel", "telephone", "encrypted_data", "iv", "raw_data",
    "signature", "id_card",
)  # fmt: skip
#: Of these, names that may mean something else where an owner names a property so.
MAY_BE_HARMLESS = frozenset((
    "token", "auth", "ticket", "code", "session", "session_id", "phone", "mobile", "tel", "telephone", "iv",
    "signature", "open_id", "union_id",
))  # fmt: skip

#: In small letters, without anything between their words: what a decoded name is compared with.
SECRET = frozenset(name.replace("_", "") for name in NAMES)
SECRET_PROPERTY = SECRET - frozenset(name.replace("_", "") for name in MAY_BE_HARMLESS)

#: One of these stands in every name of SECRET_PROPERTY that is not percent-encoded.
IN_EVERY_KEY = (
    "token", "authorization", "bearer", "jwt", "key", "secret", "passw", "pwd", "code", "phone", "mobile",
    "data", "card",
)  # fmt: skip

#: A percent sign, encoded over and over.
_CODED = "%(?:25)*"
_BETWEEN_WORDS = rf"(?:[_. -]|{_CODED}(?:5F|2E|20|2D))*"
_BEFORE = rf"(?:[?&#=]|{_CODED}(?:3F|26|23|3D))"
_EQUALS = rf"(?:(?:\[|{_CODED}5B)[^=&?#\"]*?)?(?:=|{_CODED}3D)"
#: Up to the next parameter or the end of the text, which may be a text in JSON, or in JSON inside of JSON.
_VALUE = r'(?:[^&?#"\\]|\\+[^"\\&?#])*'
#: A value of JSON, also inside of a text in JSON.
_JSON_VALUE = (
    r'(?:\\"(?:[^"\\]|\\\\(?:\\["\\]|[^\\"]))*\\"|"(?:[^"\\]|\\.)*"'
    r'|\{[^{}]*\}|\[[^\[\]]*\]|[^,}\]{\["\\\s]+)'
)


def _letter(letter: str) -> str:
    """A letter, or the same percent-encoded."""
    code = ord(letter)
    return f"(?:{letter}|{_CODED}[{(code >> 4) - 2}{code >> 4}]{code & 15:x})"


def _any_of(names: tuple[str, ...]) -> str:
    words = (
        _BETWEEN_WORDS.join("".join(map(_letter, word)) for word in name.split("_"))
        for name in names
    )
    return f"(?:{'|'.join(words)})"


_PAIR = _any_of(NAMES) + _EQUALS + _VALUE
_KEY = rf'\\*"{_any_of(tuple(name for name in NAMES if name not in MAY_BE_HARMLESS))}\\*"\s*:\s*{_JSON_VALUE}'

#: Pattern → what takes its place, one after another. In an address or a query:
IN_ADDRESSES = {rf"(?i)^(?:{_PAIR}[&?#]?)+": "", rf"(?i){_BEFORE}{_PAIR}": ""}
#: In the JSON of an event or of its properties. A property is an address where something separates its parts.
IN_JSON = {
    rf'(?i)("(?:page|query|referrer)":")(?:{_PAIR}[&?#]?)+': r"\1",
    rf'(?i)(")(?:{_PAIR}[&?#])+': r"\1",
    rf"(?i){_BEFORE}{_PAIR}": "",
    rf"(?i){_KEY}\s*,": "",
    rf"(?i),?\s*{_KEY}": "",
}


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), to) for pattern, to in IN_JSON.items())


def without_secrets_in_json(text: str) -> str:
    """The JSON of a record without its secrets; the rest as it was written."""
    for pattern, to in _compiled():
        text = pattern.sub(to, text)
    return text
