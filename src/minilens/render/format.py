"""Figures and days as people read them, in both languages. The one place that formats numbers.

exact(31068, "count", "en")        31,068
short(48475, "count", "zh")        4.85 万
exact(83.4, "seconds", "zh")       1 分 23 秒
exact(None, "count", "en")         –
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from unicodedata import east_asian_width

from babel.dates import format_date

from minilens.measure.table import Cell, Column, Unit
from minilens.render.i18n import translate
from minilens.text import Language

UNKNOWN = "–"
#: factor → word behind the figure, largest first
SCALES: dict[Language, tuple[tuple[float, str], ...]] = {
    "zh": ((1e8, " 亿"), (1e4, " 万")),
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "k")),
}
CLOCK: dict[Language, tuple[tuple[float, str], ...]] = {
    "zh": ((3600, " 小时"), (60, " 分"), (1, " 秒")),
    "en": ((3600, "h"), (60, "m"), (1, "s")),
}
#: Behind the difference of two shares.
POINTS: dict[Language, str] = {"zh": " 个百分点", "en": " pp"}

#: Whether a change is welcome, as far as its measure says.
Meaning = Literal["better", "worse", "neither", "flat", "unknown"]
#: What a rise means → what a fall does.
FALLEN: dict[str, Meaning] = {"better": "worse", "worse": "better", "neither": "neither"}
#: Behind the definition of a measure that should fall.
LESS: dict[Language, str] = {"zh": "。越低越好", "en": ". Lower is better"}


@dataclass(frozen=True)
class Change:
    """How a figure moved against another. `meaning` names the colour; the text says up or down."""

    meaning: Meaning
    text: str


def title(column: Column, language: Language) -> str:
    """The column's name as people read it."""
    return column.title.of(language)


def definition(column: Column, language: Language) -> str:
    """One sentence saying how it counts."""
    found = column.definition.of(language)
    return found + LESS[language] if column.rise_is == "worse" else found


def exact(value: Cell, unit: Unit, language: Language) -> str:
    """The whole figure, grouped: for tables."""
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if unit == "seconds":
        return duration(value, language)
    if unit == "ratio":
        return f"{value * 100:.2f}%"
    if unit == "depth":
        return f"{value:.2f}"
    if unit == "number" and 0 < abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def short(value: Cell, unit: Unit, language: Language) -> str:
    """Three or four digits and a word from 10,000 on (4.85 万, 48.5k): for large figures."""
    if unit not in ("count", "number") or not isinstance(value, (int, float)):
        return exact(value, unit, language)
    for factor, word in SCALES[language]:
        if abs(value) >= max(factor, 10_000):
            scaled = value / factor
            digits = 0 if scaled >= 1000 else 1 if language == "en" or scaled >= 100 else 2
            return f"{scaled:,.{digits}f}{word}"
    return exact(value, unit, language)


