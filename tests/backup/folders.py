"""Data folders, backups and what is in them, for the tests beside."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests import prepared

KEPT = Path(__file__).parents[1] / "upgrade" / "kept" / "from_9697cb5.tar.xz"


def kept_folder(folder: Path) -> Path:
    """A small data folder, with events that wait in the spool."""
    with tarfile.open(KEPT) as archive:
        archive.extractall(folder)  # of our own making
    return folder / "data"


def environment(data: Path | None, **variables: str) -> dict[str, str]:
    """Variables of a command on this folder, and no other settings."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("MINILENS_")}
    plain |= {"MINILENS_DATA": str(data)} if data else {}
    return {**plain, "MINILENS_RESERVE_MB": "0", "LANG": "C", "LC_ALL": "C", **variables}


def run(data: Path | None, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`minilens …` on this folder."""
    return prepared.run(words, environment(data, **variables))


def minilens(data: Path | None, *words: str, **variables: str) -> str:
    """Its output, where it succeeds."""
    done = run(data, *words, **variables)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def refused(data: Path | None, *words: str, **variables: str) -> str:
    """What it says, where it refuses."""
    done = run(data, *words, **variables)
    assert done.returncode in (2, 3), done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def figures(data: Path, app: str = "shop") -> Any:
    """The rows of the trend over the days of the kept folder."""
    words = ("--from", "2026-11-01", "--to", "2026-11-14", "--format", "json")
    return json.loads(minilens(data, "report", "overview.trend", "--app", app, *words))["rows"]


def manifest(file: Path) -> Any:
    """What a backup says of itself."""
    with tarfile.open(file) as archive:
        found = archive.extractfile("manifest.json")
        assert found is not None
        return json.loads(found.read().partition(b"\n")[2])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
