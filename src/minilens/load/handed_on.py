"""Of the identities that an erasure means: those that go, and the time of those that are somebody else's, too."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from minilens.identity.persons import actors_of
from minilens.identity.spans import Span, asked, spans
from minilens.records.erasures import Erasure
from minilens.warehouse.engine import Engine


@dataclass(frozen=True)
class Whose:
    """`gone`: identities that nobody has afterwards; `shared`: those that others keep, of which `parts` are erased.

    `pairs`: links of the shared ones that go, beside all those of what is gone.
    """

    app: int
    gone: frozenset[int]
    shared: frozenset[int]
    parts: tuple[Span, ...]
    all: tuple[Span, ...]
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls, engine: Engine, order: Erasure, actors: Collection[int], persons: Collection[int]
    ) -> Whose:
        """Of whole persons their time; of one identity that of the person who has it now."""
        some = [one for one in spans(engine, order.app) if one.actor in actors]
        last = {one.actor: one for one in some}
        parts = [
            one
            for one in some
            if (one.person in persons if order.whole else last[one.actor] == one)
        ]
        shared = {one.actor for one in some if one not in parts}
        parts = [one for one in parts if one.actor in shared]
        pairs = [
            pair
            for one in parts
            for other in actors_of(engine, order.app, one.person)
            if other != one.actor
            for pair in ((one.actor, other), (other, one.actor))
        ]
        return cls(
            order.app, frozenset(actors) - shared, frozenset(shared), tuple(parts), tuple(some), tuple(pairs)
        )  # fmt: skip

    def asked(self) -> dict[str, object]:
        """What statements are asked with."""
        return asked(self.app, self.gone | self.shared, self.parts) | {
            "gone": sorted(self.gone), "handed": sorted(self.shared), "pairs": list(self.pairs),
        }  # fmt: skip

    def left(self) -> Iterator[tuple[Span, int]]:
        """Each part with the person it is of from now on: the one before, else the next."""
        for actor in sorted(self.shared):
            of = [one for one in self.all if one.actor == actor]
            before = next(one.person for one in of if one not in self.parts)
            for one in of:
                if one in self.parts:
                    yield one, before
                before = before if one in self.parts else one.person
