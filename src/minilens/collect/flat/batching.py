"""Events of a file are gathered into batches, as if a sender had sent them so."""

from __future__ import annotations

from minilens.collect.flat.event import Context, Origin
from minilens.spool.record import Batch, Event, Source


def _source(origin: Origin) -> Source:
    scene, *texts = origin
    return Source(int(scene), *(str(text) for text in texts))


class BatchBuilder:
    """Open batches, one for each set of facts that a batch holds once."""

    def __init__(self, app: int, now_ms: int) -> None:
        self._app = app
        self._now_ms = now_ms
        self._open: dict[Context, tuple[Batch, dict[Origin, int]]] = {}
        self._refused: dict[str, int] = {}
        self.held = 0

    def add(self, event: Event, origin: Origin | None, context: Context) -> None:
        """Puts an event into the open batch of its context, its source among the batch's."""
        found = self._open.get(context)
        if found is None:
            found = self._open[context] = self._batch(context), {}
        batch, origins = found
        if origin is not None:
            at = origins.get(origin)
            if at is None:
                at = origins[origin] = len(origins) + 1
                batch.sources.append(_source(origin))
            event.o = at
        event.i = len(batch.events)
        batch.events.append(event)
        self.held += 1

    def refuse(self, code: str) -> None:
        """Counts a line that did not go in."""
        self._refused[code] = self._refused.get(code, 0) + 1
        self.held += 1

    def take(self) -> list[Batch]:
        """All that is held. What was refused is counted in the first batch."""
        batches = [batch for batch, _ in self._open.values()]
        if self._refused and not batches:
            batches.append(self._batch(()))
        for batch in batches:
            batch.received = len(batch.events)
        if self._refused:
            batches[0].refused = self._refused
            batches[0].received += sum(self._refused.values())
        self._open, self._refused, self.held = {}, {}, 0
        return batches

    def _batch(self, context: Context) -> Batch:
        batch = Batch(at=self._now_ms, app=self._app, via="import", sources=[], events=[])
        for name, value in context:
            setattr(batch, name, value)
        return batch
