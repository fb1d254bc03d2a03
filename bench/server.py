"""The real server as a child of ours, in a data folder of its own, asked from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from bench.machine import called, cpu_seconds, family, free_port, memory

SLOWEST_START = 90.0
SLOWEST_STOP = 600.0


def environment(data: Path) -> dict[str, str]:
    """The environment of commands that work on this data folder; no setting of the caller's counts.

    Modules are compiled once, as an installer leaves them, whatever the checkout they are run from has.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MINILENS_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    compiled = str(data.parent / "compiled")
    return {
        **kept,
        "MINILENS_DATA": str(data),
        "LC_ALL": "C.UTF-8",
        "PYTHONPYCACHEPREFIX": compiled,
    }


def command(data: Path, *words: str, timeout: float = 600) -> str:
    """What `minilens WORDS` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "minilens.cli.main", *words],
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"minilens {' '.join(words)} ended with {done.returncode}: {done.stderr}"
        )
    return done.stdout


class Server:
    """`minilens serve`, from ready to drained; `settings`: those of its environment that are not as they come."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self._settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.stop_seconds = 0.0
        data.mkdir(parents=True, exist_ok=True)
        self._said = data.with_suffix(".log")

    def __enter__(self) -> Self:
        with open(self._said, "ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "minilens.cli.main", "serve", "--port", str(self.port)],
                env=environment(self.data) | self._settings,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + SLOWEST_START
        while time.monotonic() < limit:
            if self._process.poll() is not None:
                break
            try:
                if (
                    httpx.get(f"{self.url}/readyz").status_code == 200
                    and httpx.get(f"{self.url}/healthz").status_code == 200
                ):
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"The server does not start: {self._said.read_text()[-2000:]}")

    def _stop(self) -> None:
        began = time.monotonic()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(SLOWEST_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self.stop_seconds = time.monotonic() - began

    def ask(self, question: str, **asked: str) -> dict[str, Any]:
        """Ask the engine on its own socket, as commands do."""
        transport = httpx.HTTPTransport(uds=str(self.data / "engine.sock"))
        with httpx.Client(transport=transport, timeout=120) as client:
            answer = client.get(f"http://engine/-/{question}", params=asked)
            answer.raise_for_status()
            body: dict[str, Any] = answer.json()
            return body

    def waiting(self) -> tuple[int, int]:
        """Bytes received and not loaded, and days not made."""
        left = self.ask("left", receiver="main")
        return int(left["bytes"]), int(left["days"])

    def wait_until_loaded(self, most: float) -> float:
        """Seconds until everything received is loaded and its days are made."""
        began = time.monotonic()
        while any(self.waiting()):
            if time.monotonic() - began > most:
                raise TimeoutError(f"Not loaded after {most:.0f} s: {self.waiting()}")
            time.sleep(0.2)
        return time.monotonic() - began

    def signed_in(self) -> httpx.Cookies:
        """Cookies of somebody who came in by the one-time link."""
        code = re.search(r"code=([\w-]+)", command(self.data, "owner", "bench@example.org"))
        assert code, "no code in the address"
        with httpx.Client(base_url=self.url, timeout=30) as client:
            page = client.get("/sign-in", params={"code": code[1]}).text
            mark = re.search(r'name="csrf" value="(\w+)"', page)
            assert mark, "no button to sign in with"
            client.post("/sign-in", data={"code": code[1], "csrf": mark[1]})
            assert client.cookies, "not signed in"
            return client.cookies

    def cpu(self) -> dict[str, float]:
        """Processor seconds used so far, by process."""
        return {called(pid): cpu_seconds(pid) for pid in family(self._process.pid)}

    def memory(self) -> dict[str, int]:
        """Bytes of memory, by process."""
        return {called(pid): memory(pid) for pid in family(self._process.pid)}

    def complaints(self) -> str:
        """Warnings and errors the server logged, shortened."""
        lines = self._said.read_text(errors="replace").splitlines()
        bad = [line for line in lines if '"error"' in line or "Traceback" in line or "died" in line]
        return f"{len(bad)} complaints, first: {bad[0][:300]}" if bad else ""
