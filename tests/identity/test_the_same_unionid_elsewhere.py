"""One UnionID in several apps of an installation: pages point from one app's person to another's; nothing is joined."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minilens.collect.login import tell
from minilens.collect.steps import Request
from minilens.identity.actor import actor
from minilens.identity.elsewhere import elsewhere
from minilens.identity.lookup import Subject
from minilens.identity.not_added import found
from minilens.identity.parity import of_app
from minilens.identity.persons import actors_of
from minilens.identity.types import DEFAULT
from minilens.load import merges
from minilens.load.replay import rewind_all
from minilens.measure.person.facts import facts
from minilens.spool.record import Batch, encode
from minilens.spool.writer import frame
from tests.pipeline import Happening, House, at, days

SECRET = b"s"
MONDAY = days("2026-11-16")
UNIONID, OPENID = "wechat-unionid", "applet-wechat"


def came(house: House, device: str, hour: int = 12, **ids: str) -> None:
    """A page view of these identities, as the receiver writes it."""
    names = {"unionid": UNIONID, "openid": OPENID, "mobile": "mobile", "crm": "crm"}
    request = Request(house.app.id, 10**13, SECRET, 30, device=device)
    (batch,) = house.batches([Happening(at(f"2026-11-16 {hour}:00"), device=device)])
    event = batch.events[0]
    given = {names[name]: value for name, value in ids.items()}
    event.actor, event.actor_type, event.w = request.who(given)
    batch.who = request.beside
    load(house, batch)


def load(house: House, batch: Batch) -> None:
    house.writer.write(frame(encode(batch)))
    assert house.pipeline.loader.step()


def there(house: House, person: int, *others: House) -> list[tuple[int, int]]:
    engine = house.pipeline.engine
    apps = [house.app.id, *(one.app.id for one in others)]
    return elsewhere(engine, house.app.id, actors_of(engine, house.app.id, person), apps)


Houses = Callable[..., House]


@pytest.fixture
def two(new_app: Houses) -> tuple[House, House]:
    """Li in both, by way of a number in one; Wang in the second."""
    one, other = new_app(), new_app()
    came(one, "d1", mobile="13700001234", unionid="u-li", openid="o1")
    came(one, "d9", openid="o9")
    came(other, "d2", unionid="u-li")
    came(other, "d3", unionid="u-wang", openid="o3")
    return one, other


def test_each_app_says_who_it_is_in_the_other(two: tuple[House, House], new_app: Houses) -> None:
    one, other = two
    third = new_app()
    came(third, "d4", unionid="u-nobody")
    li, there_li = one.person(OPENID, "o1"), other.person(UNIONID, "u-li")
    assert there(one, li, other, third) == [(other.app.id, there_li)]
    assert there(other, there_li, one, third) == [(one.app.id, li)]
    assert there(one, li, third) == [], "of an app that nobody asks about nothing is said"
    assert there(one, one.person(OPENID, "o9"), other) == []
    assert there(other, other.person(UNIONID, "u-wang"), one) == []


def test_it_joins_nobody_and_counts_nowhere(two: tuple[House, House]) -> None:
    for house, visitors in zip(two, (2, 2), strict=True):
        house.build()
        assert house.ask(MONDAY).column("visitors") == [visitors]
        engine, app = house.pipeline.engine, house.app.id
        assert of_app(engine, app, DEFAULT) == []
        assert found(engine, app, DEFAULT.by_name) == []
        kinds = "SELECT count() FROM person_map WHERE app = {app:UInt32} AND kind = 'shared'"
        assert house.rows(kinds) == [(0,)]
        persons = "SELECT uniqExact(person), max(person) FROM person_map WHERE app = {app:UInt32}"
        assert house.rows(persons) == [(2, 2)], "numbers stay dense"
    one = two[0]
    li = one.person(OPENID, "o1")
    known = facts(
        one.pipeline.engine, one.app.id, li, actors_of(one.pipeline.engine, one.app.id, li)
    )
    assert sorted(one.type for one in known.identities) == [OPENID, "device", "mobile", UNIONID]


def test_a_merge_and_a_replay_are_followed(two: tuple[House, House]) -> None:
    one, other = two
    li = one.person(OPENID, "o1")
    pipeline = other.pipeline
    gone, into = other.person(UNIONID, "u-li"), other.person(UNIONID, "u-wang")
    merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, other.app.id, gone=gone, into=into
    )
    now = other.person(UNIONID, "u-li")
    assert now == other.person(UNIONID, "u-wang")
    for _ in range(2):
        assert there(one, li, other) == [(other.app.id, now)]
        assert rewind_all(pipeline.spool)
        pipeline.loader.drain()


@pytest.mark.waits
def test_of_an_erased_unionid_nothing_is_left(two: tuple[House, House]) -> None:
    one, other = two
    gone = actor(other.app.id, UNIONID, "u-li")
    subject = Subject(other.person(UNIONID, "u-li"), (gone,), whole=False)
    other.pipeline.eraser.erase(other.app.id, subject)
    assert there(one, one.person(OPENID, "o1"), other) == []
    left = "SELECT uniqExact(other) FROM links WHERE app = {app:UInt32} AND other_kind = 'shared'"
    assert other.rows(left) == [(1,)], "Wang's"
    assert rewind_all(other.pipeline.spool)
    other.pipeline.loader.drain()
    assert other.rows(left) == [(1,)]


def test_a_sign_in_by_code_says_it_as_well(two: tuple[House, House]) -> None:
    one, other = two
    device = actor(other.app.id, "device", "d7")
    batch = Batch(at("2026-11-16 13:00"), other.app.id, "login", 1, "", device, 0, "release")
    load(other, tell({OPENID: "o7", UNIONID: "u-li"}, batch, SECRET))
    assert there(other, other.person(OPENID, "o7"), one) == [(one.app.id, one.person(OPENID, "o1"))]


def test_another_servers_key_makes_another_number() -> None:
    numbers = set()
    for secret in (b"a", b"b"):
        request = Request(1, 1_000, secret, 30, device="d1")
        request.who({UNIONID: "u-li"})
        numbers |= {number for _, number in request.beside[0]}
    assert len(numbers) == 2
    blocked = Request(
        1, 1_000, b"a", 30, device="d1", blocked=frozenset({actor(1, UNIONID, "u-li")})
    )
    assert blocked.who({UNIONID: "u-li"})[1:] == ("device", 0)
