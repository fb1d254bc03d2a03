"""Whether actions, as builds keep them, know all that a question about events asks, and whether later events count."""

from __future__ import annotations

from minilens.measure.dimensions import Dimension
from minilens.measure.events.operand import OfSession, Operand, PageType, Property, Recorded
from minilens.measure.events.query import EventsQuery
from minilens.reference.events import NO_ACTIONS
from minilens.reference.origins import OF_ACTIONS

_OF_ACTIONS = {"page", "newness", *(one.name for one in OF_ACTIONS)}


def is_kept(query: EventsQuery) -> bool:
    """Whether actions know all that is asked about."""
    if set(query.named) & set(NO_ACTIONS):
        return False
    return all(map(_in_actions, query.operands()))


def never_changes(query: EventsQuery) -> bool:
    """Whether a build's rows say all that is asked: what is known of persons and launches may change while the build
    holds, and what was told twice or is taken back hangs on other days."""
    if query.until or query.once_told or any(one.takes_back is not None for one in query.events):
        return False
    if not is_kept(query):
        return False
    return all(map(_of_rows, query.operands()))


def _of_rows(of: Operand) -> bool:
    if isinstance(of, Dimension):
        known = of.of_person or of.told is not None or of.kind == "cohort"
        return not known and of.name != "newness"
    return isinstance(of, Property | PageType | Recorded)


def _in_actions(of: Operand) -> bool:
    if isinstance(of, Dimension):
        return of.of_person or of.told is not None or (of.made_of or of.name) in _OF_ACTIONS
    return not isinstance(of, Recorded) or of.actions


def asks_newness(query: EventsQuery) -> bool:
    """Whether it has to be known who is new."""
    return any(isinstance(one, Dimension) and one.name == "newness" for one in query.operands())


def has_tail(query: EventsQuery) -> bool:
    """Whether what came after the newest build counts: who is new and how a launch went is known by the build alone."""
    return not asks_newness(query) and not any(
        isinstance(one, OfSession) for one in query.operands()
    )
