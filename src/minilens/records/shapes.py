"""Shapes of what people hand in as JSON: each check takes a value and its place, and refuses with both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from minilens.errors import Refused, did_you_mean
from minilens.records.json_text import wrong

#: Field → how it is checked; takes the value and its place.
Fields = Mapping[str, Callable[[Any, str], None]]


def an_object(given: Any, at: str, known: Fields, needed: Collection[str]) -> None:
    """An object with these fields and no others; those needed are there."""
    if not isinstance(given, dict):
        raise wrong(at, "应为一个对象", "must be an object")
    for name in needed:
        if name not in given:
            raise Refused("missing", under(at, name))
    for name, value in given.items():
        if name not in known:
            hint = did_you_mean(name, known)
            raise Refused("unknown_field", under(at, name[:64]), got=name[:64], hint=hint)
        known[name](value, under(at, name))


def under(at: str, name: str) -> str:
    """The place of a field within an object; `at` is empty for the whole."""
    return f"{at}.{name}" if at else name


def a_text(most: int, least: int = 1) -> Callable[[Any, str], None]:
    """Of so many characters at most; blanks alone are none."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, str):
            raise wrong(at, "应为文本", "must be text")
        if len(value) > most:
            raise Refused("too_long", at, limit=most)
        if len(value.strip()) < least:
            raise Refused("missing", at)

    return check


def a_number(least: float, most: float, *, whole: bool = True) -> Callable[[Any, str], None]:
    """Between two, both included; yes and no are no numbers."""

    def check(value: Any, at: str) -> None:
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
            zh, en = ("整数", "a whole number") if whole else ("数字", "a number")
            raise wrong(
                at, f"应为 {least} 到 {most} 的{zh}", f"must be {en} from {least} to {most}"
            )

    return check


def one_of(known: tuple[str, ...]) -> Callable[[Any, str], None]:
    """One of these words, or a hint at the nearest."""

    def check(value: Any, at: str) -> None:
        if value not in known:
            got = str(value)[:40]
            raise Refused("unknown_choice", at, got=got, hint=did_you_mean(got, known))

    return check


def a_list(
    most: int, each: Callable[[Any, str], None], least: int = 0
) -> Callable[[Any, str], None]:
    """Of so many items, each of which fits."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, list):
            raise wrong(at, "应为一个列表", "must be a list")
        if len(value) > most:
            raise Refused("too_many", at, limit=most)
        if len(value) < least:
            raise Refused("missing", at)
        for number, one in enumerate(value):
            each(one, f"{at}[{number}]")

    return check
