"""Reads the JSON of a question about a funnel into the question of the measuring room, and refuses by path."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minilens.errors import Refused
from minilens.measure.events.operand import Operand, Property
from minilens.measure.events.query import MOST_DAYS, MOST_HELD, Counted, EventsQuery
from minilens.measure.funnels.query import (
    LEAST_STEPS,
    MOST_EXCLUDED,
    MOST_MONTHS,
    MOST_OPTIONAL,
    MOST_STEPS,
    FunnelQuery,
    Window,
)
from minilens.period import Range, compared_with
from minilens.reports.parts_reader import PartsReader, check_property, days_of, length, names
from minilens.reports.questions.funnel import AskedExclusion, AskedStep, FunnelQuestion
from minilens.reports.questions.parts import ANY_EVENT
from minilens.reports.request import AppContext

_FIRST = ("首步", "The first step")
_ENDS = ("首步或末步", "A first or last step")


def read(question: FunnelQuestion, context: AppContext, app: int) -> FunnelQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = PartsReader(context)
    if len(question.steps) < LEAST_STEPS:
        raise Refused("too_few", "steps", least=LEAST_STEPS)
    for name, most in (("steps", MOST_STEPS), ("excluded", MOST_EXCLUDED), ("hold", MOST_HELD)):
        if len(getattr(question, name)) > most:
            raise Refused("too_many", name, limit=most)
    _fit_together(question)
    steps = [_stepped(reader, one, f"steps[{n}]") for n, one in enumerate(question.steps)]
    excluded = [_counted(reader, one, f"excluded[{n}]") for n, one in enumerate(question.excluded)]
    groups = reader.groups(question.groups)
    over = days_of(question, context, "7d")
    over.check(question.grain if question.show in ("trend", "each_day") else "day")
    held, ways = _held(question, groups)
    rows = EventsQuery(
        app, tuple(_numbered([*steps, *excluded])), (), over, question.grain, held,
        reader.where(question.where, "where"), traffic=question.traffic, top=question.top,
        include_other=question.rest, timezone=context.timezone,
    )  # fmt: skip
    return FunnelQuery(
        rows, tuple(_title(one) for one in question.steps), _window(question),
        within=_within(question), order=question.order, first=question.entry != "any",
        ever=question.entry == "first_ever", leaves_out=question.ended == "left_out",
        counts=question.counts, mode=question.mode,
        gaps=tuple(_gap(one, len(steps), n) for n, one in enumerate(question.excluded)),
        grouped=len(groups), held=ways, at=_step(question) if question.show == "drivers" else question.attributed,
        show=question.show,
        optional=tuple(n for n, one in enumerate(question.steps, start=1) if one.optional),
        step=_step(question), from_step=question.from_step or 0, bins=question.bins or 0,
        beside=_beside(question, over),
    )  # fmt: skip


def _fit_together(question: FunnelQuestion) -> None:
    """Refused where one part has no meaning beside another."""
    opened, strict = question.mode == "open", question.order == "strict"
    without = {
        "order": opened and question.order != "ordered",
        "entry": opened and question.entry != "any",
        "excluded": opened and bool(question.excluded),
        "hold": opened and bool(question.hold),
        "groups": (opened or question.show not in ("steps", "trend", "compare", "drivers"))
        and bool(question.groups),
        "show": opened and question.show != "steps",
    }
    for name, given in without.items():
        if given:
            of = f"mode = {question.mode}" if opened else f"show = {question.show}"
            raise Refused("not_taken_by", name, of=of)
    if question.entry == "first_ever" and (
        question.order == "any" or question.counts == "sessions"
    ):
        name = "order" if question.order == "any" else "counts"
        raise Refused("not_taken_by", "entry", of=f"{name} = {getattr(question, name)}")
    _of_each_value(question)
    _of_what_is_shown(question)
    _of_times(question)
    _optional(question)
    if question.ended != "dropped" and not question.excluded:
        raise Refused("missing", "excluded")
    if strict and question.excluded:
        raise Refused("not_taken_by", "excluded", of="order = strict")
    if isinstance(question.attributed, int) and question.attributed > len(question.steps):
        most = len(question.steps)
        raise Refused("bad_number", "attributed", least=1, most=most, got=question.attributed)
    for n, one in enumerate(question.steps):
        if one.within and (n == 0 or question.order != "ordered" or opened):
            other = "mode = open" if opened else f"order = {question.order}"
            whose = other if n else _FIRST
            raise Refused("not_taken_by", f"steps[{n}].within", of=whose)


def _of_what_is_shown(question: FunnelQuestion) -> None:
    """Refused where a part is of something else that can be shown, or is missing."""
    of = f"show = {question.show}"
    if question.step is not None and question.show not in ("times", "next", "drivers"):
        raise Refused("not_taken_by", "step", of=of)
    _of_drivers(question)
    if question.compared and question.show != "compare":
        raise Refused("not_taken_by", "compared", of=of)
    if question.show == "compare":
        if not question.compared and not question.groups:
            raise Refused("missing", "compared")
        if question.compared and question.groups:
            raise Refused("either_or", "compared", other="groups")
    if question.order == "any" and question.show in ("next", "drivers"):
        raise Refused("not_taken_by", "order", of=of)
    least, most = (2 if question.show == "times" else 1), len(question.steps)
    most -= question.show in ("next", "drivers")
    if question.step is not None and not least <= question.step <= most:
        raise Refused("bad_number", "step", least=least, most=most, got=question.step)


def _of_times(question: FunnelQuestion) -> None:
    """Refused where times are asked for that there are not, or something is of them alone."""
    of, last = f"show = {question.show}", question.step or len(question.steps)
    for name in ("from_step", "bins"):
        if getattr(question, name) is not None and question.show != "times":
            raise Refused("not_taken_by", name, of=of)
    if question.from_step is not None and question.from_step >= last:
        raise Refused("bad_number", "from_step", least=1, most=last - 1, got=question.from_step)


def _of_each_value(question: FunnelQuestion) -> None:
    """Refused where each value by itself has no meaning."""
    if question.attributed != "each":
        return
    for name, some in (
        ("counts", ("persons",)),
        ("show", ("steps", "trend")),
        ("mode", ("entry", "closed")),
    ):
        if (got := getattr(question, name)) not in some:
            raise Refused("not_taken_by", "attributed", of=f"{name} = {got}")


def _of_drivers(question: FunnelQuestion) -> None:
    """Refused where values of more than one property are asked about."""
    if question.show != "drivers":
        return
    if len(question.groups) > 1:
        raise Refused("too_many", "groups", limit=1)
    if question.groups and question.attributed != "entry":
        raise Refused("not_taken_by", "attributed", of="show = drivers")


def _optional(question: FunnelQuestion) -> None:
    """Refused where a step cannot be left out."""
    some = [n for n, one in enumerate(question.steps) if one.optional]
    if not some:
        return
    where = f"steps[{some[-1]}].optional"
    if len(some) > MOST_OPTIONAL:
        raise Refused("too_many", where, limit=MOST_OPTIONAL)
    for n in some:
        if n in (0, len(question.steps) - 1):
            raise Refused("not_taken_by", f"steps[{n}].optional", of=_ENDS)
    for name, plain in (("order", "ordered"), ("mode", "entry"), ("show", "steps")):
        if (said := getattr(question, name)) not in (plain, "closed"):
            raise Refused("not_taken_by", where, of=f"{name} = {said}")
    if question.attributed not in ("entry", "last"):
        raise Refused("not_taken_by", where, of=f"attributed = {question.attributed}")


def _step(question: FunnelQuestion) -> int:
    """Which step is asked about; of those who dropped the first unless another is named."""
    return question.step or int(question.show in ("next", "drivers"))


def _beside(question: FunnelQuestion, over: Range) -> Range | None:
    return compared_with(over, question.compared, question.period) if question.compared else None


def _counted(reader: PartsReader, one: AskedStep | AskedExclusion, path: str) -> Counted:
    return Counted("", names(one.event, f"{path}.event"), reader.where(one.where, f"{path}.where"))


def _stepped(reader: PartsReader, one: AskedStep, path: str) -> Counted:
    """A step; of any event it has no names."""
    if one.event != ANY_EVENT:
        return _counted(reader, one, path)
    return Counted("", (), reader.where(one.where, f"{path}.where"))


def _numbered(some: Sequence[Counted]) -> list[Counted]:
    return [Counted(f"s{n}", one.events, one.where) for n, one in enumerate(some, start=1)]


def _title(step: AskedStep) -> str:
    named = [step.event] if isinstance(step.event, str) else step.event
    return step.title or " + ".join(named)


def _window(question: FunnelQuestion) -> Window:
    if question.natural_days:
        found = re.fullmatch(r"([0-9]{1,3})d", question.window)
        if not found or not 1 <= int(found[1]) <= MOST_DAYS:
            raise Refused("bad_window", "window", got=question.window, most=MOST_DAYS)
        return Window(days=int(found[1]))
    if found := re.fullmatch(r"([0-9]{1,2})mo", question.window):
        if not 1 <= int(found[1]) <= MOST_MONTHS:
            raise Refused("bad_window", "window", got=question.window, most=MOST_DAYS)
        return Window(months=int(found[1]))
    return Window(length(question.window, "window"))


def _within(question: FunnelQuestion) -> tuple[int | None, ...]:
    if not any(one.within for one in question.steps):
        return ()
    return tuple(
        length(one.within, f"steps[{n}].within") if one.within else None
        for n, one in enumerate(question.steps)
    )


def _gap(one: AskedExclusion, steps: int, n: int) -> int:
    """Bit i where it ends attempts that wait behind step i."""
    if one.after is None:
        if one.before is not None:
            raise Refused("missing", f"excluded[{n}].after")
        return (1 << (steps - 1)) - 1
    if one.after >= steps:
        raise Refused("bad_number", f"excluded[{n}].after", least=1, most=steps - 1, got=one.after)
    before = one.after + 1 if one.before is None else one.before
    if not one.after < before <= steps:
        at = f"excluded[{n}].before"
        raise Refused("bad_number", at, least=one.after + 1, most=steps, got=before)
    return (1 << (before - 1)) - (1 << (one.after - 1))


def _held(
    question: FunnelQuestion, groups: tuple[Operand, ...]
) -> tuple[tuple[Operand, ...], tuple[tuple[int, ...], ...]]:
    """The groups and behind them what is held; and of each step the places of what it holds."""
    every, steps = list(groups), len(question.steps)
    ways: list[list[int]] = [[] for _ in range(steps)]
    for n, one in enumerate(question.hold):
        if one.property and one.properties:
            raise Refused("either_or", f"hold[{n}].properties", other="property")
        told = one.properties or [one.property] * steps
        if not all(told):
            raise Refused("missing", f"hold[{n}].property")
        if len(told) != steps:
            raise Refused("one_a_step", f"hold[{n}].properties", got=len(told), steps=steps)
        for step, name in enumerate(told):
            check_property(name, f"hold[{n}].property")
            part = Property(name)
            if part not in every[len(groups) :]:
                every.append(part)
            ways[step].append(len(groups) + every[len(groups) :].index(part))
    held = tuple(map(tuple, ways)) if question.hold else ()
    return tuple(every), held
