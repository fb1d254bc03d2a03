"""Who stands behind a figure about campaigns: those whom the question says that it is of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.campaigns import course, run
from minilens.measure.campaigns.query import FIGURES, RATE, CampaignQuery, CourseQuery
from minilens.measure.events.columns import OTHERS
from minilens.measure.persons import days, events
from minilens.measure.persons.query import Found, Place, once
from minilens.measure.prepared import AsOf
from minilens.warehouse.engine import Answer, Engine

#: What the rate is divided by.
_UNDER = "visitors"


def behind(engine: Engine, query: CampaignQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Of what happened those who did it, of the rest those who came."""
    at = _place(query, place)
    visits, happened = replace(query.visits, compare=None, cutoff=None), query.events
    if OTHERS in at.keys.values():
        visits, happened = run.of_values(query, run.others(engine, query, as_of))
        at = Place(at.measure)
    if at.measure in FIGURES:
        return events.behind(engine, happened, at, as_of, made)
    return days.behind(engine, visits, at, as_of, made)


def check(query: CampaignQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    at = _place(query, place)
    if at.measure in FIGURES:
        events.check(query.events, at)
    else:
        days.check(query.visits, at)


def behind_course(
    engine: Engine, query: CourseQuery, place: Place, as_of: AsOf, made: Answer
) -> Found:
    """Of a period, of a value, or of all that is shown."""
    asked = course.begun(engine, query, as_of)
    if asked is None:
        return once(np.zeros(0, np.int64))
    return events.behind(engine, asked, place, as_of, made)


def check_course(query: CourseQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure. When it began is not known yet."""
    if query.begins is None:
        events.check(query.rows, place)
    else:
        events.check(query.rows, Place(place.measure))


def _place(query: CampaignQuery, place: Place) -> Place:
    """Which figure of which of its two questions is meant."""
    every = [one.name for one in query.measures]
    name = place.measure or every[0]
    if name not in every:
        raise Refused("unknown_choice", "measure", got=name[:40], hint=did_you_mean(name, every))
    return replace(place, measure=_UNDER if name == RATE else name)
