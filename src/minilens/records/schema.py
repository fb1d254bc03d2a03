"""The records' numbered migrations, run by Alembic."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError

from minilens.errors import CannotStart


def pending(connection: sa.Connection) -> list[str]:
    """Migrations not run yet, oldest first; CannotStart where the schema is newer."""
    script = ScriptDirectory.from_config(_config())
    have = MigrationContext.configure(connection).get_current_revision()
    try:
        revisions = list(script.iterate_revisions("head", have or "base"))
    except (CommandError, RevisionError):
        raise CannotStart(
            f"The records have schema {have}, which is newer than this version supports. "
            "Run the newer version, or restore the backup made before the upgrade.",
            f"配置库的结构 {have} 比本版本支持的新。请使用更新的版本，或恢复升级前的备份。",
        ) from None
    return [f"{r.revision} {r.doc}" for r in reversed(revisions) if r.revision != have]


def migrate(connection: sa.Connection, to: str = "head") -> None:
    """Run all that are pending, or those up to one."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def known(version: str) -> bool:
    """Whether this program knows the schema of that version."""
    script = ScriptDirectory.from_config(_config())
    return version in {found.revision for found in script.walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
