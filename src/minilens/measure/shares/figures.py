"""The figures of shares, row by row, and who is behind them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from minilens.measure.shares.query import SharesQuery
from minilens.measure.shares.tree import Opening, Share, Tree, grown
from minilens.measure.table import Cell, Row

#: Somebody behind a figure, and when they did what it counts, in milliseconds.
Done = tuple[int, int]


@dataclass
class _Counts:
    """What a row adds up: shares, and what was opened of them by others; `reached`: cards of it that were opened."""

    shares: list[Share] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    reached: int = 0

    def cells(self) -> tuple[Cell, ...]:
        """Shares, sharers, share of cards that were opened, opens, who opened, who of these was new."""
        shared, sharers = len(self.shares), _persons(self.done("sharers"))
        new, openers = (_persons(self.done(name)) for name in ("new_users", "openers"))
        return shared, sharers, _ratio(self.reached, shared), len(self.openings), openers, new

    def done(self, measure: str) -> list[Done]:
        """Who is behind a measure, once for each time."""
        if measure in ("shares", "sharers"):
            return [(one.person, one.at) for one in self.shares]
        only_new = measure == "new_users"
        return [(one.person, one.at) for one in self.openings if one.new or not only_new]


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
            "days": self._days, "levels": self._levels, "pages": self._pages, "origins": self._origins,
            "groups": self._groups,
        }[self.query.show]()  # fmt: skip

    def done(self, measure: str, keys: Mapping[str, Cell]) -> list[Done]:
        """Who is behind a figure of a row, once for each time; of several rows where it says less than a row has."""
        show, tree = self.query.show, self._tree
        if show in ("days", "pages", "origins"):
            return self._counts(keys).done(measure)
        if show == "levels":
            passed = {opening.share.person for opening in tree.brought.values()}
            new = {person for person, opening in tree.brought.items() if opening.new}
            among = {"new_users": new, "passed_on": passed}.get(measure, set(tree.levels))
            level = keys.get("level")
            return [
                (person, self._met(person))
                for person, at in tree.levels.items()
                if person in among and level in (None, at)
            ]
        inside = self._inside(keys)
        brought = [one for one in inside if tree.brought.get(one.person) is one]
        if measure == "below":
            return [(one, self._met(one)) for top in brought for one in tree.under(top.person)]
        some = brought if measure == "brought" else inside
        return [(one.person, one.at) for one in some if one.new or measure != "new_users"]

    def _counts(self, keys: Mapping[str, Cell]) -> _Counts:
        """What a row of days, pages or origins adds up."""
        found = _Counts()

        def counts(day: date, share: Share) -> bool:
            """Whether something done with a share on a day is of the row. No origin is one, too."""
            if self.query.by in keys and (keys[self.query.by] or "") != share.origin:
                return False
            return keys.get("day") in (None, str(day)) and keys.get("page") in (None, share.page)

        found.shares += [one for one in self._shared() if counts(one.day, one)]
        found.openings += [one for one in self.openings if counts(one.day, one.share)]
        return found

    def _inside(self, keys: Mapping[str, Cell]) -> list[Opening]:
        card, page = keys.get("card"), keys.get("page")
        return [
            one for one in self.openings
            if one.in_group and card in (None, one.share.card) and page in (None, one.share.page)
        ]  # fmt: skip

    def _met(self, person: int) -> int:
        """When somebody came to stand in the tree: who was brought by no one, with their first share."""
        opening = self._tree.brought.get(person)
        return opening.at if opening else self._first_shared[person]

    @cached_property
    def _first_shared(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for one in self.shares.values():
            found[one.person] = min(one.at, found.get(one.person, one.at))
        return found

    def _by(
        self, of_share: Callable[[Share], Hashable], of_opening: Callable[[Opening], Hashable]
    ) -> tuple[dict[Hashable, _Counts], _Counts]:
        """What is counted of each value, and of all."""
        found: dict[Hashable, _Counts] = {}
        whole = _Counts()
        opened = {one.share.card for one in self.openings}
        for share in self._shared():
            for counts in (found.setdefault(of_share(share), _Counts()), whole):
                counts.shares.append(share)
                counts.reached += share.card in opened
        for opening in self.openings:
            for counts in (found.setdefault(of_opening(opening), _Counts()), whole):
                counts.openings.append(opening)
        return found, whole

    def _shared(self) -> Iterable[Share]:
        start = self.query.range.start
        return (one for one in self.shares.values() if one.day >= start)

    def _days(self) -> tuple[list[Row], Row]:
        found, whole = self._by(lambda one: one.day, lambda one: one.day)

        def row(day: date | None, counts: _Counts) -> Row:
            cells, visitors = counts.cells(), self.visitors.get(day)
            _, sharers, _, _, _, new = (int(_number(cell)) for cell in cells)
            return (day, *cells, _ratio(new, sharers), _ratio(new, visitors or 0))

        return [row(day, found.get(day, _Counts())) for day in self.query.range], row(None, whole)

    def _pages(self) -> tuple[list[Row], Row]:
        return self._most(*self._by(lambda one: one.page, lambda one: one.share.page))

    def _origins(self) -> tuple[list[Row], Row]:
        return self._most(*self._by(lambda one: one.origin, lambda one: one.share.origin))

    def _most(self, found: Mapping[Hashable, _Counts], whole: _Counts) -> tuple[list[Row], Row]:
        """Those with the most opens; of what has no name the key is None."""
        rows: list[Row] = [(str(name) or None, *counts.cells()) for name, counts in found.items()]
        rows.sort(key=lambda row: (-_number(row[4]), -_number(row[1]), str(row[0])))
        return rows[: self.query.top], (None, *whole.cells())

    def _levels(self) -> tuple[list[Row], Row]:
        tree = self._tree
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
        tree, inside = self._tree, self._inside({})
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

    @cached_property
    def _tree(self) -> Tree:
        return grown(self.shares.values(), self.openings)


def _persons(some: Iterable[Done]) -> int:
    return len({person for person, _ in some})


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
