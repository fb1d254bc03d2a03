"""A question that is ready to be run, and when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime

from minilens.measure.table import Cost, Table


@dataclass(frozen=True)
class AsOf:
    """When it is asked: the app's day, up to when events are counted, the last load that is whole."""

    today: date
    as_of: datetime
    through: int


@dataclass(frozen=True)
class Prepared:
    """`run` answers it. `heavy`: it reads rows by the million, and waits its turn.

    `stands_on`: all that the answer depends on; an answer is given again only while that is the same. None: the
    answer is not kept. `cost`: what preparing took.
    """

    run: Callable[[], Table]
    heavy: bool
    stands_on: Hashable | None
    cost: Cost
