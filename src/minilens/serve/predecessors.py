"""The processes of a server that was killed: they end by themselves, and the next one waits for them.

They still hold the port, the spool and the engine's folder for as long as it takes to finish what was acknowledged.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from minilens.data_folder import remove_note
from minilens.serve.terminal import say

#: In the data folder: their numbers.
NAME = "processes.json"
#: Seconds after which one that does not end is killed: nothing is received meanwhile, and what waits is in the spool.
PATIENCE = 20.0


def remember(data: Path, processes: Sequence[int]) -> None:
    """Write down who works on the folder, where that has changed."""
    text = json.dumps(list(processes))
    file = data / NAME
    try:
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
    except OSError:  # a full disk: the next start waits for the locks instead
        return


def forget(data: Path) -> None:
    """All of them have ended."""
    remove_note(data / NAME)


def wait_for(data: Path, patience: float = PATIENCE) -> None:
    """Until the processes of a killed server have ended; those that do not are killed."""
    told = False
    until = time.monotonic() + patience
    while alive := [number for number in _written(data) if _works_on(number, data)]:
        if not told:
            say(
                "minilens：正在等待上一个服务的进程结束",
                "minilens: waiting for the processes of the previous server to end",
                err=True,
            )
            told = True
        if time.monotonic() >= until:
            for number in alive:
                os.kill(number, signal.SIGKILL)
            until = time.monotonic() + patience
        time.sleep(0.1)
    forget(data)


def _written(data: Path) -> list[int]:
    try:
        found = json.loads((data / NAME).read_text())
    except (OSError, ValueError):
        return []
    return (
        [number for number in found if isinstance(number, int)] if isinstance(found, list) else []
    )


def _works_on(number: int, data: Path) -> bool:
    """Whether a process of this number is one of ours and of this folder: numbers are used again."""
    try:
        command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        environment = Path(f"/proc/{number}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    ours = any(word.startswith(b"minilens.serve.") for word in command)
    return ours and f"MINILENS_DATA={data}".encode() in environment
