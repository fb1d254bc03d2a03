"""What became of events that came in: by hand, and against a count of every event that was sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.ledger.query import Apart, LedgerListQuery, LedgerQuery
from minilens.measure.measures import MEASURES
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Grain, Range
from minilens.reports import find, read
from minilens.spool.record import Batch, Event, encode
from minilens.spool.writer import frame
from tests.examples import examples
from tests.measure.ledger_oracle import COUNTED, by_period, fates, figures
from tests.pipeline import House, at

pytestmark = pytest.mark.side_by_side
ZONE = "Asia/Shanghai"
OF_TIME = find("quality.ledger").measures
OF_VALUES = find("quality.reasons").measures
AS_OF = AsOf(date(2026, 11, 24), datetime(2026, 11, 24, 4, tzinfo=UTC), 0)
WEEK = Range(date(2026, 11, 18), date(2026, 11, 24))


def batch(
    house: House,
    when: int,
    *events: tuple[str, str],
    refused: dict[str, int] | None = None,
    lost: int = 0,
) -> Batch:
    """A request with these events (name, id)."""
    made = [Event(i=n, id=id, name=name, ts=when, actor=7) for n, (name, id) in enumerate(events)]
    return Batch(
        at=when, app=house.app.id, via="tracker", device=7, lost=lost, refused=refused or {}, events=made,
        received=len(made) + sum((refused or {}).values()),
    )  # fmt: skip


def load(house: House, *batches: Batch) -> None:
    house.writer.write(b"".join(frame(encode(one)) for one in batches))
    house.step()


def of_time(house: House, over: Range = WEEK, grain: Grain = "day", **more: object) -> Table:
    measures = tuple(MEASURES[name] for name in OF_TIME)
    query = LedgerQuery(house.app.id, measures, over, grain, house.app.timezone)
    return run(house.pipeline.engine, replace(query, **more), AS_OF)  # type: ignore[arg-type]


def of_values(house: House, apart: Apart = "reason", **more: object) -> Table:
    measures = tuple(MEASURES[name] for name in OF_VALUES)
    query = LedgerListQuery(
        house.app.id, measures, WEEK, house.app.timezone, apart, measures[0]
    )  # fmt: skip
    return run(house.pipeline.engine, replace(query, **more), AS_OF)  # type: ignore[arg-type]


def new() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def shop(house: House) -> House:
    """Ten events on the 20th, of which one comes again on the 21st, a minute after midnight."""
    twice = new()
    views = [("page_view", new()) for _ in range(4)]
    load(
        house,
        batch(
            house,
            at("2026-11-20 23:59"),
            *views,
            ("page_view", twice),
            ("secret_sauce", new()),
            refused={"late": 3},
            lost=2,
        ),
        batch(house, at("2026-11-20 22:10"), ("other_sauce", new())),
    )
    load(house, batch(house, at("2026-11-21 00:01"), ("page_view", twice), refused={"missing": 1}))
    return house


def test_by_day_everything_that_came_in_is_accounted_for(shop: House) -> None:
    table = of_time(shop)
    told = {row[0]: row[1:] for row in table.rows}
    #                                 received, counted, duplicate, quarantined, refused, difference, lost
    assert told[date(2026, 11, 20)] == (10, 5, 0, 2, 3, 0, 2)
    assert told[date(2026, 11, 21)] == (2, 0, 1, 0, 1, 0, 0)
    assert told[date(2026, 11, 19)] == (0,) * 7
    assert table.running
    assert table.current_row == 6


def test_by_hour_and_week_and_beside_another_range(shop: House) -> None:
    day = Range(date(2026, 11, 20), date(2026, 11, 20))
    hours = {str(row[0])[11:16]: row[1] for row in of_time(shop, day, "hour").rows}
    assert (hours["23:00"], hours["22:00"], hours["21:00"]) == (9, 1, 0)
    weeks = of_time(shop, WEEK, "week").rows
    assert [(str(row[0]), row[1]) for row in weeks] == [("2026-11-16", 12), ("2026-11-23", 0)]
    beside = of_time(shop, Range(date(2026, 11, 21), date(2026, 11, 21)), compare=day)
    assert (beside.rows[0][1], beside.compared[0][1]) == (2, 10)


def test_hours_to_come_are_unknown(shop: House) -> None:
    today = Range(AS_OF.today, AS_OF.today)
    cells = [row[1] for row in of_time(shop, today, "hour").rows]
    assert cells == [0] * 13 + [None] * 11  # it is noon in Shanghai


def test_those_that_do_not_count_by_reason_and_by_name(shop: House) -> None:
    table = of_values(shop)
    assert table.rows == (("late", 3, 0, 3), ("undeclared", 2, 2, 0), ("missing", 1, 0, 1))
    assert table.totals == ("", 6, 2, 4)
    names = of_values(shop, "event")
    assert names.rows == (("other_sauce", 1, 1, 0), ("secret_sauce", 1, 1, 0))


def test_a_list_has_pages_a_rest_and_a_search_in_either_language(shop: House) -> None:
    second = of_values(shop, top=1, offset=1, include_other=True)
    assert (second.rows, second.other, second.total_rows) == (
        (("undeclared", 2, 2, 0),),
        ("", 4, 0, 4),
        3,
    )
    assert [row[0] for row in of_values(shop, ascending=True).rows] == [
        "missing",
        "undeclared",
        "late",
    ]
    for wanted in ("未定义", "UNDECLARED event", "undeclared"):
        found = of_values(shop, search=wanted)
        assert [row[0] for row in found.rows] == ["undeclared"]
        assert found.totals == ("", 6, 2, 4)
    assert of_values(shop, search="nothing of the kind").rows == ()


def test_the_cards_agree_where_a_day_begins_within_an_hour(new_app: Callable[..., House]) -> None:
    """In Nepal the 21st begins at 18:15 UTC: what came at 18:30 is in the hour that began on the 20th, on both."""
    house = new_app("Asia/Kathmandu")
    load(house, batch(house, at("2026-11-20 18:30", "UTC"), ("sauce", new()), refused={"late": 2}))
    for day, wanted in ((20, (1, 2)), (21, (0, 0))):
        over = Range(date(2026, 11, day), date(2026, 11, day))
        assert of_time(house, over).rows[0][4:6] == wanted
        table = of_values(house, range=over)
        assert (table.totals or ("", 0, 0, 0))[2:] == wanted


def test_another_app_sees_nothing(shop: House, new_app: Callable[..., House]) -> None:
    other = new_app()
    assert all(row[1] == 0 for row in of_time(other).rows)
    assert (of_values(other).rows, of_values(other).totals) == ((), None)


def test_more_hours_than_can_be_shown_are_refused(shop: House) -> None:
    with pytest.raises(Refused, match="more than 2000"):
        of_time(shop, Range(date(2026, 1, 1), date(2026, 11, 24)), "hour")


def test_its_address_has_neither_filters_nor_traffic() -> None:
    report = find("quality.ledger")
    assert not report.kind.takes("filter")
    assert not report.kind.takes("traffic")
    assert read({"period": "7d"}, report, ZONE, AS_OF.as_of).at() == "?"


MOMENTS = tuple(
    at(f"2026-11-{day} {clock}")
    for day in (19, 20, 21)
    for clock in ("00:00", "07:59", "08:00", "23:59")
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(("page_view", "app_launch", "sauce")), st.integers(0, 12)), max_size=6
)
BATCHES = st.lists(
    st.tuples(
        st.sampled_from(MOMENTS), EVENTS, st.integers(0, 2),
        st.dictionaries(st.sampled_from(("late", "missing")), st.integers(1, 3), max_size=2),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


ZONES = ("Asia/Shanghai", "Asia/Kathmandu", "America/New_York")
Sent = list[tuple[int, list[tuple[str, int]], int, dict[str, int]]]


@given(st.tuples(*([BATCHES] * 3 * len(ZONES))))
@examples(landing=2, long=200)
def test_against_brute_force(new_app: Callable[..., House], stories: tuple[Sent, ...]) -> None:
    """Each example has nine histories, loaded together: a load costs more than what is in it."""
    houses = [new_app(ZONES[n % len(ZONES)]) for n in range(len(stories))]
    sent = [_batches(house, story) for house, story in zip(houses, stories, strict=True)]
    for some in ([one[:2] for one in sent], [one[2:] for one in sent]):
        if every := [batch for one in some for batch in one]:
            load(houses[0], *every)
    for house, batches in zip(houses, sent, strict=True):
        _agrees(house, batches)


def _batches(house: House, story: Sent) -> list[Batch]:
    def told(number: int) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{house.app.id} {number}"))

    return [
        batch(house, when, *((name, told(n)) for name, n in events), lost=lost, refused=refused)
        for when, events, lost, refused in story
    ]


def _agrees(house: House, batches: list[Batch]) -> None:
    every = fates(batches, {"page_view", "app_launch"})
    over = Range(date(2026, 11, 17), date(2026, 11, 23))
    grains: tuple[Grain, ...] = ("hour", "day", "week")
    for grain in grains:
        wanted = by_period(every, grain, house.app.timezone)
        for name, *cells in of_time(house, over, grain).rows:
            assert isinstance(name, date)
            assert tuple(cells) == figures(wanted.pop(name, []), OF_TIME), (grain, name)
        assert not wanted
    _values_agree(house, every, over)


def _values_agree(house: House, every: list[tuple[int, str, str]], over: Range) -> None:
    why: dict[str, list[tuple[int, str, str]]] = {}
    for one in every:
        if one[1] in ("refused", "quarantined"):
            why.setdefault(one[2] if one[1] == "refused" else "undeclared", []).append(one)
    table = of_values(house, range=over)
    assert {row[0]: row[1:] for row in table.rows} == {
        value: figures(some, OF_VALUES) for value, some in why.items()
    }
    rows = of_time(house, over).rows
    assert sum(int(str(row[4])) + int(str(row[5])) for row in rows) == sum(
        int(str(row[1])) for row in table.rows
    )


def test_every_measure_of_the_ledger_is_here() -> None:
    assert {*OF_TIME, *OF_VALUES} == set(COUNTED)
