"""Making two persons one, and taking it back: the map, and the days to be made again."""

from __future__ import annotations

from minilens.identity import persons
from minilens.load.pending import Counter, Pending, mark, mark_days
from minilens.period import now_ms
from minilens.warehouse.engine import Engine


def complete(engine: Engine, pending: Pending, counter: Counter) -> None:
    """Finish the merges and undoings that ended between their two tables: the map has them, `person_moves` not yet.

    The days wait before that is written: a kill in between makes them once more, and finishes it then.
    """
    for app, actors in persons.unfinished(engine).items():
        mark(engine, pending, counter, app, mark_days(engine, app, actors), "merge")
        persons.finish(engine, app)


def merge(
    engine: Engine,
    pending: Pending,
    counter: Counter,
    app: int,
    *,
    gone: int,
    into: int,
    cause: str,
) -> int:
    """Make person `gone` and `into` one, in the past too. Its number takes the merge back."""
    complete(engine, pending, counter)
    version = counter.next()
    actors = persons.actors_of(engine, app, gone)
    # Written down on both sides of the move: a kill in between leaves days that are made once more.
    days = mark_days(engine, app, actors)
    mark(engine, pending, counter, app, days, cause)
    persons.merge(
        engine,
        app,
        gone=gone,
        into=into,
        version=version,
        cause=cause,
        grade="verified",
        at=now_ms(),
    )
    mark(engine, pending, counter, app, days, cause)
    return version


def undo(engine: Engine, pending: Pending, counter: Counter, app: int, *, version: int) -> None:
    """Take the merge of that number back: figures are again what they were."""
    complete(engine, pending, counter)
    days = mark_days(engine, app, persons.actors_moved_by(engine, app, version))
    mark(engine, pending, counter, app, days, "undo")
    persons.undo(engine, app, version=version, new_version=counter.next(), at=now_ms())
    mark(engine, pending, counter, app, days, "undo")
