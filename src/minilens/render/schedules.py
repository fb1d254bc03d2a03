"""Schedules of messages in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from minilens.records.subscriptions import LAST, Schedule
from minilens.render.i18n import translate
from minilens.text import Language

_MONDAY = date(2026, 11, 30)


def said(schedule: Schedule, language: Language) -> str:
    """When something is sent: 每周一 09:00 / Mondays at 09:00."""
    _ = translate(language)
    if schedule.cadence == "day":
        return _("Every day at %(time)s") % {"time": schedule.at}
    if schedule.cadence == "week":
        day = weekday(schedule.weekday, language)
        return _("Every %(weekday)s at %(time)s") % {"weekday": day, "time": schedule.at}
    if schedule.month_day == LAST:
        return _("On the last day of each month at %(time)s") % {"time": schedule.at}
    facts = {"day": schedule.month_day, "time": schedule.at}
    return _("Each month on day %(day)s at %(time)s") % facts


def reason(schedules: Sequence[Schedule], language: Language) -> str:
    """Why a message is sent, as stands at its end; empty where it has no schedule."""
    _ = translate(language)
    when = dict.fromkeys(said(one, language) for one in schedules)
    between = "；" if language == "zh" else "; "
    if not when:
        return ""
    return _("%(when)s. Admins of the app change this under Messages.") % {
        "when": between.join(when)
    }


def weekday(number: int, language: Language) -> str:
    """周一 / Monday; 0 is Monday."""
    if language == "zh":
        return "周" + "一二三四五六日"[number]
    return f"{_MONDAY + timedelta(days=number):%A}"


def month_day(number: int, language: Language) -> str:
    """1 日 / 1; `LAST` in words."""
    if number == LAST:
        _ = translate(language)
        return _("The last")
    return f"{number} 日" if language == "zh" else str(number)
