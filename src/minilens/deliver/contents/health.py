"""The daily look at whether all is well: a few figures beside the same weekday and the day before, and whether data
comes in."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from minilens.deliver.contents.content import Asking, Content
from minilens.deliver.contents.of_table import changed, figure, panels
from minilens.measure.single_value import single_value
from minilens.measure.table import Table
from minilens.period import Range
from minilens.render import format
from minilens.render.i18n import translate, translate_plural
from minilens.render.message import Figure, Section
from minilens.reports.stages import HEALTH, StageFigure, source_of
from minilens.text import Language, Text

#: Days that its chart shows.
DAYS = 14
WEEK = timedelta(days=7)
#: Of the ledger, as far as there are any.
_OF_LEDGER = ("received_events", "counted_events", "quarantined_events", "refused_events")


def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
    """The figures, then the data that came in. What an app doesn't have, as costs, is left out."""
    return _figures(asking, over, language), _data(asking, over, language)


def _figures(asking: Asking, over: Range, language: Language) -> Section:
    _ = translate(language)
    found = [_figure(asking, one, over, language) for one in HEALTH]
    shown = Range(over.end - timedelta(days=DAYS - 1), over.end)
    asked = f"from={shown.start}&to={shown.end}&grain=day&measure=visitors&compare=previous"
    trend = asking.report("overview.trend", asked, language)
    drawn = asking.draw(
        panels(trend.request, trend.table, language), _alt(trend.table, language), language
    )
    told = format.span(over.start, over.end, language, asking.context.today.year)
    if over.days == 1:
        told = format.bucket(over.start, "day", language, asking.context.today.year)
    return Section(
        HEALTH_CHECK.title.of(language), (told,), tuple(filter(None, found)), drawn, link=asking.page("dashboard")
    )  # fmt: skip


def _figure(asking: Asking, one: StageFigure, over: Range, language: Language) -> Figure | None:
    source, column = source_of(one, asking.context, asking.app)
    weeks = -(-over.days // 7) * WEEK
    week, before = Range(over.start - weeks, over.end - weeks), over.before()
    now, then, last = (
        single_value(source, days, asking.ask, asking.context.today).value for days in (over, week, before)
    )  # fmt: skip
    if now is None and then is None and last is None:
        return None
    _ = translate(language)
    against = (
        _("%(change)s on the same weekday before")
        if over.days == 1
        else _("%(change)s on the week before")
    )
    made = figure(column, now, then, language, against)
    if week == before:
        return made
    note = changed(column, now, last, language)
    return Figure(
        made.title, made.value, made.change, made.tone,
        _("%(change)s on the day before") % {"change": note} if note and over.days == 1 else "",
    )  # fmt: skip


def _alt(table: Table, language: Language) -> str:
    ngettext = translate_plural(language)
    column = next(one for one in table.columns if one.name == "visitors")
    known = [cell for cell in table.column("visitors") if isinstance(cell, int | float)]
    if not known:
        return format.title(column, language)
    least, most = (format.exact(f(known), column.unit, language) for f in (min, max))
    told = {
        "title": format.title(column, language),
        "count": len(known),
        "least": least,
        "most": most,
    }
    return (
        ngettext(
            "%(title)s on %(count)s day: %(most)s",
            "%(title)s over %(count)s days, between %(least)s and %(most)s",
            len(known),
        )
        % told
    )


def _data(asking: Asking, over: Range, language: Language) -> Section:
    """What came in on the days, whether the ledger holds, and what waits or fails now."""
    _ = translate(language)
    asked = f"from={over.start}&to={over.end}&grain=day&compare=none"
    table = asking.report("quality.ledger", asked, language).table
    sums = {
        one.name: sum(_number(cell) for cell in table.column(one.name)) for one in table.columns[1:]
    }
    figures = tuple(
        figure(one, sums[one.name], None, language)
        for one in table.columns
        if one.name in _OF_LEDGER
    )
    return Section(
        _("Data coming in"), tuple(_said(asking, sums.get("unaccounted_events", 0), language)), figures,
        link=asking.page("quality"),
    )  # fmt: skip


def _said(asking: Asking, difference: float, language: Language) -> list[str]:
    _, ngettext = translate(language), translate_plural(language)
    now = asking.coming_in()
    zone = ZoneInfo(asking.context.timezone)
    told = []
    if now.failing_since:
        since = format.moment(now.failing_since.astimezone(zone))
        told.append(
            _(
                "Counting has been paused since %(time)s. Events are still being received and will be counted once the "
                "problem is fixed."
            )
            % {"time": since}
        )
    if now.last:
        told.append(
            _("Last event received at %(moment)s.")
            % {"moment": format.moment(now.last.astimezone(zone))}
        )
    if now.waiting:
        told.append(
            ngettext(
                "%(count)s event received but not counted yet.",
                "%(count)s events received but not counted yet.",
                now.waiting,
            )
            % {"count": f"{now.waiting:,}"}
        )
    if difference:
        told.append(
            ngettext(
                "The ledger is off by %(count)s event: run minilens doctor.",
                "The ledger is off by %(count)s events: run minilens doctor.",
                round(difference),
            )
            % {"count": f"{difference:,.0f}"}
        )
    else:
        told.append(_("The ledger holds: every event received is counted, or it is known why not."))
    return told


def _number(cell: object) -> int:
    return int(cell) if isinstance(cell, int | float) else 0


HEALTH_CHECK = Content("health", Text("健康检查", "Health check"), "day", sections)
