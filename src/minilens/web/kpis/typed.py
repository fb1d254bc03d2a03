"""The form of a KPI: what is typed becomes its definition, and a definition what stands in the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from minilens.errors import Refused
from minilens.measure.events.columns import named_title
from minilens.measure.measures import MEASURES
from minilens.records.store import Records
from minilens.reports.event_names import events
from minilens.reports.events_reader import read as read_events
from minilens.reports.kpi_definition import (
    Better,
    KpiDefinition,
    KpiGrain,
    KpiMeasure,
    KpiPart,
    KpiQuestion,
    KpiRatio,
    KpiSource,
    KpiTime,
)
from minilens.reports.kpis import OF_COSTS, OF_REPORTS
from minilens.reports.question import decoded
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.request import AppContext
from minilens.reports.request_values import choice
from minilens.text import Language

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_TYPED = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([%smhd]?)")
#: Fields of an empty form.
EMPTY = {
    "zh": "", "en": "", "what": "visitors", "by": "", "start": "", "end": "", "window": "30d", "target": "",
    "better": "more", "period": "month", "owner": "",
}  # fmt: skip
#: What `what` says where the number is the time between two events, and where it stays what it is.
TIME, KEPT = "time", "kept"


def target(text: str) -> float:
    """A number as people type it: 12,000, 12% for 0.12, 36h in seconds; Refused where it is none."""
    typed = text.strip().replace(",", "").replace("，", "").replace("％", "%")
    if not typed:
        raise Refused("missing", "target")
    found = _TYPED.fullmatch(typed)
    if not found:
        raise Refused("bad_target", "target", got=text[:40])
    number = float(found[1])
    if found[2] == "%":
        return number / 100
    return number * _SECONDS.get(found[2], 1)


def shown_target(definition: KpiDefinition) -> str:
    """The same as it stands in the form."""
    if isinstance(definition.source, KpiTime):
        hours = definition.target / 3_600
        return f"{hours:g}h" if hours >= 1 else f"{definition.target:g}s"
    return f"{definition.target:g}"


def offered(
    records: Records, app: int, account: int, context: AppContext, language: Language
) -> list[tuple[str, str]]:
    """What a number can be of: value → title. Measures of the reports, of costs, and of saved queries about events."""
    named = events(records, app)
    found = [(name, MEASURES[name].title.of(language)) for name in (*OF_REPORTS, *OF_COSTS)]
    for saved in records.questions.of(app, account):
        try:
            question = decoded(saved.body)
            if not isinstance(question, EventsQuestion):
                continue
            query = read_events(question, context, app)
        except Refused:  # what it asks about is no more
            continue
        name = saved.name.of(language)
        for one in query.measures:
            title = named_title(query, one, named).of(language) or one.name
            found.append((f"question.{saved.id}.{one.name}", f"{name} · {title}"))
    return found


def definition(
    given: Mapping[str, str], records: Records, app: int, account: int, kept: KpiSource | None = None
) -> KpiDefinition:  # fmt: skip
    """What the form says; Refused, naming the field. `kept`: what it is made of already."""
    return KpiDefinition(
        source=source(given, records, app, account, kept), target=target(given.get("target", "")),
        better=cast("Better", choice(given, "better", ("more", "less"), "more")),
        period=cast("KpiGrain", choice(given, "period", ("week", "month"), "month")),
    )  # fmt: skip


def source(
    given: Mapping[str, str], records: Records, app: int, account: int, kept: KpiSource | None
) -> KpiSource:
    """The number that the form says; Refused, naming the field."""
    what, by = given.get("what", ""), given.get("by", "")
    if what == KEPT and kept is not None:
        return kept
    if what != TIME:
        over = _part(what, "what", records, app, account)
        return KpiRatio(over=over, under=_part(by, "by", records, app, account)) if by else over
    for name in ("start", "end"):
        if not given.get(name, "").strip():
            raise Refused("missing", name)
    window = given.get("window", "").strip() or EMPTY["window"]
    return KpiTime(start=given["start"].strip(), end=given["end"].strip(), window=window)


def _part(value: str, field: str, records: Records, app: int, account: int) -> KpiPart:
    head, _, rest = value.partition(".")
    if head != "question":
        if value not in (*OF_REPORTS, *OF_COSTS):
            raise Refused("unknown_choice", field, got=value[:40])
        return KpiMeasure(measure=value)
    number, _, measure = rest.partition(".")
    found = records.questions.find(app, int(number) if number.isdecimal() else 0, account)
    question = decoded(found.body) if found else None
    if not isinstance(question, EventsQuestion):
        raise Refused("unknown_choice", field, got=value[:40])
    return KpiQuestion(question=question, measure=measure)


def same(of: KpiSource) -> dict[str, str]:
    """The fields of what a KPI is made of. What no field says, as its own copy of a saved query, is kept."""
    if isinstance(of, KpiTime):
        return {"what": TIME, "start": of.start, "end": of.end, "window": of.window}
    if isinstance(of, KpiRatio):
        over, under = same(of.over), same(of.under)
        if KEPT in (over["what"], under["what"]):
            return {"what": KEPT}
        return {"what": over["what"], "by": under["what"]}
    if isinstance(of, KpiMeasure) and of == KpiMeasure(measure=of.measure):
        return {"what": of.measure}
    return {"what": KEPT}
