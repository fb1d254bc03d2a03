"""The KPIs of an app: where each stands, its target, and what its pace leads to."""

from __future__ import annotations

from minilens.deliver.contents.content import Asking, Content
from minilens.errors import Busy, Refused
from minilens.period import Range
from minilens.render import format
from minilens.render.as_kpi import KpiCard, as_kpi
from minilens.render.i18n import translate
from minilens.render.message import Figure, Section, Tone
from minilens.render.panels import Course
from minilens.reports.kpis import KpiNow, State, decoded, stands
from minilens.text import Language, Text

_TONES: dict[State, Tone] = {"reached": "good", "on_course": "good", "behind": "bad"}


def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
    """One, with all of them in the week or month of the last of the days; none where the app has none."""
    figures, panels = [], []
    for saved in asking.records.kpis.of(asking.app):
        title = saved.name.of(language)
        try:
            now = stands(decoded(saved.body), asking.context, asking.app, asking.ask, over.end)
        except Busy:
            raise
        except Refused as error:  # what it is of can be asked no longer
            figures.append(Figure(title, format.UNKNOWN, note=error.message(language)))
            continue
        card = as_kpi(now, language)
        figures.append(_figure(title, now, card, language))
        panels.append(_panel(title, now, card, language))
    if not figures:
        return ()
    alt = "; ".join(f"{one.title} {one.value}, {one.note}" for one in figures)
    drawn = asking.draw(panels, alt, language)
    link = asking.page("dashboard")
    return (Section(KPIS.title.of(language), figures=tuple(figures), picture=drawn, link=link),)


def _figure(title: str, now: KpiNow, card: KpiCard, language: Language) -> Figure:
    said = [f"{translate(language)('Target')} {card.target}", card.word, card.sentence, *card.notes]
    note = " · ".join(filter(None, said))
    return Figure(title, card.value, tone=_TONES.get(now.state, ""), note=note)


def _panel(title: str, now: KpiNow, card: KpiCard, language: Language) -> Course:
    """Its last weeks or months beside the target."""
    return Course(
        title, tuple(format.tick(day, now.definition.period) for day, _ in now.course),
        tuple(value for _, value in now.course), now.unit, "bars", target=now.definition.target,
        target_called=f"{translate(language)('Target')} {card.target}", end=now.end,
        running=bool(now.course) and now.course[-1][0] == now.over.start,
    )  # fmt: skip


KPIS = Content("kpis", Text("KPI", "KPIs"), "week", sections)
