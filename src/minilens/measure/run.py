"""One way to an answer for every type of question: it is prepared, and then run.

What is prepared knows how dear it is and what its answer stands on, so that whoever runs it (queue, cache) need
not know what sort of question it is. A new type is one line in `TYPES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from minilens.measure import scene_table
from minilens.measure.activity import run as activity
from minilens.measure.activity.query import LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.attribution import run as attribution
from minilens.measure.attribution import story
from minilens.measure.attribution.query import AttributionQuery, StoryQuery
from minilens.measure.campaigns import course
from minilens.measure.campaigns import run as campaigns
from minilens.measure.campaigns.query import CampaignQuery, CourseQuery
from minilens.measure.content import run as content
from minilens.measure.content.query import ContentQuery
from minilens.measure.costs import run as costs
from minilens.measure.costs.query import CostsQuery
from minilens.measure.days import run as days
from minilens.measure.distribution import run as distribution
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events import run as events
from minilens.measure.events.query import EventsQuery
from minilens.measure.funnels import run as funnels
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.ledger import run as ledger
from minilens.measure.ledger import samples
from minilens.measure.ledger.query import LedgerListQuery, LedgerQuery, SamplesQuery
from minilens.measure.ltv import run as ltv
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.paths import run as paths
from minilens.measure.paths.query import PathsQuery
from minilens.measure.payments import run as payments
from minilens.measure.payments.query import PaymentsQuery
from minilens.measure.persons import run as persons
from minilens.measure.persons.query import PersonsQuery
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.retention import run as retention
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.shares import run as shares
from minilens.measure.shares.query import SharesQuery
from minilens.measure.table import Table
from minilens.measure.why import run as why
from minilens.measure.why.query import FigureWhyQuery, WhyQuery
from minilens.text import Text
from minilens.warehouse.engine import Engine

#: Every type of question.
AnyQuery = (
    Query
    | SharesQuery
    | RetentionQuery
    | DistributionQuery
    | EventsQuery
    | FunnelQuery
    | PersonsQuery
    | WhyQuery
    | FigureWhyQuery
    | PathsQuery
    | AttributionQuery
    | StoryQuery
    | CampaignQuery
    | CourseQuery
    | ReturnsQuery
    | StickinessQuery
    | LifecycleQuery
    | LtvQuery
    | LedgerQuery
    | LedgerListQuery
    | SamplesQuery
    | CostsQuery
    | PaymentsQuery
    | ContentQuery
)
#: Type of question → what prepares it.
TYPES: dict[type[Any], Callable[[Engine, Any, AsOf], Prepared]] = {
    Query: days.prepare,
    SharesQuery: shares.prepare,
    RetentionQuery: retention.prepare,
    DistributionQuery: distribution.prepare,
    EventsQuery: events.prepare,
    FunnelQuery: funnels.prepare,
    PersonsQuery: persons.prepare,
    WhyQuery: why.prepare,
    FigureWhyQuery: why.prepare_figure,
    PathsQuery: paths.prepare,
    AttributionQuery: attribution.prepare,
    StoryQuery: story.prepare,
    CampaignQuery: campaigns.prepare,
    CourseQuery: course.prepare,
    ReturnsQuery: activity.prepare,
    StickinessQuery: activity.prepare,
    LifecycleQuery: activity.prepare,
    LtvQuery: ltv.prepare,
    LedgerQuery: ledger.prepare,
    LedgerListQuery: ledger.prepare,
    SamplesQuery: samples.prepare,
    CostsQuery: costs.prepare,
    PaymentsQuery: payments.prepare,
    ContentQuery: content.prepare,
}


def prepare(engine: Engine, query: AnyQuery, as_of: AsOf) -> Prepared:
    """The question with all that has to be known before it is run; looks up builds where it stands on them."""
    found = TYPES[type(query)](engine, query, as_of)
    said = scene_table.note(query)
    return replace(found, run=lambda: noted(found.run(), said)) if said else found


def noted(table: Table, said: Text) -> Table:
    """The table with one sentence more about it."""
    return replace(table, notes=(said, *table.notes))


def run(engine: Engine, query: AnyQuery, as_of: AsOf) -> Table:
    """The table of a question, at once."""
    return prepare(engine, query, as_of).run()
