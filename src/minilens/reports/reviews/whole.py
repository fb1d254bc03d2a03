"""A review of a week or month, each part by itself: pages ask for one at a time, programs and sheets for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minilens.errors import Busy, Refused
from minilens.measure.pace import ONE_DAY
from minilens.measure.single_value import Ask
from minilens.measure.table import Table
from minilens.period import midnight
from minilens.records.reviews import Review
from minilens.records.store import Alarm, Records
from minilens.reports.event_names import events
from minilens.reports.request import AppContext
from minilens.reports.reviews import campaigns, effect, snapshot, steps
from minilens.reports.reviews.articles import Articles, articles
from minilens.reports.reviews.campaigns import CampaignMargin
from minilens.reports.reviews.changes import FigureChange, changed
from minilens.reports.reviews.cohorts import Cohorts, cohorts, margin_of
from minilens.reports.reviews.days import Reviewed, ReviewGrain, before, reviewed
from minilens.reports.reviews.effect import Effect
from minilens.reports.reviews.snapshot import Beside, Kept
from minilens.reports.reviews.steps import FunnelMoved
from minilens.reports.reviews.watched import Watched, looked_at


@dataclass(frozen=True)
class ReviewOf:
    """A review that can be asked for its parts; all of them but `days` may block."""

    grain: ReviewGrain
    start: date
    app: int
    context: AppContext
    records: Records
    ask: Ask

    @property
    def days(self) -> Reviewed | None:
        """Its days that are over, and those before; None where none is yet."""
        return reviewed(self.grain, self.start, self.context.today)

    def written(self) -> Review:
        """What people wrote; empty where nothing is."""
        return self.records.reviews.get(self.app, self.grain, self.start)

    def figures(self) -> list[Watched]:
        """What it looks at: KPIs first."""
        return looked_at(self.records.kpis.of(self.app))

    def changed(self, figure: Watched) -> FigureChange | None:
        """How one of them changed; None where it can be asked no longer, or no day is over."""
        days = self.days
        if days is None:
            return None
        try:
            return changed(figure, days.over, days.before, self.context, self.app, self.ask)
        except Busy:
            raise
        except Refused:
            return None

    def steps(self) -> list[FunnelMoved]:
        """How the steps of funnels moved, the one that moved most first."""
        days = self.days
        if days is None:
            return []
        saved = self.records.questions.of(self.app, None)
        named = events(self.records, self.app)
        return steps.moved(saved, named, days.over, days.before, self.context, self.app, self.ask)

    def kept(self) -> tuple[Kept, list[Beside]] | None:
        """The snapshot and what the same days say now; None where none was made."""
        found = self.records.snapshots.find(self.app, self.grain, self.start)
        days = self.days
        if found is None or days is None:
            return None
        kept = snapshot.read(found.body)
        return kept, snapshot.beside(kept, days.whole, self.context, self.app, self.ask)

    def effect(self) -> Effect | None:
        """Of the change that the week before decided on; None where it decided on none, or no day is over."""
        days = self.days
        if days is None:
            return None
        past = self.records.reviews.get(self.app, self.grain, before(self.grain, self.start))
        return effect.effect(past, days.over, days.before, self.context, self.app, self.ask)

    def alarms(self) -> list[Alarm]:
        """Those that were open on its days, first those that still are."""
        days, zone = self.days, self.context.timezone
        if days is None:
            return []
        end = midnight(days.whole.end + ONE_DAY, zone)
        return self.records.alarms.within(self.app, midnight(days.whole.start, zone), end)

    def campaigns(self) -> list[CampaignMargin]:
        """Campaigns by what is left after what they cost."""
        days = self.days
        if days is None:
            return []
        over, before = days.over, days.before
        return campaigns.margins(over, before, self.margin, self.context, self.app, self.ask)

    @property
    def margin(self) -> float:
        """What part of revenue campaigns are taken to leave; 1 where the team has not said."""
        return margin_of(self.records.questions.of(self.app, None))

    def cohorts(self) -> tuple[Cohorts, Table] | None:
        """Users by the month of their first visit, up to these days; None where it can be asked no longer."""
        days = self.days
        if days is None:
            return None
        try:
            found = cohorts(days.whole, self.context, self.records.questions.of(self.app, None))
            return found, self.ask(found.asked.query(self.app))
        except Busy:
            raise
        except Refused:
            return None

    def articles(self) -> Articles | None:
        """Articles of the Official Account published on its days; None where no day is over."""
        days = self.days
        return articles(days.over, self.context, self.app, self.ask) if days else None
