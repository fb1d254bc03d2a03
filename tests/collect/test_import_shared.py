"""The two files of real data give the figures that were counted by brute force."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from minilens.collect.flat import files
from minilens.period import milliseconds
from minilens.spool.record import Batch, Event

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MINILENS_SHARED", ROOT.parent / "shared")) / "data"
NOW = milliseconds(datetime(2025, 11, 22, tzinfo=UTC))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def events(name: str) -> Iterator[Event]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not there; set MINILENS_SHARED to the folder that holds data/")
    for item in files.read(path, app=1, secret=b"x", now_ms=NOW):
        assert isinstance(item, Batch), item
        assert item.received == len(item.events)
        yield from item.events


def day(event: Event) -> str:
    return datetime.fromtimestamp(event.ts / 1000, SHANGHAI).date().isoformat()


def test_complete_journey() -> None:
    found = list(events("complete_journey.csv.gz"))
    assert len(found) == 164_539
    assert len({event.id for event in found}) == 164_539
    assert len({event.actor for event in found}) == 2_469
    days = [day(event) for event in (found[0], found[-1])]
    assert [min(days), max(days)] == ["2016-11-14", "2018-01-01"]
    paid = [event for event in found if event.name == "pay_success"]
    assert len(paid) == 155_848
    assert len({event.actor for event in paid}) == 2_469
    assert sum(Decimal(event.value or 0) for event in paid) == Decimal("4596039.58")
    assert {event.currency for event in paid} == {"USD"}
    eve = [event for event in paid if day(event) == "2017-12-24"]
    assert (len(eve), len({event.actor for event in eve})) == (652, 492)
    assert sum(Decimal(event.value or 0) for event in eve) == Decimal("24831.81")
    may = [event for event in paid if day(event).startswith("2017-05")]
    assert (len(may), len({event.actor for event in may})) == (13_734, 2_077)
    assert sum(Decimal(event.value or 0) for event in may) == Decimal("404879.57")
    assert len({event.actor for event in found if event.name == "campaign_received"}) == 1_559


def test_semicomplete() -> None:
    found = list(events("semicomplete.csv.gz"))
    assert found == list(events("semicomplete.csv.gz"))
    assert len(found) == len({event.id for event in found}) == 9_535
    assert len({event.actor for event in found}) == 1_782
    days = [f"2015-05-{n}" for n in range(17, 22)]
    by_day = {one: [event for event in found if day(event) == one] for one in days}
    assert [len(by_day[one]) for one in days] == [586, 2_774, 2_766, 2_756, 653]
    assert [len({e.actor for e in by_day[one]}) for one in days] == [149, 602, 629, 546, 168]
    icon = [event for event in found if event.page == "/favicon.ico"]
    assert (len(icon), len({event.actor for event in icon})) == (799, 695)
