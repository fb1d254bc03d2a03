"""Live figures of a few events that can be counted on fingers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from minilens.errors import Refused
from minilens.load import merges
from minilens.measure import filters
from minilens.measure.days.moment_rows import COUNTED
from minilens.measure.days.run import answer
from minilens.measure.newest import Happened, newest
from minilens.measure.plan import OF_MOMENTS
from minilens.measure.query import Query
from minilens.measure.span import Span, Step, widened
from minilens.measure.table import Table
from tests import by_name
from tests.pipeline import CREATED, LATER, Happening, House, at

pytestmark = pytest.mark.side_by_side
SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """A local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def span(start: str, end: str, step: Step = 30, zone: str = "Asia/Shanghai") -> Span:
    """Between two local times."""
    return widened(moment(start, zone), moment(end, zone), step, zone)


def ask(house: House, query: Query) -> Table:
    return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)


def question(house: House, of: str, over: Span, now: str, **more: Any) -> Query:
    zone = house.app.timezone
    return by_name.live(house.app.id, zone, of, over, moment(now, zone), **more)


def evening() -> list[Happening]:
    """Around a midnight: three visits before, four after, a share, a trial."""
    return [
        Happening(at("2026-11-21 23:10"), device="a", page="pages/menu"),
        Happening(at("2026-11-21 23:29:59.999"), device="a", page="pages/index"),
        Happening(at("2026-11-21 23:30"), device="b", page="pages/index"),
        Happening(at("2026-11-22 00:00"), device="b", page="pages/index"),
        Happening(at("2026-11-22 00:31"), device="c", page="pages/cart"),
        Happening(at("2026-11-22 00:32"), device="c", page="pages/index"),
        Happening(at("2026-11-22 00:33"), device="a", page="pages/menu"),
        Happening(at("2026-11-22 00:34"), "share", device="a", page="pages/menu"),
        Happening(at("2026-11-22 00:34"), device="d", traffic="trial", page="pages/index"),
    ]


def test_visits_across_midnight(house: House) -> None:
    house.load(evening())
    over = span("2026-11-21T22:45", "2026-11-22T01:10")
    table = ask(house, question(house, "visits", over, "2026-11-22T00:40"))
    assert [row[1] for row in table.rows] == [0, 2, 1, 1, 3, None]
    assert [f"{row[0]:%d %H:%M}" for row in table.rows] == [
        "21 22:30", "21 23:00", "21 23:30", "22 00:00", "22 00:30", "22 01:00",
    ]  # fmt: skip
    assert table.running
    assert (table.start, table.end) == (
        moment("2026-11-21T22:30"),
        moment("2026-11-22T01:30"),
    )


def test_an_event_that_was_sent_twice_counts_once_and_a_late_one_where_it_belongs(
    house: House,
) -> None:
    some = evening()
    house.load(some[:5])
    house.load([*some[3:], Happening(at("2026-11-21 22:50"), device="z")])
    over = span("2026-11-21T22:30", "2026-11-22T01:00")
    table = ask(house, question(house, "visits", over, "2026-11-22T01:00"))
    assert [row[1] for row in table.rows] == [1, 2, 1, 1, 3]
    assert not table.running


def test_one_page_another_environment_and_a_filter(house: House) -> None:
    house.load(evening())
    over, now = span("2026-11-22T00:00", "2026-11-22T01:00"), "2026-11-22T02:00"
    page = ask(house, question(house, "visits", over, now, page="pages/menu"))
    trial = ask(house, question(house, "visits", over, now, traffic="trial"))
    some = filters.read(["page:is:pages/cart,pages/menu", "page:contains:cart"])
    both = ask(house, question(house, "visits", over, now, filters=some))
    assert [page.column("visits"), trial.column("visits")] == [[0, 1], [0, 1]]
    assert both.column("visits") == [0, 1]


