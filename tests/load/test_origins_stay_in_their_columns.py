"""Every origin column of an event has a value of its own here, so that two of them cannot change places unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from minilens.load.pipeline import Pipeline
from minilens.measure.days.run import answer
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reference.origins import (
    OF_ACTIONS,
    OF_PAGE_VIEWS,
    OF_TOUCH,
    OF_VISITORS,
    ORIGINS,
    carried,
)
from minilens.spool.record import Source, encode
from minilens.spool.writer import frame
from tests import by_name
from tests.pipeline import CREATED, LATER, Happening, House, at, days

DAY = days("2026-03-02")
#: What the event says; written down once more, not taken from the list of the program.
SAID: dict[str, object] = {
    "scene": 1011, "source": "a source", "campaign": "a campaign", "link": "a link", "province": "广东",
    "placement": "a placement", "material": "a material", "app_version": "2.3.4",
}  # fmt: skip


@pytest.fixture
def told(house: House) -> House:
    """One visit that says all of it, and its day made."""
    (batch,) = house.batches([Happening(at("2026-03-02 10:00"), session="s")])
    batch.sources = [
        Source(
            1011, "a source", "a campaign", "a link", placement="a placement", material="a material"
        ),
    ]
    batch.province, batch.app_version = "广东", "2.3.4"
    house.writer.write(frame(encode(batch)))
    assert house.pipeline.loader.step()
    house.build()
    return house


def test_each_is_in_its_own_column(told: House) -> None:
    columns = ", ".join(SAID)
    for table in ("events", "sessions", "day_page_views", "day_visitors"):
        (row,) = told.rows(f"SELECT {columns} FROM {table} WHERE app = {{app:UInt32}}")
        assert dict(zip(SAID, row, strict=True)) == SAID, table
    over = by_name.query(told.app.id, ("visits", "launches"), DAY)
    for name in SAID.keys() & DIMENSIONS.keys():
        value = str(SAID[name])
        assert asked(told, replace(over, dimensions=by_name.apart(name))).rows == ((value, 1, 1),)
        only = replace(over, filters=((by_name.condition(name, "is", (value,)),),))
        assert asked(told, only).rows[0][1:] == (1, 1)
        cut_short = replace(only, cutoff=datetime(2100, 1, 1, tzinfo=UTC))
        assert asked(told, cut_short).rows[0][1:] == (1, 1), "from the events themselves"


def asked(house: House, query: Query) -> Table:
    """The answer, long after it."""
    return answer(house.pipeline.engine, query, today=LATER, as_of=CREATED)


def test_the_tables_have_the_columns_that_are_declared(pipeline: Pipeline) -> None:
    sql = "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {t:String}"
    tables = {
        "sessions": ORIGINS, "day_page_views": OF_PAGE_VIEWS, "actions": OF_ACTIONS,
        "first_touches": OF_TOUCH, "day_visitors": OF_VISITORS,
    }  # fmt: skip
    for table, declared in tables.items():
        found = {row[0]: row[1] for row in pipeline.engine.rows(sql, {"t": table})}
        for one in ORIGINS:
            if one in declared:
                assert found.get(one.name) == one.type, (table, one)
            else:
                assert one.name not in found, (table, one)
    found = {row[0]: row[1] for row in pipeline.engine.rows(sql, {"t": "events"})}
    assert carried().items() <= found.items()
