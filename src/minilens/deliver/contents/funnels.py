"""The weekly look at growth: the four stages, the funnels that people have pinned, and the pages most seen."""

from __future__ import annotations

from minilens.deliver.contents.content import Asking, Content
from minilens.deliver.contents.of_table import figure, section
from minilens.errors import Refused
from minilens.period import Range
from minilens.records.questions import SavedQuestion
from minilens.render.i18n import translate
from minilens.render.message import Section
from minilens.reports.question import decoded
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.stages import STAGES, Stage, figure_now
from minilens.text import Language, Text

#: Funnels of one message.
MOST = 3


def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
    """A part for each stage, each funnel, and the pages."""
    stages = [_stage(asking, one, over, language) for one in STAGES]
    days = f"from={over.start}&to={over.end}"
    asked = [f"question.{one.id}" for one in pinned(asking)]
    found = [section(asking.report(name, days, language), asking, language) for name in asked]
    pages = section(asking.report("overview.pages", days, language), asking, language)
    return (*stages, *found, pages)


def pinned(asking: Asking) -> list[SavedQuestion]:
    """The team's funnels that somebody has pinned; where nobody has, the first ones of the team."""
    funnels = [one for one in asking.records.questions.of(asking.app, None) if _is_funnel(one)]
    names = asking.records.pins.reports(asking.app)
    kept = [one for one in funnels if f"question.{one.id}" in names]
    return (kept or funnels)[:MOST]


def _is_funnel(saved: SavedQuestion) -> bool:
    try:
        return isinstance(decoded(saved.body), FunnelQuestion)
    except Refused:  # of a version before, which can be asked no longer
        return False


def _stage(asking: Asking, stage: Stage, over: Range, language: Language) -> Section:
    """Its figures, as the dashboard has them; what an app doesn't have, as costs, is left out."""
    _ = translate(language)
    made = []
    for one in stage.figures:
        found = figure_now(one, over, asking.context, asking.ask, asking.app)
        if found.now is None and found.then is None:
            continue
        days = f"{found.over.start} – {found.over.end}" if one.after else ""
        against = _("%(change)s on the period before")
        made.append(figure(found.column, found.now, found.then, language, against, note=days))
    told = () if made else (_("There is nothing to tell about these days."),)
    return Section(stage.title.of(language), told, tuple(made), link=asking.page("dashboard"))


FUNNELS = Content("funnels", Text("漏斗与内容", "Funnels and content"), "week", sections)
