"""Steps from an empty warehouse to the present schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minilens.errors import CannotStart, Refused
from minilens.load.pipeline import Pipeline
from minilens.warehouse import migrate
from minilens.warehouse.engine import Engine


@pytest.fixture
def empty(pipeline: Pipeline) -> Iterator[Engine]:
    """A database of its own in the engine of this process."""
    engine = Engine(pipeline.engine.dsn)
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
    newest = migrate.steps()[-1].version
    empty.run(f"ALTER TABLE schema_version DELETE WHERE version = {newest}", mutations_sync=2)
    assert [step.version for step in migrate.migrate(empty)] == [newest]
    assert tables(empty) == made


def test_a_newer_schema_is_refused(empty: Engine) -> None:
    migrate.migrate(empty)
    empty.run("INSERT INTO schema_version (version, name) VALUES (9999, 'tomorrow')")
    with pytest.raises(CannotStart, match="9999"):
        migrate.migrate(empty)


def of_eight(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The schema before step 9, with a day of an app in it."""
    every = migrate.steps()
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "steps", lambda: [step for step in every if step.version <= 8])
        migrate.migrate(engine)
    engine.run("INSERT INTO events (app, day, name, load) VALUES (1, '2026-03-02', 'page_view', 5)")
    engine.run(
        "INSERT INTO builds (app, day, build, through, events) VALUES (1, '2026-03-02', 7, 6, 1)"
    )
    engine.run(
        "INSERT INTO sessions (app, day, build, traffic, person, session, start, scene, is_new, entry, visits) "
        "VALUES (1, '2026-03-02', 7, 'release', 3, 1, '2026-03-02 10:00:00', 1011, 1, 'pages/a', 1)"
    )
    engine.run(
        "INSERT INTO visits (app, day, build, traffic, page, person, views) "
        "VALUES (1, '2026-03-02', 7, 'release', 'pages/a', 3, 1)"
    )


def columns(engine: Engine) -> set[tuple[str, str, str]]:
    """Table, name and type of every column."""
    sql = "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()"
    return {(table, name, kind) for table, name, kind in engine.rows(sql)}


def test_step_9_keeps_what_days_said_and_has_them_made_again_after_any_kill(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_eight(empty, monkeypatch)
    before = columns(empty)
    step = migrate.steps()[8]
    for killed_after in range(len(step.statements) + 1):
        for statement in step.statements[:killed_after]:
            empty.run(statement.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1))
        assert [one.version for one in migrate.migrate(empty)] == [9, 10, 11]
        assert empty.rows("SELECT page, person, views, city FROM day_page_views") == [
            ("pages/a", 3, 1, "")
        ]
        sql = "SELECT person, day, page, scene, version FROM first_touches FINAL"
        assert [row[2:] for row in empty.rows(sql)] == [("pages/a", 1011, 0)]
        sql = "SELECT DISTINCT day, mark > 7, cause FROM dirty"
        assert [row[1:] for row in empty.rows(sql)] == [(1, "columns")]
        migrate.migrate_back(empty, 8)
        assert columns(empty) == before
        assert empty.rows("SELECT page, person, views FROM visits") == [("pages/a", 3, 1)]
        assert empty.one("SELECT max(version) FROM schema_version") == 8


def test_a_way_back_that_was_killed_is_taken_again_or_forward(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_eight(empty, monkeypatch)
    before = columns(empty)
    migrate.migrate(empty)
    after = columns(empty)
    for step in migrate.way_back(8):
        for killed_after in range(0, len(step.statements) + 1, 2):
            killed(empty, step, killed_after)
            migrate.migrate_back(empty, 8)
            assert columns(empty) == before
            migrate.migrate(empty)
            killed(empty, step, killed_after)
            migrate.migrate(empty)
            assert columns(empty) == after
            assert empty.one("SELECT sum(views) FROM day_page_views") == 1


def killed(engine: Engine, at: migrate.Step, after: int) -> None:
    """The way back, which ended after so many statements of a step."""
    for step in migrate.way_back(at.version - 1):
        sql = f"ALTER TABLE schema_version DELETE WHERE version >= {step.version}"
        engine.run(sql, mutations_sync=2)
        for statement in step.statements[: after if step == at else None]:
            engine.run(statement, mutations_sync=2)


def test_step_10_knows_nothing_of_phones_until_a_day_is_made_again_and_goes_back(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_eight(empty, monkeypatch)
    ten = migrate.steps()[:10]
    ways = [step for step in migrate.steps_back() if step.version <= 10]
    monkeypatch.setattr(migrate, "steps_back", lambda: ways)
    monkeypatch.setattr(migrate, "steps", lambda: ten[:9])
    migrate.migrate(empty)
    monkeypatch.setattr(migrate, "steps", lambda: ten)
    empty.run(
        "INSERT INTO days (app, dimension, day, build, traffic, value, launches, visits) "
        "VALUES (1, '', '2026-03-02', 7, 'release', '', 2, 5), (1, 'scene', '2026-03-02', 7, 'release', '1011', 2, 5)"
    )
    before = columns(empty)
    step = migrate.steps()[9]
    for killed_after in range(len(step.statements) + 1):
        for statement in step.statements[:killed_after]:
            empty.run(statement)
        assert [one.version for one in migrate.migrate(empty)] == [10]
        sql = "SELECT dimension, value, launches, visits FROM days ORDER BY ALL"
        assert empty.rows(sql) == [
            ("", "", 2, 5),
            ("phone", "", 2, 5),
            ("scene", "1011", 2, 5),
        ]
        migrate.migrate_back(empty, 9)
        assert columns(empty) == before
        assert empty.rows("SELECT DISTINCT dimension FROM days ORDER BY ALL") == [("",), ("scene",)]


def test_there_is_no_way_back_to_what_cannot_be_taken_back() -> None:
    for to in (0, 7, 11, 12):
        with pytest.raises(Refused, match=f"schema {to}"):
            migrate.way_back(to)


def test_step_11_keeps_what_days_said_and_goes_back(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Launches are put into buckets from their sessions, whatever becomes of the days; clients are not known."""
    of_eight(empty, monkeypatch)
    every = migrate.steps()
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "steps", lambda: every[:10])
        migrate.migrate(empty)
    empty.run(
        "INSERT INTO days (app, dimension, day, build, traffic, value, launches, visits) "
        "VALUES (1, '', '2026-03-02', 7, 'release', '', 1, 5)"
    )
    before = columns(empty)
    for killed_after in range(len(every[10].statements) + 1):
        for statement in every[10].statements[:killed_after]:
            empty.run(statement)
        assert [one.version for one in migrate.migrate(empty)] == [11]
        sql = "SELECT dimension, value, launches, visits FROM days ORDER BY ALL"
        assert empty.rows(sql) == [
            ("", "", 1, 5),
            ("city", "", 1, 5),
            ("client", "", 1, 5),
            ("launch_depth", "0", 1, 0),
            ("launch_duration", "", 1, 0),
        ]
        migrate.migrate_back(empty, 10)
        assert columns(empty) == before
        assert empty.rows("SELECT DISTINCT dimension FROM days") == [("",)]
