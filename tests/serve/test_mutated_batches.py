"""Mutated batches at a real server: each is answered as is written, and no neighbour is lost or doubled."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from minilens.collect.wire import MOST_PACKED
from minilens.errors import CODES
from minilens.period import now, now_ms
from tests.serve.mutator import Mutator
from tests.serve.server import Server, key_of, server

NEIGHBOUR = "pages/neighbour"


@dataclass
class Sender:
    """One connection, and what was answered on it."""

    one: Server
    mutator: Mutator
    key: str
    token: str
    connection: http.client.HTTPConnection
    neighbours: int = 0
    accepted: int = 0
    refused: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def post(self, path: str, body: bytes, kind: str = "application/json") -> dict[str, Any] | None:
        """The receipt of a body; None where it was refused whole, in the shape that is described."""
        language = self.mutator.dice.choice(("zh", "en"))
        headers = {"Content-Type": kind, "Accept-Language": language}
        if path == "/v1/events":
            headers["Authorization"] = f"Bearer {self.token}"
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        found: dict[str, Any] = json.loads(text)
        assert answer.status < 500, (text, body[:2000])
        if answer.status == 200:
            self._book(found, body)
            return found
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(found) - {"field", "hint"} == {"code", "status", "message", "request_id"}, text
        assert (CODES[found["code"]][0], found["status"]) == (answer.status, answer.status)
        assert found["message"]
        self.codes[found["code"]] += 1
        return None

    def _book(self, found: dict[str, Any], body: bytes) -> None:
        assert set(found) == {"accepted", "refused", "ts", "cfg"}
        for one in found["refused"]:
            assert set(one) == {"index", "id", "code", "field", "message"}, (one, body[:2000])
            assert one["code"] in CODES
            assert one["message"]
        self.accepted += found["accepted"]
        self.refused += len(found["refused"])
        self.codes.update(one["code"] for one in found["refused"])

    def neighbour(self) -> dict[str, Any]:
        """A sound event, counted."""
        self.neighbours += 1
        return {"id": str(uuid.uuid4()), "n": "page_view", "t": now_ms() - 1, "s": "n", "p": NEIGHBOUR}  # fmt: skip

    def beside(self) -> None:
        """A sound batch on the same connection: what came before it must not spoil it."""
        found = self.post("/v1/collect", text(self.envelope(self.neighbour())))
        assert found is not None
        assert (found["accepted"], found["refused"]) == (1, [])

    def envelope(self, *events: Any) -> dict[str, Any]:
        """A batch in order, with everything that a batch may say."""
        return {
            "v": 1, "k": self.key, "lib": "mp/1.0.0", "sent": now_ms(), "d": f"phone-{self.neighbours}",
            "u": "m-1", "ids": {"applet-wechat": "o-1", "mobile": "13800000000"},
            "ctx": {"app": "", "appv": "1.4.0", "env": "release", "brand": "HUAWEI", "model": "P60",
                    "os": "Android", "osv": "14", "plat": "android", "wxv": "8.0.50", "w": 390, "h": 844.5,
                    "lang": "zh_CN", "net": "wifi"},
            "src": [{"scene": 1047, "path": "pages/home/index", "query": "utm_source=poster", "lc": "x"}],
            "lost": {"n": 1, "why": "full"}, "ev": list(events),
        }  # fmt: skip

    def sound(self) -> dict[str, Any]:
        """An event with every field."""
        return {
            "id": str(uuid.uuid4()), "n": "page_view", "ty": "track", "t": now_ms() - 1000, "s": "s", "q": 1,
            "p": "pages/a", "pq": "a=1", "rf": "pages/b", "tn": "t", "ti": "i", "du": 5, "o": 0, "val": "1.5",
            "cur": "CNY", "pr": {"a": 1, "b": {"c": [1, "x"]}}, "ids": {"wechat-unionid": "u-1"},
        }  # fmt: skip

    def row(self, page: str) -> dict[str, Any]:
        """A row of a server with every field."""
        return {
            "event_name": "page_view", "user_id": "u-1", "session_id": "s", "source": "x", "campaign": "c",
            "page": page, "value": "199.00", "currency": "CNY", "ts": now().isoformat(),
            "event_id": str(uuid.uuid4()), "sku": 7,
        }  # fmt: skip


def text(tree: Any) -> bytes:
    """JSON as a phone writes it; halves of characters as they are."""
    return json.dumps(tree).encode()


def an_event_among_sound_ones(sender: Sender) -> None:
    """A batch of which one event was changed."""
    events = [sender.neighbour(), sender.mutator.tree(sender.sound()), sender.neighbour()]
    body = text(sender.envelope(*events))
    found = sender.post("/v1/collect", body)
    if found is None:  # too large as a whole: the sender halves it
        assert len(body) > MOST_PACKED
        halved = sender.post("/v1/collect", text(sender.envelope(events[0], events[2])))
        assert halved is not None
        assert halved["accepted"] == 2
        return
    assert found["accepted"] + len(found["refused"]) == 3
    assert {one["index"] for one in found["refused"]} <= {1}, found


def an_envelope(sender: Sender) -> None:
    """Any place of a batch was changed."""
    body = sender.mutator.tree(sender.envelope(sender.sound(), sender.sound()))
    found = sender.post("/v1/collect", text(body))
    if found is not None and isinstance(body.get("ev"), list):
        assert found["accepted"] + len(found["refused"]) == len(body["ev"])
    sender.beside()


def its_bytes(sender: Sender) -> None:
    """The body was changed on its way."""
    body = text(sender.envelope(sender.sound(), sender.sound()))
    sender.post("/v1/collect", sender.mutator.raw(body))
    sender.beside()


def a_row_among_sound_ones(sender: Sender) -> None:
    """Rows of a server of which one was changed."""
    sender.neighbours += 1
    rows = [sender.row(NEIGHBOUR), sender.mutator.tree(sender.row("pages/a"))]
    lines = sender.mutator.dice.random() < 0.5
    body = b"\n".join(text(row) for row in rows) if lines else text(rows)
    kind = "application/x-ndjson" if lines else "application/json"
    found = sender.post("/v1/events", body, kind)
    assert found is not None
    assert found["accepted"] + len(found["refused"]) == 2
    assert {one["index"] for one in found["refused"]} <= {1}, found


def the_bytes_of_rows(sender: Sender) -> None:
    """Rows in any form, changed on their way."""
    row = sender.row("pages/a")
    csv = "\n".join((",".join(map(str, row)), ",".join(map(str, row.values())))).encode()
    forms = {"text/csv": csv, "application/json": text([row]), "application/x-ndjson": text(row)}
    kind = sender.mutator.dice.choice(list(forms))
    sender.post("/v1/events", sender.mutator.raw(forms[kind]), kind)
    sender.beside()


KINDS: list[Callable[[Sender], None]] = [
    an_event_among_sound_ones, an_envelope, its_bytes, a_row_among_sound_ones, the_bytes_of_rows,
]  # fmt: skip


def send(data: Path, batches: int, seed: int) -> None:
    """Send them, stop the server, and reconcile what was answered with what was kept.

    Where it fails the report shows the seed among the arguments.
    """
    limits = {"MINILENS_KEY_LIMIT": "2000000000", "MINILENS_DEVICE_LIMIT": "2000000000"}
    with server(data, **limits) as one:
        token = one.command("tokens", "create", "shop", "--scope", "events:write").split()[-1]
        connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
        sender = Sender(one, Mutator(seed), key_of(one), token, connection)
        for n in range(batches):
            KINDS[n % len(KINDS)](sender)
        connection.close()
        one.stop()
        of_neighbours, of_ledger = one.rows(
            f"SELECT count(), uniqExact(id) FROM events WHERE page = '{NEIGHBOUR}'",
            "SELECT sum(received), sum(accepted), sum(refused), sum(loaded + duplicate + quarantined) FROM ledger",
        )
    failed = [line for line in one.log.read_text().splitlines() if '"level":"error"' in line]
    assert not failed, failed[:3]
    assert of_neighbours == [[sender.neighbours, sender.neighbours]]
    accepted, refused = sender.accepted, sender.refused
    assert of_ledger == [[accepted + refused, accepted, refused, accepted]]
    assert len(sender.codes) > 10, sender.codes


@pytest.mark.waits
def test_who_sends_too_much_hears_so_though_they_send_slowly(tmp_path: Path) -> None:
    with server(tmp_path / "data") as one:
        for size in (MOST_PACKED + 1, 1 << 20, 3 << 20):
            connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
            connection.putrequest("POST", "/v1/collect")
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            for at in range(0, size, size // 4):
                time.sleep(0.05)
                connection.send(bytes(min(size // 4, size - at)))
            assert connection.getresponse().status == 413
            connection.close()


@pytest.mark.waits
def test_two_thousand(tmp_path: Path) -> None:
    send(tmp_path / "data", 2000, seed=1)


@pytest.mark.long
def test_a_hundred_thousand(tmp_path: Path) -> None:
    send(tmp_path / "data", 100_000, seed=uuid.uuid4().int % 10**9)
