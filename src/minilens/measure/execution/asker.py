"""Who asks, and whether they still wait for the answer."""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Asker:
    """A request whose questions end when its sender has gone, all of them: those under way, and those still to come.

    `mark`: by what the engine's statements for it are found. `under_way`: how many of its questions are.
    """

    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    gone: bool = False
    under_way: int = 0


#: Whose question it is. Threads started for it know it too.
ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)
