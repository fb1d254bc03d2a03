"""A chunk in sections, which the servers of a cluster load beside each other.

Each server stages, judges and writes sections by itself, as a single one does whole chunks. What hangs on all that came
before is decided in turn: a section waits until the one before it has its verdicts, persons and names, and until its
ids are written. How a chunk is cut follows from its bytes alone, so that doing it again makes the same sections.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from minilens.spool.reader import Chunk

Server = TypeVar("Server")
Done = TypeVar("Done")

#: Of several servers a statement costs more by itself, so that a section is larger than a chunk of one server.
SECTION_BYTES = 32 << 20
#: Sections of a chunk: for each server so many (at first the others wait for the first one, in the end for the last:
#: the more, the less), and in all, which lie in memory.
FOR_EACH_SERVER, MOST = 2, 8
#: How the receiver writes a record down that was imported. Its copies are looked for among the events.
_IMPORTED = b'"via":"import"'


@dataclass(frozen=True)
class Section:
    """What is staged at once, and the token of its inserts."""

    chunk: Chunk
    token: str


def divided(chunk: Chunk, generation: int, most_bytes: int) -> list[Section]:
    """The sections of a chunk: as few as have so many bytes each, and all of them about as large."""
    token = f"{chunk.segment}:{generation}:{chunk.start}"
    whole = sum(map(len, chunk.texts))
    count = -(-whole // most_bytes)
    parted: dict[int, list[bytes]] = {}
    size = 0
    for text in chunk.texts:
        parted.setdefault(size * count // whole, []).append(text)
        size += len(text)
    sections: list[Section] = []
    first = chunk.first
    for texts in parted.values():
        some = replace(chunk, first=first, texts=texts)
        sections.append(Section(some, f"{token}.{len(sections)}" if sections else token))
        first += len(texts)
    return sections


def beside_each_other(sections: Sequence[Section]) -> bool:
    """Whether these may be loaded by several servers: several sections, nothing in them imported."""
    return len(sections) > 1 and not any(
        _IMPORTED in text for one in sections for text in one.chunk.texts
    )


class Turn:
    """When a section may look at what came before; whoever waits for one that failed is `Abandoned`."""

    def __init__(self, before: Turn | None) -> None:
        self._before = before
        self._over, self._failed = threading.Event(), False

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Between the turn of the section before and that of the next one."""
        if self._before:
            self._before._over.wait()
            if self._before._failed:
                raise Abandoned
        yield
        self._over.set()

    def end(self, *, failed: bool) -> None:
        """Let the next one go on, or not, whether or not it was taken."""
        self._failed = self._failed or (failed and not self._over.is_set())
        self._over.set()


class Abandoned(Exception):
    """A section before failed."""


class EachServer(Generic[Server]):
    """Servers, each with a thread, which keeps its connections."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._threads = [(one, ThreadPoolExecutor(1, "section")) for one in servers]

    @property
    def sections(self) -> int:
        """How many a chunk has at most."""
        count = len(self._threads)
        return min(count * FOR_EACH_SERVER, MOST) if count > 1 else 1

    def in_turn(self, sections: int, work: Callable[[Server, int, Turn], Done]) -> list[Done]:
        """What `work` makes of each section, in their order: a server takes the next one as soon as it has none.

        After a failure none is begun; that of the first section that failed is raised when all have ended.
        """
        waiting: SimpleQueue[tuple[int, Turn]] = SimpleQueue()
        before: Turn | None = None
        for n in range(sections):
            before = Turn(before)
            waiting.put((n, before))
        done: dict[int, Done] = {}
        failed: dict[int, BaseException] = {}

        def serve(server: Server) -> None:
            while not failed:
                try:
                    n, turn = waiting.get_nowait()
                except Empty:
                    return
                try:
                    done[n] = work(server, n, turn)
                    turn.end(failed=False)
                except BaseException as error:
                    failed[n] = error
                    turn.end(failed=True)

        for one in [thread.submit(serve, server) for server, thread in self._threads]:
            one.result()
        if failed:
            raise failed[min(failed)]
        return [done[n] for n in range(sections)]

    def close(self) -> None:
        """End the threads."""
        for _, thread in self._threads:
            thread.shutdown()
