"""Regions by profile cost a look at every person: where no profile tells any, they are read from days by address."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.dimensions import Dimension, by_address
from minilens.measure.filters import dimensions_of
from minilens.measure.profiles import TELLS_REGIONS
from minilens.measure.query import Query
from minilens.warehouse.engine import Engine


def as_told(engine: Engine, query: Query) -> Query:
    """The question with regions by address where the owner says none."""
    asked = {one for one in dimensions_of(query.filters) | set(query.values) if one.told}
    if not asked:
        return query
    told = {row[0] for row in engine.rows(TELLS_REGIONS, {"app": query.app})}
    plain = {one: by_address(one) for one in asked if one.plain not in told}

    def of(one: Dimension) -> Dimension:
        return plain.get(one, one)

    return replace(
        query,
        dimensions=tuple(
            of(one) if isinstance(one, Dimension) else one for one in query.dimensions
        ),
        filters=tuple(
            tuple(replace(one, dimension=of(one.dimension)) for one in clause)
            for clause in query.filters
        ),
    )
