"""What people are like: each dimension by hand, and all of them against a count by brute force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from minilens import reports
from minilens.measure.days.run import answer
from minilens.measure.plan import plan
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reports.kinds.audience import MEASURES, AudienceRequest
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import SAYS, Filtered
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle, Part, counted
from tests.measure.test_filters_against_brute_force import all_made, ask, listed, rounded, scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

OF_PEOPLE = ("launches", "visits", *MEASURES)
#: Those that are lines of a phone or a client, groups of scenes, and some that are kept by themselves.
LISTED = (
    "os",
    "os_version",
    "brand",
    "model",
    "screen",
    "network",
    "language",
    "wx_version",
    "province",
    "city",
    "app_version",
    "scene",
    "scene_source",
    "scene_group",
)

IPHONE = {
    "brand": "Apple",
    "model": "iPhone 14 Pro<iPhone15,2>",
    "os": "iOS",
    "os_version": "17.4",
    "screen": (393, 852),
}
NEW_IPHONE = {**IPHONE, "model": "unknown<iPhone15,2>", "os_version": "18.0"}
UNKNOWN_PHONE = {"brand": "Huawei", "model": "TST-AN00", "os": "HarmonyOS", "screen": (360, 0)}


def seen(moment: str, device: str, **said: object) -> Happening:
    """A visit with a session of its own."""
    return Happening(at(moment), device=device, session=f"{device}{moment}", **said)  # type: ignore[arg-type]


#: a comes on two days and updates the system in between, over Wi-Fi and then 5G; b's phone is in no list; of c
#: nothing is known.
STORY = [
    seen("2026-11-20 23:58", "a", **IPHONE, network="wifi", language="zh_CN", wx_version="8.0.50"),
    seen("2026-11-21 00:02", "a", **NEW_IPHONE, network="5G", language="zh-CN", wx_version="8.0.58"),
    seen("2026-11-21 09:00", "b", **UNKNOWN_PHONE, network="WIFI", language="en", wx_version="8.0.58"),
    seen("2026-11-21 10:00", "c", network="unknown"),
]  # fmt: skip


@pytest.fixture(params=["made", "tail"], scope="module")
def told(request: pytest.FixtureRequest, new_app: Callable[..., House]) -> House:
    """The story, in days or in what came after them; for tests that only ask."""
    house = new_app()
    house.load(STORY)
    if request.param == "made":
        house.build()
    return house


def asked(house: House, name: str, **given: str) -> Table:
    """The answer of a report."""
    read = {"from": "2026-11-20", "to": "2026-11-21", "compare": "none", **given}
    moment = datetime(2026, 11, 21, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
    state = reports.read(read, reports.find(name), "Asia/Shanghai", moment)
    assert isinstance(state, AudienceRequest)
    query = state.days_query(house.app.id)
    return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)


@pytest.mark.parametrize(
    ("name", "visitors"),
    [
        ("systems", {"iOS": 1, "HarmonyOS": 1, "": 1}),
        ("system_versions", {"iOS 17.4": 1, "iOS 18.0": 1, "": 2}),
        ("brands", {"Apple": 1, "Huawei": 1, "": 1}),
        ("models", {"iPhone 14 Pro": 1, "TST-AN00": 1, "": 1}),
        ("screens", {"393×852": 1, "": 2}),
        ("networks", {"wifi": 2, "5g": 1, "": 1}),
        ("languages", {"zh_CN": 1, "en": 1, "": 1}),
        ("wechat_versions", {"8.0.50": 1, "8.0.58": 2, "": 1}),
        ("provinces", {"": 3}),
        ("cities", {"": 3}),
    ],
)
def test_by_hand(told: House, name: str, visitors: dict[str, int]) -> None:
    table = asked(told, f"audience.{name}")
    assert {row[0]: row[1] for row in table.rows} == visitors
    assert table.totals == (None, 3, None)
    assert table.unknown == (None, visitors.get("", 0), visitors.get("", 0) / 3)
    assert [row[2] for row in table.rows] == [
        n / 3 for n in sorted(visitors.values(), reverse=True)
    ]


def test_the_switch_shows_new_users(told: House) -> None:
    table = asked(
        told, "audience.system_versions", users="new", sort="visitors", measure="visitors"
    )
    assert [c.name for c in table.columns[1:]] == ["new_users", "new_user_share"]
    # a is new on the day of the older system
    news = {row[0]: row[1] for row in table.rows if row[1]}
    assert news == {"iOS 17.4": 1, "": 2}
    assert table.totals == (None, 3, None)


def test_one_day_alone_and_an_empty_period(told: House) -> None:
    table = asked(told, "audience.models", **{"from": "2026-11-21"})
    assert {row[0]: row[1] for row in table.rows} == {"iPhone 14 Pro": 1, "TST-AN00": 1, "": 1}
    table = asked(told, "audience.models", **{"from": "2026-11-01", "to": "2026-11-02"})
    assert (table.rows, table.totals, table.unknown) == ((), (None, 0, None), (None, 0, None))


def test_two_pieces_of_a_phone_are_asked_together_from_days(told: House) -> None:
    apple = (by_name.condition("brand", "is", ("Apple",)),)
    newer = (by_name.condition("os_version", "starts_with", ("iOS 18",)),)
    query = by_name.query(told.app.id, OF_PEOPLE[:3], days("2026-11-20", "2026-11-21"), ("screen",))
    both = replace(query, filters=(apple, newer))
    assert plan(both).source == "days"
    assert ask(told, both).rows == (("393×852", 1, 1, 1),)
    page = (by_name.condition("page", "is", ("pages/index",)),)
    assert ask(told, replace(both, filters=(apple, newer, page))).rows == (("393×852", None, 1, 1),)


Houses = Callable[..., House]


@costly(2, 100)
@given(history=histories().map(scattered))
def test_every_value_of_every_dimension(new_app: Houses, history: History) -> None:
    house = all_made(new_app, history)
    oracle = Oracle(history.arrived, history.zone)
    over = around(history.arrived, history.zone)
    whole = Filtered(oracle, lambda h, new: True).part(set(over), "release", by_page=False)
    for name in LISTED:
        query = by_name.query(house.app.id, OF_PEOPLE, over, (name,), include_unknown=True)
        table = ask(house, replace(query, top=1000))
        right = {value: of(oracle, name, value, query, whole) for value in values(oracle, name)}
        right = {value: cells for value, cells in right.items() if any(cells)}
        assert listed(table) == right, name
        assert table.totals is not None
        assert table.totals[1] == sum(int(str(row[1])) for row in table.rows)
        assert table.unknown is not None
        assert rounded(table.unknown[1:])[:4] == right.get("", (0, 0, 0, 0, 0, 0))[:4]


def values(oracle: Oracle, name: str) -> set[str]:
    """What events say of it."""
    return {SAYS[name](h, False) for h in oracle.events}


def of(oracle: Oracle, name: str, value: str, query: Query, whole: Part) -> tuple[object, ...]:
    """The measures of one value."""
    picked = Filtered(oracle, lambda h, new: SAYS[name](h, new) == value)
    part = picked.part(set(query.range), "release", by_page=False)
    return rounded(counted(replace(part, whole=whole), OF_PEOPLE))
