"""A change that a week decided on, measured a week later by the figure that it names."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from minilens.errors import Busy, Refused
from minilens.measure.single_value import Ask
from minilens.period import Range
from minilens.records.reviews import Review
from minilens.reports.kpi_definition import KpiSource
from minilens.reports.request import AppContext
from minilens.reports.reviews.changes import FigureChange, changed
from minilens.reports.reviews.watched import Watched
from minilens.text import Text


class NamedFigure(msgspec.Struct, frozen=True):
    """What a change is measured by: its name among the figures of the day it was chosen, and a copy of what it is."""

    name: str
    zh: str
    en: str
    source: KpiSource
    rise_is: str = "better"


@dataclass(frozen=True)
class Effect:
    """A change and how its figure moved since; `moved` None where it names none, or one that can be asked no longer."""

    review: Review
    moved: FigureChange | None
    now: Range
    then: Range


def encoded(figure: Watched) -> str:
    """As the records keep it."""
    told = NamedFigure(figure.name, figure.title.zh, figure.title.en, figure.asked, figure.rise_is)
    return msgspec.json.encode(told).decode()


def figure_of(review: Review) -> Watched | None:
    """What a change is measured by; None where it names nothing."""
    if not review.figure:
        return None
    kept = msgspec.json.decode(review.figure, type=NamedFigure)
    return Watched(kept.name, Text(kept.zh, kept.en), kept.source, kept.rise_is)  # type: ignore[arg-type]


def effect(
    review: Review, now: Range, then: Range, context: AppContext, app: int, ask: Ask
) -> Effect | None:
    """Of the change of the period before; None where it has none. `now` are the days after it, `then` as many of its
    own period."""
    if not review.change:
        return None
    figure = figure_of(review)
    try:
        moved = changed(figure, now, then, context, app, ask) if figure else None
    except Busy:
        raise
    except Refused:
        moved = None
    return Effect(review, moved, now, then)
