"""What an app can be asked about by an address: what every app has, and its cohorts by name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.measure.dimensions import COHORT
from minilens.records.store import Records


def catalog_of(records: Records, app: int, given: Iterable[tuple[str, str]]) -> Catalog:
    """That of an app. The records are read where the arguments of the address may name a cohort, and only there."""
    if not any(COHORT.name in value for _, value in given):
        return BUILT_IN
    return BUILT_IN.with_cohorts({str(one.id): one.name for one in records.cohorts.of(app)})


async def catalog_for(records: Records, app: int, given: Iterable[tuple[str, str]]) -> Catalog:
    """The same, where requests are answered."""
    return await asyncio.to_thread(catalog_of, records, app, list(given))
