"""The newest events of an app, one by one, as they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minilens.measure.filters import Filters, bound, known_at_once, where
from minilens.measure.query import Traffic
from minilens.warehouse.engine import Engine


@dataclass(frozen=True)
class Happened:
    """One event as the stream of the newest shows it. `at` is in milliseconds; `person` is a number of ours."""

    load: int
    at: int
    name: str
    page: str
    scene: int
    source: str
    province: str
    city: str
    brand: str
    model: str
    person: int


def newest(
    engine: Engine,
    app: int,
    traffic: Traffic,
    filters: Filters = (),
    *,
    since: date,
    after: int,
    through: int,
    most: int,
) -> list[Happened]:
    """Events of loads after one and up to another, the last loaded first, of days from one on.

    A phone that had no network sends its events days later. Filters on newness have no part: who is new is
    known when the day is made. `through` is the last load that is in the table whole.
    """
    of_events = known_at_once(filters)
    asked = bound(of_events) | {
        "app": app, "traffic": traffic, "since": since, "after": after, "through": through, "most": most,
    }  # fmt: skip
    return [Happened(*row) for row in engine.query(sql(of_events), asked).rows]


def sql(filters: Filters) -> str:
    """SQL of the newest events."""
    return f"""
SELECT load, toUnixTimestamp64Milli(ts) AS at, name, page, scene, source, province, city, brand, model, person
FROM events
WHERE app = {{app:UInt32}} AND day >= {{since:Date}} AND load > {{after:UInt64}} AND load <= {{through:UInt64}}
    AND traffic = {{traffic:String}}{where(filters, "events")}
ORDER BY load DESC, ts DESC, record DESC, i DESC
LIMIT {{most:UInt32}}
"""
