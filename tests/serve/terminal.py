"""A command in a terminal of its own."""

from __future__ import annotations

import os
import pty
import subprocess


def in_a_terminal(words: list[str], **environment: str) -> str:
    """All that it shows."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            words, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | environment
        )
    finally:
        os.close(theirs)
    shown = bytearray()
    try:
        while some := os.read(ours, 4096):
            shown += some
    except OSError:  # so a terminal says that nobody writes any more
        pass
    finally:
        os.close(ours)
    process.wait(60)
    return shown.decode(errors="replace")
