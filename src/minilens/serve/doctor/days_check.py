"""Days checked against their events; those that differ are made again, by a server at once, else at its start."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import msgspec

from minilens.errors import EngineFailed
from minilens.identity import parity
from minilens.load.merges import TypesOf, built_in
from minilens.load.pending import LAST_NUMBER, Counter, Pending, recover
from minilens.load.reconcile import Difference, make_again, of_app
from minilens.serve.doctor.findings import Finding
from minilens.warehouse.engine import Engine

#: Whoever asks waits for this: no further app is begun after so many seconds.
SECONDS = 12.0
MOST_NAMED = 10


class Checked(msgspec.Struct, frozen=True):
    """Days by app, as 2026-11-22: made again, and with fewer events than they were made of; apps too large to check."""

    again: list[tuple[int, str]] = []
    lost: list[tuple[int, str]] = []
    skipped: list[int] = []
    parted: dict[int, int] = {}  # by app, persons that their links tell apart differently


def check_days(
    engine: Engine,
    pending: Pending | None = None,
    counter: Counter | None = None,
    types: TypesOf = built_in,
) -> Checked:
    """Check every app; a folder that no server has open is told what waits and which number comes next."""
    if pending is None or counter is None:
        pending, counter = Pending(), Counter(int(engine.one(LAST_NUMBER)))
        recover(engine, pending, 0.0)
    found: list[Difference] = []
    parted: dict[int, int] = {}
    skipped: list[int] = []
    until = time.monotonic() + SECONDS
    for (app,) in engine.rows("SELECT DISTINCT app FROM builds ORDER BY app"):
        try:
            if time.monotonic() > until:
                skipped.append(app)
            else:
                found += of_app(engine, pending, app)
                parted[app] = len(parity.of_app(engine, app, types(app)))
        except EngineFailed:  # it takes too long, or too much memory
            skipped.append(app)
    make_again(engine, pending, counter, found)
    return Checked(
        again=[(one.app, str(one.day)) for one in found if not one.lost],
        lost=[(one.app, str(one.day)) for one in found if one.lost],
        skipped=skipped,
        parted={app: count for app, count in parted.items() if count},
    )


def findings(checked: Checked, names: Mapping[int, str]) -> Iterator[Finding]:
    """What there is to say of it."""
    for code, days in (("days_differ", checked.again), ("events_lost", checked.lost)):
        if days:
            named = [f"{names.get(app, app)} {day}" for app, day in days[:MOST_NAMED]]
            more = ["…"] if len(days) > MOST_NAMED else []
            yield Finding(code, {"count": len(days), "days": ", ".join(named + more)})
    for app, count in checked.parted.items():
        yield Finding("persons_differ", {"app": names.get(app, app), "count": count})
    if checked.skipped:
        some = ", ".join(str(names.get(app, app)) for app in checked.skipped)
        yield Finding("days_not_checked", {"apps": some})
