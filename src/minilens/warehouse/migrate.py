"""Numbered steps from an empty warehouse to the present schema.

A schema newer than the program is refused. A step that has a file in `schema/back` can be taken back; the way back
from all others is a restored backup.
"""

from __future__ import annotations

from importlib.resources import files

from minilens.errors import CannotStart, Refused
from minilens.warehouse import shards
from minilens.warehouse.engine import Engine
from minilens.warehouse.step import VERSIONS, Step


def steps() -> list[Step]:
    """All steps this program knows, oldest first."""
    return _read("schema")


def steps_back() -> list[Step]:
    """How to take steps back, the newest first."""
    return _read("schema", "back")[::-1]


def _read(*folder: str) -> list[Step]:
    found = []
    there = files("minilens.warehouse").joinpath(*folder)
    for file in sorted(there.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            number, _, name = file.name.removesuffix(".sql").partition("_")
            found.append(Step(int(number), name, _statements(file.read_text())))
    return found


def _statements(text: str) -> tuple[str, ...]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return tuple(s.strip() for s in "\n".join(lines).split(";\n") if s.strip().rstrip(";"))


def pending(engine: Engine) -> list[Step]:
    """Steps not taken yet; CannotStart where the schema is newer than the program."""
    known = steps()
    if engine.cluster:
        of_each = shards.versions(engine.cluster).values()
        have, newest = min(of_each), max(of_each)
    else:
        engine.run(VERSIONS)
        have = newest = int(engine.one("SELECT max(version) FROM schema_version"))
    if newest > known[-1].version:
        raise CannotStart(
            f"The warehouse has schema {newest}, but this version supports up to {known[-1].version}. "
            "Run the newer version, or restore the backup made before the upgrade.",
            f"数据仓库的结构是第 {newest} 版，本版本只支持到第 {known[-1].version} 版。"
            "请使用更新的版本，或恢复升级前的备份。",
        )
    return [step for step in known if step.version > have]


def behind(engine: Engine) -> list[Step]:
    """Steps not taken yet, found without making anything."""
    if engine.cluster:
        return pending(engine)
    table = "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'schema_version'"
    return pending(engine) if engine.one(table) else steps()


def migrate(engine: Engine) -> list[Step]:
    """Take the pending steps. Each statement may be run again after a kill in the middle."""
    taken = pending(engine)
    if engine.cluster:
        return shards.migrate(engine, engine.cluster, steps())
    for step in taken:
        for statement in step.statements:
            engine.run(
                statement.rstrip(";").replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
            )
        engine.run(
            "INSERT INTO schema_version (version, name) VALUES ({v:UInt32}, {n:String})",
            {"v": step.version, "n": step.name},
        )
    return taken


def way_back(to: int) -> list[Step]:
    """The steps that lead from the present schema back to an earlier one; Refused where one cannot be taken back."""
    found = [step for step in steps_back() if step.version > to]
    newest = steps()[-1].version
    if not 0 < to < newest or [step.version for step in found] != list(range(newest, to, -1)):
        least = newest - len(steps_back())
        raise Refused("no_way_back", "back-to", got=to, newest=newest, least=least)
    return found


def migrate_back(engine: Engine, to: int) -> None:
    """Make the schema what it was at an earlier version. Run again after a kill, by this program: it ends the same.

    The version goes first: what a kill leaves is taken forward again by a start of this program. It also says how far
    one came before: what lies more than a step above it is taken back already.
    """
    if engine.cluster:
        shards.migrate_back(engine, engine.cluster, way_back(to))
        return
    engine.run(VERSIONS)
    have = int(engine.one("SELECT max(version) FROM schema_version"))
    for step in way_back(to):
        if step.version > have + 1:
            continue
        engine.run(
            "ALTER TABLE schema_version DELETE WHERE version >= {v:UInt32}",
            {"v": step.version},
            mutations_sync=2,
        )
        for statement in step.statements:
            engine.run(statement.rstrip(";"), mutations_sync=2)


def days_made_again(engine: Engine, some: list[Step]) -> int:
    """How many days of apps these steps have made again; 0 in an empty warehouse."""
    if not any("INTO dirty" in text for step in some for text in step.statements):
        return 0
    table = (
        "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'events'"
    )
    sql = "SELECT uniqExact(app, day) FROM events"
    return int(engine.one(sql)) if engine.one(table) else 0


def forecast(engine: Engine) -> tuple[int, int]:
    """Bytes on disk and rows of the largest table: what a rewriting step would have to read."""
    if engine.cluster and not all(shards.versions(engine.cluster).values()):
        return 0, 0
    rows = engine.rows_of_shards(
        "SELECT sum(bytes_on_disk), max(rows) FROM (SELECT table, sum(bytes_on_disk) AS bytes_on_disk, "
        "sum(rows) AS rows FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table)"
    )
    return sum(int(row[0] or 0) for row in rows), sum(int(row[1] or 0) for row in rows)
