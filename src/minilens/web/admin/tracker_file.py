"""The tracker's file for one write key: what is shipped, unchanged, behind a line that holds key and address."""

from __future__ import annotations

import functools
import ipaddress
import json
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.errors import NotFound, Refused, did_you_mean
from minilens.period import now
from minilens.records.store import Key
from minilens.web.admin.settings_page import AppSettings
from minilens.web.console import App, Console
from minilens.web.static import held

#: Those that read the line; the first is what most need.
FILES = (
    "cl_tracker.js", "cl_tracker.esm.js", "cl_tracker.core.js", "cl_tracker_agent.js", "cl_tracker_login.js",
)  # fmt: skip
CONSENT = ("granted", "remember")
#: What WeChat takes in no list of domains: not https, or no name that a domain was registered for.
Unfit = Literal["", "http", "host"]


@dataclass(frozen=True)
class RequestDomain:
    """What is to be entered in WeChat's console, and why WeChat will not take it."""

    text: str
    unfit: Unfit


@get("/a/{app:str}/settings/tracker/file", include_in_schema=False, needs="keys:write")
async def tracker_file(
    request: Request[None, None, State], settings: NamedDependency[AppSettings]
) -> Response[bytes]:
    """`key`: its number. `name`: one of FILES. `consent`: whether it waits for the person's consent."""
    given = request.query_params
    name = among(given.get("name", FILES[0]), "name", FILES)
    consent = among(given.get("consent", CONSENT[0]), "consent", CONSENT)
    key = next((one for one in live_keys(settings) if str(one.id) == given.get("key")), None)
    if key is None:
        raise NotFound("not_found")
    facts = {"key": key.key, "server": server_of(settings.console, settings.app)}
    if consent != CONSENT[0]:
        facts["consent"] = consent
    return Response(
        prefixed(name, facts),
        media_type="text/javascript; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def prefixed(name: str, facts: dict[str, str]) -> bytes:
    """The newest version of a file behind its line. The line is ASCII: no byte of it ends a script."""
    line = json.dumps(facts, separators=(",", ":")).replace("<", "\\u003c")
    return f"var MINILENS={line};\n".encode() + held()[f"tracker/{version()}/{name}"].plain


@functools.cache
def version() -> str:
    """The newest that is shipped."""
    found = {path.split("/")[1] for path in held() if path.startswith("tracker/")}
    return max(found, key=lambda one: [int(part) for part in one.split(".")])


def live_keys(settings: AppSettings) -> list[Key]:
    """Keys that events are taken with, the newest first."""
    moment = now()
    every = settings.records.keys.of(settings.app.id)
    return [one for one in every if one.retires is None or one.retires > moment]


def server_of(console: Console, app: App) -> str:
    """Where the mini program finds the server."""
    return str(console.collecting(app).get("collect_url", "")).removesuffix("/v1/collect")


def request_domain(server: str) -> RequestDomain:
    """The domain of an address as WeChat's console wants it."""
    parts = urlsplit(server)
    unfit: Unfit = "" if parts.scheme == "https" else "http"
    if not _registered(parts.hostname or ""):
        unfit = "host"
    return RequestDomain(f"{parts.scheme}://{parts.netloc}", unfit)


def _registered(host: str) -> bool:
    """Whether it looks like a domain: no address in numbers, no name of one network alone."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".lan", ".internal"))
    return False


def among(got: str, field: str, known: tuple[str, ...]) -> str:
    """The word itself; Refused where it is none of these."""
    if got not in known:
        raise Refused("unknown_choice", field, got=got[:40], hint=did_you_mean(got, known))
    return got
