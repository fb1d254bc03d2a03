"""Whether a cell of the retention of Traffic counts a person, and why not, in sentences."""

from __future__ import annotations

from minilens.measure.retention.query import RetentionQuery
from minilens.measure.why.query import Cause, OfFigure, Started
from minilens.render import format
from minilens.render.as_triangle import later
from minilens.render.i18n import translate
from minilens.render.why_words import Why
from minilens.text import Language

#: Cohorts that are told.
_MOST = 10


def as_why_returning(found: OfFigure, query: RetentionQuery, language: Language) -> Why:
    """No events: days keep who came, not what they did."""
    _ = translate(language)
    verdict = _("Not counted")
    if found.times:
        count = f"{found.times:,}"
        verdict = (
            _("Counted here")
            if found.times == 1
            else _("Counted, in %(count)s cohorts") % {"count": count}
        )
    why = [] if found.times else _against(found, language)
    return Why(
        verdict,
        (*why, *(_started(one, query, language) for one in found.starts[:_MOST])),
        (),
        (),
        (),
    )


def _against(found: OfFigure, language: Language) -> list[str]:
    """What keeps them from the cell."""
    _ = translate(language)
    said: dict[Cause, str] = {
        "period": _("They are in the cohort of another period."),
        "before": _("They came in that period, but not for the first time."),
        "filter": _("They came, but do not meet the filters."),
        "not_yet": _("The period that is asked about has not begun yet, or is not over yet."),
    }
    some = [said[cause] for one in found.reasons for cause in one.causes]
    missing = _("They did not come in the period that is asked about.")
    return some or [
        _("They did not come in the period of the row.") if not found.began else missing
    ]


def _started(one: Started, query: RetentionQuery, language: Language) -> str:
    """A cohort, and the periods after it in which they came."""
    _ = translate(language)
    day = format.bucket(one.first, query.cohort, language)
    back = [later(name, query.cohort, language) for name, returned in one.cells if returned]
    if not back:
        return _("In the cohort of %(day)s. Has not returned so far.") % {"day": day}
    cells = ("、" if language == "zh" else ", ").join(back)
    return _("In the cohort of %(day)s. Returned: %(cells)s.") % {"day": day, "cells": cells}
