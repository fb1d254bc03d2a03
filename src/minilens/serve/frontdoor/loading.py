"""Where the console is: on the host that loads. Other hosts pass requests for it on to there.

A request that is passed on is signed, together with the address of its client, so that the other host believes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from minilens.load.election import PATIENCE
from minilens.period import now_ms
from minilens.records.outage import Outage
from minilens.records.receivers import Host, NameTaken
from minilens.records.store import Records
from minilens.serve.control import INTERNAL
from minilens.serve.frontdoor.proxy import MOST_CONNECTIONS, LoaderAway
from minilens.serve.standby import STANDS_BY
from minilens.spool import signing
from minilens.spool.signing import Peers

Scope = MutableMapping[str, Any]

PASSED = b"minilens-passed-on"
FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"
#: Seconds between two notes that this host is there; and looks at who loads.
EVERY = 2.0


@dataclass
class Presence:
    """Writes this host down in the records, and knows from there who loads. `figures`: bytes waiting, since when the
    oldest waits, bytes free."""

    records: Records
    host: Host
    figures: Callable[[], tuple[int, int, int]]
    elsewhere: tuple[str, str] | None = (
        None  # name and address of the host that loads; None: this one, or nobody
    )

    moved: Callable[[], None] = lambda: None  # another host loads, or none
    outage: Outage = field(default_factory=lambda: Outage("being written down"))

    def note(self, *, left: bool = False) -> None:
        """Once; NameTaken where another host is called so."""
        waiting, oldest, free = self.figures()
        self.records.receivers.note(self.host, waiting=waiting, oldest=oldest, free=free, left=left)
        seen = self.records.loader_lease.look()
        if (
            seen is None
            or not seen.held
            or seen.instance == self.host.instance
            or seen.age > 2 * PATIENCE
        ):
            self.elsewhere = None
            return
        urls = {row.name: row.url for row in self.records.receivers.all()}
        self.elsewhere = (seen.name, urls[seen.name]) if seen.name in urls else None

    async def keep(self) -> None:
        """From now on, until cancelled; whatever one try meets, the next is made."""
        try:
            while True:
                await asyncio.sleep(EVERY)
                before = self.elsewhere
                await asyncio.to_thread(self._try)
                if self.elsewhere != before:
                    self.moved()
        finally:
            self._try(left=True)

    def begin(self) -> None:
        """The first note; NameTaken is raised, and of records that are away it is only said."""
        try:
            self.note()
        except NameTaken:
            raise
        except Exception as error:  # the records may be away, or not made yet
            self.outage.failed(error)

    def _try(self, *, left: bool = False) -> None:
        try:
            self.note(left=left)
        except Exception as error:  # whatever it is
            self.outage.failed(error)
        else:
            self.outage.over()


@dataclass
class Way(httpx.AsyncBaseTransport):
    """To the engine of this host, or to the host that loads; LoaderAway where none answers. `loads`: this one may."""

    near: httpx.AsyncBaseTransport
    far: httpx.AsyncBaseTransport
    presence: Presence
    key: bytes
    loads: bool = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass on."""
        there = self.presence.elsewhere
        if (
            there is None
            or request.url.path.startswith(INTERNAL)
            or PASSED.decode() in request.headers
        ):
            request.headers.pop(PASSED.decode(), None)
            return await self._near(request)
        name, url = there
        target = request.url.raw_path.decode("latin-1")
        client, proto = (request.headers.get(one.decode(), "") for one in (FOR, PROTO))
        mark = signing.signed(
            self.key, *_signed(request.method, target, name, client, proto), now_ms()
        )
        headers = [*request.headers.raw, (PASSED, mark.encode())]
        base = httpx.URL(url)
        passed_on = httpx.Request(
            request.method, base.copy_with(raw_path=request.url.raw_path), headers=headers,
            stream=request.stream, extensions=request.extensions,
        )  # fmt: skip
        return await self._far(passed_on, there)

    async def _near(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = await self.near.handle_async_request(request)
        except httpx.ConnectError as error:
            raise error if self.loads else LoaderAway("this host only receives") from error
        if STANDS_BY in answer.headers:
            await answer.aclose()
            raise LoaderAway("this host stands by")
        return answer

    async def _far(self, request: httpx.Request, there: tuple[str, str]) -> httpx.Response:
        """Waited for as long as that host loads: one that was paused may never answer."""
        asking = asyncio.ensure_future(self.far.handle_async_request(request))
        try:
            while not asking.done():
                if self.presence.elsewhere != there:
                    raise LoaderAway("another host loads now")
                await asyncio.wait({asking}, timeout=EVERY)
            return asking.result()
        except httpx.LocalProtocolError:  # it cannot be passed on to anybody
            raise
        except httpx.TransportError as error:
            raise LoaderAway(str(error)) from error
        finally:
            asking.cancel()


def way_to_others() -> httpx.AsyncHTTPTransport:
    """To the doors of other hosts."""
    # shorter than theirs: a connection that they close just as it is used would be an error for nothing
    limits = httpx.Limits(
        max_connections=MOST_CONNECTIONS, max_keepalive_connections=20, keepalive_expiry=2.0
    )
    return httpx.AsyncHTTPTransport(limits=limits)


def _signed(
    method: str, target: str, name: str, client: str, proto: str
) -> tuple[str, str, str, dict[str, str]]:
    return f"pass on {method}", target, name, {signing.DIGEST: f"{client} {proto}"}


def believed(scope: Scope, peers: Peers) -> Scope:
    """The request as its first host had it, where another host of this installation passed it on."""
    given = dict(scope["headers"])
    if PASSED not in given:
        return scope
    client, proto = (given.get(one, b"").decode("latin-1") for one in (FOR, PROTO))
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    method, target, _, said = _signed(scope["method"], target, peers.receiver, client, proto)
    headers = said | {"authorization": given[PASSED].decode("latin-1")}
    if peers.admits(method, target, headers, now_ms()):
        kept = [one for one in scope["headers"] if one[0] != PASSED]
        return {**scope, "headers": kept}
    kept = [one for one in scope["headers"] if one[0] != FOR]
    return {**scope, "headers": kept, "client": (client, 0), "passed_on": True}
