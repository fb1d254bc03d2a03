"""What the site does with cohorts, handed in by the program that serves it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from minilens.errors import NotFound
from minilens.records.cohorts import SavedCohort
from minilens.reports.cohorts import Definition
from minilens.text import Text

#: Whether whoever asks may see single persons: a site says it of each request; commands and the server itself may.
SEES_PERSONS: ContextVar[bool] = ContextVar("sees_persons", default=True)


@dataclass(frozen=True)
class CohortNow:
    """A cohort, and how many persons are in it now: merged ones once, erased ones not. `unknown`: of one that was just
    made of a list the places of identities by which nobody is known."""

    saved: SavedCohort
    size: int
    unknown: tuple[int, ...] = ()


class Changes(Protocol):
    """Gives a cohort of an app another name, or has it be live or frozen."""

    def __call__(
        self, app: int, cohort: int, *, name: Text | None, live: bool | None, by: int | None
    ) -> CohortNow:
        """As it is then."""


def _nobody(*asked: object, **more: object) -> NoReturn:
    """Of a site that has no warehouse behind it."""
    raise NotFound("unknown_cohort", "cohort", got=str(asked[1])[:64])


@dataclass(frozen=True)
class CohortDoors:
    """All take the number of an app; all may block. `create` takes the names, a definition or identities, whether it is
    live, and the account; `persons` gives the numbers of members in order; `of_person` the cohorts that a person, by
    number, is in."""

    of: Callable[[int], list[CohortNow]] = lambda app: []
    create: Callable[[int, Text, Definition | list[str], bool, int | None], CohortNow] = _nobody
    refresh: Callable[[int, int], CohortNow] = _nobody
    remove: Callable[[int, int, int | None], None] = _nobody
    persons: Callable[[int, int], NDArray[np.int64]] = _nobody
    change: Changes = _nobody
    of_person: Callable[[int, int], list[SavedCohort]] = lambda app, person: []
