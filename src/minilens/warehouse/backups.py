"""Backups of the events on ClickHouse servers, by their own BACKUP: each shard's database, to a disk they all know.

A server first takes down which files belong to a backup, then copies them. Whoever asks keeps loading still for the
former only: what is written afterwards is not in it.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from minilens.errors import CannotStart, EngineFailed
from minilens.warehouse.cluster import Node
from minilens.warehouse.engine import Engine

#: Seconds between two looks at how far a server is.
EVERY = 0.05
_UNDER_WAY, _DONE = "CREATING_BACKUP", "BACKUP_CREATED"
_STATE = "SELECT status, num_files, error FROM system.backups WHERE id = {id:String}"
#: A server with its port, and a statement.
Told = tuple[str, str]
_NAME = re.compile(r"\w[\w-]*")


@dataclass(frozen=True)
class _Part:
    """The backup of a shard under way."""

    engine: Engine
    id: str

    def state(self) -> tuple[str, int]:
        """How it is, and how many files it has looked at; EngineFailed where it failed."""
        rows = self.engine.rows(_STATE, {"id": self.id})
        if not rows:
            raise EngineFailed("BACKUP: the server was started again meanwhile")
        status, files, error = rows[0]
        if status not in (_UNDER_WAY, _DONE):
            raise EngineFailed(f"BACKUP: {str(error).partition(', Stack trace')[0]}")
        return str(status), int(files)


class Backups:
    """The backups of all shards, on a disk of the servers, under a name.

    EngineFailed where a server has no such disk, may not write backups there, or has one of that name.
    """

    def __init__(self, engine: Engine, disk: str, name: str) -> None:
        if not _NAME.fullmatch(disk):
            raise CannotStart(
                f"MINILENS_BACKUP_DISK must be the name of a disk: {disk}",
                f"MINILENS_BACKUP_DISK 须为磁盘的名称：{disk}",
            )
        self._engine, self._disk, self._name = engine, disk, name
        self._parts: list[_Part] = []

    def begin(self) -> None:
        """Return when every server knows which files belong to it."""
        for shard, one in enumerate(self._engine.shards(), 1):
            text = f"BACKUP DATABASE `{one.database}` TO {self._place(shard)} ASYNC"
            self._parts.append(_Part(one, str(one.rows(text)[0][0])))
        self._wait(taken_down=True)

    def finish(self) -> list[Told]:
        """Return when all is written: what to tell servers to have it back."""
        self._wait(taken_down=False)
        cluster = self._engine.cluster
        if not cluster:
            return [(self._engine.server, self._restore(f"DATABASE `{self._engine.database}`", 1))]
        first = [
            (_at(one), self._restore(f"DATABASE `{cluster.local}`", one.shard))
            for one in cluster.firsts
        ]
        others = [one for one in cluster.nodes if one not in cluster.firsts]
        return first + [told for one in others for told in self._of_a_replica(cluster.local, one)]

    def _of_a_replica(self, database: str, node: Node) -> list[Told]:
        """It fetches rows from the first of its shard; only how far its schema came each server has by itself."""
        tables = self._restore(f"DATABASE `{database}`", node.shard)
        own = self._restore(f"TABLE `{database}`.schema_version", node.shard)
        return [(_at(node), f"{tables} SETTINGS structure_only = true"), (_at(node), own)]

    def _restore(self, what: str, shard: int) -> str:
        return f"RESTORE {what} FROM {self._place(shard)}"

    def _place(self, shard: int) -> str:
        return f"Disk('{self._disk}', '{self._name}/shard-{shard}')"

    def _wait(self, *, taken_down: bool) -> None:
        for part in self._parts:
            while True:
                status, files = part.state()
                if status == _DONE or (taken_down and files):
                    break
                time.sleep(EVERY)


def _at(node: Node) -> str:
    return f"{node.host}:{node.port}"
