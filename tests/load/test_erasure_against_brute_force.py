"""Random histories of which somebody is erased: the figures are those of all the others, counted one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.identity.lookup import look_up
from tests.examples import costly
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.waits  # as in test_erasure
DAYS = 5
WEEK = days("2026-03-01", "2026-03-05")
KINDS = ("wechat-unionid", "c_memberid")


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    """Up to forty events of five phones and as many identities; a session is one person's, on one day."""
    found = []
    for n in range(draw(st.integers(5, 40))):
        device = f"d{draw(st.integers(0, 4))}"
        named = draw(st.booleans())
        identity = (draw(st.sampled_from(KINDS)), f"v{draw(st.integers(0, 3))}") if named else None
        day = draw(st.integers(0, DAYS - 1))
        name = draw(st.sampled_from(("page_view", "page_view", "share", "app_launch")))
        ts = at("2026-03-01 09:00") + day * 86_400_000 + n * 60_000
        owner = "-".join(identity) if identity else device
        found.append(
            Happening(
                ts, name=name, device=device, identity=identity, session=f"{owner}/{day}", seq=n
            )
        )
    return sorted(found, key=lambda one: one.ts)


def counted(some: Sequence[Happening], person: Callable[[Happening], int]) -> list[tuple[int, ...]]:
    """Total users, launches, visits, visitors, new users, sharers of each day."""
    zone = timedelta(hours=8)
    by_day: dict[date, list[Happening]] = defaultdict(list)
    first: dict[int, date] = {}
    for one in some:
        day = (datetime.fromtimestamp(one.ts / 1000, UTC) + zone).date()
        by_day[day].append(one)
        if one.name == "page_view":
            first[person(one)] = min(day, first.get(person(one), day))
    found: list[tuple[int, ...]] = []
    for n in range(DAYS):
        day = WEEK.start + timedelta(days=n)
        views = [one for one in by_day[day] if one.name == "page_view"]
        opened = {
            (person(one), one.session)
            for one in by_day[day]
            if one.name in ("page_view", "app_launch")
        }
        found.append((
            sum(since <= day for since in first.values()), len(opened), len(views),
            len({person(one) for one in views}), sum(since == day for since in first.values()),
        ))  # fmt: skip
    return found


@costly(2, 100)
@given(some=happenings(), data=st.data())
def test_the_figures_are_those_of_the_others(
    new_app: Callable[..., House], some: list[Happening], data: st.DataObject
) -> None:
    house = new_app()
    some = [replace(one, id=Happening(0).id) for one in some]
    house.load(some)
    house.build()
    who = {
        one.identity or ("device", one.device): house.person(
            *(one.identity or ("device", one.device))
        )
        for one in some
    }

    def person(one: Happening) -> int:
        return who[one.identity or ("device", one.device)]

    shown = [tuple(row[1:6]) for row in house.figures(WEEK)]
    assert shown == counted(some, person)
    gone = data.draw(st.sampled_from(sorted(set(who.values()))))
    pipeline = house.pipeline
    subject = look_up(pipeline.engine, house.app.id, f"p{gone}", pipeline.secret)
    order = pipeline.eraser.erase(house.app.id, subject)
    house.build()
    others = [one for one in some if person(one) != gone]
    assert order.counts["events"] == len(some) - len(others)
    assert [tuple(row[1:6]) for row in house.figures(WEEK)] == counted(others, person)
    left = house.rows("SELECT count() FROM events WHERE app = {app:UInt32}")
    assert left == [(len(others),)]
