"""What questions have to know from the records: what keys are called, what is declared, what virtual events mean,
which pages are of which type or declared at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Literal

from minilens.errors import Refused
from minilens.measure.activity.query import ActivityQuery
from minilens.measure.attribution.query import AttributionQuery, StoryQuery
from minilens.measure.campaigns.query import CampaignQuery, CourseQuery
from minilens.measure.content.query import ContentQuery, Told
from minilens.measure.costs.query import CostsQuery, with_costs
from minilens.measure.dimensions import COHORT
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events.money import with_money
from minilens.measure.events.of_app import with_cohorts, with_page_types
from minilens.measure.events.operand import InCohort
from minilens.measure.events.query import EventsQuery
from minilens.measure.events.value_names import with_names
from minilens.measure.filters import Filters, is_about, with_members
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.ledger.query import LedgerListQuery, SamplesQuery
from minilens.measure.ltv.query import LtvQuery, Spend
from minilens.measure.paths.query import PathsQuery
from minilens.measure.payments.query import PaymentsQuery
from minilens.measure.persons.query import PersonsQuery
from minilens.measure.query import Query
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.run import AnyQuery
from minilens.measure.shares.query import SharesQuery
from minilens.measure.virtual.questions import with_virtual
from minilens.measure.why.query import FigureWhyQuery, WhyQuery
from minilens.period import Range
from minilens.records.payments import PAID
from minilens.records.rates import RatesOfApp, converted
from minilens.records.store import Link, Records
from minilens.reports.kinds import undeclared_pages
from minilens.reports.virtual import asks
from minilens.text import Text

#: Which figures of a question are amounts: none, those of values, whatever numbers they are made of.
Amounts = Literal["none", "values", "every"]
#: Of an app and what a condition names: the members that hold.
KnowsCohorts = Callable[[int, InCohort], InCohort]
#: What has filters of its own.
Filtered = Query | RetentionQuery | DistributionQuery
#: So much of a write key tells it from others, and opens nothing.
BEGINNING = 10


def completed(query: AnyQuery, records: Records, known: KnowsCohorts | None = None) -> AnyQuery:
    """The question as it can be answered; most are as they were asked. `known` says of an app's cohort which members
    hold; without it none can be asked for."""
    if isinstance(query, SamplesQuery):
        return replace(query, sensitive=records.sensitive.of(query.app))
    if isinstance(query, PaymentsQuery) and not query.told:
        events = {PAID, *(one.content.event for one in records.payment_channels.all(query.app))}
        return replace(query, told=tuple(sorted(events)))
    if isinstance(query, CostsQuery):
        return _with_costs(query, records)
    if isinstance(query, ContentQuery):
        return _with_content(query, records)
    if isinstance(query, EventsQuery):
        return _of_app(query, records, known)
    if isinstance(query, PersonsQuery | WhyQuery | FigureWhyQuery | StoryQuery):
        return replace(query, of=completed(query.of, records, known))  # type: ignore[arg-type]
    if isinstance(query, CampaignQuery):
        return _of_links(query, records, known)
    if isinstance(query, CourseQuery):
        return _course_of_app(query, records, known)
    if isinstance(query, Filtered) and is_about(query.filters, COHORT.name):
        query = replace(query, filters=members_of(query.filters, query.app, known))
    if isinstance(query, Query) and undeclared_pages.asks_undeclared(query):
        return undeclared_pages.with_declared(query, _pages(records, query.app))
    if isinstance(query, LtvQuery):
        return _ltv_of_app(query, records, known)
    if isinstance(query, FunnelQuery | ActivityQuery | AttributionQuery | SharesQuery):
        money: Amounts = "every" if isinstance(query, AttributionQuery) else "values"
        rows = _of_app(query.rows, records, known, money=money)
        return replace(query, rows=_by_itself(rows) if isinstance(query, FunnelQuery) else rows)
    if isinstance(query, PathsQuery):
        return _paths_of_app(query, records, known)
    if not isinstance(query, LedgerListQuery):
        return query
    if query.apart == "key":
        return replace(query, names=key_names(records, query.app))
    if query.apart == "undeclared":
        declared = sorted(name for app, name in records.definitions.all() if app == query.app)
        return replace(query, declared=tuple(declared))
    return query


def _ltv_of_app(query: LtvQuery, records: Records, known: KnowsCohorts | None) -> LtvQuery:
    """In the app's currency where it has rates and no other is asked for, costs as well."""
    rates = records.rates.of(query.app)
    converts = bool(rates.rates) and query.currency in (None, rates.currency)
    if query.margin and not query.spend:
        query = replace(query, spend=_spend(query, records, rates if converts else RatesOfApp()))
    rows = _of_app(query.rows, records, known, money="every" if converts else "none")
    return replace(query, rows=rows, currency=rates.currency if converts else query.currency)


def _spend(query: LtvQuery, records: Records, rates: RatesOfApp) -> tuple[Spend, ...]:
    """What advertising cost on the days on which its persons enter."""
    told = ("source", "campaign", "ad_set", "creative")
    rows = records.costs.summed(
        query.app, query.days.start, query.days.end, ("day", *told, "currency")
    )
    return tuple(
        Spend(row["day"], tuple((name, row[name]) for name in told), row["currency"], row["cost"])
        for row in converted(rows, rates)
    )


