"""Where a question about paths leads on to: a node opened or closed, another beginning, the same way as a funnel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec.structs import replace

from minilens.measure.paths.nodes import NO_TYPE
from minilens.measure.paths.query import MOST_STEPS
from minilens.reports.questions.funnel import AskedStep, FunnelQuestion
from minilens.reports.questions.parts import Filter
from minilens.reports.questions.paths import AskedNode, AskedNodes, PathsQuestion

#: More nodes of a column are no list to read.
_MOST_TOP = 1_000


def to(question: PathsQuestion, place: int, kind: str, name: str) -> PathsQuestion:
    """The same with a node of a column opened; what was opened behind that column is closed."""
    node = AskedNode(event=name) if kind == "event" else AskedNode(page=name)
    return replace(question, chosen=[*question.chosen[: place - 1], node])


def longer(question: PathsQuestion) -> PathsQuestion | None:
    """The same with more nodes in each column; None where there are enough."""
    top = min(_MOST_TOP, question.top * 10)
    return replace(question, top=top) if top > question.top else None


def here(question: PathsQuestion) -> AskedNode | None:
    """The last node that was opened, else the anchor."""
    return question.chosen[-1] if question.chosen else question.anchor


def from_here(question: PathsQuestion, direction: Literal["after", "before"]) -> PathsQuestion:
    """What comes after or before that node, wherever it stands."""
    return replace(question, anchor=here(question), chosen=[], direction=direction, show="columns")


def funnel(question: PathsQuestion, order: Literal["ordered", "strict"]) -> FunnelQuestion | None:
    """The way as steps of a funnel; None where it is no two, or a node is of pages that no condition tells."""
    nodes = [*([question.anchor] if question.anchor else []), *question.chosen]
    steps = [step(question, one) for one in nodes]
    if question.direction == "before":
        steps.reverse()
    said = [one for one in steps if one is not None]
    if not 2 <= len(said) == len(steps) <= MOST_STEPS:
        return None
    persons = question.counts == "persons"
    return FunnelQuestion(
        steps=said, order=order, window="7d" if persons else "1d",
        counts="persons" if persons else "sessions", where=question.where, period=question.period,
        start=question.start, end=question.end, traffic=question.traffic,
    )  # fmt: skip


def step(question: PathsQuestion, node: AskedNode) -> AskedStep | None:
    """A node as a step; None where no condition says which pages it is."""
    if node.event:
        named = {title(one): one for one in question.events}
        of = named.get(node.event, AskedNodes(node.event))
        return AskedStep(of.event, of.where, title=of.title)
    where = _where(question, node.page)
    return AskedStep("page_view", where, title=node.page) if where else None


def title(one: AskedNodes) -> str:
    """What an event is called among nodes."""
    named = [one.event] if isinstance(one.event, str) else one.event
    return one.title or " + ".join(named)


def _where(question: PathsQuestion, page: str) -> Filter | None:
    if page in question.patterns:
        whole, begins = "*" not in page, page.endswith("*") and "*" not in page[:-1]
        if not (whole or begins):
            return None
        operator = "is" if whole else "starts_with"
        return Filter(field="page", operator=operator, values=[page.rstrip("*")])
    say: dict[str, Callable[[], Filter | None]] = {
        "page": lambda: Filter(field="page", operator="is", values=[page]),
        "folder": lambda: _of_folder(question, page),
        "type": lambda: _of_type(page),
    }
    return say[question.pages]() if question.pages in say else None


def _of_folder(question: PathsQuestion, page: str) -> Filter:
    if any(page.startswith(f"{folder}/") for folder in question.opened):
        return Filter(field="page", operator="is", values=[page])
    return Filter(field="page", operator="starts_with", values=[f"{page}/"])


def _of_type(page: str) -> Filter:
    if page == NO_TYPE:
        return Filter(field="page_type", operator="is_unknown")
    return Filter(field="page_type", operator="is", values=[page])
