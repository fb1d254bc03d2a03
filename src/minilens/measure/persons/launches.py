"""Who stands behind a bucket of launches: those who launched so."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.distribution.run import MEASURED, launches
from minilens.measure.persons import days
from minilens.measure.persons.query import Found, Place
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.warehouse.engine import Answer, Engine


def behind(
    engine: Engine, query: DistributionQuery, place: Place, as_of: AsOf, made: Answer
) -> Found:
    """Those whose launches a figure counts."""
    return days.behind(engine, _counts(query), place, as_of, made)


def check(query: DistributionQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    days.check(_counts(query), place)


def _counts(query: DistributionQuery) -> Query:
    """The same figures as a list of buckets."""
    return replace(launches(query), measures=MEASURED)
