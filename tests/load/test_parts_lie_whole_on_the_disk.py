"""What was written is whole when each file of its parts is as long as the engine says; one byte less is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from minilens.load import files
from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.embedded("it looks at the files of its parts")
MORNING = at("2026-03-02 09:00")


def parts(house: House, table: str) -> dict[str, Path]:
    """Name → folder of the app's parts of a table."""
    found = house.rows(
        "SELECT name, path FROM system.parts WHERE active AND table = {t:String} AND rows > 0 "
        "AND match(partition, concat('^\\\\(?', toString({app:UInt32}), '(,|$)'))",
        t=table,
    )
    return {str(name): Path(str(path)) for name, path in found}


@pytest.mark.parametrize("table", ["events", "sessions", "days", "builds"])
def test_parts_as_they_were_written_and_as_they_were_merged(house: House, table: str) -> None:
    engine = house.pipeline.engine
    for n in range(2):
        house.load([Happening(MORNING + n, device=f"d{n}")])
        house.pipeline.builder.drain()
    written = parts(house, table)
    assert written
    assert files.whole(engine, {table: written})
    for (name,) in house.rows(
        "SELECT DISTINCT partition FROM system.parts WHERE active AND table = {t:String} AND name IN {n:Array(String)}",
        t=table, n=list(written),
    ):  # fmt: skip
        engine.run(f"OPTIMIZE TABLE {table} PARTITION {name} FINAL")
    assert files.whole(engine, {table: parts(house, table)})


def test_a_file_that_lacks_a_byte(house: House) -> None:
    house.load([Happening(MORNING)])
    ((name, path),) = parts(house, "events").items()
    engine, checked = house.pipeline.engine, 0
    for file in sorted(path.iterdir()):
        content = file.read_bytes()
        left = b"" if file.name in files.UNCOUNTED else content[:-1]
        file.write_bytes(left)
        assert not files.whole(engine, {"events": [name]}), file.name
        file.write_bytes(content)
        checked += 1
    assert checked > 5
    assert files.whole(engine, {"events": [name]})


def test_a_file_that_is_gone_or_cannot_be_read(house: House) -> None:
    house.load([Happening(MORNING)])
    ((name, path),) = parts(house, "events").items()
    data, aside = path / "data.bin", path.parent / "aside.bin"
    os.replace(data, aside)
    assert not files.whole(house.pipeline.engine, {"events": [name]})
    data.mkdir()
    assert not files.whole(house.pipeline.engine, {"events": [name]})
    data.rmdir()
    os.replace(aside, data)
    assert files.whole(house.pipeline.engine, {"events": [name]})


def test_a_part_that_is_not_known(house: House) -> None:
    house.load([Happening(MORNING)])
    (name,) = parts(house, "events")
    assert not files.whole(house.pipeline.engine, {"events": [name, "7-202603_1_1_0"]})


def test_parts_of_several_tables_at_once(house: House) -> None:
    house.load([Happening(MORNING)])
    house.build()
    some = {table: parts(house, table) for table in ("events", "sessions", "days")}
    assert all(some.values())
    assert files.whole(house.pipeline.engine, some)
    some["days"] = {"7-202603_1_1_0": Path("gone")}
    assert not files.whole(house.pipeline.engine, some)
