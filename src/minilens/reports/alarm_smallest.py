"""The smallest faults that the bands of a rule show: how small they are hangs on how much there is of a number."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.alarms.slots import Length
from minilens.measure.alarms.smallest import Smallest, smallest
from minilens.reports.alarm_definition import AlarmDefinition
from minilens.reports.alarm_targets import Target, targets
from minilens.reports.alarms import Situation, lengths, usual_of


@dataclass(frozen=True)
class TargetSmallest:
    """Of a number: in its busiest hour or day and in a median one; None while its band is being learned."""

    target: Target
    length: Length
    found: tuple[Smallest, Smallest] | None


def smallest_of(definition: AlarmDefinition, at: Situation) -> list[TargetSmallest]:
    """Of each number that the rule holds against its band; none of a rule without bands."""
    every = targets(definition, at.context, at.app, at.kpis, at.named)
    some = [one for one in every if one.by == "band"]
    told = lengths(some, at)
    return [
        TargetSmallest(
            one,
            told[one],
            smallest(usual_of([one.source], told[one], at)[0], at.context.today, one.side),
        )
        for one in some
    ]
