"""What the receiver and the engine agree on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine

import uvloop

from minilens.settings import Settings

#: The engine's addresses for commands of this machine; never reachable from outside.
INTERNAL = "/-/"


def sign_in_link(settings: Settings, code: str) -> str:
    """The address that signs in with a code."""
    return f"{settings.url}/sign-in?code={code}"


def run(main: Coroutine[None, None, None]) -> None:
    """Run a process's coroutine to its end.

    The web server catches the signals to stop, and raises them once more when it has stopped: they must
    not end the process then, which has to drain first.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
