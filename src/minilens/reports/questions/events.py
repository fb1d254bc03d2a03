"""A question about events.

{"kind": "events",
 "events": [{"event": "pay_success", "where": {"property": "amount", "operator": "gt", "values": [10]}}],
 "measures": [{"aggregate": "total"}, {"aggregate": "sum", "property": "amount"}],
 "groups": [{"field": "province"}, {"property": "sku"}],
 "period": "7d", "grain": "day"}
"""

from __future__ import annotations

from typing import Literal

import msgspec

from minilens.reports.questions.parts import AskedGroup, Filter, Text, Top, Traffic


class AskedEvent(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or several counted as one. `name`: what measures call it; a, b, c … in this order unless given."""

    event: str | list[str]
    name: Text = ""
    where: Filter | None = None


class AskedMeasure(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An `aggregate` of an event (`of`, the first unless given), most of them of a property or field; or a `formula`
    over measures before it.

    `conversion`: of the persons with the event, the share of those who had the event named `to` within `window` (7d
    unless given; 30s, 20m, 12h) after it, wherever the range ends; up to three properties (`hold`) have the same value
    at both.
    `retention`: of the persons with the event on a day, the share of those who had the event named `to` (the same one
    unless given) on the `day`-th natural day after it (7 unless given, 1 to 366). Of several days person-days are added
    up; days whose `day`-th day is not over are left out.
    `name`: its column, m1, m2 … unless given; `title`: what people read. `unit` of a formula: number, ratio (shown in
    per cent) or seconds.
    """

    aggregate: Text = ""
    of: Text = ""
    property: Text = ""
    field: Text = ""
    to: Text = ""
    window: Text = ""
    hold: list[Text] = []
    day: int | None = None
    formula: str = ""
    name: Text = ""
    title: Text = ""
    unit: Literal["number", "ratio", "seconds"] = "number"


class EventsQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="events",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How often events happened, to how many persons, and what their properties come to.

    `period`: today, yesterday, 7d …; `from` and `to` instead of it. Of the groups the `top` by the measure `sort`
    over the whole period have rows; with `rest` all others together.
    """

    events: list[AskedEvent]
    measures: list[AskedMeasure] = msgspec.field(default_factory=lambda: [AskedMeasure("total")])
    groups: list[AskedGroup] = []
    where: Filter | None = None
    period: Text = ""
    start: Text = ""
    end: Text = ""
    grain: Literal["whole", "hour", "day", "week", "month"] = "day"
    traffic: Traffic = "release"
    sort: Text = ""
    order: Literal["desc", "asc"] = "desc"
    top: Top = 10
    rest: bool = True
