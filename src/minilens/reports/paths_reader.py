"""Reads the JSON of a question about paths into the question of the measuring room, and refuses by path."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minilens.errors import Refused
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.paths.nodes import NO_TYPE
from minilens.measure.paths.query import (
    MOST_GAP,
    MOST_NODES,
    MOST_PATTERNS,
    MOST_STEPS,
    Grouping,
    Node,
    PathsQuery,
)
from minilens.reference.events import VISIT
from minilens.reference.page_types import PAGE_TYPES
from minilens.reports.parts_reader import PartsReader, days_of, known, names
from minilens.reports.paths_ways import title
from minilens.reports.questions.parts import one_of
from minilens.reports.questions.paths import AskedNode, AskedNodes, PathsQuestion
from minilens.reports.request import AppContext

_LENGTH = re.compile(r"([0-9]{1,9})(s|m|h|d)")
_MILLISECONDS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def read(question: PathsQuestion, context: AppContext, app: int) -> PathsQuery:
    """The question for the measuring room; Refused, naming the path in its JSON."""
    reader = PartsReader(context)
    _check(question)
    asked = [*question.events, *_named_beside(question)]
    events = [_counted(reader, one, f"events[{n}]") for n, one in enumerate(asked)]
    titles = [title(one) for one in asked]
    for n, one in enumerate(titles):
        if one in titles[:n]:
            raise Refused("twice", f"events[{n}].title", got=one)
    pages = [Counted("pages", (VISIT,))] if question.pages != "none" else []
    if not events and not pages:
        raise Refused("missing", "events")
    over = days_of(question, context, "7d")
    rows = EventsQuery(
        app, (*events, *pages), (), over, "whole", (), reader.where(question.where, "where"),
        traffic=question.traffic, timezone=context.timezone,
    )  # fmt: skip
    anchor = question.anchor
    return PathsQuery(
        rows, tuple(titles), Grouping(question.pages, tuple(question.patterns), tuple(question.opened)),
        anchor=None if anchor is None else _node(question, anchor, titles, "anchor"),
        direction=question.direction,
        chosen=tuple(_node(question, one, titles, f"chosen[{n}]") for n, one in enumerate(question.chosen)),
        counts=question.counts, gap=_gap(question.gap), folded=question.repeats == "folded", show=question.show,
        steps=question.steps, top=question.top,
        end=None if question.goal is None else _node(question, question.goal, titles, "end"),
        excluded=tuple(question.excluded), least=question.least, most=question.most, links=question.links,
    )  # fmt: skip


def _check(question: PathsQuestion) -> None:
    """Refused where there is too much of something, or one part has no meaning beside another."""
    if question.direction == "before" and question.anchor is None:
        raise Refused("missing", "anchor")
    if question.direction == "before" and question.goal is not None:
        raise Refused("not_taken_by", "end", of="direction = before")
    for name, plain in (("least", 1), ("most", 0), ("links", 0)):
        if question.show != "links" and getattr(question, name) != plain:
            raise Refused("not_taken_by", name, of=f"show = {question.show}")
    if question.pages == "none" and question.excluded:
        raise Refused("not_taken_by", "excluded", of="pages = none")
    most = {
        "chosen": MOST_STEPS - 1,
        "events": MOST_NODES,
        "patterns": MOST_PATTERNS,
        "opened": MOST_PATTERNS,
        "excluded": MOST_PATTERNS,
    }
    for name, limit in most.items():
        if len(getattr(question, name)) > limit:
            raise Refused("too_many", name, limit=limit)
    if question.show == "links" and len(question.chosen) > question.steps:
        raise Refused("too_many", "chosen", limit=question.steps)
    if question.pages == "none" and question.patterns:
        raise Refused("not_taken_by", "patterns", of="pages = none")
    if question.pages != "folder" and question.opened:
        raise Refused("not_taken_by", "opened", of=f"pages = {question.pages}")
    for name in ("patterns", "opened", "excluded"):
        for n, one in enumerate(getattr(question, name)):
            if not one.strip():
                raise Refused("missing", f"{name}[{n}]")


def _named_beside(question: PathsQuestion) -> list[AskedNodes]:
    """Events that are the anchor or chosen, and not among those asked for: each is a node by its name."""
    known = {title(one) for one in question.events}
    told = [question.anchor, question.goal, *question.chosen]
    names = dict.fromkeys(one.event for one in told if one is not None and one.event)
    return [AskedNodes(name) for name in names if name not in known]


def _counted(reader: PartsReader, one: AskedNodes, path: str) -> Counted:
    return Counted(
        path, names(one.event, f"{path}.event"), reader.where(one.where, f"{path}.where")
    )


def _node(question: PathsQuestion, one: AskedNode, titles: Sequence[str], path: str) -> Node:
    if one_of(one, ("page", "event"), path) == "event":
        return Node("event", titles.index(one.event))
    if question.pages == "none":
        raise Refused("not_taken_by", f"{path}.page", of="pages = none")
    if question.pages == "type" and one.page not in question.patterns:
        known(one.page, (*PAGE_TYPES, NO_TYPE), f"{path}.page")
    return Node("page", one.page)


def _gap(text: str) -> int:
    found = _LENGTH.fullmatch(text)
    length = int(found[1]) * _MILLISECONDS[found[2]] if found else 0
    if not 0 < length <= MOST_GAP:
        raise Refused("bad_gap", "gap", got=text)
    return length
