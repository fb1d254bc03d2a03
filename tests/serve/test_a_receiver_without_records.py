"""A host that only receives, started before the records are made, or while they are away: it waits, or goes by what was
known last."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from minilens.collect.last_known import NAME, Kept
from minilens.period import now
from minilens.records.store import Records
from tests import prepared
from tests.serve.hosts import SECRET, host, tail, wait_until
from tests.serve.postgres_server import Postgres, postgres_server
from tests.serve.server import Server

pytestmark = pytest.mark.waits
OF_ALL = "records_cannot_be_read"


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with postgres_server() as found:
        if found is None:
            pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
        yield found


def start(one: Server, status: int) -> dict[str, Any]:
    """Return what it says of being ready, with that status."""
    code = "from tests.serve.forked import serve; serve()"
    one.process = prepared.start(code, (), one.environment, one.log)
    return ready(one, status)


def ready(one: Server, status: int) -> dict[str, Any]:
    def asked() -> httpx.Response:
        return httpx.get(f"{one.url}/readyz", timeout=30, headers={"accept-language": "zh"})

    wait_until(lambda: asked().status_code == status, told=lambda: tail(one))
    found: dict[str, Any] = asked().json()
    return found


def collect(one: Server, key: str) -> int:
    moment = time.time_ns() // 1_000_000
    event = {"id": str(uuid.uuid4()), "n": "page_view", "t": moment, "s": "s", "p": "pages/a"}
    batch = {"v": 1, "k": key, "sent": moment, "d": str(uuid.uuid4()), "ev": [event]}
    return httpx.post(f"{one.url}/v1/collect", json=batch, timeout=30).status_code


def sent(one: Server, token: str) -> int:
    row = {"event_name": "page_view", "device_id": "d", "ts": time.time_ns() // 1_000_000}
    headers = {"authorization": f"Bearer {token}"}
    return httpx.post(f"{one.url}/v1/events", json=[row], headers=headers, timeout=30).status_code


def test_it_waits_for_records_and_does_without_them(tmp_path: Path, postgres: Postgres) -> None:
    east = host(tmp_path, "east", "receive", postgres)
    try:
        waits_until_they_are_made(tmp_path, east, postgres)
        goes_by_what_was_known_last(east, postgres)
    finally:
        east.stop()


def waits_until_they_are_made(folder: Path, east: Server, postgres: Postgres) -> None:
    told = start(east, 503)
    assert told["reasons"] == ["records_not_made"]
    assert collect(east, "mk_nobody_knows") == 503
    assert "minilens upgrade" in east.log.read_text()
    assert len(east.log.read_text().splitlines()) < 5, "said once, not at each try"
    host(folder, "main", "load,console", postgres).inside_this_process("apps", "create", "shop")
    ready(east, 200)


def goes_by_what_was_known_last(east: Server, postgres: Postgres) -> None:
    records = Records(postgres.dsn)
    app = records.apps.named("shop")
    key = records.keys.of(app.id)[0].key
    token = records.tokens.create(app.id, ("events:write",), now=now())
    assert (collect(east, key), sent(east, token)) == (200, 200)
    kept, disk = east.data / NAME, Kept(east.data, SECRET.encode())
    wait_until(lambda: bool((found := disk.read()) and found[0].grants))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert key not in kept.read_text()

    records.database.close()
    postgres.stop()
    east.stop()
    start(east, 200)
    wait_until(lambda: OF_ALL in ready(east, 200).get("warnings", []))
    assert ready(east, 200)["records_age_seconds"] >= 0
    assert (collect(east, key), sent(east, token)) == (200, 200)
    assert collect(east, "mk_it_may_be_new") == 503
    config = httpx.get(f"{east.url}/v1/config", params={"k": key}, timeout=30)
    assert config.status_code == 200

    postgres.start()
    records = Records(postgres.dsn)
    records.keys.retire(app.id, records.keys.of(app.id)[0].id, now=now())
    records.tokens.revoke(app.id, records.tokens.of(app.id)[0].id, now=now())
    records.database.close()
    wait_until(lambda: (collect(east, key), sent(east, token)) == (401, 401))
    wait_until(lambda: ready(east, 200) == {"ready": True})
