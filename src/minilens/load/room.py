"""Room on the disk for the engine's own work.

On a disk that is full to the last byte the engine may report success for parts whose files are empty. So loading,
building and merging stop before, at half of what the receiver keeps free: it stops taking events first.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from minilens.errors import CannotStart
from minilens.warehouse.engine import Engine


@dataclass
class Room:
    """Looked at before each step. `reserve`: bytes that have to be free; 0 asks for none."""

    engine: Engine
    folder: Path
    reserve: int
    _stopped: bool = False  # merging
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """CannotStart where there is too little; merging stops then, and goes on when there is enough again."""
        if not self.reserve:
            return
        found = os.statvfs(self.folder)
        free = found.f_bavail * found.f_frsize
        with self._lock:
            if (free < self.reserve) != self._stopped:
                self.engine.run(f"SYSTEM {'START' if self._stopped else 'STOP'} MERGES")
                self._stopped = not self._stopped
        if free < self.reserve:
            raise CannotStart(
                f"Only {free >> 20} MiB of disk space is free; loading resumes at {self.reserve >> 20} MiB",
                f"磁盘只剩 {free >> 20} MiB；达到 {self.reserve >> 20} MiB 后继续入库",
            )
