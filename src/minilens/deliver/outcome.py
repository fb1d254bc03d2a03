"""What came of sending a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: sent: they confirmed it. again: they didn't take it, and may later. stopped: nothing goes there until somebody mends
#: the channel. failed: this message will never be taken. unknown: nobody can say whether they took it.
State = Literal["sent", "again", "stopped", "failed", "unknown"]


@dataclass(frozen=True)
class Outcome:
    """`code` names the sentence for people (`render.send_reasons`), "" where it was sent; `answer` is what the other
    side said, without keys. `wait`: seconds before the next try, where they or a limit name some."""

    state: State
    answer: str = ""
    wait: float | None = None
    code: str = ""
