"""What the receiver has counted since it started."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from minilens.collect.login import Identified
from minilens.collect.wire import Receipt


@dataclass
class Counters:
    """Events that were accepted, those refused by code, and requests by how they ended."""

    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)

    def took(self, receipt: Receipt | Identified) -> None:
        """A request was acknowledged."""
        if isinstance(receipt, Receipt):
            self.accepted += receipt.accepted
            self.refused.update(one.code for one in receipt.refused)
        self.requests["ok"] += 1