def duration(seconds: float, language: Language) -> str:
    """8.4 秒, 1 分 23 秒, 1 小时 2 分 5 秒 / 8.4s, 1m 23s, 1h 2m 5s."""
    words = [word for _, word in CLOCK[language]]
    if seconds < 9.95:
        return f"{seconds:.1f}{words[2]}"
    whole = round(seconds)
    parts = [whole // 3600, whole // 60 % 60, whole % 60]
    first = next(i for i, part in enumerate(parts) if part)
    return " ".join(f"{part}{word}" for part, word in list(zip(parts, words, strict=True))[first:])


def cut(text: str, room: int) -> str:
    """The text, or its beginning and …; a Chinese character takes the room of two letters."""
    wide = [2 if east_asian_width(letter) in "WF" else 1 for letter in text]
    if sum(wide) <= room:
        return text
    kept = next(n for n in range(len(text)) if sum(wide[: n + 1]) > room - 1)
    return f"{text[:kept].rstrip()}…"


def change(now: Cell, then: Cell, column: Column, language: Language) -> Change:
    """▲ 3.2% · ▼ 1.8% · = 0% · – where one of the two is unknown or there was nothing before.

    A share or rate moves by points: ▲ 1.2 pp.
    """
    unit = column.unit
    if not isinstance(now, (int, float)) or not isinstance(then, (int, float)):
        return Change("unknown", UNKNOWN)
    if unit != "ratio" and then == 0:
        return Change("unknown", UNKNOWN)
    moved = (now - then) * 100 / (1 if unit == "ratio" else abs(then))
    sign = POINTS[language] if unit == "ratio" else "%"
    if abs(moved) < 0.05:
        return Change("flat", f"= 0{sign}")
    size = f"{abs(moved):,.1f}{sign}" if abs(moved) < 1000 else f"{abs(moved):,.0f}{sign}"
    up = column.rise_is
    return Change(up, f"▲ {size}") if moved > 0 else Change(FALLEN[up], f"▼ {size}")


def steps(unit: Unit, language: Language) -> list[tuple[float, str]]:
    """factor → word, largest first, by which a chart labels its axis."""
    if unit == "seconds":
        return list(CLOCK[language])
    if unit == "ratio":
        return [(0.01, "%")]
    return list(SCALES[language])


def comparison(kind: str, language: Language) -> str:
    """What the other range is: `kind` is one of the comparisons, or empty where it is given by days."""
    _ = translate(language)
    names = {
        "previous": _("Previous period"),
        "day": _("A day earlier"),
        "week": _("A week earlier"),
        "month": _("A month earlier"),
        "year": _("A year earlier"),
        "none": _("No comparison"),
    }
    return names.get(kind) or _("Custom period")


def day(value: date, language: Language, around: int | None = None) -> str:
    """11月21日 / 21 Nov, with the year where it is not the year `around`."""
    if value.year == around:
        return format_date(value, "M月d日" if language == "zh" else "d MMM", locale=language)
    return format_date(value, "y年M月d日" if language == "zh" else "d MMM y", locale=language)


def moment(value: datetime) -> str:
    """11-22 10:30, in the zone that it has. Of an hour that comes twice the second one has its offset."""
    return f"{value:%m-%d %H:%M}{value.isoformat()[-6:] if value.fold else ''}"


def weekday(value: date, language: Language) -> str:
    """周六 / Sat."""
    return format_date(value, "EEE", locale=language)


def span(start: date, end: date, language: Language, around: int | None = None) -> str:
    """10月23日 – 11月21日; one day is written once. Of moments the hours as well."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        first = f"{day(start, language, around)} {start:%H:%M}"
        until = (
            f"{end:%H:%M}"
            if start.date() == end.date()
            else f"{day(end, language, around)} {end:%H:%M}"
        )
        return f"{first} – {until}"
    if start == end:
        return day(start, language, around)
    return f"{day(start, language, around)} – {day(end, language, around)}"


def bucket(first: date, grain: str, language: Language, around: int | None = None) -> str:
    """The name of one point: a moment, 11月22日 周日 / Sun 22 Nov, a week by its Monday, a month."""
    if isinstance(first, datetime):
        return moment(first)
    if grain == "month":
        return format_date(first, "y年M月" if language == "zh" else "MMM y", locale=language)
    named = day(first, language, around)
    if grain == "week":
        return f"{named}起一周" if language == "zh" else f"week of {named}"
    lead = leading(first, grain, language)
    return f"{lead} {named}" if lead else f"{named} {weekday(first, language)}"


def days_held(days: tuple[int, int], language: Language) -> str:
    """Of a week or month that the range cuts: 7 天中的 3 天 / 3 of 7 days."""
    _ = translate(language)
    return _("%(part)s of %(all)s days") % {"part": days[0], "all": days[1]}


def leading(first: date, grain: str, language: Language) -> str:
    """The weekday where it stands before its day: in English."""
    if grain != "day" or language != "en" or isinstance(first, datetime):
        return ""
    return weekday(first, language)


def tick(first: date, grain: str, *, clock: bool = False) -> str:
    """The name of one point under the axis: 11/21, 2026/11; of a moment 11/21 10:30, or its time alone."""
    if isinstance(first, datetime):
        return f"{first:%H:%M}" if clock else f"{first.month}/{first.day} {first:%H:%M}"
    return f"{first.year}/{first.month}" if grain == "month" else f"{first.month}/{first.day}"
