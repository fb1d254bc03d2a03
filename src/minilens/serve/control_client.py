"""How a command asks the running server."""

from __future__ import annotations

from typing import Any

from minilens.data_folder import address_of
from minilens.errors import CannotStart, MinilensError
from minilens.serve.terminal import Told, language
from minilens.settings import Settings


def ask(
    settings: Settings, command: str, *asked: tuple[str, str], seconds: float = 120, sent: str = ""
) -> dict[str, Any] | None:
    """Ask the running server; None where none runs. `sent`: what is too long for an address."""
    if not settings.engine_socket.exists():
        return None
    import httpx

    spoken = [] if any(name == "lang" for name, _ in asked) else [("lang", str(language()))]
    given = httpx.QueryParams([*asked, *spoken])
    # a socket of this machine has no certificate; to read those of all the world takes longer than the answer
    transport = httpx.HTTPTransport(uds=address_of(settings.engine_socket), verify=False)
    try:
        with httpx.Client(transport=transport, timeout=seconds) as client:
            how = "POST" if sent else "GET"
            answer = client.request(
                how, f"http://engine/-/{command}", params=given, content=sent.encode() or None
            )
    except httpx.ConnectError:
        return None
    except httpx.TransportError as error:
        raise _no_answer(type(error).__name__) from error
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        raise _no_answer(f"HTTP {answer.status_code}") from None
    if answer.status_code >= 500:
        raise MinilensError(body.get("message"))
    if answer.status_code >= 400:
        raise Told(body)
    return body


def url_of(settings: Settings) -> str:
    """Where browsers reach the running server: its own word, not that of this command's settings."""
    answered = ask(settings, "ping")
    return str((answered or {}).get("url") or settings.url)


def _no_answer(why: str) -> CannotStart:
    return CannotStart(
        f"The server's answer was cut off ({why}). Check its log and try again.",
        f"服务的响应中断（{why}）。请查看日志后重试。",
    )
