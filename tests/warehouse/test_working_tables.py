"""The tables that loading and making days work in, by the name of the process on a server."""

from __future__ import annotations

from minilens.load.build import WORKED_ON
from minilens.warehouse.working import NAMES, of_others, own


def test_tables_are_its_own_and_columns_are_called_as_before() -> None:
    assert own("TRUNCATE TABLE chunk", "0a") == "TRUNCATE TABLE chunk_0a"
    assert own("INSERT INTO known SELECT 1 FROM pairs AS p, events", "0a") == (
        "INSERT INTO known_0a SELECT 1 FROM pairs_0a AS p, events"
    )
    assert own("SELECT spans.origin, 'known' FROM\n spans LEFT JOIN origins AS o USING origin", "0a") == (
        "SELECT spans.origin, 'known' FROM\n spans_0a AS spans LEFT JOIN origins_0a AS o USING origin"
    )  # fmt: skip
    other = "SELECT touched, chunk FROM touched_by JOIN sessions INTO OUTFILE 'chunk'"
    assert own(other, "0a") == other


def test_those_of_others_are_known() -> None:
    assert of_others("chunk_0123abcd", "89abcdef")
    assert of_others("touched_actors", "89abcdef"), "an earlier version's"
    assert not of_others("touched_actors_89abcdef", "89abcdef")
    assert not of_others("events", "89abcdef")
    assert not of_others("chunk_of_mine", "89abcdef")


def test_every_table_that_days_are_made_in_is_one() -> None:
    assert set(WORKED_ON) < set(NAMES)
