"""What the bar of a page offers: ranges, comparisons, the filters that hold, the editor of one more."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from minilens.measure import filters
from minilens.measure.catalog import BUILT_IN, Catalog
from minilens.measure.filters import BY_KIND, OPERATORS, Condition
from minilens.measure.span import STEPS, Step
from minilens.period import CALENDAR, COMPARES, RECENT
from minilens.render import format
from minilens.render.i18n import translate
from minilens.reports import read
from minilens.reports.kinds.days import DaysRequest
from minilens.reports.kinds.live import LiveRequest
from minilens.reports.kinds.moments import written
from minilens.reports.parameters import SPANS, SPANS_COMPARED
from minilens.reports.report import Report
from minilens.reports.request import Pairs, ReportRequest
from minilens.text import Language, Text
from minilens.web.reports.toolbar_problem import Problem, told, without_errors

#: The fields of the menu in groups, in this order; those that none names stand in the last.
FIELDS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("访问", "Visit"), ("page", "newness")),
    (
        Text("来源", "Source"),
        (
            "scene_source",
            "scene_group",
            "scene",
            "source",
            "campaign",
            "placement",
            "material",
            "link",
        ),
    ),
    (Text("地区", "Region"), ("person_province", "person_city", "province", "city")),
    (Text("用户", "User"), ("cohort", "gender", "age")),
    (Text("设备与版本", "Device and version"), ()),
)


@dataclass(frozen=True)
class Choice:
    """An entry of a menu: what it says, smaller or aloud what it means, where it leads, if anywhere."""

    title: str
    note: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class Ranges:
    """What is shown and what else could be. `ends` are as the fields of the forms, of the type `field`, have them.

    `weekdays` turns on that a comparison is by weekdays, where it may be, or off. `calendar` are weeks, months and
    years. `custom` is what stands there in place of a preset; `zone` where
    it is not of whole days.
    """

    presets: list[Choice]
    custom: str
    points: list[Choice]
    field: str
    ends: tuple[str, str]
    other_ends: tuple[str, str]
    latest: str
    compared: str
    comparing: bool
    comparisons: list[Choice]
    weekdays: Choice | None = None
    zone: str = ""
    calendar: tuple[Choice, ...] | list[Choice] = ()


@dataclass(frozen=True)
class Operator:
    """How a field may be asked about; `values` where that needs some."""

    name: str
    title: str
    values: bool


@dataclass(frozen=True)
class Editor:
    """The form of one more filter: its fields in groups, operators, and what was written where it is wrong.

    `allowed`: kind of field → its operators, for the script that shows only these. `last`: the sentence of
    the last filter, which the new one may be an alternative to.
    """

    fields: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    operators: tuple[Operator, ...]
    allowed: str
    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    last: str = ""
    join: str = ""


def opened(
    given: Pairs,
    main: Report,
    timezone: str,
    moment: datetime,
    language: Language,
    cards: Iterable[Report] = (),
    first: date | None = None,
    catalog: Catalog = BUILT_IN,
) -> tuple[ReportRequest, Editor, Problem | None]:
    """The state that an address means, and the editor of filters: where it was refused, as it was filled in.

    What cannot be meant is left out, and told; `cards` are those that read parts of the address, `first` is
    the day of the app's first event, `catalog` what the app can be asked about.
    """
    every = list(given)

    def meant(pairs: list[tuple[str, str]]) -> ReportRequest:
        state = read(pairs, main, timezone, moment, first, catalog=catalog)
        for report in cards:
            state.of(report)
        return state

    state, error = without_errors(every, meant)
    if error is None:
        return state, editor(state, every, language), None
    problem = told(error, every, meant, state.at(), language)
    return state, editor(state, every, language, problem), problem


@functools.singledispatch
def ranges(state: ReportRequest, language: Language) -> Ranges:
    """What each kind of request offers: days or moments."""
    raise TypeError(state)


@ranges.register
def of_days(state: DaysRequest, language: Language) -> Ranges:
    """Presets, days, grains."""
    _ = translate(language)
    over, other, today = state.range, state.other, state.today
    compares = tuple(kind for kind in COMPARES if kind != "previous" or state.period != "all")
    points = grains(state, language) if state.report.kind.takes("grain") else []
    return Ranges(
        presets=presets(state, RECENT, language),
        calendar=presets(state, (*CALENDAR, "all"), language),
        custom=custom(state, language),
        points=points,
        field="date",
        ends=(str(over.start), str(over.end)),
        other_ends=(str(other.start), str(other.end)) if other else ("", ""),
        latest=str(today),
        compared=compared(
            state, comparison(state, state.compare if other else "none", language), language
        )
        if state.compare or not other
        else format.span(other.start, other.end, language, over.end.year),
        comparing=state.compares,
        weekdays=weekdays(state, language),
        comparisons=comparisons(state, compares, language),
    )


def grains(state: DaysRequest, language: Language) -> list[Choice]:
    """Hours of a few days, else days, weeks and months, whichever make more than one point."""
    _ = translate(language)
    names: dict[str, str] = {
        "hour": _("Hour"),
        "day": _("Day"),
        "week": _("Week"),
        "month": _("Month"),
    }
    offered = state.grains()
    listed = ("hour", "day") if "hour" in offered else ("day", "week", "month")
    return [
        Choice(title, "", state.at(grain=name) if name in offered else "", name == state.grain)
        for name, title in names.items()
        if name in listed or name == state.grain
    ]


def custom(state: DaysRequest, language: Language) -> str:
    """What stands in place of a recent preset: a week or month by its name, else the days."""
    if state.period in RECENT:
        return ""
    if state.period in (*CALENDAR, "all"):
        return preset(state.period, language)
    return format.span(state.range.start, state.range.end, language, state.today.year)


@ranges.register
def of_moments(state: LiveRequest, language: Language) -> Ranges:
    """Presets, moments, steps."""
    _ = translate(language)
    span, other, zone = state.span, state.other_span or state.span, state.context.timezone
    return Ranges(
        presets=presets(state, SPANS, language),
        custom=said(state, language) if state.given else "",
        points=[step(state, minutes, language) for minutes in STEPS],
        field="datetime-local",
        ends=(written(span.start, zone)[:16], written(span.end, zone)[:16]),
        other_ends=(written(other.start, zone)[:16], written(other.end, zone)[:16]),
        latest=written(state.context.now, zone)[:16],
        compared=compared(state, format.comparison(state.compare, language), language)
        if state.compare
        else said(state, language, other=True),
        comparing=state.compare != "none",
        weekdays=weekdays(state, language),
        comparisons=comparisons(state, SPANS_COMPARED, language),
        zone=zone,
    )


def presets(state: ReportRequest, names: Iterable[str], language: Language) -> list[Choice]:
    """The ranges that have a name."""
    return [
        Choice(preset(name, language), "", state.over(name), state.period == name) for name in names
    ]


def preset(name: str, language: Language) -> str:
    """Today, 7 days, 24 h."""
    _ = translate(language)
    named = {
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "this_week": _("This week"),
        "last_week": _("Last week"),
        "this_month": _("This month"),
        "last_month": _("Last month"),
        "year_to_date": _("Year to date"),
        "all": _("All time"),
    }
    counted = {"d": _("%(count)s days"), "h": _("%(count)s h")}
    return named.get(name) or counted[name[-1]] % {"count": name[:-1]}


def step(state: LiveRequest, minutes: Step, language: Language) -> Choice:
    """1, 5, 10, 30, 60 min: the last one says what all of them are."""
    _ = translate(language)
    whole = _("%(count)s min") % {"count": minutes}
    chosen = state.step == minutes
    href = state.in_steps(minutes) or (state.at() if chosen else "")
    return Choice(whole if minutes == STEPS[-1] else str(minutes), whole, href, chosen)


def said(state: LiveRequest, language: Language, *, other: bool = False) -> str:
    """A range of moments as people read it."""
    span = state.other_span if other and state.other_span else state.span
    start, end = span.start.astimezone(state.zone), span.end.astimezone(state.zone)
    return format.span(start, end, language, state.today.year)


def comparisons(state: ReportRequest, kinds: tuple[str, ...], language: Language) -> list[Choice]:
    """No comparison, and the kinds there are, each with the days or hours it means."""
    found = []
    for kind in ("none", *(kind for kind in kinds if kind != "none")):
        note = "" if kind == "none" else beside(state, kind, language)
        title = comparison(state, kind, language)
        found.append(Choice(title, note, state.beside(kind), state.compare == kind))
    return found


def weekdays(state: ReportRequest, language: Language) -> Choice | None:
    """Whether Mondays stand beside Mondays: nothing to choose where rows are months or the days are given."""
    if not state.compares or not state.compare or state.bucket == "month":
        return None
    _ = translate(language)
    href = state.at(match="dates" if state.weekdays else "weekdays")
    return Choice(_("Match weekdays"), "", href, state.weekdays)


def compared(state: ReportRequest, title: str, language: Language) -> str:
    """The comparison as its button says it."""
    _ = translate(language)
    by_weekday = _("by weekday")
    return f"{title} · {by_weekday}" if state.weekdays else title


def comparison(state: ReportRequest, kind: str, language: Language) -> str:
    """A comparison by name: what stands beside today is yesterday, as the legend of the chart has it."""
    days = state.range if isinstance(state, DaysRequest) else None
    if days and kind == "previous" and days.start == days.end == state.today:
        return translate(language)("Yesterday")
    return format.comparison(kind, language)


@functools.singledispatch
def beside(state: ReportRequest, kind: str, language: Language) -> str:
    """The days or hours that a comparison means."""
    raise TypeError(state)


@beside.register
def _days_beside(state: DaysRequest, kind: str, language: Language) -> str:
    other = state.compared_with(kind)
    return format.span(other.start, other.end, language, state.range.end.year)


@beside.register
def _moments_beside(state: LiveRequest, kind: str, language: Language) -> str:
    return said(state.compared_with(kind), language, other=True)


@dataclass(frozen=True)
class Chip:
    """A filter that holds: its sentence, the address without it, and each condition with what the editor needs."""

    sentence: str
    without: str
    parts: tuple[tuple[str, str], ...]


def conditions(state: ReportRequest, language: Language) -> list[Chip]:
    """The filters that hold, in their order."""
    return [
        Chip(
            filters.sentence(clause, language),
            state.without(clause),
            tuple(
                (filters.sentence((one,), language), filled(one, f"{n}.{m}", language))
                for m, one in enumerate(clause)
            ),
        )
        for n, clause in enumerate(state.filters)
    ]


def filled(one: Condition, place: str, language: Language) -> str:
    """What the editor is filled with to change a condition, as JSON."""
    field = one.dimension
    values = [{"value": v, "title": field.shown(v, language)} for v in one.values]
    return json.dumps(
        {"at": place, "field": field.name, "operator": one.operator, "values": values}
    )


def fields(
    catalog: Catalog, language: Language
) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Group → name, title and kind of each of its fields."""
    left = {one.name: one for one in catalog.filters}
    named = [(title, [left.pop(one) for one in names if one in left]) for title, names in FIELDS]
    named[-1][1].extend(left.values())
    return tuple(
        (title.of(language), tuple((f.name, f.title.of(language), f.kind) for f in of))
        for title, of in named
        if of
    )


def editor(
    state: ReportRequest, given: Pairs, language: Language, problem: Problem | None = None
) -> Editor:
    """The editor; where its form was wrong, as it was filled in."""
    every = list(given) if problem and problem.form == "filter" else []
    one = dict(every)
    return Editor(
        fields=fields(state.context.catalog, language),
        operators=tuple(
            Operator(name, o.title.of(language), o.values) for name, o in OPERATORS.items()
        ),
        allowed=json.dumps(BY_KIND),
        field=one.get("filter_field", ""),
        operator=one.get("filter_operator", ""),
        values=tuple(value for name, value in every if name == "filter_value" and value.strip()),
        last=filters.sentence(state.filters[-1], language) if state.filters else "",
        join=one.get("filter_join", ""),
    )
