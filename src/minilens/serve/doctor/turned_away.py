"""What the doctor says of senders that were turned away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from minilens.serve.doctor.findings import Finding
from minilens.spool.turned_away import TurnedAway


def turned_away_findings(
    found: TurnedAway, apps: Mapping[int, tuple[str, str]]
) -> Iterator[Finding]:
    """By app (its name and AppID) the AppIDs that are not its own; and the keys that nobody has."""
    for app, appids in found.appids.items():
        if app not in apps:
            continue
        name, ours = apps[app]
        for got, one in appids.items():
            facts = {"app": name, "got": got, "ours": ours, "count": one.batches}
            yield Finding("foreign_appid", facts | {"since": _moment(one.first)})
    if found.keys:
        count = sum(one.batches for one in found.keys.values())
        since = _moment(min(one.first for one in found.keys.values()))
        facts = {"count": count, "keys": ", ".join(found.keys), "since": since}
        yield Finding("unknown_keys", facts)


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M} UTC"
