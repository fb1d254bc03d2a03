"""What a move tells apart: rows by slices, apps by what was inserted, deleted and changed."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from minilens.errors import Busy
from minilens.load.pipeline import Pipeline
from minilens.measure.table import Table
from minilens.reports import REPORTS
from minilens.serve.move import asked
from minilens.serve.move.reports import Comparison
from minilens.warehouse.engine import Engine
from minilens.warehouse.of_apps import TOGETHER, UNREAD, RowsOfApp, app_of, rows_of_apps
from minilens.warehouse.sharding import SHARDED
from minilens.warehouse.slices import NEWEST_ONLY, SLICES, batches, partitions, slices
from tests.pipeline import House, new_house
from tests.serve.test_a_move import more
from tests.warehouse.test_over_http import some_visits

pytestmark = pytest.mark.usefixtures("emptied")


def test_only_apps_whose_rows_have_changed_are_asked_about_again(
    pipeline: Pipeline, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here of one warehouse, asked twice; other tests may have left apps in it."""
    few = ("overview.trend", "quality.ledger")
    monkeypatch.setattr(asked, "ONE_OF", {})
    monkeypatch.setattr(asked, "REPORTS", {name: REPORTS[name] for name in few})
    other = new_house(pipeline, house.writer)
    for one in (house, other):
        one.load(some_visits()[0])
    comparison = Comparison(pipeline, pipeline.engine, pipeline.engine)
    comparison.beforehand(lambda app, rows: True)
    first = comparison.asked
    comparison.run()
    assert comparison.asked == first
    other.load(more(1))
    comparison.run()
    each = comparison.asked - first
    assert 2 < each <= first // 2

    def meanwhile(app: int, _: RowsOfApp) -> bool:
        other.load(more(2))  # events come while it is asked about
        return app == other.app.id

    comparison.beforehand(meanwhile)
    before = comparison.asked
    comparison.run()
    assert comparison.asked == before + each


def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "ONE_OF", {})
    monkeypatch.setattr(asked, "RANGES", ("all",))
    monkeypatch.setattr(asked, "REPORTS", {"overview.trend": REPORTS["overview.trend"]})


def _merge(engine: Engine, app: int) -> None:
    """The parts of each partition of an app become one."""
    named = "SELECT table, name FROM system.parts WHERE active"
    before = engine.rows(named)
    for one in partitions(engine).values():
        if app_of(one) == app:
            engine.run(f"OPTIMIZE TABLE {one.table} PARTITION ID '{one.name}' FINAL")
    after = set(engine.rows(named))
    assert {row[0] for row in before if row not in after} >= {"events", "builds", "persons"}


@pytest.mark.long  # what other tests left makes the engine's mutations last a minute
def test_parts_that_are_merged_are_the_same_rows_and_what_is_deleted_is_seen(
    pipeline: Pipeline, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _few(monkeypatch)
    engine, app = pipeline.engine, house.app.id
    person = f"INSERT INTO persons VALUES ({app}, 7, '2026-11-16'"
    for n, happenings in enumerate((some_visits()[0], more(1), more(2))):
        house.load(happenings)
        house.build()
        engine.run(f"{person}, {n})")
    comparison = Comparison(pipeline, engine, engine)

    def again(change: Callable[[], object]) -> int:
        """How many questions a change costs."""
        comparison.beforehand(lambda app, rows: True)
        before = comparison.asked
        change()
        comparison.run()
        return comparison.asked - before

    month, row = f"IN PARTITION ID '{app}-202611'", f"app = {app} ORDER BY id LIMIT 1"
    one = f"app = {app} AND id IN (SELECT id FROM events WHERE {row})"
    free: dict[str, Any] = {"allow_nondeterministic_mutations": 1, "mutations_sync": 2}
    some = again(lambda: house.load(more(3)))
    assert some > 0
    assert again(lambda: _merge(engine, app)) == 0
    for change in (
        f"DELETE FROM events {month} WHERE {one}",
        f"ALTER TABLE events APPLY DELETED MASK {month}",
        f"ALTER TABLE events DELETE {month} WHERE {one}",
        f"ALTER TABLE persons UPDATE first_day = '2026-11-15' WHERE app = {app}",
        f"{person}, 9)",
        f"ALTER TABLE sessions DROP PARTITION ID '{app}-202611'",
    ):
        was = rows_of_apps(engine)[app]
        # that of a part counts for the whole table: the engine writes a mutation at all of it
        assert again(partial(engine.run, change, **free)) >= some, change
        assert rows_of_apps(engine)[app] != was, change
    assert again(lambda: comparison.forget(app)) == some


def test_to_be_told_to_come_again_is_no_answer(
    pipeline: Pipeline, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _few(monkeypatch)
    house.load(some_visits()[0])
    comparison = Comparison(pipeline, pipeline.engine, pipeline.engine)
    told, answer, lock = itertools.count(1), comparison.here.ask, threading.Lock()

    def busy(*given: Any, **more: Any) -> Table:
        with lock:
            if next(told) < 4:
                raise Busy("queued", 0, ahead=1)
        return answer(*given, **more)

    for side in (comparison.here, comparison.there):
        monkeypatch.setattr(side, "ask", busy)
    comparison.run()
    assert next(told) > 4 + comparison.asked


def test_every_table_has_slices(house: House) -> None:
    assert set(SLICES) == set(SHARDED) - {"moves"}
    made = house.pipeline.engine.rows_of_shards(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%ReplacingMergeTree'"
    )
    assert {row[0] for row in made} == NEWEST_ONLY
    kept = house.pipeline.engine.rows_of_shards(
        "SELECT name, partition_key FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
    )
    by_app = {name for name, key in kept if key == "app" or key.startswith("(app,")}
    assert set(SLICES) - by_app == {*TOGETHER, *UNREAD}


def test_a_large_slice_is_copied_in_parts(house: House) -> None:
    house.load(some_visits()[0])
    engine = house.pipeline.engine
    (one,) = [
        one for one in partitions(engine).values() if one.key == f"events/{house.app.id}-202611"
    ]
    found = slices(engine, one.table, one.name)
    whole = sum(some.rows for some in found.values())
    assert whole == 40
    assert sum(batch.rows for batch in batches(found, 1_000)) == 40
    assert len(list(batches(found, 1_000))) == 1
    assert max(batch.of for batch in batches(found, 1)) > 1
