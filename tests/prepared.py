"""Commands without the time that importing takes: forked from a process that has imported everything.

One such process serves each process of tests. It has opened nothing and begun no thread when it forks, so a command
finds what a fresh one would. What has to be killed is started as people start it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

IMPORTED = (
    "alembic.command", "minilens.cli.main", "minilens.load.pipeline", "minilens.serve.backup.backup",
    "minilens.serve.backup.restore", "minilens.serve.control_client", "minilens.serve.doctor.doctor",
    "minilens.serve.transfer.export_file", "minilens.serve.transfer.import_file", "minilens.serve.wiring",
)  # fmt: skip

Done = subprocess.CompletedProcess[str]
COMMAND = "import sys; from minilens.cli.main import main; main(sys.argv[1:], prog_name='minilens')"


def run(words: Sequence[object], environment: Mapping[str, str]) -> Done:
    """`minilens …` with these variables and no others: code, output and errors."""
    return _asked(words, environment, COMMAND, "")


def python(
    code: str, words: Sequence[object], environment: Mapping[str, str], given: str = ""
) -> Done:
    """The same of any code, as of `python -c`, with what it is given to read."""
    return _asked(words, environment, code, given)


@dataclass
class Started:
    """One that goes on: as much of Popen as tests use. It ends with the process of the tests."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its code, once it has ended."""
        if self.returncode is None:
            self.returncode = _answer({"ended": self.pid})
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its code; TimeoutExpired where it does not end in so many seconds."""
        until = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() >= until:
                raise subprocess.TimeoutExpired("minilens", timeout)
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        """As of Popen: nothing where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once, and no process of its own with it."""
        self.send_signal(signal.SIGKILL)


def start(code: str, words: Sequence[object], environment: Mapping[str, str], log: Path) -> Started:
    """Code that goes on, as of `python -c`; the log gets what it says."""
    asked = _request(words, environment, code, [os.devnull, str(log), str(log)])
    return Started(cast(int, _answer({**asked, "goes_on": True})))


def _asked(words: Sequence[object], environment: Mapping[str, str], code: str, given: str) -> Done:
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / name for name in ("given", "out", "err")]
        files[0].write_text(given, "utf-8")
        status = cast(int, _answer(_request(words, environment, code, map(str, files))))
        out, err = (file.read_text("utf-8") for file in files[1:])
    return subprocess.CompletedProcess([str(word) for word in words], status, out, err)


def _request(
    words: Sequence[object], environment: Mapping[str, str], code: str, files: Iterable[str]
) -> dict[str, Any]:
    return {
        "code": code,
        "words": [os.fspath(cast(str, word)) for word in words],
        "environment": dict(environment),
        "folder": str(Path.cwd()),
        "files": list(files),
    }


def _answer(asked: Mapping[str, Any]) -> int | None:
    process = _process()
    print(json.dumps(asked), file=cast(IO[str], process.stdin), flush=True)
    answer: int | None = json.loads(cast(IO[str], process.stdout).readline())
    return answer


@cache
def _process() -> subprocess.Popen[str]:
    """Ends when what it reads ends: with the process of the tests."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.prepared"], cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _serve() -> None:
    import importlib

    for name in IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        answer = _done(json.loads(line))
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _done(asked: dict[str, Any]) -> int | None:
    """The code of a command that has ended, or the number of one that goes on; None: not ended yet."""
    if "ended" in asked:
        number, status = os.waitpid(asked["ended"], os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if number else None
    child = os.fork()
    if not child:
        if asked.get("goes_on"):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        _command(asked)
    if asked.get("goes_on"):
        return child
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _command(asked: dict[str, Any]) -> None:
    """In the child: become the command."""
    status = 1
    try:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        for number, file in enumerate(asked["files"]):
            os.dup2(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), number)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", closefd=False)
            for number, mode in enumerate(("r", "w", "w"))
        )
        sys.argv = ["-c", *asked["words"]]
        exec(asked["code"], {"__name__": "__main__"})  # of the test that asks
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _serve()
