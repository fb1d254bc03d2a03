"""What an app can be asked about: its measures and its dimensions, by name.

A question holds the values themselves, so that nothing behind the reading of an address looks anything up by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from minilens.errors import Refused, did_you_mean
from minilens.measure.dimensions import COHORT, DIMENSIONS, Dimension
from minilens.measure.measures import MEASURES, Measure
from minilens.measure.value_names import ValueNames
from minilens.text import Text


@dataclass(frozen=True, eq=False)
class Catalog:
    """The measures and dimensions of one app, in the order in which they are listed."""

    measures: Mapping[str, Measure]
    dimensions: Mapping[str, Dimension]
    cohort: Dimension = COHORT

    def measure(self, name: str, where: str = "measure") -> Measure:
        """The measure of that name; Refused, naming the argument, with a hint."""
        if name not in self.measures:
            hint = did_you_mean(name, self.measures)
            raise Refused("unknown_measure", where, got=name, hint=hint)
        return self.measures[name]

    def measures_named(self, names: Iterable[str]) -> tuple[Measure, ...]:
        """Several of them, in that order."""
        return tuple(self.measure(name) for name in names)

    def dimension(self, name: str, where: str = "filter") -> Dimension:
        """The dimension of that name; Refused, naming the argument, with a hint."""
        if name not in self.dimensions:
            hint = did_you_mean(name, self.dimensions)
            raise Refused("unknown_field", where, got=name, hint=hint)
        return self.dimensions[name]

    @property
    def filters(self) -> tuple[Dimension, ...]:
        """What filters may be about: the dimensions, and cohorts, which no row is told apart by."""
        return (*self.dimensions.values(), self.cohort)

    def filtered_by(self, name: str, where: str = "filter") -> Dimension:
        """The one of these of that name; Refused, naming the argument, with a hint."""
        found = next((one for one in self.filters if one.name == name), None)
        if found is None:
            hint = did_you_mean(name, [one.name for one in self.filters])
            raise Refused("unknown_field", where, got=name, hint=hint)
        return found

    def regrouped(self) -> Catalog:
        """The same, with days of the past grouped by the newest table of scenes."""
        newest = {n: replace(one, before=()) for n, one in self.dimensions.items() if one.before}
        return replace(self, dimensions={**self.dimensions, **newest})

    def with_cohorts(self, names: Mapping[str, Text]) -> Catalog:
        """The same with cohorts by what they are called: number → name. One that is named in a filter is meant by its
        number from then on, so that it stays the same whatever it is called later."""
        return replace(self, cohort=replace(COHORT, names=ValueNames(names, exact=True)))


#: What every app has.
BUILT_IN = Catalog(MEASURES, DIMENSIONS)
