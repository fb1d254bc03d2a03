"""The log: one JSON object a line, with a request's id, and nothing about people."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import time
import uuid
from pathlib import Path

import httpx
import pytest

from minilens.serve.logs import Lines
from tests.serve.server import key_of, server

OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ_1"[:28]
PHONE = "13812345678"
ADDRESS = "203.0.113.77"
EMAIL = "somebody@example.com"
PASSWORD = "correct horse battery"
TOKEN = "mt_thisTokenIsNotOurs1234567"


@pytest.mark.waits
def test_a_server_writes_nothing_personal(tmp_path: Path) -> None:
    with server(tmp_path / "data", MINILENS_TRUSTED_PROXIES="127.0.0.1") as one:
        key, now = key_of(one), time.time_ns() // 1_000_000
        headers = {"X-Forwarded-For": ADDRESS, "Authorization": f"Bearer {TOKEN}"}
        ids = {"openid": OPENID, "mobile": PHONE}
        event = {"id": str(uuid.uuid4()), "n": "page_view", "t": now, "q": f"phone={PHONE}"}
        batch = {"v": 1, "k": key, "sent": now, "d": "device-of-one", "ids": ids, "ev": [event]}
        with httpx.Client(base_url=one.url, headers=headers, timeout=30) as client:
            assert client.post("/v1/collect", json=batch).status_code == 200
            for odd in (
                {**batch, "k": TOKEN},
                {**batch, "ids": PHONE},
                {**batch, "ev": [{**event, "t": OPENID, "p": {"phone": PHONE}}]},
            ):
                client.post("/v1/collect", json=odd)
            client.post("/v1/collect", content=f'{{"openid": "{OPENID}'.encode())
            client.post("/v1/events", json=[{"user_id": PHONE}])
            client.get(f"/api/v1/apps/shop/reports/overview.trend?search={PHONE}")
            client.get(f"/sign-in?code={TOKEN}")
            client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
            client.get(f"/a/shop/overview?filter=page:is:{PHONE}")
            client.get("/metrics")
        with open(tmp_path / "data" / "spool" / "main" / "0.seg", "wb") as file:
            file.write(f"{OPENID} {PHONE}\n".encode())  # a damaged record is told of
        os.kill(one.child("engine"), signal.SIGKILL)
        time.sleep(0.5)
        one.wait()
        one.stop()
        log = one.log.read_text()
    assert "damaged records" in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert lines
    assert all({"at", "process", "level", "message"} <= line.keys() for line in lines)
    for word in (OPENID, PHONE, ADDRESS, EMAIL, PASSWORD, TOKEN, key, "device-of-one"):
        assert word not in log, word


@pytest.mark.parametrize(
    "text",
    [
        f"openid {OPENID} refused", f"to {PHONE}.", f"+86{PHONE}", f"from {ADDRESS}:443", f"by {EMAIL}",
        f"Bearer {TOKEN}", f"'{TOKEN}'", "GET /sign-in?code=abc&next=/ HTTP", "postgresql://me:word@host/db",
        "2001:db8:85a3:1:2:8a2e:370:7334", "mk_0123456789abcdef01234567", "mf_0123456789abcdef01234567",
    ],
)  # fmt: skip
def test_what_a_failure_quotes_is_masked(text: str) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Lines("engine"))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError(text)
    except ValueError as error:
        log.exception("failed: %s", error, extra={"reason": str(error), "request_id": "r-1"})
    line = json.loads(out.getvalue())
    assert (line["process"], line["level"], line["request_id"]) == ("engine", "error", "r-1")
    assert "ValueError" in line["trace"]
    for word in (
        OPENID,
        PHONE,
        ADDRESS,
        EMAIL,
        TOKEN,
        "abc&",
        "me:word",
        "8a2e:370",
        "0123456789abc",
    ):
        assert word not in out.getvalue()


def test_what_helps_is_left() -> None:
    kept = [
        "00000000-0000-7000-8000-000000000000", "2026-11-22T10:20:30.123+00:00", "26.9.1", "1234567890123",
        "/api/v1/apps/shop/reports/overview.trend", "the receiver died (exit -9)", "20:31:02",
    ]  # fmt: skip
    for text in kept:
        record = logging.makeLogRecord({"msg": text, "levelname": "INFO"})
        assert json.loads(Lines("engine").format(record))["message"] == text


def test_a_terminal_gets_plain_text() -> None:
    record = logging.makeLogRecord({"msg": "it failed", "levelname": "ERROR", "reason": PHONE})
    text = Lines("engine", plain=True).format(record)
    assert text.endswith(" engine error  it failed  reason=***")
