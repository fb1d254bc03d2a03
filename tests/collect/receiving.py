"""A receiver in this process behind its real door, and what a mini program sends to it."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from minilens.collect.access import Access, Limits
from minilens.collect.endpoint import Receiver
from minilens.period import now, now_ms
from minilens.records.store import App, Records
from minilens.reference.places import NOWHERE, Place
from minilens.serve.frontdoor.receiver import FrontDoor
from minilens.spool.reader import Segment, read
from minilens.spool.record import Batch, decode
from minilens.spool.writer import GroupCommit, Writer

APPID = "wx0123456789abcdef"
PHONE = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.58"
SHENZHEN = "113.118.113.77"
PROXY = "10.0.0.1"
SECRET = b"a secret of the tests"


def place(address: str) -> Place:
    """One address has a place; the look-up itself is tested elsewhere."""
    return Place("中国", "广东", "深圳") if address == SHENZHEN else NOWHERE


def spooled(folder: Path) -> list[Batch]:
    """Every batch on disk, oldest first."""
    found = []
    for path in sorted(folder.glob("*.seg")):
        chunk = read(Segment(path, 0, 0, closed=True), 1 << 30)
        found += [decode(text) for text in chunk.texts]
    return found


@dataclass
class House:
    """A receiver with its records and its spool, all in one folder."""

    runner: asyncio.Runner
    records: Records
    app: App
    receiver: Receiver
    folder: Path
    client: httpx.AsyncClient
    writer: Writer

    @property
    def key(self) -> str:
        """The newest write key of the app."""
        return self.records.keys.of(self.app.id)[0].key

    def token(self, *scopes: str, app: App | None = None) -> str:
        """A new API token."""
        scopes = scopes or ("events:write",)
        return self.records.tokens.create((app or self.app).id, scopes, now=now())

    def batches(self) -> list[Batch]:
        """What is on disk."""
        return spooled(self.folder)

    def envelope(self, *events: dict[str, Any], **facts: Any) -> dict[str, Any]:
        """A batch in order, sent now."""
        at = now_ms()
        return {"v": 1, "k": self.key, "lib": "mp/1.0.0", "sent": at, "d": "phone-1"} | facts | {
            "ev": list(events)
        }  # fmt: skip

    def send(self, body: Any, **headers: str) -> httpx.Response:
        """Post to /v1/collect; header names with underscores for hyphens."""
        return self.post("/v1/collect", body, **headers)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Post bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"user-agent": PHONE} | {k.replace("_", "-"): v for k, v in headers.items()}
        answer = self.run(self.client.post(path, content=content, headers=named))
        assert isinstance(answer, httpx.Response)
        return answer

    def run(self, coroutine: Any) -> Any:
        """Run something to its end in the loop of this receiver."""
        return self.runner.run(coroutine)


def event(**facts: Any) -> dict[str, Any]:
    """One event in order, happened just now."""
    return {"id": str(uuid.uuid4()), "n": "page_view", "t": now_ms() - 1000, "s": "s1"} | facts


def empty_records(path: Path) -> Path:
    """Records with their tables and nothing in them."""
    records = Records(f"sqlite:///{path}")
    records.database.migrate()
    records.database.close()
    return path


def open_house(folder: Path, empty: Path) -> House:
    """A new house; `close_house` gives everything back."""
    runner = asyncio.Runner()
    shutil.copy(empty, folder / "records.sqlite")
    records = Records(f"sqlite:///{folder}/records.sqlite")
    app = records.apps.create("coffee", timezone="Asia/Shanghai", now=now(), appid=APPID)
    writer = Writer(folder / "spool" / "main", reserve=0)
    receiver = Receiver(
        access=Access(records),
        limits=Limits(1_000_000, 1_000_000),
        spool=GroupCommit(writer),
        places=place,
        secret=SECRET,
        late_days=7,
        trusted_proxies=(PROXY,),
    )
    door = FrontDoor(receiver, httpx.AsyncHTTPTransport())
    transport = httpx.ASGITransport(door, client=(PROXY, 1))
    client = httpx.AsyncClient(transport=transport, base_url="http://minilens")
    return House(runner, records, app, receiver, folder / "spool" / "main", client, writer)


def close_house(house: House) -> None:
    """Give loop, files and threads back."""
    house.run(house.client.aclose())
    house.run(house.receiver.spool.close())
    house.records.database.close()
    house.runner.close()
