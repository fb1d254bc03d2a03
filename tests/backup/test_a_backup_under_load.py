"""A backup while phones send: the restored copy is the source at one point, and goes on from there."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.backup.folders import manifest, minilens
from tests.serve.server import Server, key_of, server

ROWS = (
    "SELECT toString(id), toUnixTimestamp64Milli(ts), name, toString(actor), page, toString(received), "
    "segment, record, i FROM events WHERE app = 1"
)
LEDGER = (
    "SELECT sum(received), sum(refused), sum(accepted), sum(loaded), sum(duplicate), "
    "sum(quarantined) FROM ledger"
)
UNLIMITED = {"MINILENS_KEY_LIMIT": "100000000", "MINILENS_DEVICE_LIMIT": "100000000"}
PAST = "overview.trend --app past --from 2026-11-01 --to 2026-11-10 --format csv"


@dataclass
class Phone:
    """Sends batches until told to stop, and remembers when each was acknowledged."""

    url: str
    key: str
    stop: threading.Event
    pause: float = 0.0
    events: int = 10
    acknowledged: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Send."""
        device, session = str(uuid.uuid4()), str(uuid.uuid4())
        with httpx.Client(timeout=30) as client:
            while not self.stop.wait(self.pause):
                now = time.time_ns() // 1_000_000
                events = [
                    {
                        "id": str(uuid.uuid4()),
                        "n": "page_view",
                        "t": now - 10,
                        "s": session,
                        "p": "p",
                    }
                    for _ in range(self.events)
                ]
                batch = {"v": 1, "k": self.key, "sent": now, "d": device, "ev": events}
                self.send(client, batch)

    def send(self, client: httpx.Client, batch: dict[str, object]) -> None:
        """Send one batch; receiving never stops."""
        answer = client.post(f"{self.url}/v1/collect", json=batch)
        if answer.status_code == 200:
            self.acknowledged.append((time.time_ns() // 1_000_000, batch))
        else:
            self.troubles.append(answer.text)

    def ids(self, before: int) -> set[str]:
        """Ids of events that were acknowledged before a moment."""
        return {
            str(event["id"])
            for at, batch in self.acknowledged
            if at < before
            for event in batch["ev"]  # type: ignore[attr-defined]
        }


@contextmanager
def sending(one: Server, count: int, **how: float) -> Iterator[list[Phone]]:
    """Phones that send meanwhile."""
    stop, key = threading.Event(), key_of(one)
    phones = [Phone(one.url, key, stop, **how) for _ in range(count)]  # type: ignore[arg-type]
    threads = [threading.Thread(target=phone.run) for phone in phones]
    for thread in threads:
        thread.start()
    try:
        yield phones
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def write_past(file: Path, rows: int) -> None:
    """Ten days that are over."""
    with file.open("w", encoding="utf-8") as out:
        out.write("event_name,user_id,session_id,page,ts\n")
        for n in range(rows):
            day, user = 1 + n % 10, n * 7 % 1000
            out.write(
                f"page_view,u{user},s{user}-{day},p{n % 9},2026-11-{day:02d}T0{n % 9}:00:{n % 60:02d}Z\n"
            )


def check(one: Server, restored: Server, file: Path, phones: list[Phone]) -> None:
    """The restored folder, before and after what waited in it is loaded, against the source."""
    point = manifest(file)["point"]
    (there, ledger) = restored.rows(ROWS, LEDGER)
    assert dict(zip(point["ledger"], ledger[0], strict=True)) == point["ledger"]
    assert restored.command("report", *PAST.split()) == one.command("report", *PAST.split())
    (now, sums, days) = restored.rows(
        ROWS,
        LEDGER,
        "SELECT sum(visits) FROM days WHERE app = 1 AND dimension = '' AND (day, build) IN "
        "(SELECT day, max(build) FROM builds WHERE app = 1 GROUP BY day)",
    )
    (source,) = one.rows(ROWS)
    found, all_of = {row[0]: row for row in now}, {row[0]: row for row in source}
    assert len(found) == len(now), "an event is there twice"
    assert len(there) <= len(now)
    before = {key for phone in phones for key in phone.ids(point["at"])}
    after = {key for phone in phones for key in phone.ids(1 << 62)} - before
    assert len(before) > 100
    assert len(after) > 100
    assert before <= set(found), "what was acknowledged before the point is not in the backup"
    assert {key: all_of[key] for key in found} == found, "the rows differ"
    received, refused, accepted, loaded, duplicate, quarantined = sums[0]
    assert (received, refused) == (accepted + refused, 0)
    assert accepted == loaded + duplicate + quarantined
    assert days[0][0] == len(found), "the days count something else than the events"


def goes_on(restored: Server, phones: list[Phone], known: int) -> None:
    """Batches that were in the backup are sent again, and new ones: only the new ones count."""
    restored.start()
    point = phones[0].acknowledged[0][1]
    assert restored.command("apps").count(str(point["k"])) == 1
    with httpx.Client(timeout=30) as client:
        old = [batch for _, batch in phones[0].acknowledged[:5]]
        for batch in old:
            answer = client.post(f"{restored.url}/v1/collect", json=batch)
            assert answer.status_code == 200, answer.text
    with sending(restored, 1) as new:
        time.sleep(1.0)
    restored.stop()
    (rows,) = restored.rows(ROWS)
    assert not new[0].troubles
    assert len(rows) == known + len(new[0].ids(1 << 62))
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.serial
def test_the_restored_copy_is_the_source_at_one_point_and_goes_on(tmp_path: Path) -> None:
    past = tmp_path / "past.csv"
    write_past(past, 3000)
    with server(tmp_path / "data", **UNLIMITED) as one:
        one.command("import", str(past), "--app", "past")
        with sending(one, 3) as phones:
            time.sleep(2.0)
            minilens(one.data, "backup", str(tmp_path / "one.tar"))
            time.sleep(0.7)
            minilens(one.data, "backup", str(tmp_path / "two.tar"))
            time.sleep(0.7)
        assert not [trouble for phone in phones for trouble in phone.troubles]
        assert list(one.data.glob(".backup-*")) == []
        one.stop()
        file = tmp_path / "two.tar"
        restored = Server(tmp_path / "restored", **UNLIMITED)
        minilens(None, "restore", str(file), "--data", str(restored.data))
        check(one, restored, file, phones)
        goes_on(restored, phones, len(restored.rows(ROWS)[0]))


@pytest.mark.long
def test_ten_million_events_while_five_thousand_a_second_arrive(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    past = tmp_path / "past.csv"
    write_past(past, 10_000_000)
    with server(tmp_path / "data", **UNLIMITED) as one:
        one.command("import", str(past), "--app", "past")
        with sending(one, 5, pause=0.04, events=50) as phones:
            time.sleep(10)
            said = minilens(one.data, "backup", str(tmp_path / "one.tar"))
            time.sleep(5)
        sent = sum(len(phone.ids(1 << 62)) for phone in phones)
        assert not [trouble for phone in phones for trouble in phone.troubles]
        one.stop()
        restored = Server(tmp_path / "restored")
        started = time.perf_counter()
        minilens(None, "restore", str(tmp_path / "one.tar"), "--data", str(restored.data))
        took = time.perf_counter() - started
        record_property("measured", f"{sent} sent; {said}; restored in {took:.1f} s")
        check(one, restored, tmp_path / "one.tar", phones)
