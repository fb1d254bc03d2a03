"""Whether a figure of paths counts a person, which paths they have, and where these go another way, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.paths.columns import BEGINNING, END, MAY_STILL, shown
from minilens.measure.paths.nodes import node_of
from minilens.measure.paths.query import Node, PathsQuery
from minilens.measure.paths.words import named
from minilens.measure.table import Cell
from minilens.measure.why.query import Because, Cause, Way
from minilens.render.why_figure_words import OfEvents

#: Paths that are told.
_MOST = 10
#: Kind of what is no node → its name, where a row has the kind alone.
_OVER = dict((BEGINNING, MAY_STILL, END))


@dataclass(frozen=True)
class OfPaths(OfEvents):
    """A figure of paths."""

    @property
    def query(self) -> PathsQuery:
        """The question."""
        assert isinstance(self.of, PathsQuery)
        return self.of

    def verdict(self) -> str:
        """Whether they are counted."""
        if self.found.times > 1:
            return self._("Counted, with %(count)s paths", count=f"{self.found.times:,}")
        return self._("Counted here") if self.found.times else self._("Not counted")

    def said(self) -> list[str]:
        """Why not; then their paths."""
        return [*super().said(), *map(self._way, self.found.ways[:_MOST])]

    def _way(self, way: Way) -> str:
        """A path, node by node."""
        return f"{self.at(way.at)}  {' → '.join(map(self._node, way.nodes))}"

    def _node(self, said: tuple[Cell, Cell]) -> str:
        kind, name = said
        return self.called(str(name)) if kind == "event" else self._shown(str(name))

    def _shown(self, name: str) -> str:
        return shown(self.query, name, self.language)

    def _missing(self) -> list[str]:
        """What did not happen: what paths begin with."""
        if self.query.anchor is None:
            return super()._missing()
        return [self._asked(self.query.anchor)]

    def _asked(self, node: Node) -> str:
        """A node that is asked about."""
        name = named(self.query, node, self.language)
        return self.called(name) if node.kind == "event" else name

    def _cause(self, cause: Cause, reason: Because) -> str:
        """The rule that keeps them from the figure."""
        row = self.found.happened[reason.row] if reason.row is not None else None
        facts = {"event": self._of_row(row.event, row.page), "time": self.at(row.at)} if row else {}
        if cause == "way":
            return self._another_way()
        if cause == "goal":
            assert self.query.end is not None
            return self._(
                "None of their paths gets to “%(node)s”.", node=self._asked(self.query.end)
            )
        if cause == "before":
            return self._(
                "The path began before the period, with “%(event)s” at %(time)s.", **facts
            )
        if cause == "launch":
            return self._("“%(event)s” at %(time)s belongs to no launch.", **facts)
        if cause == "other":
            return self._(
                "“%(event)s” at %(time)s is in a launch whose path counts for another user.",
                **facts,
            )
        return super()._cause(cause, reason)

    def _of_row(self, event: str, page: str) -> str:
        """A row as the node that it is."""
        if event in self.query.titles:
            return self.called(event)
        return self._shown(node_of(page, self.query.grouping))

    def _another_way(self) -> str:
        """Where the path that goes along the furthest leaves what is asked for."""
        best = max(self.found.ways, key=lambda one: one.differs or 0)
        if best.differs is None or best.asked is None:
            return self._("Their paths go another way.")
        at = best.differs - (self.query.anchor is None)
        here = self._node(best.nodes[min(at, len(best.nodes) - 1)])
        kind, name = best.asked
        name = name or _OVER.get(str(kind))
        asked = self._node((kind, name)) if name else self._("something else")
        facts = {"time": self.at(best.at), "step": best.differs, "node": here, "asked": asked}
        if kind == "rest":
            return self._(
                "The path of %(time)s has “%(node)s” at step %(step)s, which isn't one of all others.", **facts
            )  # fmt: skip
        return self._(
            "The path of %(time)s has “%(node)s” at step %(step)s; the figure asks for “%(asked)s”.",
            **facts,
        )
