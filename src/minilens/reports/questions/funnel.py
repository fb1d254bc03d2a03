"""A question about a funnel.

{"kind": "funnel",
 "steps": [{"event": "product_detail"}, {"event": "add_to_cart"}, {"event": "pay_success"}],
 "window": "7d", "excluded": [{"event": "refund_request", "after": 2}], "hold": [{"property": "sku"}],
 "groups": [{"field": "source"}], "period": "30d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import AskedGroup, Filter, Text, Top, Traffic

Step = Annotated[int, msgspec.Meta(ge=1, le=10)]


class AskedStep(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or one of several, and the conditions under which it is this step.

    `within`: how soon it has to come after the row of the step before (30s, 20m, 12h, 7d); `title`: what people read.
    `optional`: the funnel is shown with it and without it, side by side; one step, neither the first nor the last.
    """

    event: str | list[str]
    where: Filter | None = None
    within: Text = ""
    title: Text = ""
    optional: bool = False


class AskedExclusion(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event that ends an attempt: where it waits behind the step `after`, or behind any if that is not given."""

    event: str | list[str]
    where: Filter | None = None
    after: Step | None = None


class AskedHeld(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A property that has the same value at all steps: `property`; or `properties`, its name at each of them."""

    property: Text = ""
    properties: list[Text] = []


class FunnelQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="funnel",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How many get through 2 to 10 steps.

    `order`: one after the other with anything between (ordered), nothing between (strict), or in any order.
    `window`: for how long an attempt may go on after its entry (30s, 20m, 12h, 7d), the edge included; `natural_days`:
    a window of days ends with the last of them, the entry's being the first. `mode`: entry (the entry lies in the
    range, later steps may lie behind it), closed (all steps lie in the range, which is the window), open (each step by
    itself).
    `entry`: any entry counts, the furthest attempt being the one that does; or the first alone. `counts`: persons,
    sessions (all steps in one launch), attempts (one after the other). Rows are told apart by the values of `groups` at
    the entry, at the last step reached, or at a step (`attributed`). `show`: steps; trend, by the day, week or month of
    the entry, which sums to the whole; each_day, each day of entry for itself, which does not; times, how many took how
    long to get to a step (`step`) from the one before, or through all of it; next, what those who dropped at a step did
    next; drivers, what goes with going on from a step: the share of those who did it, in the time that going on mostly
    takes, and of those who did not; compare, whether groups differ from all others, or the period from another one
    (`compared`: previous, week, month, year), by more than chance.
    """

    steps: list[AskedStep]
    order: Literal["ordered", "strict", "any"] = "ordered"
    window: Text = "7d"
    natural_days: bool = False
    mode: Literal["entry", "closed", "open"] = "entry"
    entry: Literal["any", "first"] = "any"
    counts: Literal["persons", "sessions", "attempts"] = "persons"
    excluded: list[AskedExclusion] = []
    hold: list[AskedHeld] = []
    groups: list[AskedGroup] = []
    attributed: Literal["entry", "last"] | Step = "entry"
    where: Filter | None = None
    show: Literal["steps", "trend", "each_day", "times", "compare", "next", "drivers"] = "steps"
    step: Step | None = None
    compared: Literal["", "previous", "week", "month", "year"] = ""
    period: Text = ""
    start: Text = ""
    end: Text = ""
    grain: Literal["day", "week", "month"] = "day"
    traffic: Traffic = "release"
    top: Top = 10
    rest: bool = True
