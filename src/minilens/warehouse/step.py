"""A step of the schema, and where it is written that it was taken."""

from __future__ import annotations

from dataclasses import dataclass

#: Each server of a cluster has one of its own, also among replicas: how far one came is no row that others fetch.
OF_EACH_SERVER = "schema_version"
VERSIONS = f"""CREATE TABLE IF NOT EXISTS {OF_EACH_SERVER} (version UInt32, name String)
ENGINE = MergeTree ORDER BY version
"""


@dataclass(frozen=True)
class Step:
    """One schema file."""

    version: int
    name: str
    statements: tuple[str, ...]
