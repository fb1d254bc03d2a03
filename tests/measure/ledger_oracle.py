"""The ledger counted by brute force: from the batches as they were sent, one event after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from minilens.period import Grain, floor
from minilens.spool.record import Batch

#: What is counted of events that came in.
COUNTED = (
    "received_events", "counted_events", "duplicate_events", "quarantined_events", "refused_events",
    "not_counted_events", "lost_events", "unaccounted_events",
)  # fmt: skip
#: What is counted of events by when they came: see `test_who_sent_what_and_how_late`.
ARRIVED = (
    "sent_events", "late_events", "late_share", "day_late_events", "day_events", "added_events", "added_share",
    "restated_after",
)  # fmt: skip


def fates(batches: Iterable[Batch], declared: set[str]) -> list[tuple[int, str, str]]:
    """When it was received, what became of it, and why or what it is called: of each event that came in."""
    seen: set[str] = set()
    found = []
    for batch in batches:
        found += [(batch.at, "lost", "")] * batch.lost
        for code, n in batch.refused.items():
            found += [(batch.at, "refused", code)] * n
        for event in batch.events:
            fate = "counted"
            if event.id in seen:
                fate = "duplicate"
            elif event.name not in declared and batch.via == "tracker":
                fate = "quarantined"
            seen.add(event.id)
            found.append((batch.at, fate, event.name))
    return found


def figures(found: Iterable[tuple[int, str, str]], names: Iterable[str]) -> tuple[int, ...]:
    """The measures of some events."""
    n = Counter(fate for _, fate, _ in found)
    received = sum(n.values()) - n["lost"]
    told = {
        f"{fate}_events": n[fate]
        for fate in ("counted", "duplicate", "quarantined", "refused", "lost")
    }
    told |= {"received_events": received, "not_counted_events": n["quarantined"] + n["refused"]}
    return tuple((told | {"unaccounted_events": 0})[name] for name in names)


def by_period(
    found: Iterable[tuple[int, str, str]], grain: Grain, zone: str
) -> dict[date, list[tuple[int, str, str]]]:
    """Events by the day (or hour, week, month) of the hour, in UTC, in which they were received."""
    made: dict[date, list[tuple[int, str, str]]] = {}
    for at, fate, what in found:
        hour = datetime.fromtimestamp(at // 3_600_000 * 3600, UTC).astimezone(ZoneInfo(zone))
        key: date = hour.replace(minute=0) if grain == "hour" else floor(hour.date(), grain)
        made.setdefault(key, []).append((at, fate, what))
    return made
