"""Files in the embedded engine's folder that a full disk left without a byte.

One of them keeps the engine from opening. A deletion that was never written down (`mutation_7.txt`) can go: whoever
deletes does so again. So can the description of a table that is only worked on (the loader's, the builder's), which is
made anew at each start; where a table holds data the file is named.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

_CREATES = re.compile(
    r"(?:CREATE TABLE (?:IF NOT EXISTS )?|RENAME TABLE IF EXISTS [a-z_]+ TO )([a-z_]+)"
)


@cache
def _kept_tables() -> frozenset[str]:
    """Tables of the schema: all others are worked on."""
    texts = [
        file.read_text()
        for file in (files("minilens.warehouse") / "schema").iterdir()
        if file.is_file()
    ]
    return frozenset(name for text in texts for name in _CREATES.findall(text)) | {"schema_version"}


def _emptied(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("store/*/*/*.sql") if not file.stat().st_size)


def drop_emptied_scratch(folder: Path) -> None:
    """Remove emptied descriptions of tables that are made anew anyway, and emptied deletions."""
    for file in folder.glob("store/*/*/mutation_*.txt"):
        if not file.stat().st_size:
            file.unlink()
    for file in _emptied(folder):
        if file.stem not in _kept_tables():
            file.unlink()


def emptied_tables(folder: Path) -> list[Path]:
    """Emptied descriptions of tables that hold data."""
    return [file for file in _emptied(folder) if file.stem in _kept_tables()]
