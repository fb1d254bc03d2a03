"""JSON that people hand in: read strictly, with the place of a mistake."""

from __future__ import annotations

import json
from typing import Any

from minilens.errors import Refused


def wrong(at: str, zh: str, en: str) -> Refused:
    """What does not fit, at its place, in both languages."""
    return Refused("bad_shape", at, reason=(zh, en))


def parsed(text: bytes, whole: str) -> dict[str, Any]:
    """The object that the text is; Refused, as `whole`, where it is none."""
    try:
        given = json.loads(
            text.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_number
        )
    except UnicodeDecodeError:
        raise wrong(whole, "不是 UTF-8 文本", "is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        zh = f"第 {line} 行第 {column} 列不是合法的 JSON"
        raise wrong(whole, zh, f"is not valid JSON at line {line}, column {column}") from None
    except RecursionError:
        raise wrong(whole, "嵌套太深", "is nested too deep") from None
    except ValueError:  # a number of thousands of digits
        raise wrong(whole, "数字太长", "holds a number that is too long") from None
    if not isinstance(given, dict):
        raise wrong(whole, "应为一个对象", "must be an object")
    return given


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise wrong(twice[:64], "在同一个对象中出现两次", "appears twice in one object")
    return found


def _number(text: str) -> None:
    raise wrong(text, "不是 JSON 的数字", "is not a JSON number")
