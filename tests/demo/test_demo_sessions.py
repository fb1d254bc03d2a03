"""Sessions of the history: well formed, and their persons known by the right identity."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from minilens.demo.arrivals import Card, Door
from minilens.demo.menu import DETAIL

from .conftest import Past


def test_a_session_begins_with_a_launch_and_a_page(past: Past) -> None:
    for events in past.sessions().values():
        assert events[0].name in ("app_launch", "app_show")
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(event.name not in ("app_launch", "app_show") for event in events[1:])
        if len(events) > 1:
            assert events[1].name == "page_view"


def test_time_goes_forward_and_durations_are_what_passed(past: Past) -> None:
    for events in past.sessions().values():
        assert all(a.ts <= b.ts for a, b in pairwise(events))
        shown = 0
        for event in events:
            if event.name == "page_view":
                shown = event.ts
            if event.name == "page_leave":
                assert event.duration == event.ts - shown > 0
            else:
                assert event.duration is None


def test_pages_name_the_one_before(past: Past) -> None:
    for events in past.sessions().values():
        views = [event for event in events if event.name == "page_view"]
        for before, view in pairwise(views):
            assert view.referrer == before.page


def test_a_first_session_is_anonymous_until_the_openid_is_known(past: Past) -> None:
    seen: set[int] = set()
    learned = 0
    for batch, event in past.events:
        if event.seq == 1 and batch.device not in seen:
            learned += event.actor_type == "device"
        seen.add(batch.device)
    assert learned > 0.9 * past.tally.people
    kinds = [event.actor_type for _, event in past.events]
    assert 0.6 < kinds.count("applet-wechat") / len(kinds) < 0.95
    assert 0.03 < kinds.count("mobile") / len(kinds) < 0.35
    assert 0.02 < kinds.count("device") / len(kinds) < 0.12


def test_a_device_event_carries_the_device(past: Past) -> None:
    for batch, event in past.events:
        assert (event.actor == batch.device) == (event.actor_type == "device")


def test_some_people_use_two_devices(past: Past) -> None:
    devices: dict[int, set[int]] = {}
    for batch, event in past.events:
        if event.actor_type == "applet-wechat":
            devices.setdefault(event.actor, set()).add(batch.device)
    assert max(map(len, devices.values())) == 2


def test_payments_have_value_currency_and_their_own_order(past: Past) -> None:
    paid = [event for _, event in past.events if event.name == "pay_success"]
    assert len({event.target_id for event in paid}) == len(paid) > 100
    for event in paid:
        assert event.currency == "CNY"
        assert event.value is not None
        assert 5 < float(event.value) < 500
    worth = {event.target_id: event.value for event in paid}
    refunds = [event for _, event in past.events if event.name == "refund_request"]
    assert refunds
    assert all(worth.get(event.target_id, event.value) == event.value for event in refunds)


def test_a_card_keeps_the_campaign_its_sharer_came_by() -> None:
    door = Door(Random(1))
    door.cards.append(Card(DETAIL, "id=1005", "cup-sleeve", id="c1"))
    arrivals = [door.arrive("first") for _ in range(200)]
    by_card = [arrival for arrival in arrivals if arrival.source.scene in (1007, 1008)]
    assert len(by_card) > 20
    for arrival in by_card:
        assert (arrival.page, arrival.query, arrival.card) == (DETAIL, "id=1005", "c1")
        assert (arrival.source.source, arrival.source.campaign) == ("share", "cup-sleeve")


def test_shared_cards_bring_people_of_campaigns_and_of_none(past: Past) -> None:
    shared = [b.sources[0].campaign for b in past.batches if b.sources[0].source == "share"]
    assert any(shared)
    assert not all(shared)


def test_codes_and_advertisements_say_what_they_are(past: Past) -> None:
    by_scene = {batch.sources[0].scene: batch.sources[0] for batch in past.batches}
    for advertisement in (by_scene[1045], by_scene[1067]):
        assert advertisement.source == "wechat_ad"
        assert advertisement.campaign
    assert by_scene[1047].source == "qr"
    assert by_scene[1047].link
    assert by_scene[1047].campaign
    assert by_scene[1058].utm_medium == "article"
