"""Rows that lie on any shard, chosen by all that stays of a row: one that is inserted again goes where it went."""

from __future__ import annotations

from minilens.warehouse.engine import Engine

#: Types whose values are not hashed: an engine has them in more than one form, or none for a row without a value.
NOT_HASHED = ("JSON", "AggregateFunction", "Map", "Nullable")
#: What is new each time that a block is inserted again: the number of the load, and when it was.
NEW_EACH_TIME = ("load", "at")
_COLUMNS = """
SELECT name, type FROM system.columns
WHERE database = {database:String} AND table = {table:String} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS')
ORDER BY position
"""


def columns(engine: Engine, database: str, table: str) -> dict[str, str]:
    """Of each column that is inserted into a table its type."""
    asked = {"database": database, "table": table}
    return {str(row[0]): str(row[1]) for row in engine.rows(_COLUMNS, asked)}


def by_all_of_a_row(columns: dict[str, str]) -> str:
    """What the shard of a row is chosen by."""
    stay = {name: kind for name, kind in columns.items() if name not in NEW_EACH_TIME}
    hashed = [name for name, kind in stay.items() if not kind.startswith(NOT_HASHED)]
    return f"cityHash64({', '.join(hashed)})"
