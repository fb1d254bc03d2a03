"""How a KPI stands, as a card draws it: figures, a sentence, the weeks or months before as bars beside the target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minilens.render import format
from minilens.render.i18n import translate, translate_plural
from minilens.reports.kpis import KpiNow
from minilens.text import Language

#: The box that bars are drawn in, and the room between two of them.
WIDTH, HEIGHT, GAP = 160, 44, 4


@dataclass(frozen=True)
class Bar:
    """One week or month. `top`, `height`: in the box; `running`: it isn't over; `ghost`: where its pace leads."""

    left: float
    width: float
    top: float
    height: float
    title: str
    running: bool = False
    ghost: float | None = None


@dataclass(frozen=True)
class KpiCard:
    """`filled`: how far the value is on its way to the target, in per cent, at most 100; None where less is better or
    it isn't known. `line`: where the target lies in the box of the bars."""

    value: str
    exact: str
    target: str
    period: str
    state: str
    word: str
    sentence: str
    basis: str
    filled: float | None
    bars: tuple[Bar, ...]
    line: float
    described: str
    notes: tuple[str, ...]


def as_kpi(now: KpiNow, language: Language) -> KpiCard:
    """In one language."""
    _ = translate(language)
    unit, definition = now.unit, now.definition
    bound = _("at most %(target)s") if definition.better == "less" else "%(target)s"
    bars, line = _bars(now, language)
    return KpiCard(
        value=format.short(now.value, unit, language), exact=format.exact(now.value, unit, language),
        target=bound % {"target": format.short(_whole(definition.target), unit, language)},
        period=_("This week") if definition.period == "week" else _("This month"), state=now.state,
        word=_words(language)[now.state], sentence=_sentence(now, language), basis=_basis(now, language),
        filled=_filled(now), bars=bars, line=line, described="; ".join(one.title for one in bars),
        notes=tuple(one.of(language) for one in now.notes),
    )  # fmt: skip


def _words(language: Language) -> dict[str, str]:
    _ = translate(language)
    return {
        "reached": _("Reached"), "on_course": _("On course"), "behind": _("Behind"), "early": _("Too early to say"),
        "unknown": _("No data"),
    }  # fmt: skip


def _sentence(now: KpiNow, language: Language) -> str:
    """What the present pace leads to, where it leads anywhere."""
    _ = translate(language)
    if now.state == "unknown":
        return _("Nothing has been counted in this period yet.")
    if now.state == "early":
        return _("From tomorrow on, the pace shows where this leads.")
    if now.end is None or now.end == now.value:
        return ""
    end = format.short(_rounded(now.end, now.unit), now.unit, language)
    return _("At this pace %(end)s by %(day)s.") % {"end": end, "day": f"{now.over.end:%m-%d}"}


def _basis(now: KpiNow, language: Language) -> str:
    """What the pace is worked out of."""
    _, ngettext = translate(language), translate_plural(language)
    if now.end is None or now.end == now.value:
        return ""
    if not now.periods:
        return _("Pace: evenly over the period, as there is none before to go by.")
    if now.definition.period == "week":
        said = ngettext(
            "Pace: as last week went on from the same day.",
            "Pace: as the last %(count)s weeks went on from the same day.",
            now.periods,
        )
    else:
        said = ngettext(
            "Pace: as last month went on from the same day.",
            "Pace: as the last %(count)s months went on from the same day.",
            now.periods,
        )
    return said % {"count": now.periods}


def _whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _rounded(value: float, unit: str) -> float | int:
    return round(value) if unit == "count" else value


def _filled(now: KpiNow) -> float | None:
    target = now.definition.target
    if now.definition.better == "less" or now.value is None or target <= 0:
        return None
    return round(min(100.0, max(0.0, now.value * 100 / target)), 1)


def _bars(now: KpiNow, language: Language) -> tuple[tuple[Bar, ...], float]:
    """From 0 to the highest of values, target and the end of the running one."""
    ends = [value for _, value in now.course if value is not None]
    most = max(0.0, now.definition.target, now.end or 0, *ends) or 1.0
    count = max(len(now.course), 1)
    width = (WIDTH - GAP * (count - 1)) / count

    def high(value: float | None) -> float:
        return round(max(0.0, value or 0) / most * HEIGHT, 2)

    made = []
    for n, (day, value) in enumerate(now.course):
        running = day == now.over.start
        ghost = (
            now.end
            if running and now.end and now.value is not None and now.end > now.value
            else None
        )
        made.append(
            Bar(
                round(n * (width + GAP), 2), round(width, 2), round(HEIGHT - high(value), 2), high(value),
                f"{_named(day, now)} {format.exact(value, now.unit, language)}", running,
                round(HEIGHT - high(ghost), 2) if ghost else None,
            )
        )  # fmt: skip
    return tuple(made), round(HEIGHT - high(now.definition.target), 2)


def _named(day: date, now: KpiNow) -> str:
    return f"{day:%Y-%m}" if now.definition.period == "month" else f"{day:%Y-%m-%d}"
