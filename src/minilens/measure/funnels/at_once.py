"""Parts of large work, as many at a time as there are cores: while numpy works on arrays, it holds nothing else up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")

#: Rows of a part: what is made of so many stays in the cores' own memory.
LONG = 1 << 17
#: Shares of the parts that each core takes one after another.
_SHARES = 16
_CORES = len(os.sched_getaffinity(0))


def at_once(work: Callable[[Part], Made], parts: Iterable[Part]) -> list[Made]:
    """What is made of each part, in their order. The first error ends the rest."""
    every = list(parts)
    if len(every) < 2 or _CORES < 2:
        return [work(one) for one in every]
    # of many small parts handing each over would cost more than its work
    size = -(-len(every) // (_CORES * _SHARES))
    shares = [every[n : n + size] for n in range(0, len(every), size)]
    with ThreadPoolExecutor(_CORES) as pool:
        try:
            found = list(pool.map(lambda some: [work(one) for one in some], shares))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [one for some in found for one in some]
