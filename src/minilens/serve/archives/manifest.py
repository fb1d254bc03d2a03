"""What the archive of a month says of itself: written last, so that a torn one is known by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from minilens.errors import Refused
from minilens.serve.archives.place import Place

FORMAT = 1
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
#: Written before the files of a month that has an archive already: where writing them was broken off, some are of the
#: one and some of the other.
NEXT = "manifest.next.json"
CSV, PARQUET, MAPPING = "events.csv.gz", "events.parquet", "mapping.toml"
FILES = (CSV, PARQUET, MAPPING)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])").fullmatch


class Manifest(msgspec.Struct, frozen=True):
    """A month of an app.

    `loaded`: the newest load it holds events of. `erasures`: orders to erase that it knows already.
    `files`: bytes and SHA-256 of each.
    """

    format: int
    app: str
    month: str
    timezone: str
    events: int
    loaded: int
    at: datetime
    erasures: list[str]
    files: dict[str, tuple[int, str]]


def folder_of(app: str, month: str) -> str:
    """Where the month lies."""
    return f"{app}/{month}"


def read(place: Place, app: str, month: str, file: str = MANIFEST) -> Manifest | None:
    """The manifest of a month; None where there is none. Refused where it cannot be read."""
    name = f"{folder_of(app, month)}/{file}"
    text = place.read(name)
    if text is None:
        return None
    try:
        found = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError:
        raise Refused("altered_archive", "", path=place.shown, of=name) from None
    if found.format > FORMAT:
        raise Refused("newer_archive", "", path=f"{place.shown}/{name}")
    return found


def archived(place: Place, app: str) -> dict[str, Manifest]:
    """Month → its manifest, oldest first; a folder without one is none."""
    months = [name for name in place.folders(app) if _MONTH(name)]
    found = ((month, read(place, app, month)) for month in months)
    return {month: one for month, one in found if one}


def check(place: Place, of: Manifest) -> Iterator[str]:
    """The name of each file of a month that is not as its manifest says."""
    for name, (_, digest) in of.files.items():
        path = f"{folder_of(of.app, of.month)}/{name}"
        if place.hash(path) != digest:
            yield path


def sums(of: Manifest) -> str:
    """The checksums as `sha256sum --check` reads them."""
    return "".join(f"{digest}  {name}\n" for name, (_, digest) in of.files.items())
