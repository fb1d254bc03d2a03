"""`minilens archive` killed while it writes: run again, it finishes; every month whole, once, and nothing left over."""

from __future__ import annotations

import gzip
import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from minilens.serve.archives.manifest import CSV, FILES, MANIFEST, SUMS
from minilens.serve.archives.months import ASIDE
from tests import prepared
from tests.serve.server import MINILENS, Server
from tests.serve.test_an_import import HEAD

pytestmark = pytest.mark.waits

MONTHS = ("2026-01", "2026-02", "2026-03")
EACH = 1500


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A data folder with so many visits in each month."""
    folder = tmp_path_factory.mktemp("archive")
    made, file = Server(folder / "data"), folder / "visits.csv"
    rows = [
        f"page_view,u{n % 97},-,-,-,home,-,-,{month}-{n % 27 + 1:02d}T{n // 60 % 24:02d}:{n % 60:02d}:00Z\n"
        for month in MONTHS
        for n in range(EACH)
    ]
    file.write_text(HEAD + "".join(rows))
    done = prepared.run(["import", file, "--app", "shop"], made.environment)
    assert done.returncode == 0, done.stderr
    return made


def killed(one: Server, kept: Path, wanted: int, wait: float) -> int:
    """Begun, and killed so many seconds after so many files lie in the archive; or it ended before. Its code."""
    command = subprocess.Popen(
        [MINILENS, "archive", "--to", str(kept)],
        env=one.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    limit = time.monotonic() + 120
    while command.poll() is None and len([*kept.rglob("*")]) < wanted:
        assert time.monotonic() < limit
        time.sleep(0.002)
    time.sleep(wait)
    command.send_signal(signal.SIGKILL)
    return command.wait()


#: A folder aside with what is made in it, then those of the app and its months with theirs.
MOMENTS = [5, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 3, 7, 9, 11, 13, 15, 17))]


@pytest.mark.parametrize("wanted", MOMENTS)
def test_run_again_it_finishes(one: Server, tmp_path: Path, wanted: int) -> None:
    kept = tmp_path / "kept"
    first = wanted == MOMENTS[0]
    code = killed(one, kept, wanted, 0 if first else random.Random(wanted).random() / 50)
    assert not first or code == -signal.SIGKILL
    done = prepared.run(["archive", "--to", kept], one.environment)
    assert done.returncode == 0, done.stderr
    there = {path.name: path for path in (kept / "shop").iterdir()}
    assert sorted(there) == list(MONTHS)
    assert not list(kept.glob(f"{ASIDE}*"))
    for path in there.values():
        assert {file.name for file in path.iterdir()} == {*FILES, SUMS, MANIFEST}
        assert json.loads((path / MANIFEST).read_bytes())["events"] == EACH
        rows = gzip.decompress((path / CSV).read_bytes()).splitlines()
        assert (len(rows), len(set(rows))) == (EACH + 1, EACH + 1)
    checked = prepared.run(["archive", "--to", kept, "--check"], one.environment)
    assert f"3 months, {3 * EACH:,} events" in checked.stdout, checked.stderr
