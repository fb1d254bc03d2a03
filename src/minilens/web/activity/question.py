"""From the builders' forms to questions about activity, and back: what is asked is always what the form shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from minilens.measure.activity.query import MOST_CELLS
from minilens.measure.events.query import MOST_TOP
from minilens.reports.question import decoded
from minilens.reports.questions.activity import (
    MOST_EVERY,
    AskedActivity,
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.web.activity import form
from minilens.web.admin.forms import whole
from minilens.web.events.ask_question import (
    OTHER_DAYS,
    as_typed,
    conditions_of,
    days_of,
    event_of,
    group_of,
    on_of,
    operand_of,
    parted,
)
from minilens.web.events.rows import Tree

AnyActivity = RetentionQuestion | StickinessQuestion | LifecycleQuestion
Titles = Mapping[str, str]


def retention_of(tree: Tree, titles: Titles | None = None) -> RetentionQuestion:
    """The question that a form says; Refused, naming the place in it, where it has no such shape."""
    first, back = tree["s"]
    brackets = parted(tree["brackets"]) if tree["mode"] in ("", "on") else []
    asked = {
        "kind": "retention", "first": _activity(first, titles),
        **({} if back["which"] == "same" else {"return": _activity(back, titles)}),
        **{name: tree[name] for name in ("entry", "mode", "show", "blocks", "rate_of", "mean") if tree[name]},
        "brackets": brackets, "groups": [operand_of(one) for one in tree["g"]], **_common(tree), **_of_groups(tree),
        **_at_least(tree),
    }  # fmt: skip
    if tree["periods"] and not brackets:
        asked["periods"] = whole(tree["periods"], "periods", least=0, most=MOST_CELLS - 1)
    if tree["v"]:
        asked["value"] = operand_of(tree["v"][0])
    return decoded(msgspec.json.encode(asked), RetentionQuestion)


def stickiness_of(tree: Tree, titles: Titles | None = None) -> StickinessQuestion:
    """The same of stickiness: what has no meaning beside the rest, and is hidden, is not said."""
    ratio = tree["show"] == "ratio"
    asked = {
        "kind": "stickiness", "activity": _activity(tree["s"][0], titles), **_common(tree), **_at_least(tree),
        **({"show": "ratio", "grain": "day"} if ratio else _of_groups(tree)),
        "groups": [] if ratio else [operand_of(one) for one in tree["g"]],
    }  # fmt: skip
    if not ratio and tree["per"]:
        asked["per"] = tree["per"] if tree["grain"] in ("", "day") else "range"
    if not ratio:
        asked["every"] = whole(tree["every"] or "1", "every", least=1, most=MOST_EVERY)
    if tree["at_most"]:
        asked["at_most"] = whole(tree["at_most"], "at_most", least=1, most=1000)
    return decoded(msgspec.json.encode(asked), StickinessQuestion)


def lifecycle_of(tree: Tree, titles: Titles | None = None) -> LifecycleQuestion:
    """The same of the lifecycle."""
    asked = {
        "kind": "lifecycle", "activity": _activity(tree["s"][0], titles), **_common(tree),
        **({"new_by": tree["new_by"]} if tree["new_by"] else {}),
    }  # fmt: skip
    return decoded(msgspec.json.encode(asked), LifecycleQuestion)


def _activity(one: Tree, titles: Titles | None) -> dict[str, Any]:
    where = conditions_of(one["w"])
    return (
        where
        if one["which"] == "any"
        else {"event": event_of(one["event"], titles or {}) or [], **where}
    )


def _common(tree: Tree) -> dict[str, Any]:
    said = {name: tree[name] for name in ("grain", "traffic") if tree[name]}
    if tree["grain"] == "week" and tree["week_start"]:
        said["week_start"] = tree["week_start"]
    return {**conditions_of(tree["w"]), **days_of(tree), **said}


def _of_groups(tree: Tree) -> dict[str, Any]:
    return {
        "top": whole(tree["top"] or "10", "top", least=1, most=MOST_TOP),
        "rest": bool(tree["rest"]),
    }


def _at_least(tree: Tree) -> dict[str, int]:
    return {"at_least": whole(tree["at_least"] or "1", "at_least", least=1, most=1000)}


def tree_of(question: AnyActivity) -> Tree:
    """The form that says a question."""
    found = form.first(1)
    if isinstance(question, RetentionQuestion):
        same = form.event("same")
        found["s"] = [
            _row(question.first),
            _row(question.back) if question.back is not None else same,
        ]
        found["v"] = [on_of(question.value)] if question.value is not None else []
        found["periods"] = "" if question.periods is None else str(question.periods)
        found["brackets"] = ", ".join(question.brackets)
    else:
        found["s"] = [_row(question.activity)]
    for name in form.ONCE.keys() - {"periods", "brackets", "rest", "period", "from", "to"}:
        if hasattr(question, name):
            value = getattr(question, name)
            found[name] = "" if value is None else str(value)
    if not isinstance(question, LifecycleQuestion):
        found["g"] = [on_of(one) for one in question.groups]
        found["rest"] = "1" if question.rest else ""
    given = question.start or question.end
    days = {
        "period": OTHER_DAYS if given else question.period or "30d",
        "from": given,
        "to": question.end,
    }
    return found | {"w": group_of(question.where)} | days


def _row(one: AskedActivity | None) -> Tree:
    if one is None or not one.event:
        return form.event("any") | ({"w": group_of(one.where)} if one else {})
    return {"which": "event", "event": as_typed(one.event), "w": group_of(one.where)}
