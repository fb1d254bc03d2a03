"""Steps from an empty warehouse to the present schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from minilens.errors import CannotStart, Refused
from minilens.identity.parity import of_app
from minilens.identity.types import DEFAULT
from minilens.load.pipeline import Pipeline
from minilens.warehouse import migrate
from minilens.warehouse.engine import Engine
from minilens.warehouse.step import Step
from tests.examples import at_length


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


def moments(step: Step) -> Sequence[int]:
    """After how many statements it is killed: what was so when it was new needs no more than some of them."""
    last = len(step.statements)
    return range(last + 1) if at_length() else (0, last // 2, last)


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
    for killed_after in moments(step):
        for statement in step.statements[:killed_after]:
            empty.run(statement.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1))
        assert [one.version for one in migrate.migrate(empty)] == [*range(9, 23)]
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
    newest, *others = migrate.way_back(8)
    for step in (newest, *(others if at_length() else ())):
        for killed_after in moments(step):
            killed(empty, step, killed_after)
            migrate.migrate_back(empty, 8)
            assert columns(empty) == before
            migrate.migrate(empty)
            killed(empty, step, killed_after)
            migrate.migrate(empty)
            assert columns(empty) == after
            assert empty.one("SELECT sum(views) FROM day_page_views") == 1


def killed(engine: Engine, at: Step, after: int) -> None:
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
    for killed_after in moments(step):
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
    for to in (0, 7, 22, 23):
        with pytest.raises(Refused, match=f"schema {to}"):
            migrate.way_back(to)


def test_step_11_keeps_what_days_said_and_goes_back(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Launches are put into buckets from their sessions, whatever becomes of the days; clients are not known."""
    of_eight(empty, monkeypatch)
    every = migrate.steps()[:11]
    ways = [step for step in migrate.steps_back() if step.version <= 11]
    monkeypatch.setattr(migrate, "steps_back", lambda: ways)
    monkeypatch.setattr(migrate, "steps", lambda: every[:10])
    migrate.migrate(empty)
    monkeypatch.setattr(migrate, "steps", lambda: every)
    empty.run(
        "INSERT INTO days (app, dimension, day, build, traffic, value, launches, visits) "
        "VALUES (1, '', '2026-03-02', 7, 'release', '', 1, 5)"
    )
    before = columns(empty)
    for killed_after in moments(every[10]):
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


def test_step_13_makes_links_of_who_is_who_and_goes_back(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First assignments become stars, merges that hold links by hand, and what was undone is kept apart."""
    every = migrate.steps()
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "steps", lambda: every[:12])
        migrate.migrate(empty)
    before = columns(empty)
    empty.run(
        "INSERT INTO person_map (app, actor, version, person, kind, cause, grade, at, undoes) VALUES "
        "(1, 11, 0, 1, 'device', 'first', 'claimed', '2026-03-01', 0), "
        "(1, 12, 0, 1, 'wechat-unionid', 'first', 'claimed', '2026-03-01', 0), "
        "(1, 21, 0, 2, 'device', 'first', 'claimed', '2026-03-02', 0), "
        "(1, 22, 0, 2, 'wechat-unionid', 'first', 'verified', '2026-03-02', 0), "
        "(1, 31, 0, 3, 'device', 'first', 'claimed', '2026-03-03', 0), "
        "(1, 21, 8, 1, 'device', 'push', 'verified', '2026-03-04', 0), "
        "(1, 22, 8, 1, 'wechat-unionid', 'push', 'verified', '2026-03-04', 0), "
        "(1, 31, 9, 1, 'device', 'push', 'verified', '2026-03-05', 0), "
        "(1, 31, 10, 3, 'device', 'undo', 'verified', '2026-03-06', 9), "
        "(2, 11, 0, 1, 'device', 'first', 'claimed', '2026-03-01', 0)"
    )
    step = every[12]
    for killed_after in moments(step):
        for statement in step.statements[:killed_after]:
            empty.run(statement.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1))
        assert [one.version for one in migrate.migrate(empty)] == [
            one.version for one in every[12:]
        ]
        links = empty.rows(
            "SELECT app, node, other, cause, merge FROM links WHERE node < other ORDER BY ALL"
        )
        stars = (1, 11, 12, "kept", 0), (1, 21, 22, "kept", 0)
        assert {tuple(row) for row in links} == {*stars, (1, 12, 22, "hand", 8)}
        assert empty.one("SELECT count() FROM links") == 6
        apart = empty.rows("SELECT app, node, other FROM keep_apart ORDER BY ALL")
        assert [tuple(row) for row in apart] == [(1, 12, 31), (1, 31, 12)]
        assert not of_app(empty, 1, DEFAULT) + of_app(empty, 2, DEFAULT)
        migrate.migrate_back(empty, 12)
        assert columns(empty) == before


def test_step_19_packs_numbers_and_keeps_rows_there_and_back(empty: Engine) -> None:
    """A build is one number for thousands of rows, of which ZSTD makes seven times as much."""
    migrate.migrate(empty)
    empty.run(
        "INSERT INTO sessions (app, day, build, traffic, person, session, start, scene, visits, depth, duration) "
        "SELECT 1, '2026-03-02', 7, 'release', 4294967295 - number, number, "
        "toDateTime64('2026-03-02 00:00:00.001', 3, 'UTC') + number, if(number % 2, -1, 2147483647), number, "
        "4294967295, if(number % 3, number, NULL) FROM numbers(3000)"
    )
    told = "app, day, build, traffic, person, session, start, scene, visits, depth, duration"
    said = f"SELECT sum(cityHash64({told})), count() FROM sessions"
    before = empty.rows(said)
    loose = (
        "SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase() AND name = 'build' "
        "AND table != 'builds' AND compression_codec NOT LIKE '%T64%'"
    )
    for packed in (True, False, True):
        migrate.migrate(empty) if packed else migrate.migrate_back(empty, 18)
        assert (empty.rows(loose) == []) is packed
        empty.run("OPTIMIZE TABLE sessions FINAL SETTINGS optimize_skip_merged_partitions = 0")
        assert empty.rows(said) == before
