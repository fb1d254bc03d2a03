"""The parts of a monthly review in words: what to scale, keep and stop, campaigns, users by month, articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minilens.measure.table import Row, Table
from minilens.render import format
from minilens.render.as_listing import listing
from minilens.render.as_review import parts_called, short, signed
from minilens.render.as_text import readable
from minilens.render.heading import days
from minilens.render.i18n import translate
from minilens.render.message import Listing
from minilens.reports.reviews import articles as of_articles
from minilens.reports.reviews import cohorts as of_cohorts
from minilens.reports.reviews.articles import Articles
from minilens.reports.reviews.campaigns import CampaignMargin
from minilens.reports.reviews.cohorts import Cohorts
from minilens.reports.reviews.verdicts import FEW, VERDICTS, Verdict, Why
from minilens.text import Language


@dataclass(frozen=True)
class VerdictItem:
    """A campaign or an article (`kind`, in words), and why."""

    kind: str
    name: str
    why: str


@dataclass(frozen=True)
class VerdictGroup:
    """What is to be scaled, kept or stopped."""

    verdict: Verdict
    title: str
    items: tuple[VerdictItem, ...]


@dataclass(frozen=True)
class MarginRow:
    """A campaign, what it cost, brought and left; `word`: what that speaks for."""

    campaign: str
    spend: str
    revenue: str
    left: str
    roas: str
    word: str
    loses: bool


@dataclass(frozen=True)
class MonthsCard:
    """Users by the month of their first visit. `told`: what has to be known of them; `page`: where more of it is, below
    the app's address."""

    list: Listing | None
    told: tuple[str, ...]
    page: str


def as_verdicts(
    campaigns: Sequence[CampaignMargin], articles: Articles | None, language: Language
) -> list[VerdictGroup]:
    """All three, each with what its figures speak for; none where nothing can be said of anything."""
    _ = translate(language)
    judged = [(_("Campaign"), one.campaign or _("No campaign"), one.judged) for one in campaigns]
    if articles:
        names = [str(row[0]) for row in readable(articles.table, articles.table.rows, language)]
        both = zip(names, articles.judged, strict=True)
        judged += [(_("Article"), name, one) for name, one in both]
    called, said = parts_called(language), _reasons(language)
    if not any(one.verdict for _kind, _name, one in judged):
        return []
    return [
        VerdictGroup(
            verdict, called[verdict],
            tuple(VerdictItem(kind, name, said[one.why]) for kind, name, one in judged if one.verdict == verdict),
        )
        for verdict in VERDICTS
    ]  # fmt: skip


def _reasons(language: Language) -> dict[Why, str]:
    _ = translate(language)
    return {
        "earns": _("Earns more than it costs, at a ROAS no lower than the period before"),
        "earns_first": _("Earns more than it costs; it did not run the period before"),
        "earns_less": _("Earns more than it costs, but its ROAS is lower than the period before"),
        "even": _("Brings as much as it costs"),
        "few_conversions": _("Earns more than it costs, but by fewer than %(few)s conversions") % {"few": FEW},
        "lost_now": _("Costs more than it brings, but earned the period before: find out what changed"),
        "lost": _("Costs more than it brings"),
        "lost_twice": _("Costs more than it brings, as in the period before"),
        "reads_on": _("More of its readers open the mini program than of the other articles"),
        "reads_no_more": _("Fewer of its readers open the mini program than of the other articles"),
        "as_others": _("As many of its readers open the mini program as of the other articles"),
        "": "",
    }  # fmt: skip


def as_margins(found: Sequence[CampaignMargin], language: Language) -> list[MarginRow]:
    """Campaigns, and what their margin speaks for."""
    _, called = translate(language), parts_called(language)

    def money(value: float | None) -> str:
        return short(value, "number", language)

    return [
        MarginRow(
            one.campaign or _("No campaign"), money(one.spend), money(one.revenue),
            format.UNKNOWN if one.left is None else signed(one.left, "number", language), money(one.roas),
            called.get(one.judged.verdict, ""), (one.left or 0) < 0,
        )
        for one in found
    ]  # fmt: skip


def margin_said(margin: float, language: Language) -> str:
    """What is left of revenue, in a sentence."""
    _ = translate(language)
    if margin == 1:
        return _("Left is net revenue less spend; the cost of goods is not in it.")
    rate = format.exact(margin, "ratio", language)
    return _(
        "Left is the margin of net revenue, %(rate)s by the team's saved query of lifetime value, less spend."
    ) % {"rate": rate}


def as_months(found: tuple[Cohorts, Table] | None, language: Language) -> MonthsCard:
    """The newest month first."""
    if found is None:
        return MonthsCard(None, (), "ltv")
    cohorts, table = found
    _ = translate(language)
    told = [
        days(table, cohorts.asked.report, language),
        *(note.of(language) for note in table.notes),
    ]
    if not any(one.name == "payback_day" for one in table.columns):
        told.append(
            _("A saved query of lifetime value with a margin also says when a month has paid back.")
        )
    rows = of_cohorts.months(table.rows)
    made = listing(table, _named(rows, language), of_cohorts.COLUMNS, language)
    return MonthsCard(made, tuple(told), cohorts.page)


def _named(rows: Sequence[Row], language: Language) -> list[Row]:
    return [
        (format.bucket(row[0], "month", language), *row[1:])
        for row in rows
        if isinstance(row[0], date)
    ]


def as_articles(found: Articles | None, language: Language) -> Listing | None:
    """Those with the most opens; None where none was published, or nothing is known of them."""
    if found is None:
        return None
    return listing(found.table, found.table.rows, of_articles.COLUMNS, language)
