"""The shapes of provinces on a map, from a file that whoever runs the server may replace.

The one that comes with the program is a grid of squares (docs/decisions/0020). Another has the same form: how wide
and high the drawing is, its source in both languages, and for each place its Chinese short name, an outline as SVG
writes paths, where its name stands, and a code for where its name is too long.
"""

from __future__ import annotations

import errno
import functools
import os
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import msgspec

from minilens.text import Text

#: In place of a file: no map.
NONE = "none"
MOST_BYTES = 4 << 20
_Size = Annotated[float, msgspec.Meta(gt=0, le=100_000)]
#: Numbers and the letters of a path, and nothing that a page could take for anything else.
_Path = Annotated[str, msgspec.Meta(pattern=r"^[MmLlHhVvCcSsQqTtAaZz0-9eE ,.+\-\s]+$")]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who made the shapes, and under which licence or approval."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place."""

    name: _Name
    path: _Path
    at: tuple[float, float]
    code: Annotated[str, msgspec.Meta(max_length=8)] = ""


class ProvinceMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    source: Source
    width: _Size
    height: _Size
    places: Annotated[list[Shape], msgspec.Meta(min_length=1, max_length=400)]

    def said(self) -> Text:
        """Its source."""
        return Text(self.source.zh, self.source.en)


@functools.cache
def built_in() -> ProvinceMap:
    """The one that comes with the program."""
    data = files("minilens.reference") / "data" / "provinces.json"
    return msgspec.json.decode(data.read_bytes(), type=ProvinceMap)


def read(path: Path) -> ProvinceMap:
    """The map of a file; OSError or msgspec's DecodeError say what is wrong with it."""
    if path.stat().st_size > MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return msgspec.json.decode(path.read_bytes(), type=ProvinceMap)


def of_setting(text: str) -> ProvinceMap | None:
    """The map that a setting names: ours, none, or that of a file. Without one that can be read the table stays."""
    if text in ("", NONE):
        return None if text else built_in()
    try:
        return read(Path(text))
    except (OSError, msgspec.DecodeError):
        return None  # the doctor says why
