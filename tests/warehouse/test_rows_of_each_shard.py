"""What a cluster is asked in place of rows that each shard makes of its own."""

from __future__ import annotations

from minilens.warehouse.sharding import OWN, of_each_shard, of_one_shard, over_shards

CLUSTER = ("nodes", "minilens", "minilens_shard")
ROWS = f"SELECT person FROM {OWN}events WHERE actor IN (SELECT actor FROM person_moves)"
OF_ONE = "SELECT person FROM minilens_shard.events WHERE actor IN (SELECT actor FROM minilens.person_moves)\n"


def test_a_shard_makes_rows_of_its_own_tables_and_asks_all_for_others() -> None:
    asked = (
        f"SELECT count() FROM {of_each_shard(ROWS)} WHERE person IN (SELECT person FROM persons)"
    )
    rest = "WHERE person IN (SELECT person FROM persons)"
    assert over_shards(asked, *CLUSTER) == (
        f"SELECT count() FROM cluster('nodes', view({OF_ONE})) {rest}"
    )
    assert of_one_shard(asked, *CLUSTER[1:]) == f"SELECT count() FROM ({OF_ONE}) {rest}"


def test_rows_within_rows_are_of_all_shards() -> None:
    inner = of_each_shard(f"SELECT actor FROM {OWN}actions")
    asked = f"SELECT 1 FROM {of_each_shard(f'SELECT 1 FROM {OWN}events WHERE actor IN (SELECT actor FROM {inner})')}"
    assert over_shards(asked, *CLUSTER) == (
        "SELECT 1 FROM cluster('nodes', view(SELECT 1 FROM minilens_shard.events WHERE actor IN "
        "(SELECT actor FROM cluster('nodes', view(SELECT actor FROM minilens_shard.actions\n)))\n))"
    )
    assert of_one_shard(asked, *CLUSTER[1:]) is None


def test_what_is_no_such_table_is_left_as_it_stands() -> None:
    asked = f"SELECT count() FROM {OWN}events"
    assert over_shards(asked, *CLUSTER) == asked
    assert of_one_shard(asked, *CLUSTER[1:]) is None
