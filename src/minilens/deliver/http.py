"""A request to an address that an owner typed: no redirects, no private networks, nothing of it in errors or logs.

The name is looked up once, every address it has is checked, and the connection goes to the one that was checked:
a name that is answered otherwise the second time leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urlsplit

import httpx

from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.networks import Networks
from minilens.records.channel_content import Kind

# its lines of INFO name addresses, and these hold keys
logging.getLogger("httpx").setLevel(logging.WARNING)

#: Bytes of an answer that are read, and letters of it that are kept.
MOST_READ, MOST_KEPT = 65_536, 300
#: Addresses of a host that are tried.
MOST_ADDRESSES = 3
#: IPv4 within IPv6, as gateways of some networks write it.
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Answer:
    """What came back: status 0 where nothing did, and then `outcome` says what that means. `date`: of their clock."""

    outcome: Outcome
    status: int = 0
    body: bytes = b""
    date: str = ""


def bucket(address: str) -> bytes:
    """What an address is remembered as."""
    return sha256(address.encode()).digest()


def limited(
    sender: Sender, kind: Kind, address: str, now_ms: int, count: int = 1
) -> Outcome | None:
    """What comes of it where so many are more than may be sent there now; else they are counted."""
    wait = sender.rates.take(kind, bucket(address), now_ms, count)
    return Outcome("again", wait=wait, code="own_limit") if wait else None


def posted(
    sender: Sender, address: str, body: bytes, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send it, and tell what came back. The outcome is that of HTTP alone: 2xx is sent."""
    host = urlsplit(address).hostname or ""
    try:
        at = reachable(host, sender.within)
    except OSError:
        return Answer(Outcome("again", code="no_such_host"))
    if not at:
        return Answer(Outcome("stopped", code="private_address"))
    return _asked(sender.patience, address, at, body, headers or {})


def reachable(host: str, within: Networks) -> list[str]:
    """The addresses of the host, as numbers; none where one of them is private and not of `within`. OSError where there
    is no such host."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    public = all(_is_public(one) or one in within for one in found)
    return list(dict.fromkeys(found))[:MOST_ADDRESSES] if public else []


def _is_public(text: str) -> bool:
    """Whether it is an address of the open internet, also where one of IPv4 is written within one of IPv6."""
    address = ipaddress.ip_address(text.partition("%")[0])
    inner: ipaddress.IPv4Address | ipaddress.IPv6Address = address
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or address
        if address in TRANSLATED:
            inner = ipaddress.IPv4Address(address.packed[-4:])
    return inner.is_global and address.is_global and not inner.is_multicast


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Whose certificates count. Reading them takes longer than a request, so it is done once."""
    return httpx.create_ssl_context()


def _asked(
    patience: float, address: str, found: Sequence[str], body: bytes, headers: Mapping[str, str]
) -> Answer:
    """What the first of the addresses says that can be connected to."""
    url = httpx.URL(address)
    named = {
        "User-Agent": "Minilens", "Host": url.netloc.decode(), "Content-Type": "application/json; charset=utf-8",
        **headers,
    }  # fmt: skip
    reason = ""
    for at in found:
        try:
            return asyncio.run(_within(patience, url, at, body, named))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            reason = type(error).__name__
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            return Answer(Outcome("unknown", type(error).__name__, code="no_answer"))
    return Answer(Outcome("again", reason, code="no_connection"))


async def _within(
    patience: float, url: httpx.URL, at: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    """The answer, whole, within so many seconds: also of one who says a letter at a time."""
    times = httpx.Timeout(patience, connect=min(5.0, patience))
    async with (
        asyncio.timeout(patience + 1),
        httpx.AsyncClient(trust_env=False, follow_redirects=False, verify=trusted(), timeout=times) as client,
        client.stream(
            "POST", url.copy_with(host=at), content=body, headers=headers,
            extensions={"sni_hostname": url.host},
        ) as found,
    ):  # fmt: skip
        return _answer(found, await _read(found))


async def _read(found: httpx.Response) -> bytes:
    """As much of it as is looked at."""
    parts, size = list[bytes](), 0
    async for part in found.aiter_raw():
        parts.append(part)
        size += len(part)
        if size > MOST_READ:
            break
    return b"".join(parts)[:MOST_READ]


def _answer(found: httpx.Response, body: bytes) -> Answer:
    said, status = shown(body), found.status_code
    if status in (408, 425, 429) or status >= 500:
        outcome = Outcome("again", f"{status} {said}".strip(), _wait(found), code="busy")
    elif 200 <= status < 300:
        outcome = Outcome("sent", f"{status} {said}".strip())
    elif status in (401, 403, 404, 410):
        outcome = Outcome("stopped", f"{status} {said}".strip(), code="refused_there")
    elif 300 <= status < 400:
        outcome = Outcome("stopped", str(status), code="redirected")
    else:
        outcome = Outcome("failed", f"{status} {said}".strip(), code="not_taken_there")
    return Answer(outcome, status, body, found.headers.get("date", ""))


def shown(body: bytes) -> str:
    """The beginning of an answer, in one line."""
    text = body.decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MOST_KEPT]


def _wait(found: httpx.Response) -> float | None:
    """Seconds that they name; an hour at most."""
    text = found.headers.get("retry-after", "")
    return (
        float(min(int(text), 3600)) if text.isascii() and text.isdigit() and len(text) < 9 else None
    )
