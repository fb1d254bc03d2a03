"""What does not fit a question, with what would: the choices of a field, the nearest name of one that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import inspect

from minilens.collect.refusals import NO_FIELD, THERE_IS_NONE, misfit
from minilens.errors import Refused, did_you_mean

_NO_CHOICE = re.compile(r"Invalid enum value '?(.*?)'?")
_STEP = re.compile(r"\.(\w+)|\[[^\]]*\]")


def explained(error: msgspec.ValidationError, kind: type) -> Refused:
    """The refusal, naming the path; `kind`: the type that it should have fitted."""
    reason, _, path = str(error).partition(" - at ")
    place = path.strip("`").removeprefix("$")
    found = _at(inspect.type_info(kind), place)
    field = place.lstrip(".")
    if choice := _NO_CHOICE.fullmatch(reason):
        known = [
            str(one) for of in found if isinstance(of, inspect.LiteralType) for one in of.values
        ]
        got, both = choice[1][:40] or '""', ", ".join(known)
        number = any(isinstance(of, inspect.IntType) for of in found)
        zh = f"应为 {both} 之一{'或数字' if number else ''}，而非 {got}"
        en = f"must be one of {both}{' or a number' if number else ''}, not {got}"
        return _refused(field or "body", zh, en, did_you_mean(got, known))
    if unknown := NO_FIELD(reason):
        names = [
            one.encode_name
            for of in found
            if isinstance(of, inspect.StructType)
            for one in of.fields
        ]
        at = f"{field}.{unknown[1]}" if field else unknown[1]
        return _refused(at, *THERE_IS_NONE, did_you_mean(unknown[1], names))
    return misfit(error, "body")


def _refused(field: str, zh: str, en: str, hint: str) -> Refused:
    """With the reason in both languages, and what may have been meant."""
    if hint:
        zh, en = f"{zh}；是否想写 {hint}？", f"{en}; did you mean {hint}?"
    return Refused("wrong_type", field, reason=(zh, en), hint=hint)


def _at(root: inspect.Type, path: str) -> list[inspect.Type]:
    """The types that may stand at a path."""
    now = list(_plain(root))
    for step in _STEP.finditer(path):
        now = [one for of in now for inner in _inside(of, step[1]) for one in _plain(inner)]
    return now


def _inside(of: inspect.Type, name: str | None) -> Iterator[inspect.Type]:
    if name is None and isinstance(of, inspect.ListType):
        yield of.item_type
    elif isinstance(of, inspect.StructType):
        yield from (one.type for one in of.fields if one.encode_name == name)


def _plain(of: inspect.Type) -> Iterator[inspect.Type]:
    """Without descriptions; each of a union."""
    if isinstance(of, inspect.Metadata):
        yield from _plain(of.type)
    elif isinstance(of, inspect.UnionType):
        for one in of.types:
            yield from _plain(one)
    else:
        yield of
