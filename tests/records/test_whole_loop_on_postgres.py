"""Import and report by command, with the records in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests import prepared


def test_import_and_report(new_database: Callable[[], str], tmp_path: Path) -> None:
    settings = {"MINILENS_DATA": str(tmp_path / "data"), "MINILENS_RECORDS": new_database()}

    def minilens(*words: str) -> str:
        done = prepared.run(words, os.environ | settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    file = tmp_path / "visits.csv"
    file.write_text(
        "event_name,user_id,session_id,source,campaign,page,value,currency,ts\n"
        "page_view,u1,s1,-,-,pages/index,-,-,2026-11-16T04:00:00Z\n"
        "page_view,u2,s2,-,-,pages/index,-,-,2026-11-16T15:59:59Z\n"
        "page_view,u1,s3,-,-,pages/index,-,-,2026-11-16T16:00:00Z\n",
        encoding="utf-8",
    )
    minilens("import", str(file), "--app", "coffee")
    assert not (tmp_path / "data" / "records.sqlite").exists()
    assert "coffee" in minilens("apps")
    words = ("--app", "coffee", "--from", "2026-11-16", "--to", "2026-11-17", "--format", "csv")
    lines = [line.split(",") for line in minilens("report", "overview.trend", *words).splitlines()]
    at = {name: n for n, name in enumerate(lines[0])}
    names = ("day", "total_users", "launches", "visits", "visitors", "new_users")
    assert [[line[at[name]] for name in names] for line in lines[1:]] == [
        ["2026-11-16", "2", "2", "2", "2", "2"],
        ["2026-11-17", "2", "1", "1", "1", "0"],
    ]
