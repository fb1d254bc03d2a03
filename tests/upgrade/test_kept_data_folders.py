"""Data folders that earlier programs left are opened by this one, and say the same."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests import prepared

KEPT = sorted(Path(__file__).parent.glob("kept/*.tar.xz"))
NAMES = [path.name.removesuffix(".tar.xz") for path in KEPT]


def unpacked(kept: Path, folder: Path) -> Path:
    """The data folder as the earlier program left it."""
    with tarfile.open(kept) as archive:
        archive.extractall(folder)  # of our own making
    return folder / "data"


def minilens(data: Path, *words: str) -> str:
    """Output of `minilens …` on this folder."""
    done = prepared.run(words, environment(data))
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(data: Path) -> dict[str, str]:
    """Settings for this folder and no others."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("MINILENS_")}
    return {**plain, "MINILENS_DATA": str(data), "MINILENS_RESERVE_MB": "0"}


def run(data: Path, code: str, *words: str) -> str:
    """What this code says of the folder."""
    done = prepared.python(code, words, environment(data))
    assert done.returncode == 0, done.stderr
    return done.stdout


def each(data: Path, *commands: list[str]) -> list[str]:
    """Output of several commands, one after another."""
    return [minilens(data, *words) for words in commands]


def expected(kept: Path) -> dict[str, list[dict[str, Any]]]:
    """What the reports of the earlier program said, by question."""
    found: dict[str, list[dict[str, Any]]] = json.loads(
        Path(str(kept).removesuffix(".tar.xz") + ".json").read_text(encoding="utf-8")
    )
    return found


#: What `minilens report` asks, over a folder that is opened once, each as JSON.
REPORTED = """
import json, sys
from minilens.load.pipeline import open_pipeline
from minilens.serve.wiring import questions, report
from minilens.settings import load
settings = load()
pipeline = open_pipeline(settings)
pipeline.drain()
executor = questions(pipeline, settings)
for name, *words in json.loads(sys.argv[1]):
    asked = [(flag.removeprefix("--"), value) for flag, value in zip(words[::2], words[1::2])]
    whole = [("name", name), ("app", "shop"), ("format", "json"), ("lang", "en"), *asked]
    print(report(pipeline, executor, whole).decode(), end="\\0")
pipeline.close()
"""


def asked(data: Path, questions: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What they say now, of the columns that there were."""
    answers = run(data, REPORTED, json.dumps([question.split() for question in questions]))
    found = {}
    texts = answers.split("\0")[:-1]
    for (question, rows), text in zip(questions.items(), texts, strict=True):
        columns = list(rows[0])
        now = json.loads(text)["rows"]
        found[question] = [{column: row[column] for column in columns} for row in now]
    return found


def test_there_is_a_folder_to_open() -> None:
    assert {"from_9697cb5", "from_28a25be"} <= set(NAMES)
    for path in KEPT:
        assert sum(len(rows) for rows in expected(path).values()) > 20


#: Of the oldest and the newest; the long runs ask those between, too.
EACH_KEPT = [
    pytest.param(path, id=name, marks=pytest.mark.long if "28a25be" in name else ())
    for path, name in zip(KEPT, NAMES, strict=True)
]


@pytest.mark.parametrize("kept", EACH_KEPT)
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
    "arrivals", "building", "came_before", "chunk", "incoming", "judged", "kept_names", "known", "left_out",
    "link_names", "newcomers", "origins", "pairs", "refusals", "remaining", "spans", "touched", "touched_actors",
    "visited",
)  # fmt: skip


def shape(data: Path) -> list[str]:
    """The schema of the warehouse, without what is made anew at each start."""
    lines = run(data, SHAPE, str(data)).splitlines()
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
        listed == "back warehouse 0022 moves\n"
        "back warehouse 0021 placements and materials\nback warehouse 0020 cohort members\n"
        "back warehouse 0019 numbers are packed\n"
        "back warehouse 0018 page views carry what is asked\n"
        "back warehouse 0017 leaving quarantine\n"
        "back warehouse 0016 erased since\n"
        "back warehouse 0015 visitors and values\n"
        "back warehouse 0014 erased\n"
        "back warehouse 0013 identities as links\n"
        "back warehouse 0012 steps first scenes arrivals\n"
        "back warehouse 0011 page times and codes\n"
        "back warehouse 0010 phones and clients\n"
        "back warehouse 0009 origins and actions\n"
    )
    assert back == listed + "Done. Start the older version now.\n"
    assert shape(data) == before
    each(data, ["upgrade"])
    assert asked(data, figures) == figures
