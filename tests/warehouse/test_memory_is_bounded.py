"""The embedded engine keeps to its memory: all questions together, and the merging of parts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

#: The bound holds for a process: each script has one of its own.
TOGETHER = """
import sys, threading
from minilens.errors import EngineFailed
from minilens.warehouse.engine import Engine
engine = Engine(f"chdb://{sys.argv[1]}", memory_mb=512)
said, gate = [], threading.Barrier(4)
def ask():
    gate.wait()
    try:
        # 256 MiB each, held while the next is made
        said.append(engine.one("SELECT length(groupArray(number)) + sleep(2) FROM numbers(20000000)"))
    except EngineFailed as error:
        said.append("memory" if "Code: 241." in str(error) else str(error))
threads = [threading.Thread(target=ask) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
print(said)
print(engine.one("SELECT count() FROM numbers(10)"))
"""

NAMES = """
import json, random, sys
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate
engine = Engine(f"chdb://{sys.argv[1]}", memory_mb=512)
migrate(engine)
engine.run("SYSTEM STOP MERGES events")
chance = random.Random(7)
for part in range(6):
    rows = [json.dumps({"app": 1, "day": "2026-11-01", "props": {f"k{chance.getrandbits(40):x}": n for n in range(50)}})
            for _ in range(1000)]
    engine.insert("events", "\\n".join(rows).encode(), form="JSONEachRow")
engine.run("SYSTEM START MERGES events")
engine.run("OPTIMIZE TABLE events FINAL")
parts = engine.one("SELECT count() FROM system.parts WHERE table = 'events' AND active")
names = engine.one("SELECT sum(length(JSONAllPaths(props))) FROM events")
print(json.dumps([int(parts), int(names)]))
"""


def ran(script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_questions_together_keep_to_the_bound_and_the_engine_goes_on(tmp_path: Path) -> None:
    said, after = ran(TOGETHER, tmp_path / "warehouse").splitlines()
    assert "memory" in said
    assert after == "10"


def test_parts_with_300_000_property_names_are_merged_within_512_mib(tmp_path: Path) -> None:
    parts, names = json.loads(ran(NAMES, tmp_path / "warehouse"))
    assert (parts, names) == (1, 300_000)
