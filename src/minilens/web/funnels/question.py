"""From the builder's form of a funnel to the question, and back: what is asked is always what the form shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from minilens.measure.events.query import MOST_TOP
from minilens.measure.funnels.query import LEAST_STEPS
from minilens.reports.question import decoded
from minilens.reports.questions.funnel import AskedHeld, AskedStep, FunnelQuestion
from minilens.web.admin.forms import whole
from minilens.web.events.ask_question import (
    as_typed,
    conditions_of,
    days_of,
    event_of,
    group_of,
    joined,
    length_of,
    long,
    on_of,
    operand_of,
    parted,
    period_of,
)
from minilens.web.events.rows import Tree
from minilens.web.funnels.form import step

#: Stands for days of the calendar among the units of a window.
NATURAL = "n"


def question_of(tree: Tree, titles: Mapping[str, str] | None = None) -> FunnelQuestion:
    """The question that a form says; Refused, naming the place in it, where it has no such shape.

    `titles`: what people call an event → its name. What has no meaning beside the rest, and is hidden, is not said.
    """
    named, opened = titles or {}, tree["mode"] == "open"
    ordered = not opened and tree["order"] in ("", "ordered")
    grouped = not opened and tree["show"] in ("", "steps", "trend", "compare", "drivers")
    asked: dict[str, Any] = {
        "kind": "funnel",
        "steps": [_step(one, n, named, within=ordered and n > 0) for n, one in enumerate(tree["s"])],
        "groups": [operand_of(one) for one in tree["g"]] if grouped else [],
        **conditions_of(tree["w"]), **days_of(tree),
        **{name: tree[name] for name in ("mode", "counts", "traffic", "grain") if tree[name]},
        "top": whole(tree["top"] or "10", "top", least=1, most=MOST_TOP), "rest": bool(tree["rest"]),
    }  # fmt: skip
    if not opened:
        asked |= {name: tree[name] for name in ("order", "entry", "show") if tree[name]}
        asked |= _shown(tree)
        asked["hold"] = [_held(one) for one in tree["h"]]
        if tree["order"] != "strict":
            asked["excluded"] = [_excluded(one, named) for one in tree["x"]]
            asked |= {"ended": tree["ended"]} if tree["x"] and tree["ended"] else {}
    if tree["mode"] in ("", "entry"):
        asked |= _window(tree)
    if asked["groups"] and tree["attributed"] and tree["show"] != "drivers":
        at = tree["attributed"]
        asked["attributed"] = int(at) if at.isdecimal() else at
    return decoded(msgspec.json.encode(asked), FunnelQuestion)


def _shown(tree: Tree) -> dict[str, Any]:
    """What is asked besides of what is shown: of which step, beside which period; which step may be left out."""
    if tree["show"] in ("times", "next", "drivers"):
        said = {"step": int(tree["step"])} if tree["step"].isdecimal() else {}
        return said | (_times(tree) if tree["show"] == "times" else {})
    if tree["show"] == "compare" and not tree["g"]:
        return {"compared": tree["compared"] or "previous"}
    return {}


def _times(tree: Tree) -> dict[str, int]:
    """From which step times are, and in how many rows of one width."""
    bins = {"bins": whole(tree["bins"], "bins", least=1, most=90)} if tree["bins"] else {}
    return bins | ({"from_step": int(tree["from_step"])} if tree["from_step"].isdecimal() else {})


def _step(one: Tree, n: int, titles: Mapping[str, str], *, within: bool) -> dict[str, Any]:
    length = {}
    if within and one["within"]:
        length["within"] = long(one["within"], one["unit"] or "m", f"steps[{n}].within")
    title = {"title": one["title"]} if one["title"] else {}
    more = {"optional": True} if one["optional"] else {}
    return {
        "event": event_of(one["event"], titles),
        **conditions_of(one["w"]),
        **length,
        **title,
        **more,
    }


def _excluded(one: Tree, titles: Mapping[str, str]) -> dict[str, Any]:
    after = {name: int(one[name]) for name in ("after", "before") if one[name].isdecimal()}
    after = after if "after" in after else {}
    return {"event": event_of(one["event"], titles), **conditions_of(one["w"]), **after}


def _held(one: Tree) -> dict[str, Any]:
    names = parted(one["property"])
    return {"properties": names} if len(names) > 1 else {"property": "".join(names)}


def _window(tree: Tree) -> dict[str, Any]:
    natural = tree["unit"] == NATURAL
    window = long(tree["window"], "d" if natural else tree["unit"] or "d", "window")
    said = {} if window == FunnelQuestion([]).window else {"window": window}
    return {**said, **({"natural_days": True} if natural else {})}


def tree_of(question: FunnelQuestion) -> Tree:
    """The form that says a question."""
    window, unit = length_of(question.window)
    missing = [step() for _ in range(LEAST_STEPS - len(question.steps))]
    return {
        "s": [*map(_step_row, question.steps), *missing],
        "x": [
            {
                "event": as_typed(one.event), "after": str(one.after or ""), "before": str(one.before or ""),
                "w": group_of(one.where),
            }
            for one in question.excluded
        ],
        "h": [{"property": _names(one)} for one in question.hold],
        "g": [on_of(one) for one in question.groups], "w": group_of(question.where),
        "window": window, "unit": NATURAL if question.natural_days else unit,
        **{
            name: getattr(question, name)
            for name in ("order", "mode", "entry", "counts", "show", "ended", "grain", "traffic")
        },
        **{name: str(getattr(question, name) or "") for name in ("step", "from_step", "bins")},
        "compared": question.compared or "previous",
        **period_of(question), "attributed": str(question.attributed), "top": str(question.top),
        "rest": "1" if question.rest else "",
    }  # fmt: skip


def _step_row(one: AskedStep) -> Tree:
    within, unit = length_of(one.within) if one.within else ("", "m")
    return {
        "event": as_typed(one.event), "title": one.title, "within": within, "unit": unit,
        "optional": "1" if one.optional else "",
        "w": group_of(one.where),
    }  # fmt: skip


def _names(one: AskedHeld) -> str:
    return joined([*one.properties]) if one.properties else one.property