def _with_costs(query: CostsQuery, records: Records) -> CostsQuery:
    """The question with what was spent, and with what its conversions mean where they are virtual."""

    rates = records.rates.of(query.app)
    into = query.currency or rates.currency
    converts = bool(rates.rates) and into == rates.currency

    def spent(over: Range | None) -> list[dict[str, Any]]:
        if over is None:
            return []
        told = query.told_apart
        if not converts:
            return records.costs.summed(query.app, over.start, over.end, told)
        by_day = told if "day" in told else ("day", *told)
        return converted(records.costs.summed(query.app, over.start, over.end, by_day), rates)

    of = replace(query.conversions, app=query.app)
    found = replace(query, currency=into, conversions=_of_app(of, records, None))
    if converts:
        said = records.costs.summed(query.app, query.range.start, query.range.end, ("currency",))
        known = {one.currency for one in rates.rates}
        some = sorted({row["currency"] for row in said} & known)
        found = replace(found, converted=tuple(some))
    earlier = None if query.apart else query.before
    return with_costs(found, spent(query.range), spent(query.compare), spent(earlier))


def _with_content(query: ContentQuery, records: Records) -> ContentQuery:
    """The question with what the records tell, and with what its conversions mean where they are virtual."""

    def told(over: Range | None) -> Told:
        return _told(query, over, records) if over else Told()

    counted = _of_app(replace(query.counted, app=query.app), records, None)
    return replace(query, counted=counted, told=told(query.range), then=told(query.compare))


def _told(query: ContentQuery, over: Range, records: Records) -> Told:
    content, app = records.content, query.app
    if query.apart == "way":
        return Told()
    followers = content.of(app, "followers", over.start, over.end)
    if query.apart == "article":
        around = timedelta(days=query.around)
        followers = content.of(app, "followers", over.start - around, over.end + around)
        return Told(tuple(content.articles(app, over.start, over.end)), tuple(followers))
    menu = tuple(content.of(app, "menu", over.start, over.end))
    if query.apart:
        return Told((), tuple(followers), menu)
    articles = content.of(app, "articles", over.start, over.end)
    if articles:  # of each of them all its rows, that it is known which count
        days = [one.published for one in articles]
        articles = content.articles(app, min(days), max(days))
    return Told(tuple(articles), tuple(followers), menu)


def members_of(filters: Filters, app: int, known: KnowsCohorts | None) -> Filters:
    """Filters with who is in the cohorts that they name."""
    if known is None:
        raise Refused("not_taken_by", "filter", of=COHORT.name)

    def of(name: str) -> tuple[int, int]:
        found = known(app, InCohort(name))
        return found.cohort, found.version

    return with_members(filters, of)


def _of_links(query: CampaignQuery, records: Records, known: KnowsCohorts | None) -> CampaignQuery:
    """Both its questions; links by what they are called."""
    visits, events = (completed(one, records, known) for one in (query.visits, query.events))
    names: tuple[tuple[str, Text], ...] = ()
    if query.visits.values[0].name == "link":
        names = tuple((one.code, Text(name, name)) for one, name in _called(records, query.app))
    return replace(query, visits=visits, events=events, names=names)  # type: ignore[arg-type]


def _called(records: Records, app: int) -> list[tuple[Link, str]]:
    """Links with their names, as lists show them: what tells them apart comes first."""
    return [
        (one, " · ".join(filter(None, (one.placement, one.material, one.campaign, one.code))))
        for one in records.links.of(app)
    ]


def _course_of_app(query: CourseQuery, records: Records, known: KnowsCohorts | None) -> CourseQuery:
    begins = completed(query.begins, records, known) if query.begins else None
    return replace(query, rows=_of_app(query.rows, records, known), begins=begins)  # type: ignore[arg-type]


def _pages(records: Records, app: int) -> list[str]:
    """The pages of the newest app.json; none where there is none."""
    kept = records.app_pages.find(app)
    return [page.path for page in kept.pages] if kept else []


def _of_app(
    query: EventsQuery, records: Records, known: KnowsCohorts | None, *, money: Amounts = "values"
) -> EventsQuery:
    if known:
        query = with_cohorts(query, partial(known, query.app))
    if money != "none":
        query = with_money(query, records.rates.of(query.app), every=money == "every")
    if PAID in query.named:
        query = replace(query, both_tell=_told_by_servers(records, query.app))
    named = with_names(query, records.field_values.texts(query.app))
    meant = with_virtual(named, records.virtual_events.meanings(query.app), asks)
    return with_page_types(meant, lambda: records.page_types.of(query.app).in_order())


def _by_itself(rows: EventsQuery) -> EventsQuery:
    """Rows that are kept day by day: what counts of a day must not hang on others. Funnels and paths lose nothing: an
    order that is told again is of the same person and nearly the same moment."""
    return replace(rows, both_tell=())


def _told_by_servers(records: Records, app: int) -> tuple[str, ...]:
    """Events of payments that the tracker sends by the same name as servers do, so that an order may be told twice."""
    channels = {one.content.event for one in records.payment_channels.all(app)}
    scopes = {scope for one in records.tokens.of(app) for scope in one.scopes}
    return (PAID,) if PAID in channels or scopes & {"events:write", "admin"} else ()


def _paths_of_app(query: PathsQuery, records: Records, known: KnowsCohorts | None) -> PathsQuery:
    found = replace(query, rows=_by_itself(_of_app(query.rows, records, known)))
    if query.grouping.by != "type":
        return found
    types = records.page_types.of(query.app).in_order()
    return replace(found, grouping=replace(query.grouping, types=types))


def key_names(records: Records, app: int) -> tuple[tuple[str, str], ...]:
    """Write keys by how they begin, tokens of servers by their names."""
    keys = [(f"tracker:{one.id}", f"{one.key[:BEGINNING]}…") for one in records.keys.of(app)]
    tokens = [(f"server:{one.id}", one.name) for one in records.tokens.of(app)]
    logins = [(f"login:{one.id}", f"{one.key[:BEGINNING]}…") for one in records.keys.of(app)]
    return (*keys, *tokens, *logins)
