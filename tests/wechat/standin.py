"""A server in WeChat's place, real sockets and all, that answers as its documents say: 200, text/plain, errcode.

What a code does is its first word: `good-…`, `plain-…` (no unionid), `risky-…`, `often-…`, `busy-…` (once), `down-…`
(busy for ever), `slow-…` (seconds behind it), `broken-…` (a page of HTML), `gateway-…` (502). All others are invalid.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

APPID, APP_SECRET = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef"
SESSION_KEY = "c2Vzc2lvbiBrZXkgb2Ygbm9ib2R5IQ=="


def openid(code: str) -> str:
    """That of whoever made the code `good-NAME`."""
    return f"o{code.partition('-')[2]:A<27}"


def unionid(code: str) -> str:
    """The same for the unionid."""
    return f"u{code.partition('-')[2]:B<27}"


@dataclass
class StandIn:
    """Where it listens, and what it was asked: codes, each as often as it came."""

    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)

    def answer(self, given: dict[str, str]) -> tuple[int, str]:
        """Status and body."""
        code = given.get("js_code", "")
        kind, _, rest = code.partition("-")
        self.asked[code] += 1
        if given.get("appid") != APPID:
            return wrong(40013, "invalid appid")
        if given.get("secret") != APP_SECRET:
            return wrong(40125, "invalid appsecret")
        if kind == "slow":
            time.sleep(float(rest))
        if kind == "broken":
            return 200, "<html>Welcome to our hotel</html>"
        if kind == "gateway":
            return 502, ""
        faults = {"risky": 40226, "often": 45011, "down": -1, "daily": 45009, "strange": 61024}
        if kind in faults:
            return wrong(faults[kind], kind)
        if kind == "busy" and self.asked[code] == 1:
            return wrong(-1, "system error")
        if kind not in ("good", "plain", "busy", "slow"):
            return wrong(40029, "invalid code")
        if self.asked[code] > 1 and kind != "busy":
            return wrong(40163, "code been used")
        found = {"session_key": SESSION_KEY, "openid": openid(code)}
        return 200, json.dumps(found if kind == "plain" else {**found, "unionid": unionid(code)})


def wrong(code: int, message: str) -> tuple[int, str]:
    """As WeChat says that something is wrong: with what it is asked for repeated in the words."""
    return 200, json.dumps({"errcode": code, "errmsg": f"{message}, rid: 65f-1-2"})


@contextmanager
def wechat() -> Iterator[StandIn]:
    """It listens as long as this lasts."""
    one = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            assert parts.path == "/sns/jscode2session", parts.path
            status, body = one.answer(dict(parse_qsl(parts.query)))
            self.send_response(status)
            self.send_header("content-type", "text/plain")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
