"""The records' schema from nothing to the present, on both stores."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from minilens.errors import CannotStart
from minilens.records.store import Records
from minilens.records.tables import METADATA


def test_twice_is_harmless(empty_dsn: str) -> None:
    records = Records(empty_dsn)
    waiting = records.database.pending()
    assert waiting
    assert records.database.migrate() == waiting
    assert records.database.pending() == []
    assert records.database.migrate() == []
    records.database.close()


def test_the_migrated_schema_is_the_one_in_the_tables(records: Records, dsn: str) -> None:
    engine = sa.create_engine(dsn)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_a_newer_schema_is_refused(records: Records, dsn: str) -> None:
    engine = sa.create_engine(dsn)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(CannotStart, match="9999"):
        records.database.migrate()


def test_a_store_that_is_not_there_is_named() -> None:
    records = Records("postgresql+psycopg://nobody@/none?host=/nowhere/at/all")
    with pytest.raises(CannotStart, match="nowhere"):
        records.apps.all()
    with pytest.raises(CannotStart, match="MINILENS_RECORDS"):
        Records("nonsense")
