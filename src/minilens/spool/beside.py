"""Small files beside the segments, by which pages tell what came: of this host, and copies of other hosts' files.

Copies lie in a folder beside the spool, one for each receiver; whoever looks reads both alike.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from minilens.spool import arrivals, test_mode, turned_away

#: What is copied.
NAMES = (arrivals.NAME, turned_away.NAME, f"{test_mode.FOLDER}/*.jsonl")
_ONE = re.compile(
    f"{re.escape(arrivals.NAME)}|{re.escape(turned_away.NAME)}|{test_mode.FOLDER}/[A-Za-z0-9_-]{{1,80}}[.]jsonl"
).fullmatch

#: Name → when it was last written (nanoseconds) and its bytes.
Listed = Mapping[str, tuple[int, int]]


def is_one(name: str) -> bool:
    """Whether it is the name of such a file."""
    return _ONE(name) is not None


def listed(folder: Path) -> dict[str, tuple[int, int]]:
    """Those of a receiver's folder."""
    found = {}
    for pattern in NAMES:
        for path in folder.glob(pattern):
            name = str(path.relative_to(folder))
            try:
                facts = path.stat()
            except OSError:  # gone meanwhile
                continue
            if is_one(name):
                found[name] = (facts.st_mtime_ns, facts.st_size)
    return found


def copy(into: Path, there: Listed, before: Listed, fetch: Callable[[str], bytes]) -> None:
    """Have a receiver's files as they are `there`; those that are as `before` are not fetched again."""
    for name, facts in there.items():
        if is_one(name) and before.get(name) != facts:
            path = into / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(fetch(name))
            new.replace(path)
    for name in before.keys() - there.keys():
        (into / name).unlink(missing_ok=True)


def forget(into: Path) -> None:
    """Remove the copies of a receiver."""
    shutil.rmtree(into, ignore_errors=True)
