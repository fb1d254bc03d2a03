"""The parts of a review in words: what changed and because of what, steps that moved, figures kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minilens.measure.contributions import Contribution
from minilens.measure.funnels.moved import StepMoved
from minilens.measure.table import Unit
from minilens.records.alarms import Alarm
from minilens.render import format
from minilens.render.as_alarm import as_words
from minilens.render.i18n import translate
from minilens.reports.alarm_facts import decoded
from minilens.reports.reviews.changes import FigureChange, Told
from minilens.reports.reviews.snapshot import GROUPS, Beside, Kept
from minilens.reports.reviews.steps import FunnelMoved
from minilens.reports.reviews.watched import Watched, column
from minilens.text import Language, Text

#: So many values are named of a figure.
MOST = 6
_MINUS = "\N{MINUS SIGN}"
_GROUPS: dict[str, Text] = {
    "kpis": Text("KPI", "KPIs"), "stages": Text("四个阶段", "The four stages"),
    "spend": Text("投放花费", "Spend"), "pages": Text("受访页", "Top pages"),
}  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """A value that has to do with a change: of which dimension, then, now, its contribution, and how large that is
    beside the largest, in per cent. `fell`: it took away. `parts`: of ratios rate and mix, in words."""

    dimension: str
    value: str
    then: str
    now: str
    by: str
    size: float
    fell: bool
    parts: str


@dataclass(frozen=True)
class ChangeCard:
    """How a figure changed, and because of what; `said` where nothing can be named."""

    title: str
    page: str
    now: str
    then: str
    change: format.Change
    causes: tuple[Cause, ...]
    said: str


@dataclass(frozen=True)
class StepRow:
    """A step of a funnel: from which to which, the rates then and now of so many, whether that is more than chance."""

    funnel: str
    step: str
    then: str
    now: str
    change: format.Change
    of: str
    verdict: str
    sure: bool


@dataclass(frozen=True)
class KeptRow:
    """A figure as it was seen, the one of the period before, what the same days say now where that is another."""

    title: str
    before: str
    value: str
    change: format.Change
    now: str
    restated: bool


@dataclass(frozen=True)
class AlarmRow:
    """An alarm by its number, in words, with how it stands and what somebody noted."""

    id: int
    title: str
    sentence: str
    state: str
    open: bool
    note: str


def signed(value: float, unit: Unit, language: Language) -> str:
    """+1,204, −3.2 pp, +12 s."""
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    size = abs(value)
    if unit == "ratio":
        return f"{sign}{size * 100:,.2f}{format.POINTS[language]}"
    if unit == "count" and float(size).is_integer():
        size = int(size)
    return sign + format.short(size, unit, language)


def parts_called(language: Language) -> dict[str, str]:
    """The parts that people write → what they are called."""
    _ = translate(language)
    return {
        "insight": _("One insight"), "friction": _("One friction point"), "change": _("One change"),
        "scale": _("Scale"), "keep": _("Keep"), "stop": _("Stop"),
    }  # fmt: skip


def as_change(found: FigureChange, language: Language) -> ChangeCard:
    """In one language."""
    figure, unit = found.figure, found.unit
    causes = _causes(found, language)
    return ChangeCard(
        figure.title.of(language), figure.page, short(found.now, unit, language), short(found.then, unit, language),
        changed(found, language), causes, "" if causes else _silence(found, language),
    )  # fmt: skip


def changed(found: FigureChange, language: Language) -> format.Change:
    """The change of a figure."""
    return format.change(found.now, found.then, column(found.figure, found.unit), language)


def _silence(found: FigureChange, language: Language) -> str:
    _ = translate(language)
    if found.by is None:
        return _("Nothing to compare with.")
    if not found.by:
        return _("No change.")
    return _("This figure can't be told apart by source, page or campaign.")


def telling(found: FigureChange) -> list[tuple[Told, Contribution]]:
    """The values that say something, the largest contribution first: the first two of each dimension, none of a
    dimension with one value alone, which is the whole, nor what isn't known."""
    some = []
    for one in found.told:
        parts = one.change.parts
        alone = len(parts) == 1 and parts[0].now == found.now and parts[0].then == found.then
        if not alone:
            some += [(one, part) for part in parts[:2] if part.value]
    return sorted(some, key=lambda pair: -abs(pair[1].by))


