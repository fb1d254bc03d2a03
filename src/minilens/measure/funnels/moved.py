"""Which step of a funnel moved most between two ranges, and whether by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.significance import (
    Difference,
    Rate,
    Verdict,
    difference,
    together,
    verdict,
)
from minilens.measure.run import AnyQuery
from minilens.measure.single_value import Ask
from minilens.measure.table import Table
from minilens.period import Range


@dataclass(frozen=True)
class StepMoved:
    """How a step, by its number (from 2 on) and name, changed: of those who got to the step before and can no longer be
    anything else, so many got here. `p` and `verdict` are among all steps, after Holm; `found` None: too few."""

    step: int
    title: str
    now: Rate
    then: Rate
    found: Difference | None
    p: float | None
    verdict: Verdict


def steps_moved(query: FunnelQuery, now: Range, then: Range, ask: Ask) -> tuple[StepMoved, ...]:
    """Each step behind the first, of those who entered in either range; none of an open funnel, whose steps do not
    follow on each other, nor of one with groups."""
    if query.mode == "open" or query.grouped:
        return ()
    tables = [ask(_steps(query, over)) for over in (now, then)]
    rates = [_rates(query, one) for one in tables]
    titles = tables[0].column("event")
    differ = [difference(new, old) for new, old in zip(*rates, strict=True)]
    chances = together([one.p if one else None for one in differ])
    return tuple(
        StepMoved(n, str(titles[n - 1]), new, old, found, p, verdict(found, p))
        for n, new, old, found, p in zip(
            range(2, query.steps + 1), *rates, differ, chances, strict=True
        )
    )


def most_moved(steps: Sequence[StepMoved]) -> StepMoved | None:
    """The one that moved most, of those that moved by more than chance."""
    sure = [one for one in steps if one.verdict in ("likely_higher", "likely_lower") and one.found]
    return max(sure, key=lambda one: abs(one.now.share - one.then.share), default=None)


def _steps(query: FunnelQuery, over: Range) -> AnyQuery:
    rows = replace(query.rows, range=over, until=None)
    return replace(query, rows=rows, show="steps", beside=None, optional=())


def _rates(query: FunnelQuery, table: Table) -> list[Rate]:
    reached = [cast("int", cell) for cell in table.column(query.counts)]
    still = [cast("int", cell or 0) for cell in table.column("may_still")]
    return [Rate(reached[n], reached[n - 1] - still[n - 1]) for n in range(1, len(reached))]
