"""Data folders that earlier programs left are opened by this one, and say the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

KEPT = sorted(Path(__file__).parent.glob("kept/*.tar.xz"))
NAMES = [path.name.removesuffix(".tar.xz") for path in KEPT]


def unpacked(kept: Path, folder: Path) -> Path:
    """The data folder as the earlier program left it."""
    with tarfile.open(kept) as archive:
        archive.extractall(folder)  # of our own making
    return folder / "data"


#: Commands one after another in one process; a nought stands after what each has said.
EACH = """
import json, sys
from minilens.cli.main import main
for words in json.loads(sys.argv[1]):
    main(words, standalone_mode=False)
    print(end="\\0")
"""


def minilens(data: Path, *words: str) -> str:
    """Output of `minilens …` on this folder."""
    return run(data, "-m", "minilens.cli.main", *words)


def run(data: Path, *program: str) -> str:
    """What Python says to this, with settings for this folder and no others."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MINILENS_")}
    done = subprocess.run(
        [sys.executable, *program],
        env={**environment, "MINILENS_DATA": str(data), "MINILENS_RESERVE_MB": "0"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def each(data: Path, *commands: list[str]) -> list[str]:
    """Output of several commands, one after another in one process."""
    return run(data, "-c", EACH, json.dumps(commands)).split("\0")[:-1]


def expected(kept: Path) -> dict[str, list[dict[str, Any]]]:
    """What the reports of the earlier program said, by question."""
    found: dict[str, list[dict[str, Any]]] = json.loads(
        Path(str(kept).removesuffix(".tar.xz") + ".json").read_text(encoding="utf-8")
    )
    return found


def asked(data: Path, questions: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What they say now, of the columns that there were."""
    words = [["report", *q.split(), "--app", "shop", "--format", "json"] for q in questions]
    found = {}
    for (question, rows), text in zip(questions.items(), each(data, *words), strict=True):
        columns = list(rows[0])
        now = json.loads(text)["rows"]
        found[question] = [{column: row[column] for column in columns} for row in now]
    return found


def test_there_is_a_folder_to_open() -> None:
    assert {"from_9697cb5", "from_28a25be"} <= set(NAMES)
    for path in KEPT:
        assert sum(len(rows) for rows in expected(path).values()) > 20


@pytest.mark.parametrize("kept", KEPT, ids=NAMES)
def test_a_folder_of_an_earlier_program_says_the_same_after_the_upgrade(
    kept: Path, tmp_path: Path
) -> None:
    data = unpacked(kept, tmp_path / "now")
    before = (data / "records.sqlite").read_bytes()
    listed = minilens(data, "upgrade", "--dry-run").splitlines()
    assert (data / "records.sqlite").read_bytes() == before
    upgraded, again = each(data, ["upgrade"], ["upgrade", "--dry-run"])
    done = upgraded.splitlines()
    assert done[-1] == "Done."
    assert [line for line in done[:-1] if " steps; " not in line] == listed[:-1]
    assert again.startswith("0 steps; ")
    figures = expected(kept)
    assert asked(data, figures) == figures


@pytest.mark.parametrize("kept", [path for path in KEPT if "28a25be" in path.name], ids=["28a25be"])
def test_the_way_back_is_the_backup_made_before(kept: Path, tmp_path: Path) -> None:
    data = unpacked(kept, tmp_path / "now")
    steps, _ = each(data, ["upgrade", "--dry-run"], ["backup", str(tmp_path / "before.tar")])
    _, again = each(data, ["upgrade"], ["upgrade", "--dry-run"])
    assert again.startswith("0 steps; ")
    minilens(data, "restore", str(tmp_path / "before.tar"), "--data", str(tmp_path / "back"))
    back = minilens(tmp_path / "back", "upgrade", "--dry-run").splitlines()[:-1]
    assert back == steps.splitlines()[:-1]
    figures = expected(kept)
    question = next(iter(figures))
    assert asked(tmp_path / "back", {question: figures[question]}) == {question: figures[question]}


#: Tables with their columns and sort keys, as an older program expects them.
SHAPE = """
import sys
from minilens.warehouse.engine import Engine
engine = Engine(f"chdb://{sys.argv[1]}/warehouse")
sql = "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY ALL"
print(*engine.rows(sql), sep="\\n")
sql = "SELECT name, engine, sorting_key FROM system.tables WHERE database = currentDatabase() ORDER BY ALL"
print(*engine.rows(sql), sep="\\n")
engine.close()
"""
#: What the loader and the builder work in; made anew at each start.
WORKED_ON = (
    "building", "came_before", "chunk", "incoming", "judged", "kept_names", "known", "newcomers", "origins",
    "refusals", "spans", "visited",
)  # fmt: skip


def shape(data: Path) -> list[str]:
    """The schema of the warehouse, without what is made anew at each start."""
    lines = run(data, "-c", SHAPE, str(data)).splitlines()
    return [line for line in lines if not line.startswith(tuple(f"('{t}'" for t in WORKED_ON))]


@pytest.mark.parametrize("kept", [path for path in KEPT if "a2e67ed" in path.name], ids=["a2e67ed"])
def test_a_folder_goes_forward_and_back_by_steps(kept: Path, tmp_path: Path) -> None:
    data = unpacked(kept, tmp_path / "now")
    before, figures = shape(data), expected(kept)
    (said, _) = each(data, ["upgrade", "--dry-run"], ["upgrade"])
    assert "days are made again in the background" in said
    assert shape(data) != before
    assert asked(data, figures) == figures
    listed, back = each(
        data, ["upgrade", "--back-to", "8", "--dry-run"], ["upgrade", "--back-to", "8"]
    )
    assert (
        listed
        == "back warehouse 0010 phones and clients\nback warehouse 0009 origins and actions\n"
    )
    assert back == listed + "Done. Start the older version now.\n"
    assert shape(data) == before
    each(data, ["upgrade"])
    assert asked(data, figures) == figures
