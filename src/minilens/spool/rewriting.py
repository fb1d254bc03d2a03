"""Records of closed segments written anew, each in the bytes that it had: what is said of their places stays true."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

from minilens.spool.reader import Folder, ReceiverSpool, Segment, folders
from minilens.spool.writer import made_at


def rewrite_closed(spool: Path, change: Callable[[str], str], begun: int) -> int:
    """Change the texts of all records, none of which may get longer; how many were changed.

    `begun`: when the server of now began (milliseconds). Older segments are not written to any more.
    """
    return sum(
        _rewrite(folder, segment, change)
        for folder in folders(spool)
        for segment in _closed(folder, begun)
    )


def rewrite_complete(
    some: Iterable[Folder], change: Callable[[str], str], until: int, seen: set[str]
) -> bool:
    """Change the texts of all records of complete segments begun up to `until`, also beside a receiver that writes.

    False where one of them is still written to. Nothing may be loaded meanwhile. `seen`: segments that were
    gone through before, and are not again.
    """
    complete = True
    for folder in some:
        for segment in folder.segments():
            if made_at(segment.path) > until or segment.id in seen:
                continue
            if segment.closed:
                _rewrite(folder, segment, change)
                seen.add(segment.id)
            else:
                complete = False
        for segment in folder.kept_damaged():
            if segment.id not in seen:
                _rewrite(folder, segment, change)
                seen.add(segment.id)
    return complete


def _closed(folder: ReceiverSpool, begun: int) -> list[Segment]:
    every = [*folder.segments(), *folder.kept_damaged()]
    if not folder.written():
        return every
    if folder.name.startswith("import-"):
        return []
    return [one for one in every if made_at(one.path) < begun]


def _rewrite(folder: Folder, segment: Segment, change: Callable[[str], str]) -> int:
    was = segment.piece(0, segment.size())
    lines = was.split(b"\n")
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
        folder.replace(segment, was, b"\n".join(lines))
    return changed
