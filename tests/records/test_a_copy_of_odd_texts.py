"""Whatever people write comes back as it was; a copy that cannot be put back leaves the database empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from minilens.records import dump
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
#: Ends of lines that are none of a file's, marks that turn the direction, half a pair, what quotes are for.
ODD = "a\u2028b\u2029c\u00a0\u200d😀\\n'\"{"


def a_copy(dsn: str, folder: Path) -> tuple[Path, str]:
    """The records line by line, and their schema's version."""
    folder = folder / "copy"
    folder.mkdir()
    with dump.held(dsn) as write:
        version = write(folder)
    if dsn.startswith("sqlite"):
        dump.write_lines(f"sqlite:///{folder / dump.AS_FILE}", folder)
    return folder / dump.AS_LINES, version


def test_odd_texts_come_back(records: Records, dsn: str, tmp_path: Path) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW, zh=ODD)
    records.accounts.create("a@example.org", ODD, now=NOW)
    records.annotations.create(app.id, date(2026, 11, 1), ODD, now=NOW, by=None)
    copy, version = a_copy(dsn, tmp_path)
    target = f"sqlite:///{tmp_path / 'again.sqlite'}"
    dump.put_back(copy, version, target)
    again = Records(target)
    assert (again.apps.named("coffee").zh, again.accounts.all()[0].name) == (ODD, ODD)
    assert again.audit.entries() == records.audit.entries()
    again.database.close()


def test_what_fails_leaves_the_database_empty(
    records: Records, dsn: str, new_database: Callable[[], str], tmp_path: Path
) -> None:
    """A file that is made in vain goes with the folder that it is in; a database stays."""
    records.apps.create("coffee", timezone="UTC", now=NOW)
    copy, version = a_copy(dsn, tmp_path)
    text = copy.read_text(encoding="utf-8")
    target = new_database()
    copy.write_text(text + text, encoding="utf-8")  # every number twice
    with pytest.raises(sa.exc.IntegrityError):
        dump.put_back(copy, version, target)
    copy.write_text(text, encoding="utf-8")
    dump.put_back(copy, version, target)
    again = Records(target)
    assert [app.name for app in again.apps.all()] == ["coffee"]
    again.database.close()
