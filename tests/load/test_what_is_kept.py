"""What arrives in `events` of what a batch said: properties, profiles, values, places, versions."""

from __future__ import annotations

from minilens.identity.actor import actor
from minilens.spool.record import Batch, Event, Source, encode
from minilens.spool.writer import frame, uuid7
from tests.pipeline import House, at

NOON = at("2026-03-02 12:00")


def load(house: House, *events: Event, **context: object) -> None:
    """Load one request of a phone."""
    house.writer.write(request(house, *events, **context))
    house.pipeline.loader.drain()


def request(house: House, *events: Event, **context: object) -> bytes:
    """One request of a phone, as it stands in the spool."""
    phone = actor(house.app.id, "device", "phone")
    for n, event in enumerate(events):
        event.i, event.actor, event.ts = n, phone, NOON
    batch = Batch(
        at=NOON + 500,
        app=house.app.id,
        via="tracker",
        device=phone,
        received=len(events),
        sources=[Source(scene=1011, campaign="spring", link="lc1", utm_source="poster")],
        events=list(events),
    )
    for name, value in context.items():
        setattr(batch, name, value)
    return frame(encode(batch))


def event(name: str, **facts: object) -> Event:
    """An event whose who and when are put in by `load`."""
    made = Event(i=0, id=uuid7(NOON), name=name, ts=0, actor=0)
    for fact, value in facts.items():
        setattr(made, fact, value)
    return made


def test_two_thousand_property_names(house: House) -> None:
    """The engine keeps a number of them as columns and the rest together; each is found again."""
    orders = [event("pay_success", props=f'{{"key_{n}": {n}, "same": "x"}}') for n in range(1_999)]
    requests = [request(house, *orders[n : n + 50]) for n in range(0, 1_999, 50)]
    house.writer.write(b"".join(requests))
    house.pipeline.loader.drain()
    assert house.rows(
        "SELECT count(), uniqExact(arrayJoin(JSONAllPaths(props))) FROM events WHERE app = {app:UInt32}"
    ) == [(3_998, 2_000)]
    found = house.rows(
        "SELECT props.key_77, props.key_1998 FROM events WHERE app = {app:UInt32} "
        "AND (props.key_77 IS NOT NULL OR props.key_1998 IS NOT NULL)"
    )
    assert sorted(found, key=str) == [(77, None), (None, 1998)]


def test_a_profile_is_kept_and_is_no_visit(house: House) -> None:
    load(house, event("profile_set", kind="profile", props='{"gender": "female", "level": 3}'))
    house.build()
    assert house.rows(
        "SELECT kind, name, props.gender, props.level FROM events WHERE app = {app:UInt32}"
    ) == [("profile", "profile_set", "female", 3)]
    assert house.rows("SELECT sum(visits), sum(launches) FROM days WHERE app = {app:UInt32}") == [
        (0, 0)
    ]


def test_the_columns_that_reports_group_by(house: House) -> None:
    load(
        house,
        event("pay_success", o=1, value="199.00", currency="CNY", target_id="order-1"),
        province="广东",
        city="深圳",
        app_version="2.1.0",
        os="iOS",
        env="trial",
    )
    assert house.rows(
        "SELECT toString(value), currency, target_id, scene, campaign, link, utm_source, province, city, "
        "app_version, os, traffic, toString(day), hour FROM events WHERE app = {app:UInt32}"
    ) == [
        ("199", "CNY", "order-1", 1011, "spring", "lc1", "poster", "广东", "深圳", "2.1.0", "iOS", "trial",
         "2026-03-02", 12)
    ]  # fmt: skip
