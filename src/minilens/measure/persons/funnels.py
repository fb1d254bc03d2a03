"""Who stands behind a figure of a funnel: those that it counts, from the same attempts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.operand import key
from minilens.measure.funnels import entered, figures
from minilens.measure.funnels.outcome import Known, Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reader import Reader
from minilens.measure.funnels.rows import Rows, Truth, Whole
from minilens.measure.persons.query import Found, Place, gathered
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.period import milliseconds
from minilens.warehouse.engine import Answer, Engine

_OF_STEP = ("dropped", "may_still")


def behind(engine: Engine, query: FunnelQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those whom a figure counts."""
    step, kind = _figure(query, place)
    reader = Reader(engine, query, made)
    if query.mode == "open":
        parts = reader.each(lambda rows, known: _with_event(rows, known, step - 1))
        whose, ts = (np.concatenate([one[n] for one in parts]) for n in (0, 1))
        return gathered(whose, ts, ts)
    every = reader.outcomes(as_of)
    within = every.some(_within(query, every, place))
    if query.at == "each" and not _one_group(query, place):
        within = within.once()
    some = within.some(_reached(within, step, kind))
    return gathered(some.person, some.at[:, 0], some.at.max(axis=1))


def _with_event(rows: Rows, known: Known, step: int) -> tuple[Whole, Whole]:
    """Of each row that is a step whose it is and when it happened."""
    there = np.flatnonzero(rows.fits(step) & rows.enters)
    return known.person(rows.owner[there], rows.rank[there]), rows.ts[there]


def check(query: FunnelQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    _figure(query, place)
    names = _groups(query)
    known = [*names, *((_of_period(query),) if query.show != "steps" else ("step", "event"))]
    for name in place.keys:
        if name not in known:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, known))
    _period(query, place)


def _groups(query: FunnelQuery) -> list[str]:
    return [key(one) for one in query.rows.groups[: query.grouped]]


def _figure(query: FunnelQuery, place: Place) -> tuple[int, str]:
    """The step, 0 for those of the whole; and what of it: reached, dropped, may_still."""
    measure = place.measure
    if query.show != "steps":
        named = {f"step_{n}": n for n in range(1, query.steps + 1)}
        known = [*named, *_OF_STEP]
        if measure not in known:
            raise _unknown(measure, known)
        return (named[measure], "reached") if measure in named else (0, measure)
    known = [query.counts, *(_OF_STEP if query.mode != "open" else ())]
    measure = measure or query.counts
    if measure not in known:
        raise _unknown(measure, known)
    whole = measure != query.counts
    step = place.keys.get("step", None if whole else query.steps)
    if step is None:
        return 0, measure
    if not isinstance(step, int | float) or not 1 <= step <= query.steps or step != int(step):
        raise Refused("bad_number", "row.step", least=1, most=query.steps, got=str(step)[:40])
    return int(step), measure if whole else "reached"


def _unknown(measure: str, known: list[str]) -> Refused:
    return Refused(
        "unknown_choice", "measure", got=measure[:40] or '""', hint=did_you_mean(measure, known)
    )


def _reached(some: Outcomes, step: int, kind: str) -> Truth:
    if kind == "reached":
        return some.level >= step
    here: Truth = some.level == step if step else some.level < some.steps
    last = step == some.steps
    return here & (some.still if kind == "may_still" else ~some.still) & (not last)


def _within(query: FunnelQuery, some: Outcomes, place: Place) -> Truth:
    """Those of the group and of the period that are named."""
    found: Truth = np.ones(len(some), np.bool_)
    if (first := _period(query, place)) is not None:
        found &= figures.begins(query, some) == first
    asked = {name: place.keys[name] for name in _groups(query) if name in place.keys}
    if not asked:
        return found
    order = figures.largest(some)
    if OTHERS in asked.values():
        return found & ~np.isin(some.group, order[: query.rows.top])
    fitting = [one for one in order if _fits(query, some, one, asked)]
    return found & np.isin(some.group, fitting)


def _one_group(query: FunnelQuery, place: Place) -> bool:
    """Whether a group is named, and not all others together."""
    named = [place.keys[name] for name in _groups(query) if name in place.keys]
    return bool(named) and OTHERS not in named


def _fits(query: FunnelQuery, some: Outcomes, group: int, asked: dict[str, Cell]) -> bool:
    named = dict(zip(_groups(query), figures.named(query, some, group), strict=True))
    return all(named[name] == value for name, value in asked.items())


def _of_period(query: FunnelQuery) -> str:
    """The key of a period of entries."""
    return "moment" if entered.by_hour(query) else "day"


def _period(query: FunnelQuery, place: Place) -> int | None:
    """The number of the period that is named."""
    name = _of_period(query)
    if query.show == "steps" or (told := place.keys.get(name)) is None:
        return None
    try:
        first = datetime.fromisoformat(str(told))
    except ValueError:
        raise Refused("bad_date", f"row.{name}", got=str(told)[:40]) from None
    if name == "day":
        return entered.since(first.date())
    return milliseconds(
        first if first.tzinfo else first.replace(tzinfo=ZoneInfo(query.rows.timezone))
    )
