"""`minilens serve` whose processes are forks, each of one that has imported everything: half of a start is importing.

The supervisor, the receiver and the engine run as they do; only how a process comes into being differs, and that the
engine compiles no machine code (see `interpreted` of tests/conftest.py) and stands back for nobody: beside other tests
that keep every core busy it would have a thirtieth of one.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import importlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from minilens.serve import supervisor
from minilens.warehouse.connection import ALWAYS

_PR_SET_NAME = 15


def serve() -> None:
    """The command, in a process of its own that has done nothing yet."""
    from minilens.cli.main import main

    for what in ("expressions", "aggregate_expressions", "sort_description"):
        ALWAYS[f"compile_{what}"] = 0
    supervisor.ENGINE_NICENESS = 0
    supervisor.subprocess = _Forks  # type: ignore[attr-defined, assignment]
    main(["serve"], prog_name="minilens")


class Fork:
    """As much of Popen as the supervisor uses, for `python -m MODULE`."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        pass_fds: Sequence[int],
        stdin: int,
        preexec_fn: Callable[[], None],
    ) -> None:
        assert stdin == subprocess.DEVNULL
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            _become(command[-1], env, pass_fds, preexec_fn)

    def poll(self) -> int | None:
        """Its code, once it has ended."""
        if self.returncode is None:
            number, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if number else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its code; the tests see to one that never ends."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def send_signal(self, number: int) -> None:
        """As of Popen: nothing where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)


class _Forks:
    """In place of the module `subprocess`."""

    Popen = Fork
    DEVNULL = subprocess.DEVNULL
    SubprocessError = subprocess.SubprocessError
    TimeoutExpired = subprocess.TimeoutExpired


def _become(
    module: str, env: Mapping[str, str], kept: Sequence[int], prepare: Callable[[], None]
) -> NoReturn:
    """In the child: what is left of the parent is its memory."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        prepare()
        # as `ps` shows it
        ctypes.CDLL(None).prctl(_PR_SET_NAME, module.rpartition(".")[2].encode())
        for name in os.listdir("/proc/self/fd"):
            if (fd := int(name)) > 2 and fd not in kept:
                with contextlib.suppress(OSError):
                    os.close(fd)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(env)
        importlib.import_module(module).main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)
