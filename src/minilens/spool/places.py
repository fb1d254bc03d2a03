"""Where small files of receivers lie: beside their segments, and as copies of other hosts' files."""

from __future__ import annotations

from pathlib import Path

#: Beside the spool: copies, a folder for each receiver on another host.
ELSEWHERE = "elsewhere"


def everywhere(spool: Path, pattern: str) -> list[Path]:
    """The files of all receivers that a pattern names, which begins with the receiver's folder."""
    return sorted([*spool.glob(pattern), *(spool.parent / ELSEWHERE).glob(pattern)])
