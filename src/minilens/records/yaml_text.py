"""YAML that people hand in, and that is handed out: as much of it as JSON can say, read with the line of each place.

Plain words are numbers, true, false, null or text, as in JSON; a date or a `no` stays the text that it is. JSON is
YAML, so that one reader takes both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from minilens.errors import Refused
from minilens.records.json_text import wrong

#: Place of a value (`events[0].name`) → its line, from 1 on.
Lines = dict[str, int]
MOST_DEPTH = 30

_INT = re.compile(r"-?(0|[1-9]\d{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
#: Ends of lines of which only quotes make text again.
_BREAKS = re.compile("[\r\x85\u2028\u2029]")
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}


class Row(dict[str, Any]):
    """An object that is written on one line."""


class _Writer(yaml.SafeDumper):  # type: ignore[misc]
    """Lists stand below their name, a step to the right."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        super().increase_indent(flow, False)


_Writer.add_representer(
    Row, lambda writer, row: writer.represent_mapping("tag:yaml.org,2002:map", row, flow_style=True)
)


def _text(writer: Any, text: str) -> Any:
    """In quotes where a reader would take it for something else."""
    other = text in _WORDS or _INT.fullmatch(text) or _FLOAT.fullmatch(text)
    style = '"' if _BREAKS.search(text) else "'" if other else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


def written(value: Any) -> str:
    """The text: what stood in this order, in two steps a level, Chinese as it is."""
    text: str = yaml.dump(
        value, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False
    )  # fmt: skip
    return text


def parsed(text: bytes, whole: str) -> tuple[dict[str, Any], Lines]:
    """The object that the text is, with the line of each place; Refused, as `whole`, where it is none."""
    try:
        said = text.decode("utf-8-sig")
        node = yaml.compose(said, Loader=yaml.BaseLoader)
    except UnicodeDecodeError:
        raise wrong(whole, "不是 UTF-8 文本", "is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        zh = f"第 {line} 行第 {column} 列不是合法的 YAML"
        raise wrong(whole, zh, f"is not valid YAML at line {line}, column {column}") from None
    except yaml.YAMLError:  # signs that no text has
        raise wrong(whole, "含有不能出现的控制字符", "holds control characters") from None
    except RecursionError:
        raise wrong(whole, "嵌套太深", "is nested too deep") from None
    lines: Lines = {}
    found = {} if node is None else _value(node, "", lines, set(), 0)
    if not isinstance(found, dict):
        raise wrong(whole, "应为一个对象", "must be an object")
    return _as_json(said) or found, lines


def _as_json(text: str) -> dict[str, Any] | None:
    """What JSON reads, where it is JSON: in its texts two halves of a sign are one."""
    if not text.startswith("{"):
        return None
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return found


def located(error: Refused, lines: Mapping[str, int], file: str) -> Refused:
    """The same refusal with the line of its place, or of the nearest that is there."""
    at = error.field
    while at and at not in lines:
        at = re.sub(r"(\.[^.\[\]]*|\[\d+\]|^[^.\[\]]+)$", "", at)
    if at not in lines:
        return error
    reason = (error.message("zh"), error.message("en"))
    return Refused("at_line", error.field, file=file, line=lines[at], reason=reason)


def _value(node: yaml.Node, at: str, lines: Lines, above: set[int], depth: int) -> Any:
    line = node.start_mark.line + 1
    lines[at] = line
    if depth > MOST_DEPTH:
        raise _at(line, at, "嵌套太深", "is nested too deep")
    if id(node) in above:
        raise _at(line, at, "不支持锚点与引用", "anchors and aliases are not supported")
    above.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _object(node, at, lines, above, depth)
    if isinstance(node, yaml.SequenceNode):
        every = enumerate(node.value)
        return [_value(one, f"{at}[{n}]", lines, above, depth + 1) for n, one in every]
    return _scalar(node)


def _object(
    node: yaml.MappingNode, at: str, lines: Lines, above: set[int], depth: int
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _at(line, at, "名称应为文本", "a name must be text")
        name = key.value
        place = f"{at}.{name}" if at else name
        if name in found:
            raise _at(line, place, "在同一个对象中出现两次", "appears twice in one object")
        found[name] = _value(value, place, lines, above, depth + 1)
        lines[place] = line
    return found


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) is not None:  # in quotes, or a block
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and len(text) < 40:
        return float(text)
    return text


def _at(line: int, at: str, zh: str, en: str) -> Refused:
    return wrong(at, f"第 {line} 行：{zh}", f"line {line}: {en}")
