"""The question of a funnel as one sentence, each part of which leads to its control.

How many persons who did page_view in the last 7 days went on to pay_success, in this order, within 7 days?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minilens.measure.funnels.words import ANY, ENDED
from minilens.reports.questions.parts import ANY_EVENT
from minilens.text import Language, Text
from minilens.web.events.ask_question import parted
from minilens.web.events.rows import Tree
from minilens.web.funnels import texts

#: A text, and the id of the field that it is said in; '' where it is said in none.
Part = tuple[str, str]


def sentence(tree: Tree, named: Mapping[str, Text], period: str, language: Language) -> list[Part]:
    """Of a form as it stands. `named`: event → its name; `period`: that of the form in words."""
    steps = [(_step(one, named, language), f"f-s.{n}.event") for n, one in enumerate(tree["s"])]
    who = (texts.COUNTS[tree["counts"] or "persons"].of(language), "f-counts")
    days = (period, "f-period")
    plain = tree["mode"] == "open" or tree["order"] == "any"
    begin = (_at_once if plain else _one_by_one)(steps, who, days, tree, language)
    comma, end = ("，", "？") if language == "zh" else (", ", "?")
    said = begin
    for one in _more(tree, named, language):
        said = [*said, (comma, ""), one]
    return [*said, (end, "")]


def _step(one: Tree, named: Mapping[str, Text], language: Language) -> str:
    """What a step is called; its title says all, of an event it is said that not every one is meant."""
    if one["title"] or not one["w"]["p"]:
        return one["title"] or _events(one["event"], named, language)
    called = _events(one["event"], named, language)
    return f"{called}（满足条件）" if language == "zh" else f"{called} (under conditions)"


def _events(text: str, named: Mapping[str, Text], language: Language) -> str:
    named = {**named, ANY_EVENT: ANY}
    names = [named[one].of(language) if one in named else one for one in parted(text)]
    return " / ".join(names) or "…"


def _one_by_one(
    steps: list[Part], who: Part, days: Part, tree: Tree, language: Language
) -> list[Part]:
    first, *others = steps
    order = (texts.ORDERS[tree["order"] or "ordered"].of(language), "f-order")
    if language == "zh":
        return [
            days,
            ("内，做了 ", ""),
            first,
            (" 的", ""),
            who,
            ("中，有多少", ""),
            order,
            ("做了 ", ""),
            *_listed(others, " → ", " → "),
        ]
    return [
        ("How many ", ""),
        who,
        (" who did ", ""),
        first,
        (" ", ""),
        days,
        (" went on to ", ""),
        *_listed(others, ", then ", ", then "),
        (", ", ""),
        order,
    ]


def _at_once(
    steps: list[Part], who: Part, days: Part, tree: Tree, language: Language
) -> list[Part]:
    """Steps of which none is the first."""
    how = "open" if tree["mode"] == "open" else "any"
    told = (texts.AT_ONCE[how].of(language), "f-mode" if how == "open" else "f-order")
    if language == "zh":
        return [
            days,
            ("内，有多少", ""),
            who,
            ("做了 ", ""),
            *_listed(steps, "、", "、"),
            ("，", ""),
            told,
        ]
    return [
        ("How many ", ""),
        who,
        (" did ", ""),
        *_listed(steps, ", ", " and "),
        (" ", ""),
        days,
        (", ", ""),
        told,
    ]


def _listed(some: Sequence[Part], between: str, last: str) -> list[Part]:
    found: list[Part] = []
    for n, one in enumerate(some):
        found += [] if not n else [(last if n == len(some) - 1 else between, "")]
        found.append(one)
    return found


def _more(tree: Tree, named: Mapping[str, Text], language: Language) -> list[Part]:
    """The window and what else is said of attempts."""
    zh, both = language == "zh", "、" if language == "zh" else ", "
    opened, found = tree["mode"] == "open", []
    if tree["mode"] == "closed":
        found.append((texts.MODES["closed"].of(language), "f-mode"))
    elif not opened:
        unit = texts.UNITS[tree["unit"] or "d"].of(language)
        if tree["window"] == "1" and not zh:
            unit = unit.removesuffix("s")
        found.append(
            (
                f"在 {tree['window']} {unit}内" if zh else f"within {tree['window']} {unit}",
                "f-window",
            )
        )
    if not opened and tree["entry"] in ("first", "first_ever"):
        found.append((texts.ENTRIES[tree["entry"]].of(language), "f-entry"))
    ends = both.join(_events(one["event"], named, language) for one in tree["x"] if one["event"])
    if ends and not opened and tree["order"] != "strict":
        said = ENDED[tree["ended"] == "left_out"].of(language)
        found.append((said.format(ends), "f-x.0.event"))
    held = both.join(one["property"] for one in tree["h"] if one["property"])
    if held and not opened:
        found.append((f"{held} 不变" if zh else f"the same {held}", "f-h.0.property"))
    if tree["w"]["p"]:
        found.append(("满足筛选条件" if zh else "under the conditions of all steps", "h-where"))
    return found
