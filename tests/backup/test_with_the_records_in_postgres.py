"""Backup while running and restore, the records in PostgreSQL: the same figures, people, keys and audit again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from minilens import settings as settings_file
from minilens.errors import CannotStart
from minilens.period import now
from minilens.records.store import Records
from minilens.serve.backup.backup import backup
from minilens.serve.backup.restore import restore
from tests.backup.folders import manifest
from tests.backup.test_a_backup_under_load import ROWS, UNLIMITED, sending
from tests.records.conftest import new_database, postgres
from tests.records.test_a_copy_of_the_records import rows
from tests.serve.server import Server

__all__ = ["new_database", "postgres"]

pytestmark = pytest.mark.waits

PASSWORD = "a password, long enough"


def settled(dsn: str) -> tuple[str, str]:
    """An app and people as owners leave them. A token, and a session's secret."""
    records = Records(dsn)
    records.database.migrate()
    app = records.apps.create("shop", timezone="Asia/Shanghai", now=now(), zh="小店\u2028")
    owner = records.accounts.create("owner@example.org", "Owner", now=now())
    records.grants.set(owner.id, None, "owner", now=now(), by=None)
    admin = records.accounts.create("admin@example.org", "管理员", now=now(), password=PASSWORD)
    records.grants.set(admin.id, app.id, "admin", now=now(), by=owner.id)
    records.invitations.create("guest@example.org", None, "viewer", now=now(), by=owner.id)
    records.annotations.create(app.id, now().date(), "新版\u2028 A/B", now=now(), by=admin.id)
    token = records.tokens.create(app.id, ("report:read",), now=now(), by=owner.id)
    secret = records.sessions.create(owner.id, now=now())
    records.database.close()
    return token, secret


@contextmanager
def started(one: Server) -> Iterator[Server]:
    """A server at work."""
    one.start()
    try:
        yield one
    finally:
        one.stop()


def test_everything_comes_back_into_another_folder_and_database(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    ours, theirs, file = new_database(), new_database(), tmp_path / "one.tar"
    token, secret = settled(ours)
    one = Server(tmp_path / "data", MINILENS_RECORDS=ours, **UNLIMITED)
    with started(one):
        with sending(one, 1) as phones:
            time.sleep(0.5)
            backup(settings_file.load(one.environment), file, keep=None)
            before = rows(ours)
            time.sleep(0.3)
        assert phones[0].troubles == []
    assert manifest(file)["point"]["records"] == "records.jsonl"
    with pytest.raises(CannotStart, match="is not empty"):
        restore(file, tmp_path / "no", ours)
    assert not (tmp_path / "no").exists()
    again = Server(tmp_path / "restored", MINILENS_RECORDS=theirs, **UNLIMITED)
    restore(file, again.data, theirs)
    assert rows(theirs) == before
    with started(again):
        again.settle()
        visits = seen(again, token, secret)
    (source,), (found,) = one.rows(ROWS), again.rows(ROWS)
    every = {row[0]: row for row in source}
    assert [row for row in found if every.get(row[0]) != row] == []
    assert phones[0].ids(manifest(file)["point"]["at"]) <= {row[0] for row in found}
    assert 0 < len(found) < len(source)
    assert visits == len(found)
    goes_on_counting(theirs)


def seen(again: Server, token: str, secret: str) -> int:
    """Tokens and sessions open what they opened; the visits of today."""
    address = f"{again.url}/api/v1/apps/shop/reports/overview.trend?period=today"
    with httpx.Client(timeout=30) as client:
        page = client.get(
            f"{again.url}/a/shop/settings/members", headers={"Cookie": f"minilens_session={secret}"}
        )
        assert "admin@example.org" in page.text
        said = client.get(address, headers={"Authorization": f"Bearer {token}"})
        assert said.status_code == 200, said.text
        return int(said.json()["rows"][0]["visits"])


def goes_on_counting(dsn: str) -> None:
    """New rows get new numbers; passwords and roles hold; the audit is still only added to."""
    records = Records(dsn)
    person = records.accounts.check_password("admin@example.org", PASSWORD)
    assert person
    assert person.may("members:write", records.apps.named("shop").id)
    made = records.apps.create("later", timezone="UTC", now=now(), by=person.id)
    assert made.id == 1 + records.apps.named("shop").id
    assert records.audit.entries()[0].action == "app.create"
    with pytest.raises(sa.exc.DBAPIError), records.database.write() as connection:
        connection.execute(sa.text("DELETE FROM audit"))
    records.database.close()
