"""The review of a week or month: what changed most and because of what, the step that moved, what people wrote."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from minilens.deliver.contents.content import Asking, Content
from minilens.period import Range, buckets_before, floor
from minilens.records.reviews import PARTS
from minilens.render import format
from minilens.render.as_month import as_articles, as_margins, as_months, as_verdicts
from minilens.render.as_review import (
    as_alarms,
    as_change,
    as_steps,
    changed,
    parts_called,
)
from minilens.render.i18n import translate, translate_plural
from minilens.render.message import MOST_ROWS, Figure, Listing, Section, Tone
from minilens.reports.reviews.days import ReviewGrain, latest
from minilens.reports.reviews.whole import ReviewOf
from minilens.text import Language, Text

_TONES: dict[format.Meaning, Tone] = {"better": "good", "worse": "bad"}


def review_of(asking: Asking, grain: ReviewGrain, over: Range) -> ReviewOf:
    """The review that is sent when the days of `over` are told of: from its Friday on that of the week that runs, as
    its page is; else that of these days."""
    today = asking.context.today
    last = buckets_before(floor(today, grain), grain, 1)
    start = floor(over.start, grain)
    start = latest(grain, today) if start == last else start
    return ReviewOf(grain, start, asking.app, asking.context, asking.records, asking.ask)


def _sections(grain: ReviewGrain) -> Callable[[Asking, Range, Language], tuple[Section, ...]]:
    def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
        """Figures with their causes, the step that moved, last week's change, campaigns, what people wrote."""
        one = review_of(asking, grain, over)
        if one.days is None:
            return ()
        link = asking.page(f"reviews/{grain}/{one.start}")
        parts = (_figures, _effect, _steps, _alarms, _verdicts, _written)
        return tuple(chain.from_iterable(part(one, link, language) for part in parts))

    return sections


def _figures(one: ReviewOf, link: str, language: Language) -> list[Section]:
    _ = translate(language)
    figures = []
    for figure in one.figures():
        found = one.changed(figure)
        if found is None:
            continue
        card, moved = as_change(found, language), changed(found, language)
        causes = "; ".join(f"{cause.value} {cause.by}" for cause in card.causes[:2])
        tone = _TONES.get(moved.meaning, "")
        figures.append(Figure(card.title, card.now, moved.text, tone, causes or card.said))
    days = one.days
    assert days is not None
    told = format.span(days.over.start, days.over.end, language, one.context.today.year)
    other = format.span(days.before.start, days.before.end, language, one.context.today.year)
    said = f"{told}, {_('compared with %(other)s') % {'other': other}}"
    return [Section(_("What changed"), (said,), tuple(figures), link=link)]


def _effect(one: ReviewOf, link: str, language: Language) -> list[Section]:
    found, _ = one.effect() if one.grain == "week" else None, translate(language)
    if found is None:
        return []
    figures: tuple[Figure, ...] = ()
    if found.moved:
        card, moved = as_change(found.moved, language), changed(found.moved, language)
        figures = (Figure(card.title, card.now, moved.text, _TONES.get(moved.meaning, "")),)
    owner = found.review.owner_name
    said = [found.review.change]
    said += [_("Owner: %(name)s") % {"name": owner}] if owner else []
    return [Section(_("Last week's change"), tuple(said), figures, link=link)]


def _steps(one: ReviewOf, link: str, language: Language) -> list[Section]:
    _ = translate(language)
    row = next((row for row in as_steps(one.steps(), language) if row.sure), None)
    said = _("No step of a funnel moved by more than chance.")
    if row:
        said = (
            f"{row.funnel}: {row.step}, {row.then} → {row.now} ({row.change.text}). {row.verdict}."
        )
    return [Section(_("The step that moved most"), (said,), link=link)]


def _alarms(one: ReviewOf, link: str, language: Language) -> list[Section]:
    """Those that are still open, and how many there were."""
    found, _, ngettext = one.alarms(), translate(language), translate_plural(language)
    if not found:
        return []
    rows = as_alarms([each for each in found if each.open], one.context.timezone, language)
    said = [
        ngettext(
            "%(count)s alarm on these days, %(open)s still open.",
            "%(count)s alarms on these days, %(open)s still open.",
            len(found),
        )
        % {"count": len(found), "open": len(rows)}
    ]
    said += [f"{row.title}: {row.sentence}" for row in rows[:MOST_ROWS]]
    return [Section(_("Alarms"), tuple(said), link=link)]


def _verdicts(one: ReviewOf, link: str, language: Language) -> list[Section]:
    """What to scale, keep and stop, then the figures it is said by: of campaigns, users by month, articles."""
    if one.grain != "month":
        return []
    _ = translate(language)
    campaigns, articles = one.campaigns(), one.articles()
    groups = [group for group in as_verdicts(campaigns, articles, language) if group.items]
    said = [f"{group.title}: {', '.join(each.name for each in group.items)}" for group in groups]
    found = [Section(_("What to scale, keep and stop"), tuple(said), link=link)] if said else []
    rows = as_margins(campaigns, language)
    columns = (_("Campaign"), _("Spend"), _("Net revenue"), _("Left"))
    shown = tuple((row.campaign, row.spend, row.revenue, row.left) for row in rows[:MOST_ROWS])
    months, read = as_months(one.cohorts(), language), as_articles(articles, language)
    margins = Listing("", columns, shown, len(rows) - len(shown)) if rows else None
    lists = (
        (_("Campaigns by margin"), margins), (_("Users by month of their first visit"), months.list),
        (_("Official Account articles"), read),
    )  # fmt: skip
    return found + [Section(title, listing=each, link=link) for title, each in lists if each]


def _written(one: ReviewOf, link: str, language: Language) -> list[Section]:
    review, _ = one.written(), translate(language)
    called = parts_called(language)
    said = [
        f"{called[part]}: {text}" for part in PARTS[one.grain] if (text := getattr(review, part))
    ]
    if review.owner_name:
        said.append(_("Owner: %(name)s") % {"name": review.owner_name})
    if not said:
        said = [_("Nothing is written yet: the page waits for it.")]
    return [Section(_("What we make of it"), tuple(said), link=link)]


WEEK = Content("review.week", Text("周五复盘", "Friday review"), "week", _sections("week"))
MONTH = Content("review.month", Text("月度复盘", "Monthly review"), "month", _sections("month"))