def test_the_list_of_pages(house: House) -> None:
    house.load(evening())
    over = span("2026-11-21T23:00", "2026-11-22T00:30")
    query = question(
        house, "pages", over, "2026-11-23T00:00", compare=span("2026-11-22T00:30", "2026-11-22T02:00"),
        top=1, include_other=True, page="pages/cart",
    )  # fmt: skip
    table = ask(house, query)
    assert table.rows == (("pages/index", 3, 3 / 4),)
    assert table.compared == (("pages/index", 1, 1 / 3),)
    assert (table.total_rows, table.totals, table.other) == (2, (None, 4, None), (None, 1, 1 / 4))
    assert not table.same_hours


def test_a_search_picks_rows_and_shares_stay_those_of_all_visits(house: House) -> None:
    house.load(evening())
    over = span("2026-11-21T23:00", "2026-11-22T01:00")
    table = ask(house, question(house, "pages", over, "2026-11-23T00:00", search="MENU"))
    assert table.rows == (("pages/menu", 2, 2 / 7),)
    assert (table.total_rows, table.totals) == (1, (None, 7, None))
    nothing = ask(house, question(house, "pages", over, "2026-11-23T00:00", search="nothing"))
    assert (nothing.rows, nothing.total_rows, nothing.totals) == ((), 0, (None, 7, None))


def test_a_running_range_stands_beside_the_same_hours(house: House) -> None:
    house.load(
        [
            Happening(at("2026-11-21 10:10"), page="pages/index"),
            Happening(at("2026-11-21 10:20"), page="pages/index"),
            Happening(at("2026-11-22 10:05"), page="pages/index"),
            Happening(at("2026-11-22 10:16"), page="pages/index"),
        ]
    )
    over, other = (span(f"2026-11-{day}T10:00", f"2026-11-{day}T11:00") for day in (22, 21))
    query = question(house, "pages", over, "2026-11-22T10:15", compare=other)
    table = ask(house, query)
    assert table.same_hours
    assert (table.rows, table.compared) == ((("pages/index", 2, 1),), (("pages/index", 1, 1),))


def test_nothing_at_all(house: House) -> None:
    over = span("2026-11-21T23:00", "2026-11-22T01:00")
    for of in ("visits", "pages", "online"):
        table = ask(house, question(house, of, over, "2026-11-23T00:00"))
        assert {cell for row in table.rows for cell in row[1:]} <= {0}
        assert table.totals in (None, (None, 0, None))


def test_who_is_online(new_app: Callable[..., House]) -> None:
    house, now = new_app("America/New_York"), "2026-11-22T12:00"
    noon = at(now, "America/New_York")
    house.load(
        [
            Happening(noon - 300_000, device="just", identity=("c_memberid", "li")),
            Happening(noon - 1, "share", device="other", identity=("c_memberid", "li")),
            Happening(noon - 1, device="b"),
            Happening(noon - 300_001, device="gone"),
            Happening(noon + 1, device="fast clock"),
            Happening(noon - 1, device="t", traffic="trial"),
        ]
    )
    over = span("2026-11-22T00:00", "2026-11-22T13:00", zone="America/New_York")
    table = ask(house, question(house, "online", over, now))
    assert table.rows == ((moment(now, "America/New_York"), 2),)
    assert table.end - table.start == timedelta(minutes=5)


def test_two_who_are_found_to_be_one_are_online_once(house: House) -> None:
    now = "2026-11-22T12:00"
    house.load(
        [
            Happening(at(now) - 1000, device="a", identity=("c_memberid", "li")),
            Happening(at(now) - 1000, device="b", identity=("wechat-unionid", "u")),
        ]
    )
    query = question(house, "online", span("2026-11-22T00:00", "2026-11-22T13:00"), now)
    assert ask(house, query).column("online") == [2]
    pipeline = house.pipeline
    merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id,
        gone=house.person("c_memberid", "li"), into=house.person("wechat-unionid", "u"), cause="push",
    )  # fmt: skip
    assert ask(house, query).column("online") == [1]


