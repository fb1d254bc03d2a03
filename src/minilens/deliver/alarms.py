"""Alarms as messages: what opened together is one, and so is what was over together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from minilens.deliver.contents import Asking
from minilens.measure.table import Unit
from minilens.render.as_alarm import as_words
from minilens.render.i18n import translate
from minilens.render.message import MOST_ROWS, Message, Picture, Section
from minilens.render.panels import Course
from minilens.reports.alarm_facts import AlarmFacts, MissingFacts, SeriesFacts
from minilens.text import Language

#: Below an app's pages.
PAGE = "alarms"


@dataclass(frozen=True)
class Told:
    """An alarm that channels are told of. `over`: that it is resolved."""

    id: int
    facts: AlarmFacts
    over: bool


def message(asking: Asking, told: Sequence[Told], language: Language) -> Message:
    """One message of one alarm or several, the newest last; of many the first ten in full."""
    _ = translate(language)
    zone = asking.context.timezone
    sections = tuple(_section(asking, one, language) for one in told[:MOST_ROWS])
    app = asking.title.of(language)
    if len(told) == 1:
        title = f"{app}{'：' if language == 'zh' else ': '}{sections[0].title}"
        sections = (_untitled(sections[0]),)
    else:
        title = _("%(app)s: %(count)s alarms") % {"app": app, "count": len(told)}
    at = asking.context.now.astimezone(ZoneInfo(zone))
    footer = _(
        "Sent because an alarm rule of this app says so. Rules and quiet hours are on the page of alarms."
    )
    return Message(title, f"{at:%Y-%m-%d %H:%M}", sections, asking.page(PAGE), language, footer)


def _untitled(one: Section) -> Section:
    return Section("", one.sentences, one.figures, one.picture, one.listing, one.link)


def _section(asking: Asking, told: Told, language: Language) -> Section:
    _ = translate(language)
    words = as_words(told.facts, asking.context.timezone, language)
    link = asking.page(f"{PAGE}/{told.id}")
    if told.over:
        title = _("It is over: %(what)s") % {"what": words.title}
        return Section(title, (words.sentence,), link=link)
    said = tuple(filter(None, (words.sentence, words.usual, *words.rows)))
    return Section(words.title, said, picture=_picture(asking, told.facts, language), link=link)


def _picture(asking: Asking, facts: AlarmFacts, language: Language) -> Picture | None:
    """Its course beside the bound that it crossed; none of what has no course."""
    if not isinstance(facts, SeriesFacts | MissingFacts) or len(facts.course) < 2:
        return None
    _ = translate(language)
    words = as_words(facts, asking.context.timezone, language)
    zone = ZoneInfo(asking.context.timezone)
    hours = isinstance(facts, MissingFacts) or facts.length == "hour"
    labels = [datetime.fromtimestamp(one.at / 1000, zone) for one in facts.course]
    bound: tuple[float | None, ...] = ()
    title, unit, called = _("Events by the hour"), "count", ""
    if isinstance(facts, SeriesFacts):
        title, unit = (facts.zh if language == "zh" else facts.en), facts.unit
        low = facts.side == "low"
        bound = tuple(one.low if low else one.high for one in facts.course)
        called = _("Usually at least") if low else _("Usually at most")
    course = Course(
        title, tuple(f"{one:%H:%M}" if hours else f"{one:%m-%d}" for one in labels),
        tuple(one.value for one in facts.course), cast("Unit", unit), called=title if bound else "", then=bound,
        then_called=called,
    )  # fmt: skip
    return asking.draw([course], f"{words.title}: {words.sentence}", language)
