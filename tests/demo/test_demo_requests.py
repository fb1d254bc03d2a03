"""The requests of the history: the same for a seed, in order, lawful, with their faults counted."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from minilens.demo import Tally, history
from minilens.demo.menu import EVENTS, PAGES
from minilens.demo.people import person
from minilens.identity.actor import actor
from minilens.reference.events import BUILT_IN
from minilens.spool.record import Batch, encode

from .conftest import APP, END, SECRET, Past

Make = Callable[..., tuple[list[Batch], Tally]]
DAY = 86_400_000


def fingerprint(batches: list[Batch]) -> str:
    return hashlib.sha256(b"\n".join(map(encode, batches))).hexdigest()


def test_a_seed_gives_the_same_bytes_each_time(make_history: Make) -> None:
    first, tally = make_history(seed=3, events=4000)
    second, again = make_history(seed=3, events=4000)
    assert fingerprint(first) == fingerprint(second)
    assert tally == again


def test_another_seed_gives_another_history(make_history: Make) -> None:
    ids = [
        {event.id for batch in make_history(seed=seed, events=4000)[0] for event in batch.events}
        for seed in (3, 4)
    ]
    assert not ids[0] & ids[1]


def test_requests_come_in_the_order_of_their_receipt(past: Past) -> None:
    received = [batch.at for batch in past.batches]
    assert received == sorted(received)
    assert received[-1] <= END.timestamp() * 1000
    assert END.timestamp() * 1000 - received[-1] < DAY / 12, "it goes on up to the end"


def test_there_are_as_many_events_as_were_asked_for(past: Past, make_history: Make) -> None:
    assert abs(past.tally.events / 30_000 - 1) < 0.02
    _, week = make_history(events=20_000, days=7)
    assert abs(week.events / 20_000 - 1) < 0.02


def test_a_history_that_ends_at_midnight_has_its_last_day_whole() -> None:
    midnight = datetime(2026, 11, 15, 16, tzinfo=UTC)
    days = Counter(
        (batch.at + 8 * 3_600_000) // DAY
        for batch in history(app=APP, timezone="Asia/Shanghai", end=midnight, days=3, events=3000)
    )
    assert len(days) == 3
    assert min(days.values()) > 50


def test_ids_repeat_only_as_often_as_the_tally_says(past: Past) -> None:
    times = Counter(event.id for batch in past.batches for event in batch.events)
    assert len(times) == past.tally.events
    assert sum(times.values()) - len(times) == past.tally.duplicates > 0


def test_an_event_sent_again_is_the_same_event(past: Past) -> None:
    first: dict[str, bytes] = {}
    for batch in past.batches:
        for event in batch.events:
            assert first.setdefault(event.id, encode(event)) == encode(event)


def test_ids_are_uuids_of_the_time_of_their_event(past: Past) -> None:
    for _, event in past.events[:2000]:
        parsed = uuid.UUID(event.id)
        assert str(parsed) == event.id
        assert parsed.version == 7
        assert parsed.variant == uuid.RFC_4122
        assert parsed.int >> 80 == event.ts


def test_names_pages_and_properties_are_lawful(past: Past) -> None:
    done = {event.name for _, event in past.events if event.kind != "profile"}
    assert done == set(EVENTS) <= set(BUILT_IN)
    assert any(event.kind == "profile" for _, event in past.events)
    assert {event.page for _, event in past.events} == {"", *PAGES}
    for text in {event.props for _, event in past.events}:
        assert len(json.loads(text)) <= 4


def test_a_request_counts_what_it_brought(past: Past) -> None:
    sizes = [len(batch.events) for batch in past.batches]
    assert min(sizes) >= 1
    assert max(sizes) <= 10
    assert 5 <= sum(sizes) / len(sizes) <= 10
    for batch in past.batches:
        assert [event.i for event in batch.events] == list(range(len(batch.events)))
        assert batch.received == len(batch.events) + sum(batch.refused.values())
        assert all(event.ts <= batch.at and event.o == 1 for event in batch.events)
        assert len(batch.sources) == 1
    assert sum(sum(batch.refused.values()) for batch in past.batches) == past.tally.refused > 0


def test_late_events_are_marked_and_none_is_too_late_to_be_taken(past: Past) -> None:
    late = 0
    for batch in past.batches:
        for event in batch.events:
            assert event.late or batch.at - event.ts <= DAY + 120_000
            assert batch.at - event.ts < 7 * DAY
            late += event.late
    assert late >= past.tally.late > 0


def test_trial_traffic_and_robots_are_there_and_flagged(past: Past) -> None:
    environments: Counter[str] = Counter()
    for batch in past.batches:
        environments[batch.robot or batch.env] += len(batch.events)
        assert (batch.sources[0].scene == 1129) == (batch.robot == "crawler")
    total = sum(environments.values())
    assert environments["trial"] > environments["develop"] > 0
    assert 0.015 < (environments["trial"] + environments["develop"]) / total < 0.05
    assert 0.001 < environments["crawler"] / total < 0.02


def test_the_facts_of_the_phone_and_the_place_are_filled(past: Past) -> None:
    for batch in past.batches:
        facts = (
            batch.device, batch.country, batch.province, batch.city, batch.brand, batch.model,
            batch.os, batch.os_version, batch.platform, batch.app_version, batch.language,
            batch.network, batch.width, batch.height, batch.lib, batch.received,
        )  # fmt: skip
        assert all(facts)
        assert batch.via == "tracker"


def test_mobile_numbers_are_keyed_with_the_secret(past: Past) -> None:
    keyed = {event.actor for _, event in past.events if event.actor_type == "mobile"}
    numbers = [person(1, n).mobile for n in range(past.tally.people)]
    assert keyed
    assert keyed <= {actor(APP, "mobile", mobile, SECRET) for mobile in numbers if mobile}
