"""A real server in a folder of its own, for tests that need its processes."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner

from minilens import settings
from minilens.cli.main import main
from minilens.records.store import Records
from tests import prepared

OPENED = """
from minilens.load.pipeline import open_pipeline
from minilens.settings import load
open_pipeline(load()).close()
"""
MINILENS = Path(sys.executable).parent / "minilens"


class Server:
    """`minilens serve` as a subprocess."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MINILENS_")},
            "MINILENS_DATA": str(data),
            "MINILENS_PORT": str(self.port),
            "MINILENS_RESERVE_MB": "0",
            **environment,
        }
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | prepared.Started | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> str:
        """Output of `minilens …` on this folder."""
        done = prepared.run(words, self.environment)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def commands(self, *calls: Sequence[str]) -> list[tuple[int, str, str]]:
        """Exit code, output and errors of several, one after another in one process, which imports all once."""
        script = (
            "import json, sys\n"
            "from click.testing import CliRunner\n"
            "from minilens.cli.main import main\n"
            "done = [CliRunner().invoke(main, words) for words in json.load(sys.stdin)]\n"
            "print(json.dumps([(one.exit_code, one.stdout, one.stderr) for one in done]))"
        )
        done = prepared.python(script, (), self.environment, json.dumps(calls))
        assert done.returncode == 0, done.stderr
        return [(code, said, error) for code, said, error in json.loads(done.stdout)]

    def inside_this_process(self, *words: str) -> None:
        """The same without a process of its own, for commands that need no engine."""
        others: dict[str, str | None] = {
            name: None for name in os.environ if name.startswith("MINILENS_")
        }
        done = CliRunner().invoke(main, words, env={**others, **self.environment})
        assert done.exit_code == 0, done.output

    def start(self) -> None:
        """Start, and return when both processes answer. For tests that kill none of them."""
        code = "from tests.serve.forked import serve; serve()"
        self.process = prepared.start(code, (), self.environment, self.log)
        self.wait()

    def start_as_people_do(self) -> None:
        """The same by the command that people have."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [MINILENS, "serve"], env=self.environment, stdout=log, stderr=log
            )
        self.wait()

    def wait(self, seconds: float = 120) -> None:
        """Return when receiver and engine answer; with the server's own output where they do not."""
        until = time.monotonic() + seconds
        with httpx.Client(timeout=2, verify=False) as client:
            while time.monotonic() < until:
                assert self.process is not None
                assert self.process.poll() is None, self.log.read_text()
                try:
                    if client.get(f"{self.url}/healthz").status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def child(self, name: str) -> int:
        """Process id of the receiver or the engine; 0 where it is just not there."""
        assert self.process is not None
        pids = subprocess.run(
            ["ps", "-ww", "-o", "pid=,comm=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
        ).stdout
        module = re.compile(rf"^ *\d+ {name}\b|minilens\.serve\.(\w+\.)?{name}\b")
        return next((int(row.split()[0]) for row in pids.splitlines() if module.search(row)), 0)

    def inside(self, command: str, **asked: str) -> Any:
        """Ask the engine on its own socket."""
        transport = httpx.HTTPTransport(uds=str(self.data / "engine.sock"))
        with httpx.Client(transport=transport, timeout=30) as client:
            return client.get(f"http://engine/-/{command}", params=asked).json()

    def settle(self) -> None:
        """Return when all that was received is loaded and no day waits."""
        until = time.monotonic() + 60
        while (left := self.inside("left", receiver="main")) != {"bytes": 0, "days": 0}:
            assert time.monotonic() < until, left
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop as an owner does; the server drains first."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(90)

    def rows(self, *questions: str) -> list[list[list[Any]]]:
        """Rows of SQL over the stopped server's warehouse, asked in a process of its own."""
        script = (
            "import json, sys\n"
            "from minilens.warehouse.engine import Engine\n"
            "engine = Engine(f'chdb://{sys.argv[1]}')\n"
            "rows = [[list(r) for r in engine.rows(q)] for q in json.load(sys.stdin)]\n"
            "print(json.dumps(rows, default=str))"
        )
        place = str(self.data / "warehouse")
        done = prepared.python(script, [place], self.environment, json.dumps(questions))
        assert done.returncode == 0, done.stderr
        found: list[list[list[Any]]] = json.loads(done.stdout)
        return found


@contextmanager
def server(data: Path, **environment: str) -> Iterator[Server]:
    """A server with one app named `shop`, stopped at the end whatever happens."""
    with _with_a_shop(data, environment) as one:
        one.start()
        yield one


@contextmanager
def server_to_kill(data: Path, **environment: str) -> Iterator[Server]:
    """The same, started as people do: it may be killed, and is to the system what theirs is."""
    with _with_a_shop(data, environment) as one:
        one.start_as_people_do()
        yield one


@contextmanager
def _with_a_shop(data: Path, environment: dict[str, str]) -> Iterator[Server]:
    one = Server(data, **environment)
    if not data.exists() and "MINILENS_RECORDS" not in environment:
        shutil.copytree(_of_a_shop(), data, symlinks=True)
    else:
        _make_shop(one)
    try:
        yield one
    finally:
        one.stop()


def _make_shop(one: Server) -> None:
    one.inside_this_process("apps", "create", "shop")
    one.inside_this_process("owner", "owner@example.org")


@cache
def _of_a_shop() -> Path:
    """A data folder with that app and every table, made once: making tables takes longer than all else of a start."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    one = Server(Path(folder.name) / "data")
    _make_shop(one)
    made = prepared.python(OPENED, (), one.environment)
    assert made.returncode == 0, made.stderr
    return one.data


def key_of(one: Server, app: str = "shop") -> str:
    """The write key of the app."""
    records = Records(settings.load(one.environment).records_dsn)
    try:
        return records.keys.of(records.apps.named(app).id)[0].key
    finally:
        records.database.close()
