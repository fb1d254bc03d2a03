"""The other side of a channel: a server on this machine that checks what it gets as the product does."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Got:
    """A request: path with its query, headers in lower case, body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What is said to it. `half`: the line is cut after so many bytes of the body; `after`: seconds of silence."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    half: int | None = None
    after: float = 0.0


@dataclass
class Other:
    """One such server; `reply` says what it answers to the next request."""

    reply: Callable[[Got], Reply] = lambda got: Reply()
    got: list[Got] = field(default_factory=list)
    url: str = ""

    def say(self, reply: Reply) -> None:
        """The same to whatever comes."""
        self.reply = lambda got: reply


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Other]:
    """While it is needed; by https with a certificate."""
    other = Other()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            heads = {name.lower(): value for name, value in self.headers.items()}
            other.got.append(Got(self.path, heads, body))
            reply = other.reply(other.got[-1])
            time.sleep(reply.after)
            self.send_response_only(reply.status)  # without its clock
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: reply.half])
            if reply.half is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        other.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield other
        finally:
            server.shutdown()
