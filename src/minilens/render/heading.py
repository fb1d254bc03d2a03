"""What stands above and below the figures in every form: title, days, remarks, cost."""

from __future__ import annotations

from minilens.errors import Language
from minilens.measure.table import Table
from minilens.render import words
from minilens.render.language import translate
from minilens.reports.report import Report


def title(report: Report, language: Language) -> str:
    """The report's name as people read it."""
    return report.zh if language == "zh" else report.en


def period(table: Table, report: Report, language: Language) -> str:
    """The days it is about: of tiles the last one."""
    if report.chart == "tiles":
        return words.bucket(table.end, "day", language, table.end.year)
    return words.span(table.start, table.end, language, table.end.year)


def compared(table: Table, language: Language) -> str:
    """The days of the other range, or nothing."""
    if not table.compared_start or not table.compared_end:
        return ""
    found = words.span(table.compared_start, table.compared_end, language, table.end.year)
    _ = translate(language)
    return _("%(days)s up to the same hour") % {"days": found} if table.same_hours else found


def days(table: Table, report: Report, language: Language) -> str:
    """All of it in one line: 11月1日 – 11月21日，对比 10月11日 – 10月31日."""
    own, other = period(table, report, language), compared(table, language)
    _ = translate(language)
    both = {"period": own, "other": other}
    return _("%(period)s, compared with %(other)s") % both if other else own


def remarks(table: Table, language: Language) -> list[str]:
    """What one has to know beside the figures."""
    _ = translate(language)
    found = [_("The last row is still in progress.")] if table.running else []
    firsts = [(row[0], table.cut[n]) for n, row in enumerate(table.rows) if n in table.cut]
    found += [f"{first}: {words.days_held(held, language)}" for first, held in firsts]
    return [*found, *(_(note) for note in table.notes)]


def cost(table: Table, language: Language) -> str:
    """扫描行数 31 万 · 18 ms."""
    _ = translate(language)
    rows = _("%(rows)s rows read") % {"rows": words.short(table.cost.rows, "count", language)}
    took = f"{table.cost.milliseconds:.0f} ms"
    parts = [rows, took, _("cached")] if table.cost.cached else [rows, took]
    return " · ".join(parts)
