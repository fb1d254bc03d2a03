"""A file that is no database is told in a sentence; of those who migrate at once one does the work."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from minilens.errors import CannotStart
from minilens.records.store import Records
from minilens.records.tables import ACCOUNTS

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 4000])
def test_what_is_no_database_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "records.sqlite").write_bytes(content)
    records = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    for use in (records.database.migrate, records.apps.all, records.audit.last_change):
        with pytest.raises(CannotStart, match="The records cannot be opened") as error:
            use()
        assert error.value.message("zh").startswith("配置库无法打开")
    records.database.close()


def test_many_who_migrate_at_once(empty_dsn: str) -> None:
    doors = [Records(empty_dsn) for _ in range(4)]
    start, taken, failed = threading.Barrier(4), [], []

    def migrate(records: Records) -> None:
        start.wait()
        try:
            taken.append(len(records.database.migrate()))
        except Exception as error:  # whatever it is, in its thread nobody would hear of it
            failed.append(error)

    threads = [threading.Thread(target=migrate, args=(one,)) for one in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(taken)[:3] == [0, 0, 0]
    assert max(taken) > 0
    for one in doors:
        assert one.apps.all() == []
        one.database.close()


def test_a_failure_does_not_tell_what_people_wrote(records: Records) -> None:
    records.accounts.create("ann@example.org", "Ann", now=NOW, password="a password, long")
    row = {"email": "ann@example.org", "name": "secretive", "created": NOW}
    with records.database.write() as connection, pytest.raises(sa.exc.IntegrityError) as error:
        connection.execute(sa.insert(ACCOUNTS).values(**row))
    assert "secretive" not in str(error.value).partition("DETAIL")[0]
