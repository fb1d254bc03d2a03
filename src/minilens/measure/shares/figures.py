"""The figures of shares, row by row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from minilens.measure.shares.query import SharesQuery
from minilens.measure.shares.tree import Opening, Share, Tree, grown
from minilens.measure.table import Cell, Row


@dataclass
class _Counts:
    """What a row adds up: cards, and persons once."""

    shared: set[str] = field(default_factory=set)
    sharers: set[int] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    opens: int = 0
    returned: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)

    def share(self, one: Share) -> None:
        """A card was shared."""
        self.shared.add(one.card)
        self.sharers.add(one.person)

    def opening(self, one: Opening) -> None:
        """A card was opened by somebody else."""
        self.opens += 1
        self.returned.add(one.person)
        if one.new:
            self.new.add(one.person)

    def cells(self) -> tuple[Cell, ...]:
        """Shares, sharers, share of cards that were opened, opens, who opened, who of these was new."""
        return (
            len(self.shared), len(self.sharers), _ratio(len(self.opened), len(self.shared)), self.opens,
            len(self.returned), len(self.new),
        )  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """What was shared and opened; `shares` of the days before the range, too, which only say who shared what.

    `visitors`: of each day, and under None of all of them.
    """

    query: SharesQuery
    shares: Mapping[str, Share]
    openings: list[Opening]
    visitors: Mapping[date | None, int | None]

    def rows(self) -> tuple[list[Row], Row]:
        """The rows, and what all come to."""
        return {
            "days": self._days, "levels": self._levels, "pages": self._pages, "groups": self._groups,
        }[self.query.show]()  # fmt: skip

    def _by(
        self, of_share: Callable[[Share], Hashable], of_opening: Callable[[Opening], Hashable]
    ) -> tuple[dict[Hashable, _Counts], _Counts]:
        """What is counted of each value, and of all."""
        found: dict[Hashable, _Counts] = {}
        whole = _Counts()
        opened = {one.share.card for one in self.openings}
        for share in self._shared():
            for counts in (found.setdefault(of_share(share), _Counts()), whole):
                counts.share(share)
                if share.card in opened:
                    counts.opened.add(share.card)
        for opening in self.openings:
            for counts in (found.setdefault(of_opening(opening), _Counts()), whole):
                counts.opening(opening)
        return found, whole

    def _shared(self) -> Iterable[Share]:
        start = self.query.range.start
        return (one for one in self.shares.values() if one.day >= start)

    def _days(self) -> tuple[list[Row], Row]:
        found, whole = self._by(lambda one: one.day, lambda one: one.day)

        def row(day: date | None, counts: _Counts) -> Row:
            new, visitors = len(counts.new), self.visitors.get(day)
            of_sharers = _ratio(new, len(counts.sharers))
            return (day, *counts.cells(), of_sharers, _ratio(new, visitors or 0))

        return [row(day, found.get(day, _Counts())) for day in self.query.range], row(None, whole)

    def _pages(self) -> tuple[list[Row], Row]:
        found, whole = self._by(lambda one: one.page, lambda one: one.share.page)
        rows = [(str(page), *counts.cells()) for page, counts in found.items()]
        rows.sort(key=lambda row: (-_number(row[4]), -_number(row[1]), str(row[0])))
        return list(rows[: self.query.top]), (None, *whole.cells())

    def _levels(self) -> tuple[list[Row], Row]:
        tree = self._tree()
        levels: dict[int, list[int]] = {}
        for person, level in tree.levels.items():
            levels.setdefault(level, []).append(person)
        new = {person for person, opening in tree.brought.items() if opening.new}
        passed = {opening.share.person for opening in tree.brought.values()}

        def cells(persons: Iterable[int], above: int) -> tuple[Cell, ...]:
            some = set(persons)
            return len(some), len(some & new), len(some & passed), _ratio(len(some), above)

        rows: list[Row] = [
            (level, *cells(levels[level], len(levels[level - 1]) if level else 0))
            for level in sorted(levels)
        ]
        of_all = _ratio(len(tree.brought), len(passed))
        return rows, (None, *cells(tree.levels, 0)[:-1], of_all)

    def _groups(self) -> tuple[list[Row], Row]:
        tree = self._tree()
        inside = [one for one in self.openings if one.in_group]
        cards: dict[str, list[Opening]] = {}
        for one in inside:
            cards.setdefault(one.share.card, []).append(one)

        def cells(some: list[Opening]) -> tuple[Cell, ...]:
            persons = {one.person for one in some}
            brought = {one.person for one in some if tree.brought.get(one.person) is one}
            new = {one.person for one in some if one.new}
            return (
                len(some), len(persons), len(new), len(brought), sum(tree.below.get(one, 0) for one in brought),
            )  # fmt: skip

        rows: list[Row] = [(card, some[0].share.page, *cells(some)) for card, some in cards.items()]
        rows.sort(key=lambda row: (-_number(row[3]), -_number(row[2]), str(row[0])))
        return rows[: self.query.top], (None, None, *cells(inside))

    def _tree(self) -> Tree:
        return grown(self.shares.values(), self.openings)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
