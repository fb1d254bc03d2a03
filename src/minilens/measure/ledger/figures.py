"""What questions to the ledger have in common: their bounds, and measures made of sums."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.snapshot import BEFORE
from minilens.measure.ledger.query import LedgerListQuery, LedgerQuery, SamplesQuery
from minilens.measure.prepared import AsOf
from minilens.measure.session import QuerySession
from minilens.period import Range, midnight

#: Column of the SQL → its sum.
Sums = Mapping[str, int]
#: What events become of which every received one becomes one.
FATES = ("counted_events", "duplicate_events", "quarantined_events", "refused_events")
#: Measure → what is divided by what.
SHARES = {
    "late_share": ("late_events", "sent_events"), "added_share": ("added_events", "day_events"),
}  # fmt: skip


def figure(sums: Sums, name: str) -> int | float | None:
    """A measure of some sums: 0 where there is nothing; a share of nothing is unknown, and when several were made."""
    if name in SHARES:
        part, whole = (sums.get(one, 0) for one in SHARES[name])
        return part / whole if whole else None
    if name == "unaccounted_events":
        return sums.get("received_events", 0) - sum(sums.get(one, 0) for one in FATES)
    if name == "not_counted_events":
        return sums.get("quarantined_events", 0) + sums.get("refused_events", 0)
    return sums.get(name, None if name == "restated_after" else 0)


def bounds(query: LedgerQuery | LedgerListQuery | SamplesQuery, over: Range) -> dict[str, object]:
    """The days, and the seconds from the midnight of the first one to that behind the last."""
    start = midnight(over.start, query.timezone)
    end = midnight(over.end + timedelta(days=1), query.timezone)
    return {
        "app": query.app, "start": int(start.timestamp()), "end": int(end.timestamp()), "first": over.start,
        "last": over.end,
    }  # fmt: skip


def built(session: QuerySession, app: int, over: Range) -> dict[str, object]:
    """The builds that hold of these days, and up to which load the newest of all was made."""
    rows = session.ask(BUILDS, {"app": app})
    newest, _, through = rows[-1] if rows else (BEFORE, 0, 0)
    current = [(day, build) for day, build, _ in rows if over.start <= day <= over.end]  # type: ignore[operator]
    return {"current": current, "newest": newest, "through": through}


def frame(query: LedgerQuery | LedgerListQuery | SamplesQuery, as_of: AsOf) -> dict[str, Any]:
    """What every table says of itself."""
    other = query.compare
    return {
        "start": query.range.start,
        "end": query.range.end,
        "as_of": as_of.as_of,
        "compared_start": other.start if other else None,
        "compared_end": other.end if other else None,
        "today": as_of.today,
    }
