"""Step-by-step events that were begun and not reported, of an app: kept for some minutes, for it reads a week."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from minilens.load.pipeline import Pipeline
from minilens.measure.unreported import Steps, Unreported, starts, unreported
from minilens.period import today
from minilens.records.store import App
from minilens.web.console import App as Shown

#: Seconds; a definition that changes is looked at anew.
KEPT = 300.0
Key = tuple[int, int]


@dataclass
class UnreportedEvents:
    """Name of an event → how it stands, of those whose starts can be told."""

    pipeline: Pipeline
    _kept: dict[Key, tuple[float, dict[str, Unreported]]] = field(default_factory=dict)

    def of(self, app: App | Shown) -> dict[str, Unreported]:
        """As of a few minutes ago at most."""
        events = self.pipeline.records.events
        key, moment = (app.id, events.marks().get(app.id, 0)), time.monotonic()
        if key not in self._kept or moment - self._kept[key][0] > KEPT:
            every = {
                kept.one.name: Steps(meaning, kept.one.published)
                for kept in events.of(app.id)
                if kept.one.on_phones and kept.published and kept.one.published
                if (meaning := starts(kept.published)) is not None
            }
            found = unreported(self.pipeline.engine, app.id, every, today(app.timezone))
            self._kept = {held: one for held, one in self._kept.items() if held[0] != app.id}
            self._kept[key] = moment, found
        return self._kept[key][1]
