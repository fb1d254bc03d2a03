"""The fields of the flat schema, and how a file with other column names is told apart.

A mapping is a flat table of text: our field → their column. `ts = "time"` takes the time from
their column `time`; `event_name = "=pay_success"` gives every row the same name. Four more keys
describe the file: `timezone` for times without a zone, `encoding` where it is not UTF-8,
`time_unit` (s or ms) where times are numbers, `nothing` for a text that stands for an empty field
in JSON and Parquet.
"""

from __future__ import annotations

import codecs
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from minilens.errors import Refused, did_you_mean
from minilens.text import Language

#: The flat schema, in the order in which it is written.
FLAT = (
    "event_name",
    "user_id",
    "session_id",
    "source",
    "campaign",
    "page",
    "value",
    "currency",
    "ts",
)
#: Where a session came from, beside source and campaign.
ORIGIN = ("link", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
#: Columns that are understood by their name, as the flat ones are.
BY_NAME = ("event_id", "query", "referrer", "scene", *ORIGIN)
#: Facts of the phone and the place. `model` or `city` may well be a property of what was bought, so
#: these are taken only where the mapping says so.
CONTEXT = (
    "env",
    "country",
    "province",
    "city",
    "brand",
    "model",
    "os",
    "os_version",
    "platform",
    "wx_version",
    "sdk_version",
    "app_version",
    "language",
    "network",
)
#: Of a campaign link, beside its campaign: a code that is not known where the file is read names nothing.
OF_LINKS = ("placement", "material")
BY_MAPPING = ("target_name", "target_id", "duration", "seq", *OF_LINKS, *CONTEXT)
DIMENSIONS = (*FLAT, *BY_NAME, *BY_MAPPING)
SETTINGS = ("timezone", "encoding", "time_unit", "nothing")
UNITS = {"s": 1000, "ms": 1}


class Unfit(Refused):
    """A file or a line that cannot be taken; the reason is told in each language."""

    def __init__(self, field: str, zh: str, en: str, code: str = "bad_shape") -> None:
        self.reasons: dict[Language, str] = {
            "zh": f"{field}：{zh}" if field else zh,
            "en": f"{field}: {en}" if field else en,
        }
        super().__init__(code, field, reason=en)

    def message(self, language: Language) -> str:
        return self.reasons[language]


@dataclass(frozen=True)
class Mapping:
    """What is known about a file before it is opened."""

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    encoding: str = ""
    time_unit: str = ""
    nothing: str | None = None


@dataclass(frozen=True)
class Columns:
    """Which column of a file holds which field: `flat` has one position for each flat field."""

    flat: tuple[int, ...]
    rest: tuple[tuple[str, int], ...]
    extras: tuple[tuple[str, int], ...]
    constants: tuple[str, ...]
    width: int


def understood(mapping: dict[str, str] | None) -> Mapping:
    """A mapping checked: every key is a field or a setting, every setting has a value we know."""
    given = mapping or {}
    for name, value in given.items():
        if name not in DIMENSIONS and name not in SETTINGS:
            known = (*DIMENSIONS, *SETTINGS)
            raise Refused("unknown_choice", "map", got=name, hint=did_you_mean(name, known))
        if not value and name != "nothing":
            raise Unfit(f"map.{name}", "应为非空文本", "must be non-empty text")
    fields = {name: value for name, value in given.items() if name in DIMENSIONS}
    unit = given.get("time_unit", "")
    if unit and unit not in UNITS:
        raise Refused("unknown_choice", "map.time_unit", got=unit)
    return Mapping(
        columns={name: value for name, value in fields.items() if value[0] != "="},
        constants={name: value[1:] for name, value in fields.items() if value[0] == "="},
        zone=_zone(given.get("timezone")),
        encoding=_encoding(given.get("encoding", "")),
        time_unit=unit,
        nothing=given.get("nothing"),
    )


def columns(header: Sequence[str], mapping: Mapping, field: str) -> Columns:
    """The plan for rows that have these columns. `field` names the file in refusals."""
    places: dict[str, int] = {}
    for at, name in enumerate(header):
        if not name:
            raise Unfit(
                field, f"表头第 {at + 1} 列没有名称", f"column {at + 1} of the header has no name"
            )
        if name in places:
            first, second = places[name] + 1, at + 1
            raise Unfit(
                field,
                f"表头第 {first} 列和第 {second} 列都叫 {name}，请给其中一列改名",
                f"columns {first} and {second} are both named {name}; rename one of them",
            )
        places[name] = at
    used: dict[str, int] = {}
    for name, column in mapping.columns.items():
        if column not in places:
            raise Refused(
                "unknown_choice", f"map.{name}", got=column, hint=did_you_mean(column, places)
            )
        used[name] = places[column]
    for name in (*FLAT, *BY_NAME):
        if name in places and name not in used and name not in mapping.constants:
            used[name] = places[name]
    # a row is lengthened by the constants and one empty text, which absent fields point to
    used |= {name: len(header) + n for n, name in enumerate(mapping.constants)}
    _check_needed(used, header, field)
    claimed = set(used.values())
    return Columns(
        flat=tuple(used.get(name, -1) for name in FLAT),
        rest=tuple((name, at) for name, at in used.items() if name not in FLAT),
        extras=tuple((name, at) for name, at in places.items() if at not in claimed),
        constants=(*mapping.constants.values(), ""),
        width=len(header),
    )


def load(path: Path) -> dict[str, str]:
    """A mapping from a small JSON or TOML file."""
    try:
        text = path.read_text("utf-8")
        found = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise Unfit(path.name, f"无法读取映射文件：{error}", f"cannot be read: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Unfit(path.name, "应为字段与列名的对应表", "must map fields to column names")
    understood(found)
    return found


def pairs(given: Iterable[str]) -> dict[str, str]:
    """A mapping from texts like `ts=time`."""
    found = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not (sign and name):
            raise Unfit("map", f"应写成 字段=列名：{text}", f"write field=column, not {text}")
        found[name] = value
    understood(found)
    return found


def _check_needed(used: dict[str, int], header: Sequence[str], field: str) -> None:
    if not any(name in used for name in FLAT):
        shown = "、".join(header[:9])[:80], ", ".join(header[:9])[:80]
        raise Unfit(
            field,
            f"表头（{shown[0]}）中没有 event_name、user_id、ts 等列名；"
            f"导入时请用 {_SAID[0]} 指定字段与列的对应关系",
            f"the first line ({shown[1]}) is not a header with columns such as event_name, user_id "
            f"and ts; when importing, use {_SAID[1]} to map them",
        )
    for name in ("event_name", "ts"):
        if name not in used:
            raise _lacking(name, name, header)
    if "user_id" not in used and "session_id" not in used:
        raise _lacking("user_id", "user_id 或 session_id", header)


_SAID = (
    "--map event_name=列名 --map user_id=列名 --map ts=列名",
    "--map event_name=COLUMN --map user_id=COLUMN --map ts=COLUMN",
)


def _lacking(name: str, named: str, header: Sequence[str]) -> Unfit:
    """The refusal of a header without a column that there must be."""
    near = did_you_mean(name, header)
    column = near, near
    if not near:
        column = "列名", "COLUMN"
    error = Unfit(
        name,
        f"表头中没有 {named} 列；导入时请用 --map {name}={column[0]} 指定",
        f"no column is named {named.replace('或', 'or')}; when importing, use --map {name}={column[1]} to choose one",
        "missing",
    )
    error.facts["hint"] = near
    return error


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise Refused("unknown_choice", "map.timezone", got=name) from error


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError as error:
        raise Refused("unknown_choice", "map.encoding", got=name) from error
