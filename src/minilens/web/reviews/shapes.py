"""Reviews, snapshots and the checklist as programs read and write them."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from minilens.web.reviews.changes_api import FigureChanges


class WrittenReview(msgspec.Struct, frozen=True):
    """What people wrote. Of a week: `insight`, `friction`, `change`, its `owner` (number of an account, null nobody)
    and the `figure` that it is measured by (empty none). Of a month: `scale`, `keep`, `stop`. `changed`: when last, and
    by whom; null where nothing was written, or by a command."""

    grain: str
    day: date
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


class ReviewList(msgspec.Struct, frozen=True):
    """Those that were written, the newest first, and the first days of the snapshots that are kept."""

    reviews: list[WrittenReview]
    snapshots: list[date]


class MovedStep(msgspec.Struct, frozen=True):
    """How a step of a funnel moved: of `of` who got to the step before, `some` got here; `then_of` and `then_some`
    before. `p`: how probable a difference as large is by chance, null too few; `verdict`: likely_higher, likely_lower,
    no_difference or too_few."""

    funnel_zh: str
    funnel_en: str
    step: int
    some: int
    of: int
    then_some: int
    then_of: int
    p: float | None
    verdict: str


class SnapshotFigure(msgspec.Struct, frozen=True):
    """A figure as it was seen, that of the period before, what the same days say now. `group`: kpis, stages, spend or
    pages. `restated`: it says something else now."""

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


class KeptSnapshot(msgspec.Struct, frozen=True):
    """Figures as they were seen at `as_of`."""

    as_of: datetime
    figures: list[SnapshotFigure]


class ChangeEffect(msgspec.Struct, frozen=True):
    """The change of the period before, and how the figure that it names moved since; null where it names none."""

    change: str
    owner: int | None
    owner_name: str | None
    moved: FigureChanges | None


class MarginOfCampaign(msgspec.Struct, frozen=True):
    """A campaign with costs: `left` is the margin of net revenue − spend. Null where it isn't known. `verdict`: scale,
    keep or stop, empty where nothing can be said; `why`: because of what, such as earns or lost_twice."""

    campaign: str
    spend: float
    revenue: float | None
    left: float | None
    roas: float | None
    verdict: str
    why: str


class MonthOfUsers(msgspec.Struct, frozen=True):
    """Users by the month of their first visit: how many, which part came back within 7, 14 and 30 days, what one is
    worth up to now, and on which day its costs had been paid back. Null where it isn't known, or not yet."""

    month: date
    users: int
    return_rate_7: float | None
    return_rate_14: float | None
    return_rate_30: float | None
    ltv: float | None
    payback_day: int | None


class ReviewedArticle(msgspec.Struct, frozen=True):
    """An article of the Official Account published in the period, with what it came to up to now; `verdict` and `why`
    as of campaigns."""

    article: str
    opens: int | None
    completion_rate: float | None
    sharing_rate: float | None
    follows: int | None
    launches: int | None
    conversions: int | None
    verdict: str
    why: str


class WholeReview(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A week or month: its days that are over, and those before; what changed, which steps moved, the snapshot, what
    the last change did, campaigns, and what people wrote. `months` (the newest first) and `articles` are of months
    alone. All of it is empty while no day is over."""

    grain: str
    day: date
    start: date | None
    end: date | None
    compare_from: date | None
    compare_to: date | None
    changes: list[FigureChanges]
    steps: list[MovedStep]
    snapshot: KeptSnapshot | None
    effect: ChangeEffect | None
    campaigns: list[MarginOfCampaign]
    months: list[MonthOfUsers]
    articles: list[ReviewedArticle]
    written: WrittenReview


class GivenReview(msgspec.Struct, forbid_unknown_fields=True):
    """What people write; what is left out becomes empty. `figure`: a measure such as visitors, or kpi.7."""

    insight: str = ""
    friction: str = ""
    change: str = ""
    scale: str = ""
    keep: str = ""
    stop: str = ""
    owner: int | None = None
    figure: str = ""


class ChecklistItem(msgspec.Struct, frozen=True):
    """`page`: where it is done, below the app's address. `count`: how many there are of what it asks for."""

    name: str
    zh: str
    en: str
    page: str
    done: bool
    count: int


class Checklist(msgspec.Struct, frozen=True):
    """`shown`: it stands on the dashboard until all is done; it was not put away."""

    shown: bool
    items: list[ChecklistItem]


class GivenChecklist(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the dashboard shows it."""

    shown: bool
