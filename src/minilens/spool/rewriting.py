"""Records of closed segments written anew, each in the bytes that it had: what is said of their places stays true."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path

from minilens.spool.reader import DAMAGED, ReceiverSpool, folders
from minilens.spool.writer import made_at, sync_folder


def rewrite_closed(spool: Path, change: Callable[[str], str], begun: int) -> int:
    """Change the texts of all records, none of which may get longer; how many were changed.

    `begun`: when the server of now began (milliseconds). Older segments are not written to any more.
    """
    return sum(
        _rewrite(path, change) for folder in folders(spool) for path in _closed(folder, begun)
    )


def rewrite_complete(spool: Path, change: Callable[[str], str], until: int, seen: set[str]) -> bool:
    """Change the texts of all records of complete segments begun up to `until`, also beside a receiver that writes.

    False where one of them is still written to. Nothing may be loaded meanwhile. `seen`: segments that were
    gone through before, and are not again.
    """
    complete = True
    for folder in folders(spool):
        for segment in folder.segments():
            if made_at(segment.path) > until or segment.id in seen:
                continue
            if segment.closed:
                _rewrite(segment.path, change)
                seen.add(segment.id)
            else:
                complete = False
        for path in (folder.path / DAMAGED).glob("*.seg"):
            if path.stem not in seen:
                _rewrite(path, change)
                seen.add(path.stem)
    return complete


def _closed(folder: ReceiverSpool, begun: int) -> list[Path]:
    paths = sorted([*folder.path.glob("*.seg"), *(folder.path / DAMAGED).glob("*.seg")])
    if not folder.written():
        return paths
    if folder.path.name.startswith("import-"):
        return []
    return [path for path in paths if made_at(path) < begun]


def _rewrite(path: Path, change: Callable[[str], str]) -> int:
    lines = path.read_bytes().split(b"\n")
    changed = 0
    for n, line in enumerate(lines):
        try:
            text = line[9:].decode()
        except UnicodeDecodeError:
            continue
        other = change(text)
        if other == text:
            continue
        made = other.encode().ljust(len(line) - 9)
        sound = line[:8] == b"%08x" % zlib.crc32(line[9:])
        lines[n] = (b"%08x " % zlib.crc32(made) if sound else line[:9]) + made
        changed += 1
    if changed:
        new = path.with_suffix(".new")
        with open(new, "wb") as file:
            file.write(b"\n".join(lines))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync_folder(path.parent)
    return changed
