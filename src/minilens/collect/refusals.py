"""Refusals of the receiver whose reasons are words, told in the language of the caller."""

from __future__ import annotations

import re

import msgspec

from minilens.errors import CODES, Refused, TooLarge
from minilens.text import Language

#: Words in Chinese and in English, among the facts of a refusal.
Words = tuple[str, str]

#: What JSON holds, as msgspec calls it → in words
KINDS: dict[str, Words] = {
    "int": ("整数", "a whole number"),
    "float": ("数字", "a number"),
    "str": ("文本", "text"),
    "bool": ("布尔值", "true or false"),
    "object": ("对象", "an object"),
    "array": ("列表", "a list"),
    "null": ("null", "null"),
}
_WRONG_KIND = re.compile(r"Expected `(.+?)`, got `(.+?)`").fullmatch
_WRONG_LENGTH = re.compile(r"Expected `str` of length (<=|>=) (\d+)").fullmatch
_WRONG_SIZE = re.compile(r"Expected `(?:.+)` (<=|>=) (-?\d+)").fullmatch
_LACKING = re.compile(r"Object missing required field `(.+)`").fullmatch
_AT_BYTE = re.compile(r"JSON is malformed: (.+) \(byte (\d+)\)").fullmatch
#: What msgspec says where an escape lacks its other half: at the end of a text it goes on reading, beyond the body.
_AT_HALF = re.compile("truncated|surrogate|hex escape").search
#: An escape in JSON: two halves of a character, a half by itself (the group), any other.
ESCAPES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
NO_FIELD = re.compile(r"Object contains unknown field `(.*)`").fullmatch
THERE_IS_NONE = ("这里没有这一项", "there is no such field here")


TOO_LARGE: Words = ("数字太大", "the number is too large")


class Worded(Refused):
    """A refusal with `Words` among its facts."""

    def message(self, language: Language) -> str:
        _, zh, en = CODES[self.code]
        at = 0 if language == "zh" else 1
        facts = {k: v[at] if isinstance(v, tuple) else v for k, v in self.facts.items()}
        return (zh, en)[at].format(**facts)


class TooMuch(Worded, TooLarge):
    """More than the limit."""


def body_too_large(limit: int) -> TooMuch:
    """The body, as sent or unpacked, is over so many bytes."""
    size = f"{limit >> 20} MB" if limit >= 1 << 20 else f"{limit >> 10} KB"
    return TooMuch("too_large", "body", what=("请求体", "The body"), limit=size)


def not_json(error: Exception, field: str = "body", text: bytes = b"") -> Worded:
    """Why `text` is no JSON."""
    said = str(error)
    reason = (said, said)
    if isinstance(error, RecursionError):
        reason = ("嵌套太深", "it is nested too deep")
    elif isinstance(error, UnicodeError):
        reason = ("不是 UTF-8", "it is not UTF-8")
    elif _AT_HALF(said) and (half := half_of_a_character(text)):
        reason = half
    elif "truncated" in said:
        reason = ("内容不完整", "it ends too early")
    elif found := _AT_BYTE(said):
        reason = (f"第 {found[2]} 个字节处有误", f"{found[1]} at byte {found[2]}")
    elif isinstance(error, ValueError):
        reason = ("数字太长", "a number is too long")
    return Worded("bad_json", field, reason=reason)


def half_of_a_character(text: bytes) -> Words | None:
    """Where the first escape without its other half is, as JSON.stringify writes an emoji that was cut in two."""
    for found in ESCAPES.finditer(text):
        if found[1]:
            half, at = found[1].decode(), found.start()
            return (
                f"第 {at} 个字节处的 {half} 只是半个字符（不成对的代理项）",
                f"{half} at byte {at} is half of a character (an unpaired surrogate)",
            )
    return None


def misfit(error: msgspec.ValidationError, whole: str) -> Refused:
    """What does not fit the contract; `whole` is the field where the error names none."""
    reason, _, path = str(error).partition(" - at ")
    field = path.strip("`").removeprefix("$").lstrip(".") or whole
    if found := _LACKING(reason):
        return Refused("missing", found[1] if field == whole else f"{field}.{found[1]}")
    if found := _WRONG_LENGTH(reason):
        if found[1] == ">=":
            return Refused("missing", field)
        return Refused("too_long", field, limit=found[2])
    if found := NO_FIELD(reason):
        at = found[1] if field == whole else f"{field}.{found[1]}"
        return Worded("wrong_type", at, reason=THERE_IS_NONE)
    words = (reason, reason)
    if found := _WRONG_KIND(reason):
        wanted = [KINDS[kind] for kind in found[1].split(" | ") if kind in KINDS and kind != "null"]
        got = KINDS.get(found[2], (found[2], found[2]))
        words = (
            f"应为{'或'.join(zh for zh, _ in wanted)}，而非{got[0]}",
            f"must be {' or '.join(en for _, en in wanted)}, not {got[1]}",
        )
    elif found := _WRONG_SIZE(reason):
        zh, en = ("大", "most") if found[1] == "<=" else ("小", "least")
        words = (f"不能{zh}于 {found[2]}", f"must be at {en} {found[2]}")
    elif "out of range" in reason:
        words = TOO_LARGE
    return Worded("wrong_type", field, reason=words)
