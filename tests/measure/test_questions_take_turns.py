"""Heavy questions wait in line, answers are kept while they hold, and who has gone is not answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from minilens.errors import Busy, TooLarge
from minilens.measure.days import run
from minilens.measure.execution.asker import ASKER, Asker
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.execution.queue import KEPT, LONGEST_REST, QueryCancelled, QueryQueue
from minilens.measure.prepared import AsOf
from minilens.measure.span import Span
from minilens.warehouse.engine import Engine
from minilens.warehouse.limits import Limits
from tests import by_name
from tests.pipeline import LATER, OF_TREND, Happening, House, at, days

MOMENT = AsOf(LATER, datetime(2030, 1, 1, tzinfo=UTC), 1)
FOREVER = "SELECT sum(cityHash64(number)) FROM numbers(1000000000000)"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_two_at_once_and_everybody_sees_their_place() -> None:
    turns = QueryQueue(2, clock := Clock())
    with turns.turn("a", patience=0), turns.turn("b", patience=0):
        for who, ahead in (("c", 2), ("d", 3), ("e", 4), ("d", 3)):
            with pytest.raises(Busy) as busy, turns.turn(who, patience=0):
                pass
            assert (busy.value.code, busy.value.facts["ahead"]) == ("queued", ahead)
            assert busy.value.retry_after == 1
    with pytest.raises(Busy), turns.turn("e", patience=0):
        pass  # c and d are before, and two may work
    with turns.turn("c", patience=0), turns.turn("d", patience=0):
        clock.now += KEPT + 1
    with turns.turn("f", patience=0), turns.turn("g", patience=0):
        pass  # e did not come again in time


def test_who_waits_gets_the_next_turn() -> None:
    turns, order = QueryQueue(1), []

    def wait() -> None:
        with turns.turn("second", patience=10):
            order.append("second")

    with turns.turn("first", patience=0):
        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_who_goes_leaves_the_line() -> None:
    turns = QueryQueue(1)
    with turns.turn("first", patience=0):
        with pytest.raises(QueryCancelled), turns.turn("gone", patience=10, stopped=lambda: True):
            pass
        with pytest.raises(Busy) as busy, turns.turn("next", patience=0):
            pass
        assert busy.value.facts["ahead"] == 1


@pytest.fixture
def filled(house: House) -> House:
    house.load([Happening(at("2026-11-18 09:00"), session="s")])
    house.build()
    return house


def test_an_answer_is_kept_until_what_it_stands_on_changes(filled: House) -> None:
    asked = QueryExecutor(filled.pipeline.engine)
    query = by_name.query(filled.app.id, OF_TREND, days("2026-11-10", "2026-11-17"))
    first, again = asked.ask(query, MOMENT), asked.ask(query, MOMENT)
    assert (first.cost.cached, again.cost.cached) == (False, True)
    assert again.rows == first.rows
    assert again.cost.rows == first.cost.rows
    later = asked.ask(query, replace(MOMENT, through=2))
    assert later.cost.cached  # these days are over: new events lie elsewhere
    filled.load([Happening(at("2026-11-16 09:00"), device="late", session="t")])
    filled.build()
    made = asked.ask(query, MOMENT)
    assert not made.cost.cached
    assert sum(int(str(n)) for n in made.column("visits")) == 1


def test_the_newest_day_is_asked_again_after_each_load(filled: House) -> None:
    asked = QueryExecutor(filled.pipeline.engine)
    query = by_name.query(filled.app.id, OF_TREND, days("2026-11-18"))
    assert asked.ask(query, MOMENT).column("visits") == [1]
    assert asked.ask(query, MOMENT).cost.cached
    filled.load([Happening(at("2026-11-18 10:00"), session="s")])
    assert asked.ask(query, replace(MOMENT, through=2)).column("visits") == [2]


def test_few_answers_are_kept(filled: House) -> None:
    asked = QueryExecutor(filled.pipeline.engine, kept=1)
    one, two = (
        by_name.query(filled.app.id, OF_TREND, days(day)) for day in ("2026-11-10", "2026-11-11")
    )
    for query in (one, two):
        asked.ask(query, MOMENT)
    assert asked.ask(two, MOMENT).cost.cached
    assert not asked.ask(one, MOMENT).cost.cached


def forever(engine: Engine, *_: object, **__: object) -> None:
    engine.query(FOREVER, max_execution_time=60)


def begun(engine: Engine, mark: str) -> bool:
    sql = "SELECT count() FROM system.processes WHERE startsWith(query, {m:String})"
    return bool(engine.one(sql, {"m": f"/* {mark} */"}))


def waited(until: Callable[[], bool]) -> bool:
    for _ in range(1000):  # looks, not seconds: a machine may stand still for longer than any limit
        if until():
            return True
        time.sleep(0.02)
    return False


def test_who_has_gone_stops_the_engine(house: House) -> None:
    engine = house.pipeline.engine
    asked, ended, page = QueryExecutor(engine), [], Asker()

    def ask() -> None:
        ASKER.set(page)
        try:
            asked.ask(by_name.query(house.app.id, OF_TREND, days("2026-11-18")), MOMENT)
        except QueryCancelled:
            ended.append("stopped")

    with patch.object(run, "planned", forever):
        thread = threading.Thread(target=ask)
        thread.start()
        assert waited(lambda: begun(engine, page.mark))
        asked.stop(Asker())
        assert begun(engine, page.mark)
        asked.stop(page)
        thread.join(20)
    assert ended == ["stopped"]
    assert waited(lambda: not begun(engine, page.mark))


def test_who_has_gone_between_two_questions_asks_no_second(house: House) -> None:
    """A request may ask several: one that begins after its sender hung up is not begun."""
    asked, page = QueryExecutor(house.pipeline.engine), Asker()
    query = by_name.query(house.app.id, OF_TREND, days("2026-11-18"))
    token = ASKER.set(page)
    try:
        asked.ask(query, MOMENT)
        asked.stop(page)
        with pytest.raises(QueryCancelled):
            asked.ask(query, MOMENT)
    finally:
        ASKER.reset(token)
    assert page.under_way == 0
    assert asked.ask(query, MOMENT).cost.cached


def test_only_heavy_questions_wait(house: House) -> None:
    asked = QueryExecutor(house.pipeline.engine, at_once=0, patience=0)
    light = by_name.query(house.app.id, OF_TREND, days("2026-11-18"))
    asked.ask(light, MOMENT)
    either = (
        (by_name.condition("scene", "is", ("1001",)),),
        (by_name.condition("province", "is", ("上海",)),),
    )
    with pytest.raises(Busy):
        asked.ask(replace(light, filters=either), MOMENT)


@pytest.mark.parametrize("live", [True, False])
def test_three_days_by_the_minute_or_the_hour_are_light_and_four_are_heavy(
    house: House, *, live: bool
) -> None:
    asked = QueryExecutor(house.pipeline.engine, at_once=0, patience=0)
    zone, now = house.app.timezone, datetime(2026, 11, 20, tzinfo=UTC)

    def ask(days_asked: int) -> None:
        over = days("2026-11-10", f"2026-11-{9 + days_asked}")
        span = Span(now - timedelta(days_asked), now)
        asked.ask(
            by_name.live(house.app.id, zone, "visits", span, now)
            if live
            else by_name.query(house.app.id, OF_TREND, over, ("hour",), timezone=zone),
            MOMENT,
        )

    ask(3)
    with pytest.raises(Busy):
        ask(4)


def test_a_question_over_its_limits_says_so(house: House) -> None:
    engine = Engine(house.pipeline.engine.dsn, limits=Limits(rows=1000))
    with pytest.raises(TooLarge, match="1,000 rows"):
        engine.query("SELECT count() FROM numbers(100000)")
    engine.close()
    engine = Engine(house.pipeline.engine.dsn, limits=Limits(seconds=1))
    with pytest.raises(TooLarge, match="1 s"):
        engine.query(FOREVER)
    engine.close()


def test_what_nobody_looks_at_waits_for_all_others_and_keeps_nobody_waiting() -> None:
    turns = QueryQueue(1, clock := Clock())
    with turns.turn("a", patience=0), pytest.raises(Busy), turns.turn_behind(patience=0):
        pass
    with turns.turn_behind(patience=0):
        with turns.turn("a", patience=0):
            pass
        with pytest.raises(Busy), turns.turn_behind(patience=0):
            pass  # one at a time
    with turns.turn("a", patience=0), pytest.raises(Busy), turns.turn("b", patience=0):
        pass
    with pytest.raises(Busy), turns.turn_behind(patience=0):
        pass  # b is in line, and will ask again
    clock.now += KEPT + 1
    with turns.turn_behind(patience=0):
        pass


def test_what_nobody_looks_at_rests_after_each_question() -> None:
    turns = QueryQueue(1, clock := Clock())
    with turns.turn_behind(patience=0):
        clock.now += 0.25
    clock.now += 0.25
    with pytest.raises(Busy), turns.turn_behind(patience=0):
        pass
    with turns.turn("a", patience=0):
        clock.now += 0.25  # whoever clicks does not wait for it
    with turns.turn_behind(patience=0):
        clock.now += 60
    clock.now += LONGEST_REST
    with turns.turn_behind(patience=0):
        pass
