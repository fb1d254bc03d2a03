"""What builds keep besides sums: pages of a session in order, first touches, values of profiles, actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from minilens.load.day_sql import BESIDE
from minilens.load.merges import merge, undo
from minilens.load.session_sql import MOST_PAGES
from minilens.reference.origins import OF_ACTIONS, OF_PAGE_VIEWS, OF_VISITORS, ORIGINS, names
from minilens.spool.record import Source, encode
from minilens.spool.writer import frame
from minilens.warehouse import shards
from minilens.warehouse.migrate import steps, steps_back
from minilens.warehouse.retention import expire
from tests.examples import costly
from tests.measure.histories import History, histories
from tests.measure.oracle import OPENS, Oracle
from tests.measure.test_a_page_of_its_own import with_queries
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
HOLDS = (
    "app = {app:UInt32} AND (day, build) IN "
    "(SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day)"
)
TOUCHES = """
SELECT {columns} FROM
(
    SELECT person, argMax(first_day, version) AS day FROM persons WHERE app = {{app:UInt32}} GROUP BY person
) AS p
LEFT JOIN
(
    SELECT * FROM first_touches WHERE app = {{app:UInt32}} ORDER BY version DESC LIMIT 1 BY person
) AS t ON p.person = t.person AND p.day = t.day
WHERE p.day < '2100-01-01'
"""


def touches(house: House, columns: str) -> list[tuple[object, ...]]:
    """First touches of those who visited."""
    return sorted(house.rows(TOUCHES.format(columns=columns)), key=repr)


@costly(2, 100)
@given(history=histories())
def test_by_brute_force(new_app: Callable[..., House], history: History) -> None:
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
        house.build()
    oracle = Oracle(history.arrived, history.zone)
    counted = Counter(
        (s.day, s.traffic, tuple(h.page for h in some if h.name == "page_view"))
        for s, some in oracle.runs
    )
    found = house.rows(f"SELECT day, traffic, pages FROM sessions WHERE {HOLDS}")
    assert Counter((day, traffic, tuple(pages)) for day, traffic, pages in found) == counted  # type: ignore[arg-type]
    assert sorted(
        row[:2] for row in touches(house, "t.day, toUnixTimestamp64Milli(t.at)")
    ) == sorted(
        (day, first_opening(oracle, who, day)) for who, day in oracle.first_visits().items()
    )
    acted = house.rows(
        f"SELECT day, name, traffic, page, toUnixTimestamp64Milli(ts), seq FROM actions WHERE {HOLDS}"
    )
    assert Counter(acted) == Counter(
        (oracle.day(h), h.name, h.traffic, h.page, h.ts, h.seq)
        for h in oracle.events
        if h.name != "page_leave"
    )


def first_opening(oracle: Oracle, who: int, day: date) -> int:
    """The first moment at which a person opened or viewed anything on a day."""
    return min(
        h.ts for h in oracle.events
        if oracle.person[h.id] == who and oracle.day(h) == day and h.name in OPENS and h.traffic == "release"
    )  # fmt: skip


def test_a_session_of_many_pages_keeps_the_first_of_them(house: House) -> None:
    many = MOST_PAGES + 5
    start = at("2026-03-02 23:59")
    house.load([Happening(start + n * 1000, session="s", page=f"pages/{n}") for n in range(many)])
    house.build()
    sql = f"SELECT visits, depth, length(pages), pages[1], pages[-1] FROM sessions WHERE {HOLDS}"
    assert house.rows(sql) == [(many, many, MOST_PAGES, "pages/0", f"pages/{MOST_PAGES - 1}")]


def test_a_late_event_that_is_earlier_is_the_first_touch(house: House) -> None:
    columns = "t.day, t.scene, t.page"
    house.load([Happening(at("2026-03-02 10:00"), page="pages/b", scene=1047)])
    house.build()
    assert touches(house, columns) == [(date(2026, 3, 2), 1047, "pages/b")]
    house.load([Happening(at("2026-03-02 09:00"), page="pages/a", scene=1011)])
    house.build()
    assert touches(house, columns) == [(date(2026, 3, 2), 1011, "pages/a")]
    house.load([Happening(at("2026-03-01 09:00"), "app_launch", page="pages/c", scene=1001)])
    house.load([Happening(at("2026-03-01 09:01"), page="pages/d", scene=1001)])
    house.build()
    assert touches(house, columns) == [(date(2026, 3, 1), 1001, "pages/d")]


def test_merges_join_touches_and_an_undo_parts_them(house: House) -> None:
    pipeline, columns = house.pipeline, "t.day, t.scene"
    house.load([Happening(at("2026-03-02 10:00"), device="a", scene=1011)])
    house.load([Happening(at("2026-03-04 10:00"), device="b", scene=1047)])
    house.build()
    both = touches(house, columns)
    assert both == [(date(2026, 3, 2), 1011), (date(2026, 3, 4), 1047)]
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    first, second = house.person("device", "a"), house.person("device", "b")
    number = merge(*doors, gone=first, into=second, cause="push")
    house.build()
    assert touches(house, columns) == both[:1]
    assert house.rows(f"SELECT DISTINCT person FROM actions WHERE {HOLDS}") == [(first,)]
    undo(*doors, version=number)
    house.build()
    assert touches(house, columns) == both
    assert len(house.rows(f"SELECT DISTINCT person FROM actions WHERE {HOLDS}")) == 2


def test_a_touch_outlives_its_events_and_actions_do_not(house: House) -> None:
    house.load([Happening(at("2026-07-15 12:00"), device="d", scene=1011)])
    house.build()
    expire(house.pipeline.engine, house.app.id, months=1, day=date(2026, 11, 22))
    house.load([Happening(at("2026-11-20 12:00"), device="d", scene=1047)])
    house.build()
    assert touches(house, "t.scene") == [(1011,)]
    assert house.rows(f"SELECT DISTINCT day FROM actions WHERE {HOLDS}") == [(date(2026, 11, 20),)]


def test_what_a_first_touch_and_a_session_say(house: House) -> None:
    (batch,) = house.batches([Happening(at("2026-03-02 10:00"), session="s")])
    said = {
        "source": "a", "campaign": "b", "link": "c", "utm_source": "d", "utm_medium": "e", "utm_campaign": "f",
        "utm_term": "g", "utm_content": "h", "placement": "i", "material": "j",
    }  # fmt: skip
    batch.sources = [Source(scene=1011, **said)]
    place = {"country": "中国", "province": "广东", "city": "深圳"}
    phone = {
        "brand": "Apple", "model": "iPhone 14 Pro<iPhone15,2>", "os": "iOS", "os_version": "17.4", "width": 393,
        "height": 852, "language": "zh_CN", "network": "wifi", "wx_version": "8.0.58", "app_version": "2.3.4",
    }  # fmt: skip
    for name, value in (place | phone).items():
        setattr(batch, name, value)
    house.writer.write(frame(encode(batch)))
    house.step()
    house.build()
    told = {**said, **place}
    assert touches(house, ", ".join(f"t.{name}" for name in told)) == [tuple(told.values())]
    told |= {
        "phone": "Apple\niPhone 14 Pro\niOS\niOS 17.4\n393×852", "client": "zh_CN\nwifi\n8.0.58",
        "app_version": "2.3.4",
    }  # fmt: skip
    for table, columns in (
        ("sessions", ORIGINS),
        ("day_page_views", OF_PAGE_VIEWS),
        ("day_visitors", OF_VISITORS),
        ("actions", OF_ACTIONS),
    ):
        some = [one.name for one in columns if one.name != "scene"]
        assert house.rows(f"SELECT {', '.join(some)} FROM {table} WHERE {HOLDS}") == [
            tuple(told[name] for name in some)
        ]


def profile(house: House, moment: str, device: str, props: str, n: int) -> None:
    """Load what a profile event says."""
    id = f"0193f000-0000-7000-8000-{house.app.id:06x}{n:06x}"
    (batch,) = house.batches([Happening(at(moment), "profile_set", device=device, id=id)])
    batch.events[0].kind, batch.events[0].props = "profile", props
    house.writer.write(frame(encode(batch)))
    house.step()


VALUES = f"SELECT person, name, argMax(value, ts) FROM profile_values WHERE {HOLDS} GROUP BY person, name ORDER BY ALL"


def test_the_newest_value_of_a_profile_holds_and_merges_join_them(house: House) -> None:
    pipeline = house.pipeline
    profile(house, "2026-03-02 10:00", "a", '{"gender":"女","age":30}', 1)
    profile(house, "2026-03-02 09:00", "a", '{"age":29}', 2)
    profile(house, "2026-03-04 09:00", "b", '{"age":31,"tags":["x"]}', 3)
    house.build()
    a, b = house.person("device", "a"), house.person("device", "b")
    apart = [(a, "age", "30"), (a, "gender", "女"), (b, "age", "31"), (b, "tags", '["x"]')]
    assert house.rows(VALUES) == apart
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    number = merge(*doors, gone=a, into=b, cause="push")
    house.build()
    assert house.rows(VALUES) == [(a, "age", "31"), (a, "gender", "女"), (a, "tags", '["x"]')]
    undo(*doors, version=number)
    house.build()
    assert house.rows(VALUES) == apart
    assert house.rows(f"SELECT count() FROM actions WHERE {HOLDS}") == [(0,)]


def test_rows_of_an_instant_are_in_the_order_of_their_place_in_the_session(house: House) -> None:
    noon = Happening(at("2026-03-02 12:00"), session="s")
    some = [
        replace(noon, name=name, id=Happening(0).id, seq=seq)
        for name, seq in (("share", 5), ("add_to_cart", 4), ("pay_success", 0))
    ]
    for one in some:
        house.load([one])
    house.build()
    sql = f"SELECT name FROM actions WHERE {HOLDS} ORDER BY ts, seq = 0, seq, arrival"
    assert [row[0] for row in house.rows(sql)] == ["add_to_cart", "share", "pay_success"]


def test_the_way_back_writes_out_of_whom_it_is_known_how_long_they_stayed(house: House) -> None:
    """What older programs read; this one reads it where it is, and the figures stay."""
    stay = [
        Happening(at("2026-03-02 09:00"), device="a", session="1"),
        Happening(at("2026-03-02 09:01"), "page_leave", device="a", session="1", duration=4000),
        Happening(at("2026-03-02 10:00"), device="b", session="2"),
        Happening(at("2026-03-02 23:59"), device="c", session="3"),
        Happening(at("2026-03-03 00:01"), "page_leave", device="c", session="3", duration=8000),
    ]
    house.load(stay)
    house.build()
    before = house.figures(days("2026-03-01", "2026-03-04"))
    told = "SELECT sum(timed_visitors_count), sum(bitmapCardinality(timed_visitors)) FROM days WHERE app = {app:UInt32}"
    assert house.rows(told)[0][1] == 0
    back = next(step for step in steps_back() if step.version == 11)
    (update,) = [one for one in back.statements if "UPDATE timed_visitors" in one]
    for _ in ("once", "again after a kill"):
        house.change(update.rstrip(";"))
        counted, written = house.rows(told)[0]
        assert counted == written
    assert int(str(counted)) > 0
    assert house.figures(days("2026-03-01", "2026-03-04")) == before


def run(house: House, statement: str) -> None:
    """As a start of the program does."""
    engine = house.pipeline.engine
    if engine.cluster:
        shards.take(engine, engine.cluster, [statement], engine.cluster.nodes, rows=True)
        shards.lay_over(engine.cluster)
    else:
        text = statement.rstrip(";").replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
        engine.run(text)


@costly(2, 20)
@given(history=histories())
def test_step_12_writes_of_days_that_are_made_what_a_build_writes(
    new_app: Callable[..., House], history: History
) -> None:
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
        house.build()
    sql = f"""
