"""What a machine may lack or forbid is said in a sentence, and the server goes on when that is over."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from minilens.data_folder import MOST_ADDRESS, address_of, began
from minilens.serve import engine_failure, predecessors
from tests import prepared
from tests.serve.server import MINILENS, Server, server_to_kill


@pytest.mark.waits
def test_a_data_path_of_any_length(tmp_path: Path) -> None:
    """The address of a socket may have 107 bytes."""
    data = tmp_path / ("long" * 25) / "data"
    assert len(str(data / "engine.sock")) > MOST_ADDRESS
    with server_to_kill(data) as one:
        assert httpx.get(f"{one.url}/readyz", timeout=60).json() == {"ready": True}
        assert (data / "engine.sock").is_socket()
        elsewhere = {**one.environment, "MINILENS_PORT": "1"}
        words = ["users", "invite", "li@example.com", "--role", "owner"]
        invited = prepared.run(words, elsewhere)
        assert invited.stdout.startswith(f"{one.url}/invitation?code="), invited.stderr
        assert began(data) > 0
        assert limit_of(one.child("engine")) == limit_of(one.child("receiver")) >= 1024


def limit_of(process: int) -> int:
    """How many files a process may open now."""
    return resource.prlimit(process, resource.RLIMIT_NOFILE)[0]


def test_a_short_path_is_its_own_address(tmp_path: Path) -> None:
    assert address_of(Path("/data/engine.sock")) == "/data/engine.sock"
    long = tmp_path / ("x" * 120)
    long.mkdir()
    (long / "engine.sock").write_text("here")
    assert len(address_of(long / "engine.sock")) <= MOST_ADDRESS
    assert Path(address_of(long / "engine.sock")).read_text() == "here"


def serve(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`minilens serve` where it cannot: it must end by itself."""
    one = Server(data, **{"LC_ALL": "C", **environment})
    return subprocess.run(
        [MINILENS, "serve"], env=one.environment, capture_output=True, text=True, timeout=60
    )


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder as a disk that takes nothing."""
    bound = subprocess.run(["mount", "--bind", folder, folder], capture_output=True, text=True)
    if bound.returncode:
        pytest.skip(f"no mounts are allowed here: {bound.stderr.strip()}")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_read_only_disk(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret").write_text("0" * 64)
    with read_only(data):
        said = serve(data)
        assert said.returncode == 3
        assert "Traceback" not in said.stderr
        assert "Read-only file system" in said.stderr
        spoken = serve(data, LC_ALL="zh_CN.UTF-8").stderr
        assert f"数据目录 {data} 无法使用" in spoken


@pytest.mark.parametrize("name", ["server.lock", "spool", "secret"])
def test_something_else_in_the_place_of_a_file(name: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    if name == "spool":
        (data / name).write_text("no folder")
    else:
        (data / name).mkdir()
    said = serve(data)
    assert said.returncode == 3
    assert "Traceback" not in said.stderr
    assert name in said.stderr


def test_notes_that_cannot_be_written_end_nothing(tmp_path: Path) -> None:
    for name in (engine_failure.NAME, predecessors.NAME):
        (tmp_path / name).mkdir()
    engine_failure.write(tmp_path, PermissionError(13, "Permission denied", "/data/warehouse"))
    engine_failure.clear(tmp_path)
    predecessors.remember(tmp_path, [1])
    predecessors.forget(tmp_path)


def test_a_file_that_is_refused_is_named_by_the_engine(tmp_path: Path) -> None:
    said = engine_failure.write(
        tmp_path, PermissionError(13, "Permission denied", "/data/warehouse")
    )
    assert said.en == "The data folder cannot be used: /data/warehouse: Permission denied"
    assert said.zh == "数据目录无法使用：/data/warehouse: Permission denied"


TRIED_AGAIN = "cannot start, its reason is above; events go on being received"


@pytest.mark.waits
def test_few_open_files_are_said_and_receiving_goes_on(tmp_path: Path) -> None:
    """The engine cannot open with so few: it says so and tries again; with more it opens."""
    one = Server(tmp_path / "data", LC_ALL="C")
    with open(one.log, "ab") as log:
        one.process = subprocess.Popen(
            [MINILENS, "serve"], env=one.environment, stdout=log, stderr=log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48)),
        )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while TRIED_AGAIN not in (written := one.log.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        assert TRIED_AGAIN in written
        assert "only 48 files may be open" in written
        assert "Traceback" not in written
        assert httpx.get(f"{one.url}/readyz", timeout=60).status_code in (200, 503)
        one.stop()
        one.start()
        assert httpx.get(f"{one.url}/readyz", timeout=60).json() == {"ready": True}
    finally:
        one.stop()
