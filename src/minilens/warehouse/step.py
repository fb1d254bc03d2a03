"""A step of the schema, and where it is written that it was taken."""

from __future__ import annotations

from dataclasses import dataclass

VERSIONS = """
CREATE TABLE IF NOT EXISTS schema_version (version UInt32, name String)
ENGINE = MergeTree ORDER BY version
"""


@dataclass(frozen=True)
class Step:
    """One schema file."""

    version: int
    name: str
    statements: tuple[str, ...]