SELECT dimension, day, traffic, value, bitmapToArray(new_users), new_count, sent, late, day_late
FROM days WHERE {HOLDS} AND dimension IN {BESIDE} ORDER BY ALL"""
    steps_made = (
        f"SELECT day, traffic, page, next, visits FROM page_steps WHERE {HOLDS} ORDER BY ALL"
    )
    made = house.rows(sql), house.rows(steps_made)
    (step,) = (one for one in steps() if one.version == 12)
    for killed_after in (len(step.statements), 3):
        for statement in step.statements[:killed_after]:
            run(house, statement)
    for statement in step.statements:
        run(house, statement)
    assert (house.rows(sql), house.rows(steps_made)) == made


@costly(2, 20)
@given(history=histories().map(scattered).map(with_queries))
def test_step_15_writes_of_days_that_are_made_what_a_build_writes(
    new_app: Callable[..., House], history: History
) -> None:
    house = new_app(history.zone)
    for chunk in history.chunks:
        house.load(chunk)
        house.build()
    visitors = f"""
SELECT day, traffic, person, {names(OF_VISITORS)}, is_new, sum(views), sum(sent) FROM day_visitors
WHERE {HOLDS} GROUP BY ALL ORDER BY ALL"""
    values = f"""
SELECT dimension, page, value, day, traffic, launches, visits, continued,
    arraySort(bitmapToArray(visitors)), arraySort(bitmapToArray(new_users))
FROM day_values WHERE {HOLDS} ORDER BY ALL"""
    made = house.rows(visitors), house.rows(values)
    assert all(made)
    (step,) = (one for one in steps() if one.version == 15)
    for killed_after in (len(step.statements), 3):
        for statement in step.statements[:killed_after]:
            run(house, statement)
    for statement in step.statements:
        run(house, statement)
    assert (house.rows(visitors), house.rows(values)) == made
