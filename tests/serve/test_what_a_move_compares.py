"""What a move tells apart: rows by slices, apps by the parts that their rows lie in."""

from __future__ import annotations

import pytest

from minilens.load.pipeline import Pipeline
from minilens.reports import REPORTS
from minilens.serve.move import asked
from minilens.serve.move.reports import Comparison
from minilens.warehouse.of_apps import TOGETHER, UNREAD, RowsOfApp
from minilens.warehouse.sharding import SHARDED
from minilens.warehouse.slices import NEWEST_ONLY, SLICES, batches, partitions, slices
from tests.pipeline import House, new_house
from tests.serve.test_a_move import more
from tests.warehouse.test_over_http import some_visits

pytestmark = pytest.mark.usefixtures("emptied")


def test_only_apps_whose_rows_have_changed_are_asked_about_again(
    pipeline: Pipeline, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here of one warehouse, asked twice."""
    few = ("overview.trend", "quality.ledger")
    monkeypatch.setattr(asked, "ONE_OF", {})
    monkeypatch.setattr(asked, "REPORTS", {name: REPORTS[name] for name in few})
    other = new_house(pipeline, house.writer)
    for one in (house, other):
        one.load(some_visits()[0])
    comparison = Comparison(pipeline, pipeline.engine, pipeline.engine)
    comparison.beforehand(lambda app, rows: True)
    each, odd = divmod(comparison.asked, 2)
    assert (each > 2, odd) == (True, 0)
    comparison.run()
    assert comparison.asked == 2 * each
    other.load(more(1))
    comparison.run()
    assert comparison.asked == 3 * each

    def meanwhile(app: int, _: RowsOfApp) -> bool:
        other.load(more(2))  # events come while it is asked about
        return app == other.app.id

    comparison.beforehand(meanwhile)
    before = comparison.asked
    comparison.run()
    assert comparison.asked == before + each


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
