"""A question, as a value: what is asked, over which days, at which grain, compared with what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.period import Range

Traffic = Literal["release", "trial", "develop", "preview", "robot"]
TRAFFIC: tuple[Traffic, ...] = ("release", "trial", "develop", "preview", "robot")


@dataclass(frozen=True)
class Query:
    """The measures of one app over a range of its days.

    `compare` is the other range, measured by the same SQL, or None.
    """

    app: int
    measures: tuple[str, ...]
    range: Range
    grain: Literal["day", "week", "month"] = "day"
    compare: Range | None = None
    traffic: Traffic = "release"
