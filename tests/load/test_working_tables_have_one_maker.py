"""Loading and making days run side by side in one database: a table to work in belongs to one of them."""

from __future__ import annotations

import re
from collections import defaultdict

from minilens.warehouse.working import NAMES
from tests.architecture.source import PACKAGE

MAKES = re.compile(r"CREATE (?:OR REPLACE |TEMPORARY )?TABLE (?:IF NOT EXISTS )?([a-z_]+)")


def test_no_two_modules_make_a_table_of_the_same_name() -> None:
    makers: dict[str, set[str]] = defaultdict(set)
    for file in (PACKAGE / "load").glob("*.py"):
        for table in MAKES.findall(file.read_text(encoding="utf-8")):
            makers[table].add(file.name)
    # made in the image of another
    assert {*makers, "remaining"} == set(NAMES), "each process has its own on a server"
    assert not {table: files for table, files in makers.items() if len(files) > 1}
