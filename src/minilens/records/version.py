"""Which schema the records have, found without Alembic: a process with nothing to migrate starts without loading it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

#: Alembic's table: one row, the number of the last migration.
VERSION = "alembic_version"
VERSIONS = Path(__file__).parent / "migrations" / "versions"


def schema_version(connection: sa.Connection) -> str:
    """The number of the last migration that was run, as "0004"; "" where none was."""
    if not sa.inspect(connection).has_table(VERSION):
        return ""
    found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION}")).scalar()
    return str(found or "")


def newest() -> str:
    """The number of the newest migration that this program has: files begin with theirs."""
    return max(path.stem[:4] for path in VERSIONS.glob("0*.py"))
