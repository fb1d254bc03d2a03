"""Rows of funnels as tests write them, and what an exhaustive search makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from minilens.measure.funnels.rows import Rows

FAR = 1 << 50


@dataclass(frozen=True)
class Said:
    """One row: of whom, when (ms), which steps it fits (numbers from 0), in which gaps it ends an attempt."""

    owner: int
    ts: int
    fits: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    held: str | None = ""
    enters: bool = True


def rows_of(some: Sequence[Said], window: int = FAR) -> Rows:
    """In the order given, which is the one of all rows."""
    every = [(n, one) for n, one in enumerate(some) if one.held is not None]
    chains = {key: n for n, key in enumerate(sorted({(one.owner, one.held) for _, one in every}))}
    every.sort(key=lambda pair: (chains[pair[1].owner, pair[1].held], pair[0]))

    def whole(values: Iterator[int]) -> np.ndarray:
        return np.array(list(values), np.int64)

    return Rows(
        owner=whole(one.owner for _, one in every),
        chain=whole(chains[one.owner, one.held] for _, one in every),
        rank=whole(n for n, _ in every),
        ts=whole(one.ts for _, one in every),
        steps=whole(sum(1 << step for step in one.fits) for _, one in every),
        ends=whole(sum(1 << gap for gap in one.ends) for _, one in every),
        enters=np.array([one.enters for _, one in every], np.bool_),
        until=whole(one.ts + window for _, one in every),
    )


@dataclass(frozen=True)
class Found:
    """An attempt as the search finds it: where it began, the rows of its steps, the row that ended it."""

    entry: int
    taken: tuple[int, ...]
    stop: int | None

    @property
    def level(self) -> int:
        """Steps that it got through."""
        return len(self.taken)


def search(
    some: Sequence[Said], entry: int, steps: int, window: int, within: Sequence[int | None] = (), *,
    strict: bool = False,
) -> Found:  # fmt: skip
    """What becomes of one entry, row by row: every chain of rows is kept."""
    begun = some[entry]
    chains: list[tuple[int, ...]] = [(entry,)]
    for n in range(entry + 1, len(some)):
        one = some[n]
        if (one.owner, one.held) != (begun.owner, begun.held) or one.ts > begun.ts + window:
            continue
        level = max(map(len, chains))
        if level == steps:
            break
        longer = [
            (*way, n) for way in chains if len(way) < steps and _follows(some, way, n, within)
        ]
        if strict and not longer:
            break
        chains = longer if strict else chains + longer
        if max(map(len, chains)) == level and level - 1 in one.ends:
            return Found(entry, _best(chains), n)
    return Found(entry, _best(chains), None)


def _follows(
    some: Sequence[Said], way: tuple[int, ...], n: int, within: Sequence[int | None]
) -> bool:
    most = within[len(way)] if within else None
    return len(way) in some[n].fits and (most is None or some[n].ts - some[way[-1]].ts <= most)


def _best(chains: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The longest, of these the one whose rows, from the last one back, are the earliest."""
    return min(chains, key=lambda way: (-len(way), way[::-1]))


def by_owner(some: Sequence[Said]) -> Iterator[tuple[int, list[int]]]:
    """The places of the rows of each owner."""
    places = sorted(range(len(some)), key=lambda n: (some[n].owner, n))
    for owner, group in groupby(places, key=lambda n: some[n].owner):
        yield owner, list(group)
