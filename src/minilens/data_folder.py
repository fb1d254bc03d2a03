"""Who may read the data folder: whoever runs the server, and nobody else."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def make_private(data: Path) -> None:
    """Nobody else reads the data folder nor the records, whatever made them.

    A folder that is not of our making alone (of somebody else, shared by all, without our secret) stays as it is.
    """
    with suppress(OSError):
        facts = data.stat()
        if (
            facts.st_uid != os.geteuid()
            or facts.st_mode & stat.S_ISVTX
            or not (data / "secret").exists()
        ):
            return
    for path, mode in ((data, 0o700), *((file, 0o600) for file in data.glob("records.sqlite*"))):
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(mode)
