"""What the receiver and the engine agree on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine

import uvloop

from minilens.errors import NotFound
from minilens.period import now
from minilens.records.store import Records
from minilens.settings import Settings

#: The engine's addresses for commands of this machine; never reachable from outside.
INTERNAL = "/-/"
#: The door says this of all that it passes on: whatever bears it is no command of this machine.
FROM_OUTSIDE = b"x-forwarded-for"
#: What the supervisor tells the engine that is to print a link to sign in with.
SIGN_IN = "sign-in"


def sign_in_link(settings: Settings, code: str) -> str:
    """The address that signs in with a code."""
    return f"{settings.url}/sign-in?code={code}"


def sign_in_code(records: Records, email: str | None = None) -> str:
    """A code for the person with that address, else for the first owner, else to make that owner."""
    if email:
        person = records.accounts.find(email)
        if person is None or person.disabled:
            raise NotFound("unknown_person", "email", got=email)
    else:
        person = records.accounts.first_owner()
        if person is None and records.accounts.all():
            raise NotFound("no_owner")
    return records.sign_ins.create(now=now(), account=person.id if person else None)


def run(main: Coroutine[None, None, None]) -> None:
    """Run a process's coroutine to its end.

    The web server catches the signals to stop, and raises them once more when it has stopped: they must
    not end the process then, which has to drain first.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
