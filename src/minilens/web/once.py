"""A form that is sent twice acts once, and a secret waits for the one page that shows it.

Each form carries the number of the page that it stands on. The same form of the same page and browser, sent
again (a double click, a page loaded again), is answered as it was the first time. What is shown once, such as a
new token, is kept in memory for the page that the answer leads to, and taken by the first look at it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from litestar import Request, Response
from litestar.datastructures import State
from litestar.types import Message, Scope

#: Name of the field that holds the number of the page.
FIELD = "form"
#: Seconds, and the number of answers and secrets that are kept.
LASTS, MOST = 600.0, 2000
#: Seconds that a form waits for the same one sent just before.
PATIENCE = 20.0
_KEPT = ("location", "set-cookie")

#: Header of a form that a script sent, and the one that tells it where the form led.
SCRIPT, ONWARD = b"x-minilens-form", b"x-minilens-location"

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Secret:
    """What is shown once: `value` to be copied, and of what (`about`). `value` is empty after the first look."""

    value: str = ""
    about: str = ""


@dataclass
class Sent:
    """A form that was sent: `answer` is where it led, once that is known; nothing where it was refused."""

    at: float
    answer: asyncio.Future[Headers | None]


@dataclass
class Once:
    """Of one process. What a restart forgets is made again by hand."""

    sent: OrderedDict[str, Sent] = field(default_factory=OrderedDict)
    secrets: OrderedDict[str, tuple[float, int, Secret]] = field(default_factory=OrderedDict)

    def keep(self, session: int, value: str, about: str = "") -> str:
        """Keep a secret for the next page of a session; its number for the address."""
        number = secrets.token_urlsafe(9)
        self.secrets[number] = time.monotonic(), session, Secret(value, about)
        while len(self.secrets) > MOST:
            self.secrets.popitem(last=False)
        return number

    def take(self, session: int, number: str) -> Secret | None:
        """The secret; an empty one where it was seen before; None where the address names none."""
        if not number:
            return None
        at, whose, found = self.secrets.get(number, (0.0, 0, Secret()))
        if whose != session:
            return Secret()
        del self.secrets[number]
        return found if time.monotonic() - at < LASTS else Secret()

    async def again(self, key: str) -> Headers | None:
        """Where the same form led; None for the first one, which then has to say so with `done`."""
        before = self.sent.get(key)
        if before and time.monotonic() - before.at < LASTS:
            try:
                found = await asyncio.wait_for(asyncio.shield(before.answer), PATIENCE)
            except TimeoutError:
                found = None
            if found is not None:
                return found
        self.sent[key] = Sent(time.monotonic(), asyncio.get_running_loop().create_future())
        while len(self.sent) > MOST:
            self.sent.popitem(last=False)
        return None

    def done(self, key: str, headers: Headers | None) -> None:
        """Where it led; None where it was refused and may be sent again."""
        found = self.sent.get(key)
        if found and not found.answer.done():
            found.answer.set_result(headers)
        if headers is None:
            self.sent.pop(key, None)


async def sent_before(request: Request[object, object, State]) -> Response[None] | None:
    """The answer that the same form had; None where it is new."""
    number = (await request.form()).get(FIELD)
    if not isinstance(number, str) or not number:
        return None
    once: Once = request.app.state["once"]
    parts = (request.url.path, request.headers.get("cookie", ""))
    key = hashlib.sha256("\0".join(parts).encode() + b"\0" + await request.body()).hexdigest()
    headers = await once.again(key)
    if headers is None:
        request.state["sent"] = key
        return None
    answer = Response(None, status_code=303)
    answer.headers["Cache-Control"] = "no-store"
    for name, value in headers:
        if name == "location":
            answer.headers["Location"] = value
    request.state["cookies_again"] = [value for name, value in headers if name == "set-cookie"]
    return answer


def answered(message: Message, scope: Scope) -> None:
    """Remember where a form led; set its cookies again where it is answered as before."""
    if message["type"] != "http.response.start":
        return
    state, headers = scope.get("state", {}), message["headers"]
    for cookie in state.pop("cookies_again", ()):
        headers = message["headers"] = [*headers, (b"set-cookie", cookie.encode("latin-1"))]
    key = state.pop("sent", None)
    if key is None:
        return
    pairs = [(name.decode().lower(), value.decode("latin-1")) for name, value in headers]
    kept = [pair for pair in pairs if pair[0] in _KEPT] if message["status"] == 303 else None
    once: Once = scope["litestar_app"].state["once"]
    once.done(key, kept)


def told_to_script(message: Message, scope: Scope) -> None:
    """A form that a script sent leads nowhere by itself: the page it leads to may show its secret once only."""
    if message["type"] != "http.response.start" or message["status"] != 303:
        return
    if SCRIPT not in dict(scope["headers"]):
        return
    message["status"] = 200
    message["headers"] = [
        (ONWARD if name.lower() == b"location" else name, value)
        for name, value in message["headers"]
    ]
