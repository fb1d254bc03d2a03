"""Every way in which a report, the API or an export asks the warehouse, as questions about one app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta

from minilens.measure import raw_export
from minilens.measure.activity.query import Cell, LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.catalog import BUILT_IN
from minilens.measure.days.first_day import first_day
from minilens.measure.days.run import answer
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.distribution.buckets import DISTRIBUTIONS
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events import formula
from minilens.measure.events.of_app import with_page_types
from minilens.measure.events.operand import SESSION, InCohort, PageType, Profile, Property
from minilens.measure.events.query import (
    Condition,
    Conditions,
    Conversion,
    Counted,
    EventsQuery,
    Figure,
    Formula,
    Measured,
    Retained,
)
from minilens.measure.filters import Filters, with_members
from minilens.measure.filters import read as read_filters
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.measure.ledger.names import LISTED
from minilens.measure.ledger.query import LedgerListQuery, LedgerQuery, SamplesQuery
from minilens.measure.newest import newest
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.retention.query import OFFSETS_OF, RetentionQuery
from minilens.measure.run import AnyQuery, run
from minilens.measure.span import widened
from minilens.measure.table import Table
from minilens.measure.virtual.questions import with_virtual
from minilens.period import GRAINS, Range, midnight
from minilens.reports.virtual import asks, read
from minilens.text import Text
from minilens.warehouse.engine import Engine
from tests import by_name
from tests.measure.attribution.questions import about_attribution
from tests.measure.campaign_questions import about_campaigns
from tests.measure.ltv.questions import about_ltv
from tests.measure.paths.questions import about_paths
from tests.measure.payments.questions import about_payments
from tests.measure.shares.questions import about_shares
from tests.measure.why.questions import about_why
from tests.pipeline import CREATED, LATER, OF_TREND

#: A virtual event by what days alone know, and by what persons are.
VIRTUAL = {
    "of_launches": read(
        {
            "conditions": [
                {
                    "event": "page_view",
                    "filters": [{"field": "newness", "operator": "is", "values": ["new"]}],
                },
                {
                    "event": "page_view",
                    "filters": [{"field": "session.visits", "operator": "gt", "values": ["1"]}],
                },
                {"event": "share", "filters": [{"field": "profile.age", "operator": "is_known"}]},
                {"event": "share", "filters": [{"field": "gender", "operator": "is_unknown"}]},
                {
                    "event": "share",
                    "filters": [{"field": "os", "operator": "is", "values": ["iOS"]}],
                },
            ]
        }
    )
}
#: What an engine is asked, and what it says in a form that can be compared.
Question = Callable[[Engine], object]

_PAGES = ("visits", "visitors", "visit_share", "entries", "exits", "bounce_rate", "new_users")
_PEOPLE = ("visits", "visitors", "new_users", "shares", "sharers")
_SCENE = (by_name.condition("scene", "is", ("1001", "1047")),)
_PAGE = (by_name.condition("page", "contains", ("index", "menu")),)
_NEW = (by_name.condition("newness", "is", ("new",)),)
FILTERS: dict[str, Filters] = {
    "a kept field": (_SCENE,),
    "the page": (_PAGE,),
    "a kept field and the page": (_SCENE, _PAGE),
    "several fields": (_SCENE, (*_NEW, *_PAGE)),
    "a field that is not kept": ((by_name.condition("source", "is_unknown"),),),
    "a cohort": with_members(read_filters(["cohort:is:1"]), lambda _: (1, 1)),
    "no cohort, or a page": with_members(
        read_filters(["cohort:is_not:1|page:contains:menu", "scene:is:1001,1047"]), lambda _: (1, 1)
    ),
}


def questions(app: int, zone: str, over: Range) -> Iterator[tuple[str, Question]]:
    """All of them, by name."""
    for name, query in (
        trends(app, zone, over) | lists(app, over) | lives(app, zone, over)
    ).items():
        yield name, _asked(query)
    every = others(app, zone, over)
    for name, other in every.items():
        yield name, _run(other)
    for name, filters in {"": (), " of a page": (_PAGE,)}.items():
        yield f"newest events{name}", _newest(app, over, filters)
    yield "first day", lambda engine: first_day(engine, app)
    yield "raw events", _exported(app, over)
    yield from about_why(app, every | about_funnels(app, zone, over))


def trends(app: int, zone: str, over: Range) -> dict[str, Query]:
    """By every grain, by every filter, over nothing, and of days cut short."""
    whole = by_name.query(app, OF_TREND, over, compare=over.before(), timezone=zone)
    found = {
        f"trend by {grain}": replace(whole, dimensions=by_name.apart(grain)) for grain in GRAINS
    }
    found |= {f"trend by {name}": replace(whole, filters=some) for name, some in FILTERS.items()}
    first, last = (
        replace(whole, dimensions=("hour",), range=days, compare=days.before())
        for days in ends(over)
    )
    found |= {
        "trend by hour, first days": first,
        "trend by hour, last days": last,
        "trend by hour, filtered": replace(last, filters=FILTERS["several fields"]),
        "trend of the trial version": replace(whole, traffic="trial"),
        "trend of one day": replace(whole, range=Range(over.end, over.end), compare=None),
        "trend of no events": replace(whole, range=over.before(), compare=None),
    }
    noon = midnight(over.start, zone).astimezone(UTC) + timedelta(hours=12)
    day = Range(over.start, over.start)
    found["trend beside a day cut short"] = replace(whole, compare=day, cutoff=noon)
    return found


def ends(over: Range) -> tuple[Range, Range]:
    """The first and the last days: of more the hours are too many."""
    few = timedelta(days=min(9, over.days - 1))
    return Range(over.start, over.start + few), Range(over.end - few, over.end)


def lists(app: int, over: Range) -> dict[str, Query]:
    """The values of every field; of pages, and of what days do not keep, with all others in a row of their own."""
    plain = by_name.query(app, _PEOPLE, over, top=2)
    beside = replace(plain, compare=over.before(), include_other=True)
    pages = replace(beside, measures=by_name.measured(*_PAGES), dimensions=by_name.apart("page"))
    return {
        f"list by {by}": replace(plain, dimensions=by_name.apart(by))
        for by in DIMENSIONS
        if by != "page"
    } | {
        "list by page": pages,
        "list by campaign": replace(beside, dimensions=by_name.apart("campaign")),
        "days of scenes": replace(plain, dimensions=by_name.apart("day", "scene")),
        "days of campaigns": replace(plain, dimensions=by_name.apart("day", "campaign")),
        "list by page and scene": replace(plain, dimensions=by_name.apart("page", "scene")),
        "one row": replace(plain, dimensions=by_name.apart()),
        "one row beside another": replace(beside, dimensions=by_name.apart()),
        "one row of a page": replace(pages, dimensions=by_name.apart(), filters=(_PAGE, _NEW)),
        "list by page, filtered": replace(pages, filters=(_SCENE,)),
        "list by page, filtered by several": replace(pages, filters=(_SCENE, _NEW)),
        "list by page, the second page": replace(pages, compare=None, offset=1, top=1),
    }


def lives(app: int, zone: str, over: Range) -> dict[str, Query]:
    """Visits, pages and who is online."""
    start = midnight(over.start, zone).astimezone(UTC)
    span = widened(start, start + timedelta(days=2), 30, zone)
    other = span.from_(span.start - span.length)
    now = span.end - timedelta(hours=5)
    whole = by_name.live(app, zone, "visits", span, now, compare=other)
    pages = by_name.live(app, zone, "pages", span, now, compare=other, top=1, include_other=True)
    return {
        "live visits": whole,
        "live visits of newcomers": replace(whole, filters=(_NEW,)),
        "live pages": pages,
        "live pages, filtered": replace(pages, filters=(_PAGE, _SCENE)),
        "online": by_name.live(app, zone, "online", span, now),
    }


def others(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """Questions of types of their own: distributions, the ledger, and who comes back."""
    found: dict[str, AnyQuery] = {
        f"distribution by {one.name}, {grain}": DistributionQuery(app, over, one, grain)
        for one in DISTRIBUTIONS.values()
        for grain in (None, "week")
    }
    some = FILTERS["a field that is not kept"]
    found["distribution, filtered"] = DistributionQuery(
        app, over, DISTRIBUTIONS["launch_depth"], filters=(_SCENE, *some)
    )
    for apart in LISTED:
        named = "quarantined_events" if apart in ("reason", "event") else "sent_events"
        measure = by_name.measured(named)
        found[f"ledger by {apart}"] = LedgerListQuery(app, measure, over, zone, apart, measure[0])
    measures = by_name.measured("received_events", "quarantined_events")
    found["ledger"] = LedgerQuery(app, measures, over, "day", zone)
    late = by_name.measured("late_events")
    found["delays"] = LedgerQuery(app, late, over, "week", zone, of="delays")
    asked = about_events(app, zone, over) | about_funnels(app, zone, over)
    found |= about_campaigns(app, zone, over) | about_payments(app, zone, over)
    paths = about_paths(app, zone, over)
    found |= asked | paths | behind_figures(asked | paths, over) | about_shares(app, zone, over)
    found |= about_attribution(app, zone, over) | about_ltv(app, zone, over)
    found |= about_activity(app, zone, over) | about_conversion(app, zone, over)
    found |= {f"retention by {n}": RetentionQuery(app, over, "active", n) for n in OFFSETS_OF}
    return found | {"samples": SamplesQuery(app, measures[1:], over, zone)}


def about_conversion(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """What events lead to, with a held value and by groups."""
    page, name = BUILT_IN.dimension("page"), Text("", "")
    led = Conversion("led", name, 0, 1, 86_400_000, (Property("ms"),))
    events = (Counted("a", ("page_view", "share")), Counted("b", ("app_show",)))
    back = Retained("back", name, 0, 1, 1)
    measures = (led, replace(led, name="again", held=()), back)
    plain = EventsQuery(app, events, measures, over, timezone=zone)
    return {
        "what events lead to": plain,
        "what events lead to at all": replace(plain, grain="whole"),
        "what events lead to by page": replace(plain, groups=(page,), top=2, include_other=True),
    }


def about_events(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """Events from actions, and from what these do not keep; groups with what they leave out, all conditions."""
    page, name = BUILT_IN.dimension("page"), Text("", "")
    measures: tuple[Measured, ...] = (
        Figure("m1", name, 0, "total"), Figure("m2", name, 0, "persons"), Figure("m3", name, 0, "distinct", page),
        Figure("m4", name, 1, "sum", Property("ms")), Figure("m5", name, 1, "median", Property("ms")),
        Formula("m6", name, "m1 / m2", formula.parse("m1 / m2", ("m1", "m2"), "")),
    )  # fmt: skip
    where = Conditions(
        every=False,
        parts=(
            Condition(page, "contains", ("index",)), Condition(SESSION["visits"], "gte", (1.0,)),
            Condition(Profile("level"), "is_unknown"), Condition(BUILT_IN.dimension("newness"), "is", ("new",)),
        ),
    )  # fmt: skip
    views = Counted("a", ("page_view", "share"))
    plain = EventsQuery(app, (views, Counted("b", ("app_show",))), measures, over, timezone=zone)
    leaves = replace(plain, events=(Counted("a", ("page_leave",), where), plain.events[1]))
    grouped = replace(plain, groups=(page, Property("ms")), top=2, include_other=True)
    virtual = replace(plain, events=(Counted("a", ("of_launches",)), plain.events[1]))
    typed = replace(plain, groups=(PageType(),), top=2, include_other=True)
    return {
        "virtual events of launches and persons": with_virtual(virtual, VIRTUAL, asks),
        "events by type of page": with_page_types(
            typed, lambda: (("pages/*", "order"), ("p*", "home"))
        ),
        "events by day": plain,
        "events until a moment": replace(plain, until=midnight(over.end, zone)),
        "events by group and week": replace(grouped, grain="week"),
        "events under conditions": replace(grouped, grain="whole", where=where),
        "events of a cohort": replace(
            plain, where=Conditions(True, (Condition(InCohort("1", 1, 1), "is", ("1",)),))
        ),
        "events outside a cohort": replace(
            leaves, where=Conditions(True, (Condition(InCohort("1", 1, 1), "is_not", ("1",)),))
        ),
        "events that actions do not keep": replace(
            leaves, groups=(page,), grain="month", include_other=True
        ),
    }


def about_funnels(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """In every order, of persons, launches and attempts, with a held value, by groups and by day."""
    page, views = BUILT_IN.dimension("page"), Counted("a", ("page_view", "share"))
    then = Counted("b", ("share", "app_show"))
    seen = EventsQuery(app, (views, then), (), over, timezone=zone)
    funnel = FunnelQuery(seen, ("a", "b"), Window(days=2))
    held = replace(seen, groups=(page,), events=(*seen.events, Counted("x", ("app_hide",))))
    return {
        "funnel": funnel,
        "funnel by launches": replace(funnel, counts="sessions", order="any"),
        "funnel, strict": replace(funnel, order="strict", counts="attempts"),
        "funnel that holds the page": replace(funnel, rows=held, held=((0,), (0,)), gaps=(1,)),
        "funnel by page": replace(
            funnel, rows=replace(seen, groups=(page,), include_other=True), grouped=1, at="last"
        ),
        "funnel by day": replace(funnel, show="trend"),
        "funnel of the first ever": replace(funnel, first=True, ever=True, window=Window(months=1)),
        "funnel by a property of the person": replace(
            funnel, rows=replace(seen, groups=(Profile("level"),)), grouped=1
        ),
        "times of a funnel": replace(funnel, show="times"),
        "periods of a funnel": replace(funnel, show="compare", beside=over.before()),
        "what comes after a step": replace(funnel, show="next", step=1),
        "what goes with going on": replace(funnel, show="drivers", step=1, counts="sessions"),
        "values that go with going on": replace(
            funnel, rows=replace(seen, groups=(page,)), grouped=1, show="drivers", step=1, at=1
        ),
        "attempts of the first ever": replace(funnel, first=True, ever=True, counts="attempts"),
    }


def behind_figures(asked: dict[str, AnyQuery], over: Range) -> dict[str, AnyQuery]:
    """Persons: of a cell, of groups without a row, of a formula; of a step, a group and a day."""
    day = (("day", over.start.isoformat()),)
    places = {
        "events by day": Place("m6", day),
        "events under conditions": Place("m5", (("property.ms", "(rest)"),)),
        "events that actions do not keep": Place("m1"),
        "funnel": Place("dropped"),
        "funnel by launches": Place("sessions", (("step", 1),)),
        "funnel that holds the page": Place("persons", (("step", 2),)),
        "funnel by page": Place("persons", (("step", 1), ("page", "(rest)"))),
        "funnel by day": Place("step_1", day),
        "paths along a way": Place("sessions", (("step", 2), ("kind", "rest"))),
        "paths of persons before an event": Place("persons", (("step", 1),)),
        "paths from where launches begin, as links": Place(
            "reached", (("step", 1), ("kind", "page"))
        ),
    }
    return {
        f"persons behind {name}": PersonsQuery(asked[name], place, limit=None)  # type: ignore[arg-type]
        for name, place in places.items()
    }


def about_activity(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """Who comes back, by one event and by two, with groups and numbers; on how many days; who is new or gone."""
    views, then = Counted("a", ("page_view", "share")), Counted("b", ())
    one, page = EventsQuery(app, (views,), (), over, timezone=zone), BUILT_IN.dimension("page")
    two = replace(one, events=(views, then))
    ms = Figure("m", Text("", ""), 1, "sum", Property("ms"))
    whole = replace(two, groups=(page,), measures=(ms,), include_other=True, top=2)
    cells = tuple(Cell(n, n) for n in range(5))
    brackets = (Cell(0, 0), Cell(1, 3))
    unfiltered = replace(two, events=(views, then, views))
    return {
        "retention of one event": ReturnsQuery(one, cells=cells, same=True),
        "retention by two events": ReturnsQuery(whole, cells=brackets, entry="each", value=True),
        "retention by first events": ReturnsQuery(
            unfiltered, "week", 2, cells=cells, entry="first_event", mode="on_or_after"
        ),
        "stickiness": StickinessQuery(replace(one, groups=(page,), top=2), per="week"),
        "stickiness, ratios": StickinessQuery(one, show="ratio"),
        "stickiness of three days each": StickinessQuery(one, every=3),
        "lifecycle from Sunday": LifecycleQuery(two, "week", week_start="sunday"),
        "lifecycle": LifecycleQuery(two, "week", new_by="any"),
        "retention since the start": ReturnsQuery(
            two, cells=cells, entry="each", blocks="from_start"
        ),
        "lifecycle by hours": LifecycleQuery(
            replace(one, range=Range(over.start, over.start)), "hour"
        ),
    }


def _run(query: AnyQuery) -> Question:
    return lambda engine: _told(run(engine, query, AsOf(LATER, CREATED, 1 << 62)))


def _asked(query: Query) -> Question:
    return lambda engine: _told(answer(engine, query, today=LATER, as_of=CREATED))


def _told(table: Table) -> object:
    return table.rows, table.compared, table.total_rows, table.totals, table.other


def _newest(app: int, over: Range, filters: Filters) -> Question:
    return lambda engine: newest(
        engine, app, "release", filters, since=over.start, after=0, through=1 << 62, most=50
    )


def _exported(app: int, over: Range) -> Question:
    def export(engine: Engine) -> object:
        portions = list(raw_export.portions(engine, app, over.start, over.end))
        return portions, [raw_export.portion(engine, app, one, "CSV") for one in portions]

    return export
