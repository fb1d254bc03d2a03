"""Parts that a failing disk cut short, of whatever table: put aside by themselves, and figures are right again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from minilens.errors import EngineFailed
from minilens.load.damage import put_aside_count
from minilens.load.healing import Healing
from minilens.load.pipeline import Pipeline
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.prepared import AsOf
from tests import by_name
from tests.pipeline import CREATED, OF_TREND, Happening, House, at, days

pytestmark = pytest.mark.embedded("it cuts the files of its parts")
TWO = days("2026-03-02", "2026-03-03")


def cut_short(house: House, table: str) -> None:
    """Leave the app's parts of a table without their data, as a full disk does."""
    found = house.rows(
        "SELECT path FROM system.parts WHERE active AND table = {t:String} AND rows > 0 "
        "AND match(partition, concat('^\\\\(?', toString({app:UInt32}), '(,|$)'))",
        t=table,
    )
    assert found
    for (path,) in found:
        for file in Path(str(path)).glob("*.bin"):
            file.write_bytes(b"")
    for cache in ("MARK CACHE", "UNCOMPRESSED CACHE"):
        house.pipeline.engine.run(f"SYSTEM DROP {cache}")


def broken() -> bool:
    """A step that meets the failing disk."""
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "table", ["builds", "days", "day_page_views", "sessions", "actions", "persons"]
)
def test_it_is_put_aside_and_made_again(pipeline: Pipeline, house: House, table: str) -> None:
    phones = [Happening(at("2026-03-02 09:00"), device=d, session=d) for d in ("a", "b")]
    house.load([*phones, Happening(at("2026-03-03 09:00"), device="a", session="c")])
    house.build()
    before, aside = house.figures(TWO), put_aside_count(pipeline.engine)
    cut_short(house, table)
    with pytest.raises(EngineFailed):
        pipeline.engine.one(f"SELECT count() FROM {table} WHERE NOT ignore(*)")
    healing = Healing(pipeline.engine, pipeline.spool, pipeline.pending, pipeline.counter)
    with pytest.raises(OSError, match="No space"):
        healing.around(broken)()
    assert not healing.around(lambda: False)()
    assert put_aside_count(pipeline.engine) > aside
    assert house.waiting() == [date(2026, 3, 2), date(2026, 3, 3)]
    house.build()
    assert house.figures(TWO) == before


def test_nothing_is_looked_at_without_a_failure(pipeline: Pipeline, house: House) -> None:
    aside = put_aside_count(pipeline.engine)
    healing = Healing(pipeline.engine, pipeline.spool, pipeline.pending, pipeline.counter)
    assert healing.around(lambda: True)()
    assert put_aside_count(pipeline.engine) == aside


@pytest.mark.waits  # it loads and makes again all that its warehouse ever received
@pytest.mark.usefixtures("emptied")
def test_events_are_loaded_again_from_the_spool(pipeline: Pipeline, house: House) -> None:
    phones = [Happening(at("2026-03-02 09:00"), device=d, session=d) for d in ("a", "b")]
    house.load(phones)
    house.load([Happening(at("2026-03-03 09:00"), device="a", session="c")])
    house.build()
    before, aside = house.figures(TWO), put_aside_count(pipeline.engine)
    pipeline.engine.run(f"OPTIMIZE TABLE events PARTITION ({house.app.id},202603) FINAL")
    cut_short(house, "events")
    healing = Healing(pipeline.engine, pipeline.spool, pipeline.pending, pipeline.counter)
    with pytest.raises(EngineFailed):  # the loader meets the part
        healing.around(lambda: bool(pipeline.engine.one("SELECT sum(app) FROM events")))()
    assert put_aside_count(pipeline.engine) > aside
    pipeline.drain()
    assert house.figures(TWO) == before


def test_a_part_that_only_a_question_meets_is_made_again(pipeline: Pipeline, house: House) -> None:
    """However old it is: nothing else has failed."""
    house.load([Happening(at("2026-03-02 09:00"), device="a", session="a")])
    house.build()
    before, aside = house.figures(TWO), put_aside_count(pipeline.engine)
    cut_short(house, "days")
    healing = Healing(pipeline.engine, pipeline.spool, pipeline.pending, pipeline.counter)
    executor = QueryExecutor(pipeline.engine, failed=healing.met)
    query = by_name.query(house.app.id, OF_TREND, TWO)
    with pytest.raises(EngineFailed):
        executor.ask(query, AsOf(date(2026, 3, 3), CREATED, pipeline.loader.through))
    with patch("minilens.load.healing.found_since", side_effect=AssertionError):
        assert not healing.around(lambda: False)()
    assert put_aside_count(pipeline.engine) > aside
    house.build()
    assert house.figures(TWO) == before
