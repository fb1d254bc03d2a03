"""Starts the receiver and the engine, watches them, and stops them in order.

The supervisor holds the listening socket: while a killed receiver is started again, connections wait
instead of being refused.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from minilens.data_folder import LOCK, note_began, raise_open_files
from minilens.errors import CannotStart
from minilens.period import now_ms
from minilens.serve import engine_failure, predecessors
from minilens.serve.terminal import say
from minilens.settings import Settings

QUICK = 3.0
#: What lived so long had begun to work.
SURELY_WORKED = 60.0
LONGEST_WAIT = 5.0
#: What cannot open is tried again after so long at most.
LONGEST_WAIT_TO_OPEN = 15.0
#: No free process or file descriptor: tried again after so long.
REFUSED_WAIT = 1.0
SLOWEST_STOP = 60.0
#: A question may wait for an event, never an event for a question.
ENGINE_NICENESS = 10
#: Files that may be open; the engine fails to open with much fewer.
ENOUGH_FILES = 1024
#: As the guide calls them.
ZH = {"engine": "引擎进程", "receiver": "接收进程"}
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process, started again when it dies."""

    name: str
    module: str
    environment: dict[str, str]
    pass_fds: tuple[int, ...] = ()
    niceness: int = 0
    may_wait: bool = False  # the server goes on without it, and it is tried again
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    worked: bool = False  # so what stops it now came later, and may go again
    quick_deaths: int = 0
    again: float = 0.0  # when to start it again

    def start(self) -> None:
        """Start it; it is told to stop should the supervisor vanish. Where the system refuses, soon again."""
        self.started, self.again = time.monotonic(), 0.0
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env=self.environment,
                pass_fds=self.pass_fds,
                stdin=subprocess.DEVNULL,
                preexec_fn=partial(_prepare, self.niceness),
            )
        except (OSError, subprocess.SubprocessError) as error:
            self.process, self.again = None, self.started + REFUSED_WAIT
            say(
                f"minilens：系统无法启动{ZH[self.name]}（{error}），将重试",
                f"minilens: the system cannot start the {self.name} ({error}); trying again",
                err=True,
            )

    def watch(self) -> None:
        """Start it again if it died; CannotStart where it says that it cannot run."""
        if self.process is None:
            if time.monotonic() >= self.again:
                self.start()
            return
        if self.process.poll() is None:
            return
        code = self.process.returncode
        lived = time.monotonic() - self.started
        self.worked = self.worked or lived >= SURELY_WORKED
        if code == 3 and not (self.may_wait or self.worked):
            raise CannotStart(
                f"The {self.name} cannot start; see the reason above.",
                f"{ZH[self.name]}无法启动，原因见上。",
            )
        if not self.again:
            self.quick_deaths = self.quick_deaths + 1 if lived < QUICK or code == 3 else 0
            longest = LONGEST_WAIT if code != 3 else LONGEST_WAIT_TO_OPEN
            wait = min(0.1 * 2**self.quick_deaths, longest) if self.quick_deaths else 0.0
            self.again = time.monotonic() + wait
            self._tell(code, wait)
        if time.monotonic() >= self.again:
            self.start()

    def _tell(self, code: int, wait: float) -> None:
        """Why it is started again; what cannot open is named above, and all else goes on."""
        if code == 3 and self.may_wait:
            say(
                f"minilens：{ZH[self.name]}无法启动，原因见上；事件照常接收，{wait:.1f} 秒后重试",
                f"minilens: the {self.name} cannot start, its reason is above; events go on being received,"
                f" trying again in {wait:.1f} s",
                err=True,
            )
            return
        say(
            f"minilens：{ZH[self.name]}意外退出（代码 {code}），"
            + (f"{wait:.1f} 秒后重新启动" if wait else "正在重新启动"),
            f"minilens: the {self.name} died (exit {code}); starting it again"
            + (f" in {wait:.1f} s" if wait else ""),
            err=True,
        )

    def stop(self) -> None:
        """Ask it to finish; kill it where it does not in a minute."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(SLOWEST_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Supervisor:
    """The two children and the socket between the world and them."""

    settings: Settings
    announce: str = "1"
    listener: socket.socket = field(init=False)
    children: list[Child] = field(init=False)
    _stopping: bool = False
    _lock: int = -1

    def __post_init__(self) -> None:
        os.umask(0o077)  # what the server writes is nobody else's
        self._lock = only_one(self.settings.data)
        note_began(self._lock, now_ms())
        predecessors.wait_for(self.settings.data)
        engine_failure.clear(self.settings.data)
        _warn_of_few_files()
        self.listener = _bind(self.settings)
        fd = self.listener.fileno()
        environment = {
            **os.environ,
            "MINILENS_DATA": str(self.settings.data),
            "MINILENS_HOST": self.settings.host,
            "MINILENS_PORT": str(self.settings.port),
            "PYTHONUNBUFFERED": "1",
            "MINILENS_ANNOUNCE": self.announce,
        }
        engine = Child(
            "engine", "minilens.serve.engine", environment, niceness=ENGINE_NICENESS, may_wait=True
        )
        self.children = [
            *([engine] if "load" in self.settings.roles else []),
            Child(
                "receiver",
                "minilens.serve.frontdoor.receiver",
                {**environment, "MINILENS_LISTENER": str(fd)},
                (fd,),
            ),
        ]

    def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told)
        try:
            for child in self.children:
                child.start()
            while not self._stopping:
                for child in self.children:
                    child.watch()
                running = [child.process.pid for child in self.children if child.process]
                predecessors.remember(self.settings.data, running)
                time.sleep(0.1)
        finally:
            # first the receiver: what it acknowledged is in the spool when the engine drains it
            for child in reversed(self.children):
                child.stop()
            self.listener.close()
            predecessors.forget(self.settings.data)
            engine_failure.clear(self.settings.data)
            os.close(self._lock)

    def _told(self, _number: int, _frame: object) -> None:
        self._stopping = True


def only_one(data: Path) -> int:
    """Hold the data folder for as long as this process lives."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotStart(
            f"The data folder {data} cannot be used: {LOCK}: {error.strerror}",
            f"数据目录 {data} 无法使用：{LOCK}：{error.strerror}",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise CannotStart(
            f"Another server is using {data}. Stop it, or choose another folder with MINILENS_DATA.",
            f"另一个服务或命令正在使用 {data}。请先停止它，或用 MINILENS_DATA 另选目录。",
        ) from None
    return lock


def _warn_of_few_files() -> None:
    """The engine opens a few hundred."""
    limit = raise_open_files()
    if limit < ENOUGH_FILES:
        say(
            f"minilens：最多只能打开 {limit} 个文件，至少需要 {ENOUGH_FILES} 个；"
            "请提高 ulimit -n 或 systemd 的 LimitNOFILE",
            f"minilens: only {limit} files may be open, at least {ENOUGH_FILES} are needed; "
            "raise ulimit -n, or LimitNOFILE of systemd",
            err=True,
        )


def _bind(settings: Settings) -> socket.socket:
    try:
        return socket.create_server(
            (settings.host, settings.port),
            backlog=2048,
            family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
        )
    except OSError as error:
        raise CannotStart(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
            "Choose another port with --port or MINILENS_PORT.",
            f"无法监听 {settings.host}:{settings.port}：{error.strerror}。请用 --port 或 MINILENS_PORT 另选端口。",
        ) from error


def _prepare(niceness: int) -> None:
    """In the child: its own group, an end with its parent, and its place behind others for the processor."""
    os.nice(niceness)
    os.setpgrp()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