def _causes(found: FigureChange, language: Language) -> tuple[Cause, ...]:
    some = telling(found)[:MOST]
    largest = max((abs(part.by) for _, part in some), default=0) or 1
    return tuple(
        Cause(
            one.dimension.title.of(language), one.dimension.shown(part.value, language),
            short(part.then, found.unit, language), short(part.now, found.unit, language),
            signed(part.by, found.unit, language), round(abs(part.by) / largest * 100, 1), part.by < 0,
            _parts(part, found.unit, language),
        )
        for one, part in some
    )  # fmt: skip


def _parts(part: Contribution, unit: Unit, language: Language) -> str:
    if part.rate is None or part.mix is None:
        return ""
    _ = translate(language)
    told = {"rate": signed(part.rate, unit, language), "mix": signed(part.mix, unit, language)}
    return _("rate %(rate)s, mix %(mix)s") % told


def as_steps(found: Sequence[FunnelMoved], language: Language) -> list[StepRow]:
    """The step of each funnel that moved most, or the one with the largest difference where none is sure."""
    rows = []
    for one in found:
        step = one.most or max(one.steps, key=_moved, default=None)
        if step is not None and (step.now.of or step.then.of):
            rows.append(_step(one, step, language))
    return rows


def _moved(step: StepMoved) -> float:
    return abs(step.now.share - step.then.share)


def _step(one: FunnelMoved, step: StepMoved, language: Language) -> StepRow:
    told = Watched("rate", Text("", ""), None)  # type: ignore[arg-type]
    now, then = (rate.share if rate.of else None for rate in (step.now, step.then))
    sure = step.verdict in ("likely_higher", "likely_lower")
    return StepRow(
        one.title.of(language), f"{one.titles[step.step - 2].of(language)} → {one.titles[step.step - 1].of(language)}",
        format.exact(then, "ratio", language), format.exact(now, "ratio", language),
        format.change(now, then, column(told, "ratio"), language), f"{step.then.of:,} → {step.now.of:,}",
        _verdict(step, language), sure,
    )  # fmt: skip


def _verdict(step: StepMoved, language: Language) -> str:
    _ = translate(language)
    words = {
        "likely_higher": _("Likely higher"), "likely_lower": _("Likely lower"),
        "no_difference": _("No difference seen"), "too_few": _("Too few to tell"),
    }  # fmt: skip
    return words[step.verdict]


def as_kept(
    kept: Kept, beside: Sequence[Beside], language: Language
) -> list[tuple[str, list[KeptRow]]]:
    """Groups of figures with their titles; those that know nothing are left out."""
    found = []
    for group in GROUPS:
        rows = [_kept(one, language) for one in beside if one.kept.group == group and _knows(one)]
        if rows:
            found.append((_GROUPS[group].of(language), rows))
    return found


def _knows(one: Beside) -> bool:
    kept = one.kept
    return any(value is not None for value in (kept.value, kept.before, one.now))


def _kept(one: Beside, language: Language) -> KeptRow:
    kept = one.kept
    of = column(Watched(kept.name, Text(kept.zh, kept.en), kept.source, kept.rise_is), kept.unit)
    return KeptRow(
        of.title.of(language), short(kept.before, kept.unit, language), short(kept.value, kept.unit, language),
        format.change(kept.value, kept.before, of, language), format.exact(_tidy(one.now), kept.unit, language),
        one.restated,
    )  # fmt: skip


def as_alarms(found: Sequence[Alarm], timezone: str, language: Language) -> list[AlarmRow]:
    """Each in words."""
    return [_alarm(one, timezone, language) for one in found]


def _alarm(one: Alarm, timezone: str, language: Language) -> AlarmRow:
    _ = translate(language)
    words = as_words(decoded(one.facts), timezone, language)
    state = _("Still open") if one.open else _("Resolved")
    if one.open and one.acknowledged:
        state = _("Acknowledged")
    return AlarmRow(one.id, words.title, words.sentence, state, one.open, one.note)


def short(value: float | None, unit: Unit, language: Language) -> str:
    """As cards write it; whole numbers without a point."""
    return format.short(_tidy(value), unit, language)


def _tidy(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value
