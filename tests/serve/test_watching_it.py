"""Readiness and the server's own figures: true, and the figures not for strangers."""

from __future__ import annotations

import os
import shutil
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from minilens import period
from minilens.records.store import SCOPES, Records
from tests.serve.server import Server, key_of, server

pytestmark = pytest.mark.waits


def figures(text: str) -> dict[str, float]:
    """Name and labels → value."""
    return {
        sample.name + "".join(f" {v}" for v in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def send(one: Server, names: list[str]) -> httpx.Response:
    """A batch with these events."""
    now = time.time_ns() // 1_000_000
    events = [{"id": str(uuid.uuid4()), "n": name, "t": now, "s": "s", "p": "p"} for name in names]
    batch = {"v": 1, "k": key_of(one), "sent": now, "d": "phone", "ev": events}
    return httpx.post(f"{one.url}/v1/collect", json=batch, timeout=30)


def until(one: Server, wanted: dict[str, float], headers: dict[str, str]) -> dict[str, float]:
    """The figures, as soon as they are these."""
    end = time.monotonic() + 30
    while True:
        answer = httpx.get(f"{one.url}/metrics", headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        now = figures(answer.text)
        if wanted.items() <= now.items() or time.monotonic() > end:
            return now
        time.sleep(0.2)


def of_the_shops_owner(data: Path) -> str:
    """A token with every scope, made by somebody who owns one app and not the server."""
    records = Records(f"sqlite:///{data / 'records.sqlite'}")
    try:
        moment, shop = period.now(), records.apps.named("shop").id
        owner = records.accounts.create(
            "o@example.org", "O", now=moment, password="correct horse battery"
        )
        records.grants.set(owner.id, shop, "owner", now=moment, by=None)
        return records.tokens.create(shop, SCOPES, now=moment, by=owner.id)
    finally:
        records.database.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is as it comes."""
    with server(tmp_path_factory.mktemp("watched") / "data") as one:
        yield one


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose disk has no room, and which lets this machine see its figures."""
    folder = tmp_path_factory.mktemp("full")
    twice = str((shutil.disk_usage(folder).free >> 20) * 2)
    seen = {"MINILENS_METRICS": "127.0.0.0/8", "MINILENS_TRUSTED_PROXIES": "127.0.0.1"}
    with server(folder / "data", MINILENS_RESERVE_MB=twice, **seen) as one:
        yield one


def test_the_figures_are_true_and_only_for_who_may_see_them(shop: Server) -> None:
    one = shop
    admin = one.command("tokens", "create", "shop", "--scope", "admin").strip()
    reader = one.command("tokens", "create", "shop", "--scope", "report:read").strip()
    for headers in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Bearer {reader}"},
        {"Authorization": f"Bearer {of_the_shops_owner(one.data)}"},
        {"X-Forwarded-For": "127.0.0.1"},
    ):
        answer = httpx.get(f"{one.url}/metrics", headers=headers, timeout=30)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
        assert "minilens_" not in answer.text
    assert httpx.get(f"{one.url}/-/metrics", timeout=30).status_code == 404
    assert send(one, ["page_view", "share", ""]).json()["accepted"] == 2
    httpx.post(f"{one.url}/v1/collect", content=b"{", timeout=30)
    wanted = {
        "minilens_events_accepted_total": 2.0,
        "minilens_events_refused_total missing": 1.0,
        "minilens_collect_requests_total ok": 1.0,
        "minilens_collect_requests_total bad_json": 1.0,
        "minilens_events_loaded_total": 2.0,
        "minilens_spool_waiting_bytes": 0.0,
        "minilens_engine_up": 1.0,
        "minilens_questions_total answered": 0.0,
    }
    now = until(one, wanted, {"Authorization": f"Bearer {admin}"})
    assert {name: now.get(name) for name in wanted} == wanted
    assert now["minilens_engine_memory_bytes"] > now["minilens_receiver_memory_bytes"] > 1 << 20
    asked = f"{one.url}/api/v1/apps/shop/reports/overview.trend?period=7d"
    answer = httpx.get(asked, headers={"Authorization": f"Bearer {reader}"}, timeout=30)
    assert answer.status_code == 200, answer.text
    now = until(
        one, {"minilens_questions_total answered": 1.0}, {"Authorization": f"Bearer {admin}"}
    )
    assert now["minilens_answer_seconds_count"] == 1.0


def test_an_address_may_be_let_see_them(full: Server) -> None:
    assert httpx.get(f"{full.url}/metrics", timeout=30).status_code == 200
    stranger = {"X-Forwarded-For": "203.0.113.9"}
    assert httpx.get(f"{full.url}/metrics", headers=stranger, timeout=30).status_code == 404


def test_it_is_ready_and_says_why_not(shop: Server) -> None:
    answer = httpx.get(f"{shop.url}/readyz", timeout=30)
    assert (answer.status_code, answer.json()) == (200, {"ready": True})
    engine = shop.child("engine")
    os.kill(engine, signal.SIGSTOP)
    try:
        answer = httpx.get(f"{shop.url}/readyz", timeout=30)
        receives = httpx.get(f"{shop.url}/readyz/receive", timeout=30)
    finally:
        os.kill(engine, signal.SIGCONT)
    assert (receives.status_code, receives.json()) == (200, {"ready": True})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["reasons"] == ["engine_does_not_answer"]
    assert answer.json()["code"] == "not_ready"


def test_a_full_disk_is_said(full: Server) -> None:
    answer = httpx.get(f"{full.url}/readyz", timeout=30, headers={"Accept-Language": "zh"})
    # soon it also says that loading and making days fail for it
    assert set(answer.json()["reasons"]) - {"load_fails", "build_fails"} == {"disk_is_full"}
    assert "尚未就绪" in answer.json()["message"]
    receives = httpx.get(f"{full.url}/readyz/receive", timeout=30)
    assert (receives.status_code, receives.json()["reasons"]) == (503, ["disk_is_full"])
    assert send(full, ["page_view"]).json()["code"] == "no_room"
