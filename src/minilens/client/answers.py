"""What the server answers.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

Row = TypeVar("Row")


class Absent(msgspec.Struct, frozen=True):
    event: str
    last: str | None


class AlarmList(msgspec.Struct, frozen=True):
    open: list[ListedAlarm]
    over: list[ListedAlarm]
    pauses: list[ListedPause]


class Annotation(msgspec.Struct, frozen=True):
    day: str
    text: str


class AnnotationList(msgspec.Struct, frozen=True):
    annotations: list[WrittenAnnotation]


class Apart(msgspec.Struct, frozen=True):
    types: list[str]
    other: str
    by: int
    why: str
    since: datetime


class AskedActivity(msgspec.Struct, frozen=True):
    event: str | list[str] = ""
    where: Filter | None = None


class AskedBefore(msgspec.Struct, frozen=True):
    event: str | list[str]
    where: Filter | None = None
    window: str = "7d"


class AskedConversion(msgspec.Struct, frozen=True):
    event: str | list[str]
    where: Filter | None = None


class AskedEvent(msgspec.Struct, frozen=True):
    event: str | list[str]
    name: str = ""
    where: Filter | None = None


class AskedExclusion(msgspec.Struct, frozen=True):
    event: str | list[str]
    where: Filter | None = None
    after: int | None = None
    before: int | None = None


class AskedGroup(msgspec.Struct, frozen=True):
    property: str = ""
    field: str = ""
    profile: str = ""
    cohort: str = ""


class AskedHeld(msgspec.Struct, frozen=True):
    property: str = ""
    properties: list[str] = []


class AskedKey(msgspec.Struct, frozen=True):
    property: str = ""
    field: str = ""


class AskedList(msgspec.Struct, frozen=True):
    asked: list[RememberedQuestion]


class AskedMargin(msgspec.Struct, frozen=True):
    rate: float | None = None
    property: str = ""
    rates: dict[str, float] = {}


class AskedMeasure(msgspec.Struct, frozen=True):
    aggregate: str = ""
    of: str = ""
    property: str = ""
    field: str = ""
    to: str = ""
    window: str = ""
    hold: list[str] = []
    day: int | None = None
    formula: str = ""
    name: str = ""
    title: str = ""
    unit: str = "number"


class AskedMoney(msgspec.Struct, frozen=True):
    event: str | list[str] = ""
    where: Filter | None = None
    property: str = ""
    field: str = ""


class AskedNode(msgspec.Struct, frozen=True):
    page: str = ""
    event: str = ""


class AskedNodes(msgspec.Struct, frozen=True):
    event: str | list[str]
    where: Filter | None = None
    title: str = ""


class AskedRefund(msgspec.Struct, frozen=True):
    event: str | list[str]
    where: Filter | None = None
    value: AskedValue | None = None


class AskedStep(msgspec.Struct, frozen=True):
    event: str | list[str]
    where: Filter | None = None
    within: str = ""
    title: str = ""
    optional: bool = False


class AskedValue(msgspec.Struct, frozen=True):
    property: str = ""
    field: str = ""


class AttributionQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="attribution", rename={"from_": "from"}
):
    conversion: Any
    counts: str = "events"
    value: AskedValue | None = None
    key: AskedKey | None = None
    refund: AskedRefund | None = None
    before: AskedBefore | None = None
    by: list[str] = []
    models: list[str] = []
    touches: str = "all"
    window: str = "30d"
    half_life: str = "7d"
    where: Filter | None = None
    show: str = "models"
    grain: str = "whole"
    period: str = ""
    from_: str = ""
    to: str = ""
    traffic: str = "release"
    top: int = 10
    rest: bool = True


class BandAlarm(msgspec.Struct, frozen=True, tag_field="kind", tag="band"):
    source: KpiMeasure | KpiQuestion | KpiTime | KpiRatio
    side: str = "both"
    length: str = "hour"


class BegunEvent(msgspec.Struct, frozen=True):
    event: str
    begun: int
    unreported: int


class Behind(msgspec.Struct, frozen=True):
    question: (
        EventsQuestion
        | SharesQuestion
        | FunnelQuestion
        | PathsQuestion
        | RetentionQuestion
        | StickinessQuestion
        | LifecycleQuestion
        | AttributionQuestion
        | LtvQuestion
        | PaymentsQuestion
        | None
    ) = None
    report: str = ""
    parameters: dict[str, str | list[str]] = {}
    measure: str = ""
    row: dict[str, str | float | None] = {}


class BlockedIdentity(msgspec.Struct, frozen=True):
    type: str = ""
    value: str = ""
    dry_run: bool = False


class BrokenList(msgspec.Struct, frozen=True):
    broken: list[BrokenPerson]


class BrokenPerson(msgspec.Struct, frozen=True):
    type: str
    person: str
    links: int


class ChangeAlarm(msgspec.Struct, frozen=True, tag_field="kind", tag="change"):
    source: KpiMeasure | KpiQuestion | KpiTime | KpiRatio
    share: float = 0.3
    side: str = "both"
    length: str = "hour"


class ChangeEffect(msgspec.Struct, frozen=True):
    change: str
    owner: int | None
    owner_name: str | None
    moved: FigureChanges | None


class ChangedContent(msgspec.Struct, frozen=True):
    kind: str
    account: str
    day: str
    state: str
    rows_before: int
    rows: int
    before: dict[str, int]
    after: dict[str, int]


class ChangedDay(msgspec.Struct, frozen=True):
    source: str
    day: str
    state: str
    rows_before: int
    rows: int
    before: dict[str, str]
    after: dict[str, str]


class ChangedDays(msgspec.Struct, frozen=True):
    days: list[ChangedDay]
    added: int
    replaced: int
    unchanged: int


class ChangedEvent(msgspec.Struct, frozen=True):
    way: str = "form"
    template: str = "blank"
    note: str = ""
    actions: list[Any] = []
    fields: list[Any] = []
    revision: int = 0


class ChangedOrder(msgspec.Struct, frozen=True):
    order: list[str]
    version: str = ""
    dry_run: bool = False


class ChangedType(msgspec.Struct, frozen=True):
    name: str = ""
    zh: str | None = None
    en: str | None = None
    most: int | None = None
    days: int | None = None
    over: str | None = None
    crowd: int | None = None
    parent: str | None = None
    takes_part: bool | None = None
    version: str = ""
    dry_run: bool = False


class ChannelList(msgspec.Struct, frozen=True):
    channels: list[ListedChannel]


class Checklist(msgspec.Struct, frozen=True):
    shown: bool
    items: list[ChecklistItem]


class ChecklistItem(msgspec.Struct, frozen=True):
    name: str
    zh: str
    en: str
    page: str
    done: bool
    count: int


class CohortList(msgspec.Struct, frozen=True):
    cohorts: list[ListedCohort]


class CohortPersons(msgspec.Struct, frozen=True):
    count: int
    persons: list[str]
    next: str | None


class CohortSize(msgspec.Struct, frozen=True):
    day: str
    size: int


class CohortSizes(msgspec.Struct, frozen=True):
    sizes: list[CohortSize]


class ContentChanges(msgspec.Struct, frozen=True):
    days: list[ChangedContent]
    added: int
    replaced: int
    unchanged: int


class ContentList(msgspec.Struct, frozen=True):
    kind: str
    content: list[dict[str, str | int | None]]
    next: str | None = None


class Cost(msgspec.Struct, frozen=True):
    rows: int
    bytes: int
    milliseconds: float
    cached: bool = False


class CostList(msgspec.Struct, frozen=True):
    costs: list[ListedCost]
    next: str | None = None


class CreditedTouch(msgspec.Struct, frozen=True):
    time: datetime | None
    kind: str
    values: dict[str, str | None]
    credit: dict[str, float]


class Cut(msgspec.Struct, frozen=True):
    row: str
    days: int
    of: int


class DayOfMatches(msgspec.Struct, frozen=True):
    day: str
    matches: int


class Deed(msgspec.Struct, frozen=True):
    revision: int = 0
    version: int = 0


class DefinedEvent(msgspec.Struct, frozen=True):
    number: int
    name: str
    zh: str
    status: str
    revision: int
    version: int | None
    created: datetime
    updated: datetime
    by: str | None
    published: datetime | None
    retired: datetime | None
    pages: list[str]
    draft: EventContent
    fields: list[FieldState]
    versions: list[EventVersion]


class Definition(msgspec.Struct, frozen=True):
    all: list[Definition] | None = []
    any: list[Definition] | None = []
    but: Definition | None = None
    did: Did | None = None
    profile: Filter | None = None
    behind: Behind | None = None
    cohort: str = ""
    listed: Listed | None = None


class Did(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    event: str | list[str]
    where: Filter | None = None
    least: int = 1
    most: int | None = None
    period: str = ""
    from_: str = ""
    to: str = ""


class DimensionChange(msgspec.Struct, frozen=True):
    dimension: str
    rest: float
    values: list[ValueChange]


class DraftsToMake(msgspec.Struct, frozen=True):
    names: list[str] | None = []


class Dropping(msgspec.Struct, frozen=True):
    event: str
    reason: str = "undeclared"
    why: str = ""


class Effect(msgspec.Struct, frozen=True):
    joined: int
    kept: int
    looked_at: int
    all: int
    saved: bool


class Elsewhere(msgspec.Struct, frozen=True):
    app: str
    person: str
    totals: Totals


class Erased(msgspec.Struct, frozen=True):
    id: str
    whole: bool
    counts: dict[str, int]


class Erasing(msgspec.Struct, frozen=True):
    person: str = ""
    only_this: bool = False


class EventContent(msgspec.Struct, frozen=True):
    way: str = "form"
    template: str = "blank"
    note: str = ""
    actions: list[Any] = []
    fields: list[Any] = []


class EventField(msgspec.Struct, frozen=True):
    name: str
    zh: str
    type: str
    note: str
    used_by: list[str]
    values: list[NamedValue]


class EventFields(msgspec.Struct, frozen=True):
    fields: list[EventField]


class EventList(msgspec.Struct, frozen=True):
    events: list[EventSummary]
    not_seen: list[Absent] = []
    undefined: list[SeenEvent] = []
    begun: list[BegunEvent] = []


class EventSummary(msgspec.Struct, frozen=True):
    number: int
    name: str
    zh: str
    status: str
    revision: int
    version: int | None
    created: datetime
    updated: datetime
    by: str | None
    published: datetime | None
    retired: datetime | None
    pages: list[str]


class EventVersion(msgspec.Struct, frozen=True):
    version: int
    created: datetime
    by: str | None
    content: EventContent


class EventsQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="events", rename={"from_": "from"}
):
    events: list[AskedEvent]
    measures: list[AskedMeasure] = []
    groups: list[AskedGroup] = []
    where: Filter | None = None
    period: str = ""
    from_: str = ""
    to: str = ""
    grain: str = "day"
    traffic: str = "release"
    sort: str = ""
    order: str = "desc"
    top: int = 10
    rest: bool = True


class FatigueAlarm(msgspec.Struct, frozen=True, tag_field="kind", tag="fatigue"):
    cap: float = 3.0


class FatigueFacts(msgspec.Struct, frozen=True, tag_field="kind", tag="fatigue"):
    day: str
    cpc: float | None = None
    cpc_before: float | None = None
    ctr: float | None = None
    ctr_before: float | None = None
    frequency: float | None = None
    tired: bool = True


class FeedList(msgspec.Struct, frozen=True):
    feeds: list[ListedFeed]


class Field(msgspec.Struct, frozen=True):
    name: str
    title: str
    unit: str
    definition: str
    names: dict[str, str] | None = {}


class FieldOfEvent(msgspec.Struct, frozen=True):
    name: str
    type: str
    filled: float
    values: list[str]
    mixed: bool


class FieldState(msgspec.Struct, frozen=True):
    name: str
    zh: str
    type: str
    note: str
    state: str
    open: list[str]
    used_by: list[str]


class FieldToDefine(msgspec.Struct, frozen=True):
    name: str
    type: str
    zh: str = ""


class FigureChanges(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    figure: str
    zh: str
    en: str
    unit: str
    from_: str
    to: str
    compare_from: str
    compare_to: str
    now: float | None
    then: float | None
    change: float | None
    dimensions: list[DimensionChange]


class Filter(msgspec.Struct, frozen=True):
    all: list[Filter] | None = []
    any: list[Filter] | None = []
    field: str = ""
    property: str = ""
    profile: str = ""
    session: str = ""
    cohort: str = ""
    operator: str = ""
    values: list[str | float | bool] = []


class Found(msgspec.Struct, frozen=True):
    person: str


class FoundType(msgspec.Struct, frozen=True):
    name: str
    values: int
    devices: int
    first: datetime
    addable: bool


class FunnelQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="funnel", rename={"from_": "from"}
):
    steps: list[AskedStep]
    order: str = "ordered"
    window: str = "7d"
    natural_days: bool = False
    mode: str = "entry"
    entry: str = "any"
    counts: str = "persons"
    excluded: list[AskedExclusion] = []
    ended: str = "dropped"
    hold: list[AskedHeld] = []
    groups: list[AskedGroup] = []
    attributed: str | int = "entry"
    where: Filter | None = None
    show: str = "steps"
    step: int | None = None
    from_step: int | None = None
    bins: int | None = None
    compared: str = ""
    period: str = ""
    from_: str = ""
    to: str = ""
    grain: str = "day"
    traffic: str = "release"
    top: int = 10
    rest: bool = True


class HandedOn(msgspec.Struct, frozen=True):
    type: str
    hash: str
    holders: list[Holder]
    kept: bool


class HandedOnList(msgspec.Struct, frozen=True):
    numbers: list[HandedOn]


class HandedOut(msgspec.Struct, frozen=True):
    conversion: datetime
    what: str
    amount: float
    touches: list[CreditedTouch]


class Holder(msgspec.Struct, frozen=True):
    person: str
    since: datetime | None


class Identity(msgspec.Struct, frozen=True):
    type: str
    hash: str
    since: datetime
    verified: bool
    cause: str = ""
    grade: str = ""
    beside: str = ""


class Joined(msgspec.Struct, frozen=True):
    merge: int


class Joining(msgspec.Struct, frozen=True):
    one: str = ""
    other: str = ""
    why: str = ""


class KeptNumber(msgspec.Struct, frozen=True):
    hash: str = ""
    handed_on: bool = False
    why: str = ""


class KeptSnapshot(msgspec.Struct, frozen=True):
    as_of: datetime
    figures: list[SnapshotFigure]


class KpiDefinition(msgspec.Struct, frozen=True):
    source: KpiMeasure | KpiQuestion | KpiTime | KpiRatio
    target: float
    better: str = "more"
    period: str = "month"


class KpiList(msgspec.Struct, frozen=True):
    kpis: list[ListedKpi]


class KpiMeasure(msgspec.Struct, frozen=True, tag_field="kind", tag="measure"):
    measure: str
    filter: list[str] = []
    currency: str = ""
    event: str = ""


class KpiPeriod(msgspec.Struct, frozen=True):
    day: str
    value: float | None


class KpiQuestion(msgspec.Struct, frozen=True, tag_field="kind", tag="events"):
    question: Any
    measure: str = ""


class KpiRatio(msgspec.Struct, frozen=True, tag_field="kind", tag="ratio"):
    over: KpiMeasure | KpiQuestion
    under: KpiMeasure | KpiQuestion


class KpiTime(msgspec.Struct, frozen=True, tag_field="kind", tag="time", rename={"from_": "from"}):
    from_: str
    to: str
    window: str = "30d"


class KpisAlarm(msgspec.Struct, frozen=True, tag_field="kind", tag="kpis"):
    pass


class LeftQuarantine(msgspec.Struct, frozen=True):
    loaded: int
    duplicate: int
    dropped: int
    waiting: int


class LifecycleQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="lifecycle", rename={"from_": "from"}
):
    activity: AskedActivity | None = None
    new_by: str = "event"
    where: Filter | None = None
    period: str = ""
    from_: str = ""
    to: str = ""
    grain: str = "day"
    week_start: str = "monday"
    traffic: str = "release"


class LinkList(msgspec.Struct, frozen=True):
    links: list[ListedLink]
    next: str | None = None


class Listed(msgspec.Struct, frozen=True):
    given: int
    found: int


class ListedAlarm(msgspec.Struct, frozen=True):
    id: int
    rule: int | None
    subject: str
    zh: str
    en: str
    facts: SeriesFacts | MissingFacts | ReleaseFacts | FatigueFacts
    since: datetime
    opened: datetime
    seen: datetime
    resolved: datetime | None
    acknowledged: datetime | None
    acknowledged_by: str
    note: str


class ListedBlocked(msgspec.Struct, frozen=True):
    type: str
    hash: str
    shown: str


class ListedChannel(msgspec.Struct, frozen=True):
    id: int
    kind: str
    name: str
    language: str
    address: str
    state: str
    stopped: str
    why: str
    told: str
    changed: datetime
    members: list[ListedMember]


class ListedCohort(msgspec.Struct, frozen=True):
    id: int
    zh: str
    en: str
    live: bool
    size: int
    computed: datetime | None
    created: datetime
    by: str | None
    definition: Definition


class ListedCost(msgspec.Struct, frozen=True):
    day: str
    source: str
    campaign: str
    ad_set: str
    creative: str
    landing: str
    currency: str
    cost: str
    impressions: int | None
    clicks: int | None
    conversions: int | None
    reach: int | None


class ListedFeed(msgspec.Struct, frozen=True):
    id: int
    name: str
    report: str
    query: str
    created: datetime
    revoked: datetime | None
    last_used: datetime | None
    opens: bool


class ListedField(msgspec.Struct, frozen=True):
    name: str
    title: str
    kind: str
    operators: list[ListedOperator]
    choices: dict[str, str]


class ListedKpi(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    id: int
    zh: str
    en: str
    owner: int | None
    owner_name: str | None
    definition: KpiDefinition
    unit: str
    from_: str
    to: str
    value: float | None
    end: float | None
    periods: int
    state: str
    course: list[KpiPeriod]
    notes: list[str]


class ListedLink(msgspec.Struct, frozen=True):
    code: str
    campaign: str
    placement: str
    material: str
    page: str
    query: str
    method: str
    path: str
    url: str
    tags: list[str]
    note: str
    owner: str
    web: str
    expires: str | None
    ended: datetime | None
    created: datetime
    by: str | None


class ListedMeasure(msgspec.Struct, frozen=True):
    name: str
    title: str
    unit: str
    definition: str
    official: str


class ListedMember(msgspec.Struct, frozen=True):
    account: int
    name: str
    stopped: str


class ListedOperator(msgspec.Struct, frozen=True):
    name: str
    title: str
    values: bool


class ListedPair(msgspec.Struct, frozen=True):
    types: list[str]
    persons: list[str]
    grade: str
    cause: str
    state: str
    first: datetime
    merge: int


class ListedPause(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    reason: str
    from_: datetime
    to: datetime


class ListedPerson(msgspec.Struct, frozen=True):
    person: str
    identities: int
    devices: int


class ListedQuestion(msgspec.Struct, frozen=True):
    id: int
    report: str
    zh: str
    en: str
    team: bool
    by: str | None
    changed: datetime
    question: (
        EventsQuestion
        | SharesQuestion
        | FunnelQuestion
        | PathsQuestion
        | RetentionQuestion
        | StickinessQuestion
        | LifecycleQuestion
        | AttributionQuestion
        | LtvQuestion
        | PaymentsQuestion
    )


class ListedRate(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    currency: str
    from_: str
    rate: str


class ListedReport(msgspec.Struct, frozen=True):
    name: str
    title: str
    chart: str
    by: str | None
    period: str
    measures: list[ListedMeasure]


class ListedRule(msgspec.Struct, frozen=True):
    id: int
    zh: str
    en: str
    enabled: bool
    definition: (
        ThresholdAlarm
        | ChangeAlarm
        | BandAlarm
        | KpisAlarm
        | MissingAlarm
        | ReleaseAlarm
        | FatigueAlarm
    )


class ListedSend(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    id: int
    subscription: int | None
    content: str
    title: str
    from_: str | None
    to: str | None
    channel: int
    due: datetime
    moment: datetime
    state: str
    why: str
    answer: str
    tries: int
    late: bool
    twice: bool


class ListedSettings(msgspec.Struct, frozen=True):
    channels: list[int]
    quiet_from: str
    quiet_to: str


class ListedSubscription(msgspec.Struct, frozen=True):
    id: int
    content: str
    title: str
    channel: int
    cadence: str
    at: str
    weekday: int
    month_day: int
    paused: bool
    next: datetime | None


class ListedType(msgspec.Struct, frozen=True):
    name: str
    zh: str
    en: str
    priority: int
    most: int
    days: int
    over: str
    crowd: int
    parent: str
    takes_part: bool
    version: str


class Listing(msgspec.Struct, frozen=True):
    reports: list[ListedReport]
    fields: list[ListedField]


class LookedAt(msgspec.Struct, frozen=True):
    matches: int
    persons: int
    days: list[DayOfMatches]
    shared: dict[str, int]
    warnings: list[WarningOfVirtual]


class LtvQuestion(
    msgspec.Struct,
    frozen=True,
    tag_field="kind",
    tag="ltv",
    rename={"return_": "return", "from_": "from"},
):
    first: AskedActivity | None = None
    revenue: AskedMoney | None = None
    refunds: AskedMoney | None = None
    key: AskedKey | None = None
    refund_key: AskedKey | None = None
    return_: AskedActivity | None = None
    groups: list[AskedGroup] = []
    show: str = "cohorts"
    days: list[int] = []
    currency: str | None = None
    margin: AskedMargin | None = None
    period: str = ""
    from_: str = ""
    to: str = ""
    grain: str = "week"
    traffic: str = "release"
    top: int = 10
    rest: bool = True


class MadeChannel(msgspec.Struct, frozen=True):
    channel: ListedChannel
    secret: str


class MadeCohort(msgspec.Struct, frozen=True):
    id: int
    zh: str
    en: str
    live: bool
    size: int
    computed: datetime | None
    created: datetime
    by: str | None
    definition: Definition
    unknown: list[int]


class MadeFeed(msgspec.Struct, frozen=True):
    feed: ListedFeed
    address: str


class MarginOfCampaign(msgspec.Struct, frozen=True):
    campaign: str
    spend: float
    revenue: float | None
    left: float | None
    roas: float | None
    verdict: str
    why: str


class Merge(msgspec.Struct, frozen=True):
    merge: int
    types: list[str]
    other: str
    cause: str
    grade: str
    seen: datetime
    undone: bool


class MissingAlarm(msgspec.Struct, frozen=True, tag_field="kind", tag="missing"):
    pass


class MissingFacts(msgspec.Struct, frozen=True, tag_field="kind", tag="missing"):
    since: int
    least: float
    usual: float
    days: int
    weekly: bool
    course: list[Place] = []


class MonthOfUsers(msgspec.Struct, frozen=True):
    month: str
    users: int
    return_rate_7: float | None
    return_rate_14: float | None
    return_rate_30: float | None
    ltv: float | None
    payback_day: int | None


class MovedStep(msgspec.Struct, frozen=True):
    funnel_zh: str
    funnel_en: str
    step: int
    some: int
    of: int
    then_some: int
    then_of: int
    p: float | None
    verdict: str


class NamedValue(msgspec.Struct, frozen=True):
    value: str
    zh: str
    en: str


class NewAnnotation(msgspec.Struct, frozen=True):
    text: str = ""
    day: str = ""
    personal: bool = False


class NewEvent(msgspec.Struct, frozen=True):
    way: str = "form"
    template: str = "blank"
    note: str = ""
    actions: list[Any] = []
    fields: list[Any] = []
    name: str = ""
    zh: str = ""


class NewValueNames(msgspec.Struct, frozen=True):
    values: list[Any]
    revision: int = 0


class OpensList(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    from_: str
    to: str
    opens: list[OpensOfDay]


class OpensOfDay(msgspec.Struct, frozen=True):
    code: str
    day: str
    opens: int


class PageOfType(msgspec.Struct, frozen=True):
    page: str
    type: str | None
    visits: int


class PageTypePatterns(msgspec.Struct, frozen=True):
    types: dict[str, list[str]]
    revision: int
    changed: datetime | None
    by: str | None
    pages: list[PageOfType]


class PageTypesToSet(msgspec.Struct, frozen=True):
    types: dict[str, Any]
    revision: int | None = None
    dry_run: bool = False


class PairList(msgspec.Struct, frozen=True):
    pairs: list[ListedPair]


class PathsQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="paths", rename={"from_": "from"}
):
    anchor: AskedNode | None = None
    direction: str = "after"
    end: AskedNode | None = None
    chosen: list[AskedNode] = []
    pages: str = "page"
    patterns: list[str] = []
    opened: list[str] = []
    excluded: list[str] = []
    events: list[AskedNodes] = []
    repeats: str = "folded"
    counts: str = "sessions"
    gap: str = "30m"
    where: Filter | None = None
    show: str = "columns"
    steps: int = 5
    least: int = 1
    most: int = 0
    links: int = 0
    period: str = ""
    from_: str = ""
    to: str = ""
    traffic: str = "release"
    top: int = 10


class PaymentsQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="payments", rename={"from_": "from"}
):
    show: str = "groups"
    group: str = "server_only"
    told: list[str] = []
    seen: str = "pay_success"
    period: str = ""
    from_: str = ""
    to: str = ""
    traffic: str = "release"
    top: int = 100


class Person(msgspec.Struct, frozen=True):
    person: str = ""


class PersonBehind(msgspec.Struct, frozen=True):
    person: str
    times: int | None
    first: datetime | None
    last: datetime | None


class PersonFacts(msgspec.Struct, frozen=True):
    person: str
    identity_count: int
    identities: list[Identity]
    first_touch: Touch | None
    last_touch: Touch | None
    totals: Totals
    properties: dict[str, str]


class PersonList(msgspec.Struct, frozen=True):
    persons: list[ListedPerson]


class PersonsBehind(msgspec.Struct, frozen=True):
    count: int
    persons: list[PersonBehind]
    next: str | None
    as_of: datetime


class Place(msgspec.Struct, frozen=True):
    at: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class PlanChecked(msgspec.Struct, frozen=True):
    same: bool
    differences: list[str]
    not_seen: list[Absent]
    undefined: list[SeenEvent]


class PlanToCheck(msgspec.Struct, frozen=True):
    file: str


class Portrait(msgspec.Struct, frozen=True):
    facts: PersonFacts
    merges: list[Merge]
    apart: list[Apart]
    elsewhere: list[Elsewhere]


class Problem(msgspec.Struct, frozen=True):
    code: str
    status: int
    message: str
    request_id: str
    field: str = ""
    hint: str = ""


class QuestionList(msgspec.Struct, frozen=True):
    questions: list[ListedQuestion]


class RateList(msgspec.Struct, frozen=True):
    currency: str
    rates: list[ListedRate]


class ReleaseAlarm(msgspec.Struct, frozen=True, tag_field="kind", tag="release"):
    pass


class ReleaseFacts(msgspec.Struct, frozen=True, tag_field="kind", tag="release"):
    version: str
    before: str
    users: int
    users_before: int
    worse: list[WorseFacts]


class Releasing(msgspec.Struct, frozen=True):
    event: str
    reason: str = ""
    zh: str = ""
    fields: list[FieldToDefine] | None = []
    anyway: bool = False


class RememberedQuestion(msgspec.Struct, frozen=True):
    at: datetime
    question: (
        EventsQuestion
        | SharesQuestion
        | FunnelQuestion
        | PathsQuestion
        | RetentionQuestion
        | StickinessQuestion
        | LifecycleQuestion
        | AttributionQuestion
        | LtvQuestion
        | PaymentsQuestion
    )


class RemovedChannel(msgspec.Struct, frozen=True):
    removed: int


class RemovedKpi(msgspec.Struct, frozen=True):
    removed: int


class RemovedRule(msgspec.Struct, frozen=True):
    removed: int


class RemovedSubscription(msgspec.Struct, frozen=True):
    removed: int


class Resolved(msgspec.Struct, frozen=True):
    code: str
    campaign: str
    placement: str
    material: str
    page: str
    query: str
    url: str
    web: str
    expires: str | None
    over: bool


class RetentionQuestion(
    msgspec.Struct,
    frozen=True,
    tag_field="kind",
    tag="retention",
    rename={"return_": "return", "from_": "from"},
):
    first: AskedActivity | None = None
    return_: AskedActivity | None = None
    entry: str = "first"
    mode: str = "on"
    blocks: str = "calendar"
    periods: int | None = None
    brackets: list[str] = []
    at_least: int = 1
    value: AskedValue | None = None
    rate_of: str = "cohort"
    mean: str = "weighted"
    groups: list[AskedGroup] = []
    where: Filter | None = None
    show: str = "cohorts"
    period: str = ""
    from_: str = ""
    to: str = ""
    grain: str = "day"
    week_start: str = "monday"
    traffic: str = "release"
    top: int = 10
    rest: bool = True


class ReviewList(msgspec.Struct, frozen=True):
    reviews: list[WrittenReview]
    snapshots: list[str]


class ReviewedArticle(msgspec.Struct, frozen=True):
    article: str
    opens: int | None
    completion_rate: float | None
    sharing_rate: float | None
    follows: int | None
    launches: int | None
    conversions: int | None
    verdict: str
    why: str


class RuleList(msgspec.Struct, frozen=True):
    rules: list[ListedRule]
    settings: ListedSettings


class SampleOfEvent(msgspec.Struct, frozen=True):
    received: datetime
    happened: datetime | None
    text: str
    detail: str


class SavedVirtual(msgspec.Struct, frozen=True):
    name: str
    zh: str
    en: str
    version: int
    changed: datetime
    retired: datetime | None
    conditions: list[dict[str, Any]]


class SeenEvent(msgspec.Struct, frozen=True):
    event: str
    events: int


class SendList(msgspec.Struct, frozen=True):
    sends: list[ListedSend]


class SentMessage(msgspec.Struct, frozen=True):
    send: ListedSend
    title: str
    text: str


class SeriesFacts(msgspec.Struct, frozen=True, tag_field="kind", tag="series"):
    by: str
    zh: str
    en: str
    unit: str
    length: str
    side: str
    at: int
    value: float
    low: float | None = None
    high: float | None = None
    middle: float | None = None
    weeks: int = 0
    limit: float | None = None
    course: list[Place] = []


class SharesQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="shares", rename={"from_": "from"}
):
    show: str = "days"
    by: str = "campaign"
    period: str = ""
    from_: str = ""
    to: str = ""
    where: Filter | None = None
    traffic: str = "release"
    top: int = 10


class SnapshotFigure(msgspec.Struct, frozen=True):
    group: str
    name: str
    zh: str
    en: str
    unit: str
    value: float | None
    before: float | None
    now: float | None
    restated: bool
    target: float | None


class StickinessQuestion(
    msgspec.Struct, frozen=True, tag_field="kind", tag="stickiness", rename={"from_": "from"}
):
    activity: AskedActivity | None = None
    per: str = "range"
    every: int = 1
    at_least: int = 1
    at_most: int | None = None
    groups: list[AskedGroup] = []
    where: Filter | None = None
    show: str = "distribution"
    period: str = ""
    from_: str = ""
    to: str = ""
    grain: str = "day"
    week_start: str = "monday"
    traffic: str = "release"
    top: int = 10
    rest: bool = True


class SubscriptionList(msgspec.Struct, frozen=True):
    subscriptions: list[ListedSubscription]


class TestedChannel(msgspec.Struct, frozen=True):
    sent: bool
    code: str
    why: str
    told: str


class ThresholdAlarm(msgspec.Struct, frozen=True, tag_field="kind", tag="threshold"):
    source: KpiMeasure | KpiQuestion | KpiTime | KpiRatio
    side: str
    value: float
    length: str = "day"


class Timeline(msgspec.Struct, frozen=True):
    events: list[TimelineEvent]
    older: str | None
    names: dict[str, int]


class TimelineEvent(msgspec.Struct, frozen=True):
    at: datetime
    name: str
    raw_name: str
    kind: str
    page: str
    query: str
    referrer: str
    target_name: str
    target_id: str
    duration: float | None
    value: str | None
    currency: str
    scene: int
    source: str
    campaign: str
    placement: str
    material: str
    link: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    country: str
    province: str
    city: str
    brand: str
    model: str
    app_version: str
    traffic: str
    via: str
    properties: dict[str, Any]


class Totals(msgspec.Struct, frozen=True):
    launches: int
    visits: int
    duration: float | None
    events: int
    first_seen: datetime | None
    last_seen: datetime | None


class Touch(msgspec.Struct, frozen=True):
    at: datetime
    page: str
    scene: int
    source: str = ""
    campaign: str = ""
    placement: str = ""
    material: str = ""
    link: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    country: str = ""
    province: str = ""
    city: str = ""


class TouchesAnswer(msgspec.Struct, frozen=True):
    person: str
    handed_out: list[HandedOut]
    as_of: datetime


class TypeList(msgspec.Struct, frozen=True):
    types: list[ListedType]
    blocked: list[ListedBlocked]
    version: str
    found: list[FoundType]


class UnblockedIdentity(msgspec.Struct, frozen=True):
    hash: str = ""


class Undoing(msgspec.Struct, frozen=True):
    why: str = ""


class ValueChange(msgspec.Struct, frozen=True):
    value: str
    now: float | None
    then: float | None
    contribution: float
    rate: float | None
    mix: float | None


class ValueNamesOfField(msgspec.Struct, frozen=True):
    field: str
    revision: int
    values: list[NamedValue]


class VirtualList(msgspec.Struct, frozen=True):
    events: list[SavedVirtual]


class VirtualToSave(msgspec.Struct, frozen=True):
    name: str
    conditions: list[dict[str, Any]] | None = []
    zh: str = ""
    en: str = ""
    version: int | None = None
    retired: bool | None = None


class WaitingEvents(msgspec.Struct, frozen=True):
    reason: str
    event: str
    events: int
    first: datetime
    last: datetime
    ready: bool
    declared: bool
    bare: int
    sent_as: str
    wrong: list[WrongTypeOfField]
    samples: list[SampleOfEvent]
    fields: list[FieldOfEvent]


class WaitingList(msgspec.Struct, frozen=True):
    groups: list[WaitingEvents]


class WarningOfVirtual(msgspec.Struct, frozen=True):
    code: str
    zh: str
    en: str


class WholeReview(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    grain: str
    day: str
    from_: str | None
    to: str | None
    compare_from: str | None
    compare_to: str | None
    changes: list[FigureChanges]
    steps: list[MovedStep]
    snapshot: KeptSnapshot | None
    effect: ChangeEffect | None
    campaigns: list[MarginOfCampaign]
    months: list[MonthOfUsers]
    articles: list[ReviewedArticle]
    written: WrittenReview


class WhyAnswer(msgspec.Struct, frozen=True):
    person: str
    reached: int | None
    steps: int | None
    may_still: bool
    verdict: str
    said: list[str]
    reasons: list[WhyReason]
    attempts: list[WhyAttempt]
    events: list[WhyEvent]
    group: list[str | None] | None
    each: list[int]
    without_optional: int | None
    notes: list[str]
    as_of: datetime
    counted: bool
    times: int | None = None
    cohorts: list[WhyCohort] = []
    periods: list[WhyPeriod] = []
    paths: list[WhyPath] = []


class WhyAttempt(msgspec.Struct, frozen=True):
    reached: int
    counted: bool
    may_still: bool
    until: datetime
    steps: list[datetime]
    ended_by: str | None
    ended: datetime | None
    reasons: list[WhyReason]


class WhyCohort(msgspec.Struct, frozen=True):
    period: str
    start: datetime | None
    cells: dict[str, bool | None]


class WhyEvent(msgspec.Struct, frozen=True):
    time: datetime
    event: str
    page: str
    step: int | None
    steps: list[int]
    but_for_conditions: list[int]
    excluded: bool
    said: str
    counted: bool


class WhyNode(msgspec.Struct, frozen=True):
    kind: str
    node: str
    time: datetime | None


class WhyPath(msgspec.Struct, frozen=True):
    begin: datetime
    nodes: list[WhyNode]
    counted: bool
    leaves_at: int | None


class WhyPeriod(msgspec.Struct, frozen=True):
    period: str
    part: str
    active: int


class WhyReason(msgspec.Struct, frozen=True):
    rules: list[str]
    time: datetime | None


class WorseFacts(msgspec.Struct, frozen=True):
    what: str
    event: str
    new: float
    old: float


class WrittenAnnotation(msgspec.Struct, frozen=True):
    id: int
    day: str
    text: str
    by: str | None
    created: datetime
    personal: bool = False


class WrittenReview(msgspec.Struct, frozen=True):
    grain: str
    day: str
    insight: str
    friction: str
    change: str
    scale: str
    keep: str
    stop: str
    owner: int | None
    owner_name: str | None
    figure: str
    changed: datetime | None
    by: str | None


class WrongTypeOfField(msgspec.Struct, frozen=True):
    field: str
    came: str
    declared: str
    events: int


class Answer(msgspec.Struct, Generic[Row], frozen=True, rename={"from_": "from"}):
    report: str
    title: str
    from_: str
    to: str
    grain: str
    as_of: datetime
    running: bool
    cut: list[Cut]
    columns: list[Field]
    rows: list[Row]
    compared: Compared[Row] | None
    values: Values[Row] | None
    annotations: list[Annotation]
    notes: list[str]
    cost: Cost


class AskedAnswer(msgspec.Struct, Generic[Row], frozen=True, rename={"from_": "from"}):
    report: str
    title: str
    from_: str
    to: str
    grain: str
    as_of: datetime
    running: bool
    cut: list[Cut]
    columns: list[Field]
    rows: list[Row]
    compared: Compared[Row] | None
    values: Values[Row] | None
    annotations: list[Annotation]
    notes: list[str]
    cost: Cost
    question: (
        EventsQuestion
        | SharesQuestion
        | FunnelQuestion
        | PathsQuestion
        | RetentionQuestion
        | StickinessQuestion
        | LifecycleQuestion
        | AttributionQuestion
        | LtvQuestion
        | PaymentsQuestion
        | None
    ) = None


class Compared(msgspec.Struct, Generic[Row], frozen=True, rename={"from_": "from"}):
    from_: str
    to: str
    same_hours: bool
    rows: list[Row]
    total: Row | None = None


class Values(msgspec.Struct, Generic[Row], frozen=True):
    found: int
    total: Row
    rest: Row | None
    unknown: Row | None = None
    told: Row | None = None
    looked_up: Row | None = None
