"""Identities that become another person: the map, and the days to be made again."""

from __future__ import annotations

from collections.abc import Callable, Collection

from minilens.identity import by_hand, moves, rules
from minilens.identity.by_hand import Deed
from minilens.identity.graph import known
from minilens.identity.persons import PersonNumbers, Seen, Settled
from minilens.identity.types import DEFAULT, Types
from minilens.load.pending import Counter, Pending, mark, mark_days
from minilens.period import now_ms
from minilens.warehouse.engine import Engine

#: Actors whose days are looked for in one question.
PORTION = 5000
#: The types of identities of each app.
TypesOf = Callable[[int], Types]


def built_in(_app: int) -> Types:
    """Where no owner set any."""
    return DEFAULT


def complete(engine: Engine, pending: Pending, counter: Counter, types: TypesOf = built_in) -> None:
    """Finish what ended between its tables: the map has it, `person_moves` not yet.

    Who is who is decided once more, since the links may lack what the map was written for. The days wait before readers
    are told: a kill in between makes them once more, and finishes it then.
    """
    numbers = _numbers(engine, counter, types)
    for app, actors in moves.unfinished(engine).items():
        seen = [Seen(app, actor, "") for actor in actors]
        settled = numbers.settle(seen, {}, at=now_ms())
        days = mark_days(engine, app, [*actors, *settled.moved.get(app, [])])
        mark(engine, pending, counter, app, days, "merge")
        moves.finish(engine, app)


def _numbers(engine: Engine, counter: Counter, types: TypesOf) -> PersonNumbers:
    """To be used while nothing is loaded; the loader counts anew after it."""
    counter.renumbered += 1
    return PersonNumbers(engine, counter.next, types)


def restate(
    engine: Engine, pending: Pending, counter: Counter, settled: Settled, cause: str = "merge"
) -> None:
    """Have the days made again of identities that are another person now, and tell readers of events."""
    days = {
        app: sorted(
            {
                day
                for n in range(0, len(actors), PORTION)
                for day in mark_days(engine, app, actors[n : n + PORTION])
            }
        )
        for app, actors in settled.moved.items()
    }
    persons = {app: settled.persons_of(app) for app in days}
    # Written down on both sides of the move: a kill in between leaves days that are made once more.
    for app, some in days.items():
        mark(engine, pending, counter, app, some, cause, persons[app])
    moves.write_moves(engine, settled)
    for app, some in days.items():
        mark(engine, pending, counter, app, some, cause, persons[app])


def merge(
    engine: Engine,
    pending: Pending,
    counter: Counter,
    app: int,
    *,
    gone: int,
    into: int,
    cause: str = "merge",
    by: str = "",
    types: TypesOf = built_in,
) -> int:
    """Make two persons one because somebody says so, in the past too. Its number takes the merge back.

    The number of the one whose first visit is older stays.
    """
    complete(engine, pending, counter, types)
    numbers = _numbers(engine, counter, types)
    number, settled = by_hand.join(numbers, app, gone, into, Deed(now_ms(), by, cause))
    restate(engine, pending, counter, settled, cause)
    return number


def undo(
    engine: Engine,
    pending: Pending,
    counter: Counter,
    app: int,
    *,
    version: int,
    by: str = "",
    why: str = "undo",
    types: TypesOf = built_in,
) -> bool:
    """Take the merge of that number back: figures are again what they were, and what it joined is kept apart.

    False where there is no such merge, or it was taken back before.
    """
    if not 0 < version < 1 << 63:  # no number of ours, and none that a column takes
        return False
    complete(engine, pending, counter, types)
    numbers = _numbers(engine, counter, types)
    settled = by_hand.part(numbers, app, version, Deed(now_ms(), by, why))
    if settled is None:
        return False
    restate(engine, pending, counter, settled, "undo")
    return True


def decide_again(
    engine: Engine,
    pending: Pending,
    counter: Counter,
    app: int,
    actor: int,
    kind: str,
    types: TypesOf,
) -> None:
    """Who has had one identity when, by what holds now; nothing where nobody ever named it."""
    if known(engine, [(app, actor)]):
        settled = _numbers(engine, counter, types).settle([Seen(app, actor, kind)], {}, at=now_ms())
        restate(engine, pending, counter, settled, "handed on")


def apply_types(
    engine: Engine, pending: Pending, counter: Counter, app: int, kind: str, types: TypesOf
) -> None:
    """Bring who is who up to a change of a type; nothing where nobody hangs together by it."""
    settled = rules.apply(_numbers(engine, counter, types), app, kind, now_ms())
    restate(engine, pending, counter, settled, "identity types")


def apply_blocked(
    engine: Engine,
    pending: Pending,
    counter: Counter,
    app: int,
    values: Collection[int],
    types: TypesOf,
) -> None:
    """The same of values that are nobody's from now on, or may be somebody's again: of these alone, not of all of their
    type."""
    settled = rules.apply_values(_numbers(engine, counter, types), app, values, now_ms())
    restate(engine, pending, counter, settled, "identity types")
