"""While persons are settled: now and then whether the map says what the links say, of those who were settled last."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from minilens.identity.graph import Node
from minilens.identity.parity import Mismatch, mismatches
from minilens.identity.persons import Settled
from minilens.load.merges import TypesOf
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)

#: So many identities are looked at, so often, and at most this share of the time.
MOST = 200
EVERY = 10.0
SHARE = 0.02


@dataclass
class ParityWatch:
    """Remembers who was settled since the last look."""

    engine: Engine
    _nodes: set[Node] = field(default_factory=set)
    _after: float = 0.0

    def note(self, settled: Settled) -> None:
        """These were settled."""
        for app, actor, *_ in settled.map:
            if len(self._nodes) >= MOST:
                return
            if isinstance(app, int) and isinstance(actor, int):
                self._nodes.add((app, actor))

    def look(self, types: TypesOf) -> list[Mismatch]:
        """Where the map differs, of some of them; nothing where it is not yet time."""
        began = time.monotonic()
        if not self._nodes or began < self._after:
            return []
        nodes, self._nodes = self._nodes, set()
        found = mismatches(self.engine, nodes, types)
        ended = time.monotonic()
        self._after = ended + max(EVERY, (ended - began) / SHARE)
        for one in found:
            told = {"app": one.app, "persons": one.persons[:10], "identities": len(one.nodes)}
            log.error("persons are not what their links say; decided anew", extra=told)
        return found
