"""Which columns of the shape of `days` a question needs, and how a source of rows fills them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from minilens.measure.measures import Measure
from minilens.warehouse.sets import NOBODY, PAGE_TIMED, TIMED_VISITORS

SUMS = (
    "launches", "visits", "shares", "bounces", "entries", "exits", "depth", "duration", "timed_launches",
    "new_count", "built_launches", "page_duration", "timed_visits", "continued",
    "scanned",
    "load_duration", "timed_loads",
)  # fmt: skip
#: What a measure may be divided by that is as of the build on both sides: launches without those of the tail, of
#: which it is not known yet how deep they go.
#: In rows of launches alone the visitors are those who launched; of rows by code each launch was a scan.
NAMED_ANEW = {
    "built_launches": "launches", "scanned": "launches",
    "openers": "visitors", "openers_count": "visitors_count", "new_openers": "new_users",
    "page_timed": PAGE_TIMED, "timed_visitors": TIMED_VISITORS,
}  # fmt: skip
#: State → the column of `days` that has its people counted already.
BITMAPS = {
    "visitors": "visitors_count", "sharers": "sharers_count", "timed_visitors": "timed_visitors_count",
    "new_users": "new_count", "present": "present_count",
    "openers": "openers_count", "new_openers": "new_openers_count", "page_timed": "page_timed_count",
}  # fmt: skip
#: Sets of those behind a figure that no measure counts: only rows that know persons bring them.
BEHIND = (
    "entry_people", "exit_people", "bounce_people", "continued_people", "built_people", "load_people",
    "scanned_people",
)  # fmt: skip
#: Of all days before a range how many were new, and who: everybody has one first day.
NEW_BEFORE = {"new_count": "sum(new_count)", "new_users": "groupBitmapMergeState(new_users)"}
#: What is made of pages that were left.
OF_LEAVES = ("page_duration", "timed_visits", "page_timed", "page_timed_count")


@dataclass(frozen=True)
class Columns:
    """How people are counted in some rows: by adding numbers, by bitmaps, or in part so, in part so.

    Numbers may be added where nobody stands in two rows of a bucket. `split`: that holds for days before
    the newest, whose rows bring numbers, while the others bring bitmaps.
    """

    measures: tuple[Measure, ...]
    summed: frozenset[str]
    split: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns needed, in a fixed order."""
        needed: set[str] = set()
        for one in self.measures:
            needed |= {*one.value.columns}
            needed |= {name for held in one.value.people for name in self._needed(held)}
        every = dict.fromkeys((*SUMS, *BITMAPS.values(), *BITMAPS, *BEHIND))
        found = tuple(name for name in every if name in needed)
        return found or ("visits",)  # of measures that are all unknown: rows have some column

    @property
    def everyone(self) -> bool:
        """Whether people count who came before the range."""
        return any(one.scope == "everyone" for one in self.measures)

    def expression(self, measure: Measure) -> str:
        """A measure over rows with these columns."""
        return measure.value.sql(self._people)

    def _needed(self, held: str) -> tuple[str, ...]:
        """The columns that tell how many a set of people holds."""
        if held in self.split:
            return BITMAPS[held], held
        return (BITMAPS[held],) if held in self.summed else (held,)

    def _people(self, held: str) -> str:
        added, merged = f"sum({BITMAPS[held]})", f"groupBitmapMerge({held})"
        if held in self.split:
            return f"({added} + {merged})"
        return added if held in self.summed else merged

    def old(self) -> str:
        """The columns as days before the newest bring them."""
        bring = {name: name for name in self.names} | dict.fromkeys(self.split, NOBODY)
        return ", ".join(
            f"{NAMED_ANEW.get(bring[name], bring[name])} AS {name}" for name in self.names
        )

    def young(self) -> str:
        """The columns as the newest day and those after it bring them."""
        none = {BITMAPS[state]: "0" for state in self.split}
        return ", ".join(
            f"{none.get(name, NAMED_ANEW.get(name, name))} AS {name}" for name in self.names
        )

    def whole(self) -> str:
        """The columns as days bring them where none is split."""
        return ", ".join(
            f"{NAMED_ANEW[name]} AS {name}" if name in NAMED_ANEW else name for name in self.names
        )

    def filled(self, given: Mapping[str, str]) -> str:
        """SQL for a source of rows that knows some of them; the others are nothing and nobody."""
        return ", ".join(
            f"{given.get(name, NOBODY if name in (*BITMAPS, *BEHIND) else '0')} AS {name}"
            for name in self.names
        )

    def has(self, *names: str) -> bool:
        """Whether any of them is needed."""
        return any(name in self.names for name in names)


def columns(
    measures: Iterable[Measure], summed: Iterable[str] = (), split: Iterable[str] = ()
) -> Columns:
    """What these measures need."""
    return Columns(tuple(measures), frozenset(summed), frozenset(split))
