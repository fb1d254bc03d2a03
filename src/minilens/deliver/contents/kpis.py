"""The KPIs of an app: where each stands, its target, and what its pace leads to."""

from __future__ import annotations

from minilens.deliver.contents.content import Asking, Content
from minilens.errors import Refused
from minilens.period import Range
from minilens.records.kpis import SavedKpi
from minilens.render.as_kpi import as_kpi
from minilens.render.i18n import translate
from minilens.render.message import Figure, Section, Tone
from minilens.reports.kpis import State, decoded, stands
from minilens.text import Language, Text

_TONES: dict[State, Tone] = {"reached": "good", "on_course": "good", "behind": "bad"}


def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
    """One, with all of them in the week or month of the last of the days; none where the app has none."""
    saved = asking.records.kpis.of(asking.app)
    if not saved:
        return ()
    figures = tuple(_figure(asking, one, over, language) for one in saved)
    return (Section(KPIS.title.of(language), figures=figures, link=asking.page("dashboard")),)


def _figure(asking: Asking, saved: SavedKpi, over: Range, language: Language) -> Figure:
    title = saved.name.of(language)
    try:
        now = stands(decoded(saved.body), asking.context, asking.app, asking.ask, over.end)
    except Refused as error:  # what it is of can be asked no longer
        return Figure(title, "–", note=error.message(language))
    card, _ = as_kpi(now, language), translate(language)
    said = [f"{_('Target')} {card.target}", card.word, card.sentence]
    return Figure(
        title, card.value, tone=_TONES.get(now.state, ""), note=" · ".join(filter(None, said))
    )


KPIS = Content("kpis", Text("KPI", "KPIs"), "week", sections)
