"""Tests that take the shared pipeline, with its warehouse on servers: their figures hang on neither engine nor place.

    python -m tests.warehouse.elsewhere node tests/ask          one server
    python -m tests.warehouse.elsewhere actor tests/measure     two shards, rows where the product lays them
    python -m tests.warehouse.elsewhere chance tests/load -x    two shards, each row on any of them

All words after the first are pytest's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from minilens.warehouse.engine import Engine
from tests.conftest import ROWS, WAREHOUSE
from tests.warehouse.clickhouse_node import ROOT, running

Where = Literal["node", "actor", "chance"]
PLACES: tuple[Where, ...] = get_args(Where)
#: Those that take minutes by themselves ask their own questions of a cluster.
SHARED = ("-m", "warehouse and not long", "-n", "0")


def run(
    where: Where, folder: Path, words: Sequence[str], *, said: int | None = None
) -> tuple[int, str]:
    """How pytest ended that was asked with these words, and what it said where `said` is a pipe."""
    with running(folder / "servers", 1 if where == "node" else 2) as nodes:
        warehouse = nodes.named("elsewhere")
        if where == "node":
            warehouse = f"{nodes[0]}/elsewhere"
            server = Engine(nodes[0])
            server.run("CREATE DATABASE elsewhere")
            server.close()
        told = {WAREHOUSE: warehouse, "TMPDIR": str(folder)} | (
            {ROWS: "chance"} if where == "chance" else {}
        )
        command = [sys.executable, "-m", "pytest", *SHARED, f"--basetemp={folder}/tests", *words]
        ended = subprocess.run(command, cwd=ROOT, env=os.environ | told, stdout=said, text=True)
        return ended.returncode, ended.stdout or ""


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.exit(run(PLACES[PLACES.index(sys.argv[1])], Path(made), sys.argv[2:])[0])
