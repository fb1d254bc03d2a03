"""Commands without the time that importing takes: forked from a process that has imported everything.

One such process serves each process of tests. It has opened nothing and begun no thread when it forks, so a command
finds what a fresh one would. What has to be killed, or goes on for long, is started as people start it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
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


def _asked(words: Sequence[object], environment: Mapping[str, str], code: str, given: str) -> Done:
    process = _process()
    questions, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / name for name in ("given", "out", "err")]
        files[0].write_text(given, "utf-8")
        asked = {
            "code": code,
            "words": [os.fspath(cast(str, word)) for word in words],
            "environment": dict(environment),
            "folder": str(Path.cwd()),
            "files": [str(file) for file in files],
        }
        print(json.dumps(asked), file=questions, flush=True)
        status = int(answers.readline())
        out, err = (file.read_text("utf-8") for file in files[1:])
    return subprocess.CompletedProcess([str(word) for word in words], status, out, err)


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
        child = os.fork()
        if not child:
            _command(json.loads(line))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


def _command(asked: dict[str, Any]) -> None:
    """In the child: become the command."""
    status = 1
    try:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        for number, file in enumerate(asked["files"]):
            os.dup2(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), number)
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
