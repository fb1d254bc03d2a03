"""An import by command, where no server runs: cut off, killed, or refused."""

from __future__ import annotations

import fcntl
import gzip
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests import prepared
from tests.serve.server import MINILENS, Server

pytestmark = pytest.mark.waits

HEAD = "event_name,user_id,session_id,source,campaign,page,value,currency,ts\n"
COUNT = "SELECT count(), uniqExact(id) FROM events"


def written(file: Path, rows: int) -> Path:
    """A file of so many visits, a minute apart."""
    lines = [
        f"page_view,u{n % 977},-,-,-,home,-,-,2026-02-{n // 1440 % 28 + 1:02d}T{n // 60 % 24:02d}:{n % 60:02d}:00Z\n"
        for n in range(rows)
    ]
    text = (HEAD + "".join(lines)).encode()
    file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)
    return file


def imports(data: Path) -> list[Path]:
    """Folders that imports left in the spool."""
    return list((data / "spool").glob("import-*"))


def test_a_file_that_was_cut_off_gives_its_whole_lines(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    file = written(tmp_path / "visits.csv.gz", 9000)
    file.write_bytes(file.read_bytes()[:-2000])
    done = prepared.run(["import", file, "--app", "shop"], one.environment)
    assert done.returncode == 2
    assert "the file was cut off" in done.stderr
    read = int(done.stdout.split("shop: ")[1].split(" events read")[0].replace(",", ""))
    assert 0 < read < 9000
    assert one.rows(COUNT) == [[[read, read]]]
    assert not imports(one.data)


def test_killed_it_is_finished_by_running_it_again(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    file = written(tmp_path / "visits.csv", 40_000)
    command = subprocess.Popen(
        [MINILENS, "import", file, "--app", "shop"],
        env=one.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    limit = time.monotonic() + 60
    while not any(folder.glob("*.seg") for folder in imports(one.data)):
        assert command.poll() is None, "it ended before anything was written"
        assert time.monotonic() < limit
        time.sleep(0.01)
    command.send_signal(signal.SIGKILL)
    command.wait()
    assert "40,000 events read, 0 lines rejected" in one.command(
        "import", str(file), "--app", "shop"
    )
    assert one.rows(COUNT) == [[[40_000, 40_000]]]


def test_where_another_command_is_at_work_nothing_is_left_behind(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    one.command("apps", "create", "shop")
    file = written(tmp_path / "visits.csv", 20)
    file.write_text(file.read_text() + "page_view,u1,-,-,-,home,-,-,never\n")
    (one.data / "spool").mkdir()
    lock = os.open(one.data / "spool" / "loader.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = prepared.run(["import", file, "--app", "shop"], one.environment)
    finally:
        os.close(lock)
    assert done.returncode == 3
    assert "Is another command using" in done.stderr
    assert not imports(one.data)
    assert not (tmp_path / "visits.csv.rejected.csv").exists()