def test_who_is_new_is_known_when_the_day_is_made(house: House) -> None:
    house.load([Happening(at("2026-11-20 10:00"), device="old")])
    house.load([Happening(at("2026-11-22 10:00"), device=one) for one in ("old", "new", "new")])
    house.build()
    over = span("2026-11-22T09:30", "2026-11-22T10:30")
    for text, visits in (("newness:is:new", [0, 2]), ("newness:is:returning", [0, 1])):
        some = filters.read([text])
        table = ask(house, question(house, "visits", over, "2026-11-23T00:00", filters=some))
        assert table.column("visits") == visits


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-11-02", 24)]
)
def test_a_day_on_which_the_clock_is_changed(
    new_app: Callable[..., House], day: str, hours: int
) -> None:
    zone = "America/New_York"
    house = new_app(zone)
    start = moment(f"{day}T00:00", zone)
    over = widened(start, start + timedelta(days=1), 60, zone)
    every = [over.start + n * timedelta(minutes=60) for n in range(hours)]
    house.load([Happening(int(one.timestamp() * 1000)) for one in every])
    table = ask(house, question(house, "visits", over, "2026-12-01T00:00", step=60))
    assert [row[1] for row in table.rows] == [1] * hours
    shown = [row[0] for row in table.rows if isinstance(row[0], datetime)]
    assert [one.astimezone(UTC) for one in shown] == every
    assert all(f"{row[0]:%M}" == "00" for row in table.rows)


def test_zones_of_half_hours_keep_whole_hours(new_app: Callable[..., House]) -> None:
    house = new_app("Asia/Kathmandu")
    house.load([Happening(at("2026-11-22 09:59", "Asia/Kathmandu"))])
    over = span("2026-11-22T09:10", "2026-11-22T10:10", 60, "Asia/Kathmandu")
    table = ask(house, question(house, "visits", over, "2026-11-23T00:00", step=60))
    assert [(f"{row[0]:%H:%M}", row[1]) for row in table.rows] == [("09:00", 1), ("10:00", 0)]


def test_too_many_buckets_are_refused_and_a_coarser_step_offered(house: House) -> None:
    over = span("2026-11-20T00:00", "2026-11-22T00:00", 1)
    with pytest.raises(Refused) as refusal:
        ask(house, question(house, "visits", over, "2026-11-22T00:00", step=1))
    assert (refusal.value.code, refusal.value.field) == ("too_many_buckets", "step")
    assert refusal.value.facts["hint"] == 5


def test_a_range_without_length_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        Span(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))
    assert refusal.value.field == "from"


def test_the_newest_events_are_those_loaded_last(house: House) -> None:
    some = evening()
    house.load(some[:3])
    first = house.pipeline.loader.through
    house.load(some[3:])
    last = house.pipeline.loader.through
    engine, app, since = house.pipeline.engine, house.app.id, date(2026, 11, 21)

    def seen(after: int, through: int, most: int = 50) -> list[Happened]:
        return newest(engine, app, "release", since=since, after=after, through=through, most=most)

    found = seen(first, last)
    assert (found[0].load, found[0].name, found[0].page) == (last, "share", "pages/menu")
    assert [len(found), len(seen(0, first)), len(seen(0, last, 2))] == [5, 3, 2]
    assert not seen(last, last + 5)


def test_the_newest_events_are_those_that_the_filters_keep(house: House) -> None:
    house.load(evening())
    engine, app, last = house.pipeline.engine, house.app.id, house.pipeline.loader.through

    def seen(*texts: str) -> list[Happened]:
        return newest(
            engine, app, "release", filters.read(texts), since=date(2026, 11, 21), after=0, through=last, most=50
        )  # fmt: skip

    every, menu = seen(), seen("page:is:pages/menu")
    assert menu == [one for one in every if one.page == "pages/menu"]
    assert 0 < len(menu) < len(every)
    assert seen("newness:is:new") == every, "who is new is known when the day is made"
    assert seen("newness:is:new|page:is:pages/menu") == every
    assert seen("newness:is:returning", "page:is:pages/menu") == menu
    assert seen("page:is:nowhere") == []


def test_what_events_tell_by_themselves_is_one_list() -> None:
    assert set(COUNTED) == OF_MOMENTS
