"""Steps from an empty warehouse to the present schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minilens.errors import CannotStart
from minilens.load.pipeline import Pipeline
from minilens.warehouse import migrate
from minilens.warehouse.engine import Engine


@pytest.fixture
def empty(works: Pipeline) -> Iterator[Engine]:
    """A database of its own in the engine of this process."""
    engine = Engine(works.engine.dsn)
    engine.run("CREATE DATABASE anew")
    engine.run("USE anew")
    yield engine
    engine.run("DROP DATABASE anew")
    engine.close()


def tables(engine: Engine) -> set[tuple[str, str]]:
    """Name and definition of each table."""
    sql = "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase()"
    return {(name, made) for name, made in engine.rows(sql)}


def test_twice_is_harmless(empty: Engine) -> None:
    assert [step.version for step in migrate.migrate(empty)] == [s.version for s in migrate.steps()]
    made = tables(empty)
    assert {"events", "days", "sessions", "builds", "persons", "person_map", "ledger"} <= {
        n for n, _ in made
    }
    assert migrate.migrate(empty) == []
    assert tables(empty) == made


def test_a_kill_before_the_step_was_written_down(empty: Engine) -> None:
    migrate.migrate(empty)
    made = tables(empty)
    empty.run("TRUNCATE TABLE schema_version")
    assert migrate.migrate(empty)
    assert tables(empty) == made


def test_a_newer_schema_is_refused(empty: Engine) -> None:
    migrate.migrate(empty)
    empty.run("INSERT INTO schema_version (version, name) VALUES (9999, 'tomorrow')")
    with pytest.raises(CannotStart, match="9999"):
        migrate.migrate(empty)
