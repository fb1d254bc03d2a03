"""Records copied from either store and put back into either: every row, and counting goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from minilens.errors import CannotStart
from minilens.records import dump
from minilens.records.store import Records
from minilens.records.tables import METADATA

NOW = datetime(2026, 11, 22, 3, 4, 5, 678901, tzinfo=UTC)


def filled(records: Records) -> None:
    """Something in most tables."""
    for name in ("coffee", "tea"):
        app = records.apps.create(
            name, timezone="Asia/Shanghai", now=NOW, zh="小满 'x'\"\\", en="a\tb"
        )
        records.tokens.create(app.id, ("report:read",), now=NOW, lasts=timedelta(days=1))
        records.keys.create(app.id, now=NOW, retire_others_after=timedelta(days=3))
        records.definitions.create(app.id, "taste", "品尝", now=NOW)
    records.accounts.create("owner@example.com", "业主", now=NOW, by=None)


def rows(dsn: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that is copied; moments in UTC."""
    engine = sa.create_engine(dsn)

    def plain(value: object) -> object:
        moment = isinstance(value, datetime) and value.tzinfo is not None
        return value.astimezone(UTC).replace(tzinfo=None) if moment else value  # type: ignore[attr-defined]

    with engine.connect() as connection:
        found = {
            table.name: sorted(
                (
                    {k: plain(v) for k, v in row.items()}
                    for row in connection.execute(sa.select(table)).mappings()
                ),
                key=repr,
            )
            for table in METADATA.sorted_tables
            if table.name not in dump.AT_WORK
        }
    engine.dispose()
    return found


@pytest.mark.parametrize("into", ["sqlite", "postgres"])
def test_every_row_is_put_back_and_counting_goes_on(
    records: Records, dsn: str, into: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    filled(records)
    copy = tmp_path / "copy"
    copy.mkdir()
    with dump.held(dsn) as write:
        records.apps.create("later", timezone="UTC", now=NOW)  # after the moment that is held
        version = write(copy)
    name = dump.AS_FILE if dsn.startswith("sqlite") else dump.AS_LINES
    assert (copy / name).exists()
    if name == dump.AS_FILE:
        dump.write_lines(f"sqlite:///{copy / name}", copy)
    target = f"sqlite:///{tmp_path / 'again.sqlite'}"
    if into == "postgres":
        make: Callable[[], str] = request.getfixturevalue("new_database")
        target = make()
    dump.put_back(copy / dump.AS_LINES, version, target)
    source = rows(dsn)
    last = next(row["id"] for row in source["apps"] if row["name"] == "later")
    source["apps"] = [row for row in source["apps"] if row["id"] != last]
    source["write_keys"] = [row for row in source["write_keys"] if row["app_id"] != last]
    found = rows(target)
    for log in (source, found):
        log["audit"] = [row for row in log["audit"] if row["app_id"] != last]
    assert found == source
    assert len(found["apps"]) == 2
    again = Records(target)
    assert again.database.pending() == []
    made = again.apps.create("more", timezone="UTC", now=NOW)
    assert made.id > max(row["id"] for row in source["apps"])
    assert [app.name for app in again.apps.all()] == ["coffee", "tea", "more"]
    again.database.close()


def test_a_store_that_is_not_empty_is_left_alone(
    records: Records, dsn: str, tmp_path: Path
) -> None:
    filled(records)
    dump.write_lines(dsn, tmp_path)
    before = rows(dsn)
    with pytest.raises(CannotStart, match="not empty"):
        dump.put_back(tmp_path / dump.AS_LINES, "0001", dsn)
    assert rows(dsn) == before
