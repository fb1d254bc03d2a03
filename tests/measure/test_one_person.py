"""What is known of one person: counted by hand, and by brute force over random histories."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from minilens.errors import Refused
from minilens.identity.actor import actor
from minilens.identity.persons import actors_of
from minilens.measure.person.facts import PersonFacts, facts, hash_of
from minilens.measure.person.history import history
from minilens.measure.person.timeline import MOST, TimelineAsked, timeline
from tests.examples import costly
from tests.identity.story import Said, load, merge, person, undo
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle, counted_once
from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.side_by_side
Houses = Callable[..., House]
LI = ("wechat-unionid", "li")


def told(house: House, number: int) -> PersonFacts:
    engine = house.pipeline.engine
    return facts(engine, house.app.id, number, actors_of(engine, house.app.id, number))


def when(text: str) -> datetime:
    return datetime.fromtimestamp(at(text) / 1000, UTC)


def two_visits_and_more(house: House) -> None:
    """A scan without an identity, a mail the day after, a trial version, a property; and somebody else."""
    first = Happening(
        at("2026-11-16 10:00"), "app_launch", session="s1", scene=1047, campaign="autumn", link="L1"
    )
    house.load(
        [
            first,
            replace(first, ts=first.ts + 1000, name="page_view", id=Happening(0).id),
            Happening(first.ts + 9000, "page_leave", session="s1", duration=8000, scene=1047),
            Happening(at("2026-11-17 09:00"), identity=LI, session="s2", scene=1089, source="mail"),
            Happening(at("2026-11-17 09:05"), identity=LI, session="s2", scene=1089, source="mail"),
            Happening(at("2026-11-18 09:00"), identity=LI, session="s3", traffic="trial"),
            Happening(at("2026-11-17 09:00"), device="another", session="s4"),
        ]
    )
    house.load(
        [Happening(at("2026-11-17 09:09"), "profile", identity=LI, profile='{"city": "深圳"}')]
    )
    house.build()


def test_facts_by_hand(house: House) -> None:
    two_visits_and_more(house)
    found = told(house, house.person(*LI))
    assert (found.person, found.identity_count) == (f"p{house.person(*LI)}", 2)
    phone, union = sorted(found.identities, key=lambda one: one.type)
    assert (phone.type, phone.hash) == ("device", hash_of(actor(house.app.id, "device", "phone")))
    assert (phone.cause, phone.grade, phone.beside) == ("device", "claimed", "wechat-unionid")
    assert (union.type, union.cause, union.beside) == ("wechat-unionid", "device", "device")
    assert [phone.verified, union.verified] == [False, False]
    one = found.first_touch
    assert one
    assert (one.at, one.scene, one.campaign, one.link) == (
        when("2026-11-16 10:00"),
        1047,
        "autumn",
        "L1",
    )
    last = found.last_touch
    assert last
    assert (last.at, last.scene, last.source) == (when("2026-11-17 09:00"), 1089, "mail")
    totals = found.totals
    assert (totals.launches, totals.visits, totals.duration, totals.events) == (2, 3, 8.0, 7)
    assert (totals.first_seen, totals.last_seen) == (
        when("2026-11-16 10:00"), when("2026-11-18 09:00"),
    )  # fmt: skip
    assert found.properties == {"city": "深圳"}


@costly(2, 300)
@given(history=histories())
def test_totals_by_brute_force(new_app: Houses, history: History) -> None:
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
    house.build()
    oracle = Oracle(history.arrived, history.zone)
    mine = defaultdict(list)
    for h in counted_once(history.arrived):
        mine[oracle.person[h.id]].append(h)
    for number, some in mine.items():
        found = told(house, house.person(*(some[0].identity or ("device", some[0].device))))
        runs = [s for s in oracle.sessions if s.person == number and s.traffic == "release"]
        lasted = [s.duration for s in runs if s.duration is not None]
        assert found.totals.launches == len(runs)
        assert found.totals.visits == sum(s.visits for s in runs)
        assert found.totals.duration == (sum(lasted) / 1000 if lasted else None)
        assert found.totals.events == len(some)
        assert found.totals.first_seen == datetime.fromtimestamp(
            min(h.ts for h in some) / 1000, UTC
        )
        assert found.totals.last_seen == datetime.fromtimestamp(max(h.ts for h in some) / 1000, UTC)
        assert sorted(whole_line(house, some[0])) == sorted(h.name for h in some)


def whole_line(house: House, one: Happening, **asked: object) -> list[str]:
    """All of it, page after page."""
    engine = house.pipeline.engine
    number = house.person(*(one.identity or ("device", one.device)))
    actors = actors_of(engine, house.app.id, number)
    found: list[str] = []
    before = ""
    while before is not None:
        page = timeline(engine, house.app.id, actors, TimelineAsked(before=before, **asked))  # type: ignore[arg-type]
        assert len(page.events) <= MOST
        found += [event.name for event in page.events]
        assert sorted(page.events, key=lambda e: e.at, reverse=True) == page.events
        if page.older is None:
            break
        before = page.older
    return found


def test_the_timeline_by_pages_and_by_event(house: House) -> None:
    start = at("2026-11-16 10:00")
    some = [Happening(start + n // 3, "share" if n % 5 == 0 else "page_view") for n in range(250)]
    house.load([*some, Happening(start, device="another")])
    assert sorted(whole_line(house, some[0])) == sorted(h.name for h in some)
    assert whole_line(house, some[0], event="share") == ["share"] * 50
    engine, app = house.pipeline.engine, house.app.id
    page = timeline(engine, app, [actor(app, "device", "phone")], TimelineAsked())
    assert page.names == {"page_view": 200, "share": 50}
    assert len(page.events) == 100
    for wrong in ("x", "1-2-3", "1-2-3-4-5", f"1-{2**63}-1-1", "1-1-1-99999", "-1-1-1-1"):
        with pytest.raises(Refused, match="before"):
            timeline(engine, app, [1], TimelineAsked(before=wrong))


def test_what_names_somebody_is_masked(house: House) -> None:
    props = {"phone": "13700001234", "salary": 9, "note": "call 13700001234", "colour": "red"}
    house.load(
        [
            Happening(
                at("2026-11-16 10:00"), props=json.dumps(props), query="id=oABCDEFGHIJKLMNOPQ12"
            )
        ]
    )
    engine, app = house.pipeline.engine, house.app.id
    actors = [actor(app, "device", "phone")]
    (seen,) = timeline(engine, app, actors, TimelineAsked(sensitive=("salary",))).events
    assert seen.properties == {
        "phone": "•••", "salary": "•••", "note": "call •••", "colour": "red",
    }  # fmt: skip
    assert seen.query == "id=•••"
    clear = TimelineAsked(sensitive=("salary",), masked=False)
    (seen,) = timeline(engine, app, actors, clear).events
    assert seen.properties == props | {"salary": "•••"}
    assert seen.query == "id=oABCDEFGHIJKLMNOPQ12"


def test_merges_and_what_is_kept_apart(house: House) -> None:
    load(house, [Said("d1", "a", server=True), Said("d2", "b", 5)])
    house.build()
    one, other = person(house, "a"), person(house, "b")
    made = merge(house, "b", "a")
    engine, app = house.pipeline.engine, house.app.id
    found = history(engine, app, one, actors_of(engine, app, one))
    assert [(m.merge, m.other, m.cause, m.undone) for m in found.merges] == [
        (made, f"p{other}", "hand", False)
    ]
    assert found.merges[0].types == ["wechat-unionid", "wechat-unionid"]
    assert found.apart == []
    undo(house, made)
    for mine, theirs in ((one, other), (other, one)):
        found = history(engine, app, mine, actors_of(engine, app, mine))
        assert [(m.merge, m.other, m.undone) for m in found.merges] == [(made, f"p{theirs}", True)]
        assert [(a.other, a.why, a.by) for a in found.apart] == [(f"p{theirs}", "undo", 0)]
        assert set(found.apart[0].types) == {"wechat-unionid"}


def test_a_merge_that_came_by_itself(house: House) -> None:
    load(house, [Said("d1", "a"), Said("d2", "m", 5)])
    one, other = person(house, "a"), person(house, "m")
    load(house, [Said("d2", "a m", 9)])
    kept = person(house, "a")
    gone = other if kept == one else one
    engine, app = house.pipeline.engine, house.app.id
    (found,) = history(engine, app, kept, actors_of(engine, app, kept)).merges
    assert (found.other, found.cause, found.grade, set(found.types)) == (
        f"p{gone}", "event", "claimed", {"mobile", "wechat-unionid"},
    )  # fmt: skip
