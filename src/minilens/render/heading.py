"""What stands above and below the figures in every form: title, days, remarks, cost."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from minilens.measure import filters
from minilens.measure.filters import Filters
from minilens.measure.query import Traffic
from minilens.measure.table import Table
from minilens.render import format
from minilens.render.i18n import translate, translate_plural
from minilens.reports.report import Report
from minilens.text import Language


@dataclass(frozen=True)
class Subject:
    """What figures are of, besides days: an app, its zone, whose traffic, under which filters.

    `traffic` None: of all of it, which no filter picks from.
    """

    app: str
    zone: str
    traffic: Traffic | None = "release"
    filters: Filters = ()
    search: str = ""
    page: str = ""
    conditions: tuple[str, ...] = ()


def subject(of: Subject, table: Table, language: Language) -> list[tuple[str, str]]:
    """What a file says of its figures, line by line: 小程序, 筛选, 版本, 时区, 截至."""
    _ = translate(language)
    joined = "；" if language == "zh" else "; "
    said = [filters.sentence(clause, language) for clause in of.filters]
    said += of.conditions
    said += [_("page is %(page)s") % {"page": of.page}] if of.page else []
    said += [_("search: %(text)s") % {"text": of.search}] if of.search else []
    as_of = table.as_of.astimezone(ZoneInfo(of.zone))
    picked = []
    if of.traffic is not None:
        picked = [
            (_("Filters"), joined.join(said) or _("none")),
            (_("Version"), traffic(of.traffic, language)),
        ]
    elif said:
        picked = [(_("Filters"), joined.join(said))]
    return [
        (_("App"), of.app),
        *picked,
        (_("Time zone"), of.zone),
        (_("As of"), f"{as_of:%Y-%m-%d %H:%M:%S}"),
    ]


def subject_line(of: Subject, table: Table, language: Language) -> str:
    """All of it in one line."""
    colon = "：" if language == "zh" else ": "
    return " · ".join(f"{name}{colon}{said}" for name, said in subject(of, table, language))


def traffic(name: Traffic, language: Language) -> str:
    """Whose traffic is counted."""
    _ = translate(language)
    return {
        "release": _("Released version only"),
        "trial": _("Trial version only"),
        "develop": _("Development version only"),
        "preview": _("Previews only"),
        "robot": _("Bots only"),
    }[name]


def title(report: Report, language: Language, table: Table | None = None) -> str:
    """The report's name as people read it: of yesterday's figures today's, where there is no yesterday yet."""
    if report.kind.drawing == "tiles" and table and table.running:
        return translate(language)("Today so far")
    return report.title.of(language)


def period(table: Table, report: Report, language: Language) -> str:
    """The days it is about: of tiles the last one."""
    if report.kind.drawing == "tiles":
        return format.bucket(table.end, "day", language, table.end.year)
    return format.span(table.start, table.end, language, table.end.year)


def compared(table: Table, language: Language, *, weekdays: bool = False) -> str:
    """The days of the other range, or nothing. `weekdays`: they were chosen for theirs, which are said."""
    start, end = table.compared_start, table.compared_end
    if not start or not end:
        return ""
    found = format.span(start, end, language, table.end.year)
    _ = translate(language)
    if weekdays:
        first, last = (format.weekday(one, language) for one in (start, end))
        same = first if first == last and (end - start).days < 1 else f"{first} – {last}"
        found = _("%(days)s (same weekdays, %(weekdays)s)") % {"days": found, "weekdays": same}
    cut = table.same_hours and not table.by_hour
    return _("%(days)s up to the same hour") % {"days": found} if cut else found


def days(table: Table, report: Report, language: Language) -> str:
    """All of it in one line: 11月1日 – 11月21日，对比 10月11日 – 10月31日."""
    own, other = period(table, report, language), compared(table, language)
    _ = translate(language)
    both = {"period": own, "other": other}
    return _("%(period)s, compared with %(other)s") % both if other else own


def remarks(table: Table, language: Language) -> list[str]:
    """What one has to know beside the figures."""
    _ = translate(language)
    found = [in_progress(table, language)] if table.running else []
    if table.by_hour and table.same_hours:
        found.append(_("The total of the comparison counts up to the same hour only."))
    cut = table.cut_periods.items()
    found += [f"{first}: {format.days_held(held, language)}" for first, held in cut]
    return [*found, *(note.of(language) for note in table.notes)]


def in_progress(table: Table, language: Language) -> str:
    """Which row is not over yet: the last, or the one behind which all are still to come."""
    _ = translate(language)
    if table.current_row in (-1, len(table.rows) - 1):
        return _("The last row is still in progress.")
    column = table.columns[0]
    row = format.exact(table.rows[table.current_row][0], column.unit, language)
    return _("%(row)s is still in progress; later rows are yet to come.") % {"row": row}


def cost(table: Table, language: Language) -> str:
    """扫描行数 31 万 · 18 ms."""
    _, ngettext = translate(language), translate_plural(language)
    rows = ngettext("%(rows)s row read", "%(rows)s rows read", table.cost.rows) % {
        "rows": format.short(table.cost.rows, "count", language)
    }
    took = f"{table.cost.milliseconds:.0f} ms"
    parts = [rows, took, _("cached")] if table.cost.cached else [rows, took]
    return " · ".join(parts)
