"""From the builder's form to a question, and back: what is asked is always what the form shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from minilens.errors import Refused
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.columns import OF_TWO
from minilens.measure.events.operand import RECORDED, SESSION
from minilens.measure.events.operators import OPERATORS
from minilens.measure.events.query import MOST_DAYS, MOST_TOP
from minilens.reference.page_types import PAGE_TYPES
from minilens.reports.events_reader import RETENTION
from minilens.reports.parts_reader import PAGE_TYPE
from minilens.reports.question import decoded
from minilens.reports.questions.events import AskedMeasure, EventsQuestion
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.questions.parts import Filter, Value, one_of
from minilens.reports.questions.paths import PathsQuestion
from minilens.text import LANGUAGES
from minilens.web.admin.forms import whole
from minilens.web.events.ask_form import Tree, figure, formula, measures

KINDS = ("property", "field", "profile", "session", "cohort")
#: Figures of no value.
OF_NOTHING = ("total", "persons", "per_person")
#: Stands for days that are given by their ends.
OTHER_DAYS = "custom"
#: Unit → the longest length in it.
_MOST = {
    "s": MOST_DAYS * 86_400, "m": MOST_DAYS * 1_440, "h": MOST_DAYS * 24, "d": MOST_DAYS, "mo": 12,
}  # fmt: skip
_LENGTH = re.compile(r"(.*?)(mo|[smhd])", re.DOTALL)
_COMMA = re.compile(r"(?<!\\)[,，]")


def question_of(tree: Tree, titles: Mapping[str, str] | None = None) -> EventsQuestion:
    """The question that a form says; Refused, naming the place in it, where it has no such shape.

    `titles`: what people call an event → its name.
    """
    named = [one["name"] for _, one in measures(tree)]
    asked = {
        "kind": "events",
        "events": [_event(one, titles or {}) for one in tree["e"]],
        "measures": _measures(tree),
        "groups": [operand_of(one) for one in tree["g"]],
        **conditions_of(tree["w"]),
        **days_of(tree),
        **{name: tree[name] for name in ("grain", "traffic", "order") if tree[name]},
        "sort": tree["sort"] if tree["sort"] in named else "",
        "top": whole(tree["top"] or "10", "top", least=1, most=MOST_TOP),
        "rest": bool(tree["rest"]),
    }
    return decoded(msgspec.json.encode(asked), EventsQuestion)


def days_of(tree: Tree) -> dict[str, str]:
    """The days that a form says: a preset, or its ends; Refused where they are to be given and are not."""
    if tree["period"] != OTHER_DAYS:
        return {"period": tree["period"]}
    if not tree["from"]:
        raise Refused("missing", "from")
    return {"from": tree["from"], "to": tree["to"]}


def period_of(question: EventsQuestion | FunnelQuestion | PathsQuestion) -> dict[str, str]:
    """The days of a question as a form says them."""
    given = question.start or question.end
    return {
        "period": OTHER_DAYS if given else question.period or "7d",
        "from": given,
        "to": question.end,
    }


def _event(one: Tree, titles: Mapping[str, str]) -> dict[str, Any]:
    return {"event": event_of(one["event"], titles), **conditions_of(one["w"])}


def _measures(tree: Tree) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for n, one in enumerate(tree["e"]):
        for each in one["m"]:
            said = {"aggregate": each["aggregate"], **({"of": _letter(n)} if n else {})}
            found.append(said | _of_what(each, len(found)) | _named(each, len(found)))
    for one in tree["x"]:
        unit = {"unit": one["unit"]} if one["unit"] not in ("", "number") else {}
        found.append({"formula": one["formula"], **unit, **_named(one, len(found))})
    return found


def _of_what(one: Tree, n: int) -> dict[str, Any]:
    """What a figure is made of: a value, or what comes afterwards."""
    aggregate = one["aggregate"]
    if aggregate in OF_NOTHING:
        return {}
    if aggregate not in OF_TWO:
        return operand_of(one)
    then = one["then"]
    found: dict[str, Any] = (
        {"to": _letter(int(then) - 1)} if then.isdecimal() and 0 < int(then) < 27 else {}
    )
    if aggregate == RETENTION:
        return found | {"day": whole(one["day"], f"measures[{n}].day", least=1, most=MOST_DAYS)}
    return found | {
        "window": long(one["window"], one["unit"] or "d", f"measures[{n}].window"),
        "hold": parted(one["hold"]),
    }


def long(number: str, unit: str, field: str) -> str:
    """A length as a question has it; Refused where it is no whole number of its unit."""
    return f"{whole(number, field, least=0, most=_MOST.get(unit, MOST_DAYS))}{unit}"


def length_of(text: str, unit: str = "d") -> tuple[str, str]:
    """30m as it is typed: a number and its unit. What is none stays as it is, to be refused at its field."""
    if weeks := re.fullmatch(r"([0-9]{1,2})w", text):
        return str(int(weeks[1]) * 7), "d"
    found = _LENGTH.fullmatch(text)
    return (found[1], found[2]) if found else (text, unit)


def _letter(n: int) -> str:
    """What the question calls its events."""
    return chr(ord("a") + n)


def _named(one: Tree, n: int) -> dict[str, str]:
    """Its name where it is another than that of its place, and what people read."""
    name = {"name": one["name"]} if one["name"] not in ("", f"m{n + 1}") else {}
    return name | ({"title": one["title"]} if one["title"] else {})


def operand_of(one: Tree) -> dict[str, str]:
    """What a row is about, as a question says it; nothing where none was chosen."""
    kind, _, name = one["on"].partition(".")
    name = name or one["other"]
    return {kind: name} if kind in KINDS and name else {}


def conditions_of(group: Tree) -> dict[str, Any]:
    """A group of conditions as a question has it; nothing where there is none."""
    return {"where": _filter(group)} if group["p"] else {}


def _filter(one: Tree) -> dict[str, Any]:
    if "join" in one:
        return {one["join"]: [_filter(part) for part in one["p"]]}
    operand = operand_of(one)
    if "cohort" in operand:
        return operand | {"operator": one["operator"]}
    operator = _meant(operand, one["operator"])
    known = OPERATORS.get(operator)
    values: list[Value] = []
    if known is None or known.values != "none":
        texts = parted(one["values"])
        values = [_number(text) for text in texts] if known and known.form == "number" else [*texts]
    return operand | {"operator": operator, "values": [_chosen(operand, one) for one in values]}


def _meant(operand: Mapping[str, str], operator: str) -> str:
    """`is` of what is always a number compares numbers."""
    held = RECORDED.get(operand.get("field", "")) or SESSION.get(operand.get("session", ""))
    of_number = {"is": "eq", "is_not": "ne"}
    return of_number.get(operator, operator) if held and held.kind == "number" else operator


def _chosen(operand: Mapping[str, str], value: Value) -> Value:
    """A choice by its name, in either language, is that choice."""
    name = operand.get("field", "")
    field = DIMENSIONS.get(name)
    choices = PAGE_TYPES if name == PAGE_TYPE.key else field.choices if field else {}
    for name, title in choices.items():
        if value in [title.of(language) for language in LANGUAGES]:
            return name
    return value


def _number(text: str) -> Value:
    """As JSON has it; what is none stays a text, to be refused at its place."""
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    try:
        return float(text) if re.fullmatch(r"-?[\d.]+(e-?\d+)?", text) else text
    except ValueError:
        return text


def parted(text: str) -> list[str]:
    """Values between commas; a backslash before a comma makes it part of one."""
    found = [re.sub(r"\\([,，])", r"\1", one.strip()) for one in _COMMA.split(text)]
    return [one for one in found if one]


def last_typed(text: str) -> tuple[str, str]:
    """What stands before the last comma, and the value that is being typed behind it."""
    ends = [one.end() for one in _COMMA.finditer(text)]
    at = ends[-1] if ends else 0
    return text[:at], re.sub(r"\\([,，])", r"\1", text[at:].strip())


def joined(values: list[Value]) -> str:
    """As they are typed."""
    return ", ".join(re.sub(r"([,，])", r"\\\1", _said(one)) for one in values)


def as_typed(event: str | list[str]) -> str:
    """An event, or several as one."""
    return joined([event] if isinstance(event, str) else [*event])


def event_of(text: str, titles: Mapping[str, str]) -> str | list[str]:
    """The event that was typed, or several as one; `titles`: what people call an event → its name."""
    names = [titles.get(name, name) for name in parted(text)]
    return names if len(names) > 1 else "".join(names)


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def tree_of(question: EventsQuestion) -> Tree:
    """The form that says a question. Its figures stand with their events, formulas behind them."""
    letters = [one.name or _letter(n) for n, one in enumerate(question.events)]
    events: list[Tree] = [
        {"event": as_typed(one.event), "m": [], "w": group_of(one.where)}
        for one in question.events
    ]  # fmt: skip
    formulas = []
    for n, one in enumerate(question.measures):
        name = one.name or f"m{n + 1}"
        if one.formula:
            formulas.append(
                formula(name) | {"formula": one.formula, "title": one.title, "unit": one.unit}
            )
        elif events:
            at = letters.index(one.of) if one.of in letters else 0
            events[at]["m"].append(_figure(one, name, letters, at))
    return {
        "e": events, "x": formulas, "g": [on_of(one) for one in question.groups], "w": group_of(question.where),
        **period_of(question), "grain": question.grain,
        "traffic": question.traffic, "sort": question.sort, "order": question.order, "top": str(question.top),
        "rest": "1" if question.rest else "",
    }  # fmt: skip


def _figure(one: AskedMeasure, name: str, letters: list[str], at: int) -> Tree:
    on = on_of(one) if one.property or one.field else {}
    if one.aggregate in OF_TWO:
        on |= _then(one, letters, at)
    return figure(name) | on | {"aggregate": one.aggregate or "total", "title": one.title}


def _then(one: AskedMeasure, letters: list[str], at: int) -> Tree:
    """What a figure of two events says of the other; without one it is the event itself."""
    to = letters.index(one.to) if one.to in letters else at
    said = str(to + 1) if one.to or one.aggregate == RETENTION else ""
    if one.aggregate == RETENTION:
        return {"then": said, "day": str(7 if one.day is None else one.day)}
    number, unit = length_of(one.window or "7d")
    return {"then": said, "window": number, "unit": unit, "hold": joined([*one.hold])}


def on_of(one: object) -> Tree:
    """What a part of a question is about, as a row."""
    try:
        kind = one_of(one, KINDS, "")
    except Refused:
        return {"on": "", "other": ""}
    return {"on": f"{kind}.{getattr(one, kind)}", "other": ""}


def group_of(of: Filter | None) -> Tree:
    """Conditions as a group: one alone is a group of one."""
    if of is None:
        return {"join": "all", "p": []}
    found = _part(of)
    return found if "join" in found else {"join": "all", "p": [found]}


def _part(of: Filter) -> Tree:
    if of.all is None and of.any is None:
        return on_of(of) | {"operator": _operator(of), "values": joined(of.values)}
    parts = [_part(one) for one in (of.any if of.all is None else of.all) or []]
    kept = [one for one in parts if "join" not in one or one["p"]]
    return {"join": "any" if of.all is None else "all", "p": kept}


def _operator(of: Filter) -> str:
    """`is` of numbers, and of yes and no, by the operator that the form has for it."""
    some = of.operator in ("is", "is_not") and bool(of.values)
    if some and of.operator == "is" and len(of.values) == 1 and isinstance(of.values[0], bool):
        return "is_true" if of.values[0] else "is_false"
    if some and all(isinstance(one, float) and not isinstance(one, bool) for one in of.values):
        return "eq" if of.operator == "is" else "ne"
    return of.operator or "is"
