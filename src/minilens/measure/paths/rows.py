"""The rows of paths as columns: as an answer of the engine has them, or put together from those of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.paths.walks import Truth, Whole


@dataclass(frozen=True)
class Columns:
    """Of each row whose it is, the millisecond, the event (its place from 1, 0 a page), the page as a place in `pages`,
    and what decides within a millisecond: the place in the launch, arrival and launch. `person`: whose each row is;
    None where nobody asks.
    """

    owner: Whole
    at: Whole
    event: NDArray[Any]
    page: NDArray[Any]
    pages: tuple[str, ...]
    place: NDArray[Any]
    came: NDArray[Any]
    of: NDArray[Any]
    person: Whole | None = None

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return sum(one.nbytes for one in vars(self).values() if isinstance(one, np.ndarray))

    def some(self, rows: Whole | Truth | slice) -> Columns:
        """These of the rows."""
        arrays: Any = {
            name: one[rows] for name, one in vars(self).items() if isinstance(one, np.ndarray)
        }
        return replace(self, **arrays)


def of_answer(found: Any) -> Columns:
    """The columns of an answer to `sql.rows`."""
    owner, at, event, place, came, of = (
        found.column(name).to_numpy() for name in ("owner", "at", "event", "place", "came", "of")
    )
    person = found.column("person").to_numpy() if "person" in found.column_names else None
    if not found.num_rows:
        return Columns(
            owner.view(np.int64), at, event, np.zeros(0, np.uint16), (), place, came, of, person
        )
    paths = found.unify_dictionaries().column("path").combine_chunks()
    pages = tuple(str(one) for one in paths.dictionary.to_pylist())
    page = paths.indices.to_numpy()
    page = page.astype(np.uint16) if len(pages) <= 1 << 16 else page
    return Columns(owner.view(np.int64), at, event, page, pages, place, came, of, person)


def together(parts: Sequence[Columns]) -> Columns:
    """The rows of all parts, one after the other; at least one part."""
    parts = [one for one in parts if len(one)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    numbers: dict[str, int] = {}
    tables: dict[int, NDArray[Any]] = {}  # days that were read together have the same list
    for one in parts:
        if id(one.pages) not in tables:
            told = [numbers.setdefault(page, len(numbers)) for page in one.pages]
            tables[id(one.pages)] = np.array(
                told, np.uint16 if len(numbers) <= 1 << 16 else np.int64
            )
    same = len(tables) == 1
    pages = [one.page if same else tables[id(one.pages)][one.page] for one in parts]
    arrays = {
        name: np.concatenate([getattr(one, name) for one in parts])
        for name in ("owner", "at", "event", "place", "came", "of")
    }
    return Columns(page=np.concatenate(pages), pages=tuple(numbers), **arrays)
