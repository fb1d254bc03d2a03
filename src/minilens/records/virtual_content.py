"""What a virtual event means: a condition over events that are kept anyway, so that it counts backwards. Pure.

One or more conditions, of which one must hold; an event that meets several counts once. A condition names the event it
is made of, its page, keys of the element that was tapped, and filters, all of which must hold:

    text    a value as it was sent: "5" and 5 are both 5, true is true. A list or an object is no value here
    number  JSON numbers, and texts that are one as a whole: "199.00"

Filters may also be about what the launch or the person of an event is (`newness`, `os`, `session.visits`,
`profile.level` …): these are looked at as questions look at them, texts without regard to case where parts are
compared, and by what the days know when they are made.

A property that an event lacks and one that is null are the same: no value. `is_not` and `contains_not` are the
opposites of `is` and `contains`: they hold where there is no value, too. Numbers are compared where there is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from minilens.errors import Refused, did_you_mean
from minilens.records import plan_rules
from minilens.records.json_text import wrong
from minilens.records.shapes import Fields, a_list, a_text, an_object, one_of, under

MOST_CONDITIONS, MOST_FILTERS, MOST_VALUES, MOST_KEYS = 10, 10, 50, 10
LONGEST_VALUE, LONGEST_PATH = 255, 128
#: How far a page goes: itself, or all below a folder.
PAGES = ("any", "exact", "folder")
#: Operators: of texts with values, of texts without, of numbers.
TEXTS = ("is", "is_not", "contains", "contains_not", "starts_with")
NONE = ("is_known", "is_unknown")
NUMBERS = ("eq", "gt", "gte", "lt", "lte")
OPERATORS = (*TEXTS, *NONE, *NUMBERS)
#: Columns of events that filters may name beside `props.NAME`.
COLUMNS = (
    "page", "target_name", "target_id", "value", "currency", "scene", "source", "campaign", "placement",
    "material", "link", "province", "city", "app_version",
)  # fmt: skip
#: What questions know of its launch, its phone, its person, its page: dimensions by their names.
DIMENSIONS = (
    "newness", "scene_source", "scene_group", "page_type", "os", "os_version", "brand", "model", "screen", "network",
    "language", "wx_version", "gender", "age", "person_province", "person_city",
)  # fmt: skip
SESSION = ("session.entry", "session.exit", "session.visits", "session.depth", "session.duration")
#: Keys of an element: what the handler is called, its id, its class, and `data.NAME` or `mark.NAME`.
KEYS = ("handler", "id", "class")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")

_FIELD = re.compile(r"props(\.[A-Za-z_$][A-Za-z0-9_$-]{0,63}){1,3}")
_PROFILE = re.compile(r"profile\.[^\s'`\\]{1,64}")
_KEY = re.compile(r"(data|mark)\.[A-Za-z_$][A-Za-z0-9_$-]{0,31}")


@dataclass(frozen=True)
class Filter:
    """A field (`props.cups`, `scene` …), an operator and its values: of several one suffices."""

    field: str
    operator: str
    values: tuple[str, ...] = ()

    @property
    def of_event(self) -> bool:
        """Whether the event says it by itself; else its launch or its person does."""
        return self.field in COLUMNS or self.field.startswith("props.")


@dataclass(frozen=True)
class Matching:
    """One condition. `page` is a path where `pages` is exact or folder. `element`: key → value, all of which the tap
    has."""

    event: str
    pages: str = "any"
    page: str = ""
    element: tuple[tuple[str, str], ...] = ()
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class Meaning:
    """Of these conditions one must hold."""

    conditions: tuple[Matching, ...] = field(default=())

    def packed(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    def events(self) -> tuple[str, ...]:
        """The events it is made of, virtual ones among them."""
        return tuple(dict.fromkeys(one.event for one in self.conditions))


#: Name of a virtual event → its meaning.
Meanings = Mapping[str, Meaning]


def unpacked(text: str) -> Meaning:
    """From what was kept."""
    return read(json.loads(text))


def read(given: Any, at: str = "") -> Meaning:
    """From what was handed in; Refused with the first place that is wrong."""
    an_object(
        given, at, {"conditions": a_list(MOST_CONDITIONS, lambda _v, _at: None)}, ("conditions",)
    )
    if not given["conditions"]:
        raise Refused("missing", under(at, "conditions"))
    place = under(at, "conditions")
    return Meaning(
        tuple(_matching(one, f"{place}[{n}]") for n, one in enumerate(given["conditions"]))
    )


def check_nesting(name: str, meaning: Meaning, others: Meanings) -> None:
    """Refused where it is made of itself, or of one that is made of virtual ones: one level, no circle."""
    for n, one in enumerate(meaning.conditions):
        at = f"conditions[{n}].event"
        if one.event == name:
            raise wrong(at, "不能由自身组成", "can't be made of itself")
        if one.event in others and any(
            inner in others or inner == name for inner in others[one.event].events()
        ):
            raise wrong(
                at,
                f"{one.event} 本身由虚拟事件组成",
                f"{one.event} is made of virtual events itself",
            )
    if any(name in other.events() for other in others.values()) and any(
        one in others for one in meaning.events()
    ):
        raise wrong(
            "conditions",
            "别的虚拟事件由它组成，它只能由普通事件组成",
            "others are made of it, so it can only be made of plain events",
        )


def base_events(meaning: Meaning, others: Meanings) -> tuple[str, ...]:
    """The plain events that can match at all."""
    found: dict[str, None] = {}
    for one in meaning.events():
        found |= dict.fromkeys(others[one].events() if one in others else (one,))
    return tuple(found)


def matches(meaning: Meaning, event: Mapping[str, Any], others: Meanings) -> bool:
    """Whether an event is one of them: what all else must agree with. `event` has `name`, `props` and COLUMNS."""
    return any(_holds(one, event, others) for one in meaning.conditions)


def _holds(one: Matching, event: Mapping[str, Any], others: Meanings) -> bool:
    is_it = (
        matches(others[one.event], event, others)
        if one.event in others
        else event["name"] == one.event
    )
    page = str(event.get("page", ""))
    on_page = {"any": True, "exact": page == one.page, "folder": page.startswith(f"{one.page}/")}[
        one.pages
    ]
    props = event.get("props", {})
    return (
        is_it
        and on_page
        and all(_has(props, key, value) for key, value in one.element)
        and all(_passes(condition, event) for condition in one.filters)
    )


def _has(props: Mapping[str, Any], key: str, value: str) -> bool:
    if key == "class":
        return value in (_text(props.get("class")) or "").split(" ")
    name = {"handler": "handler", "id": "element"}.get(key, key)
    return _text(_inside(props, name)) == value


def _passes(one: Filter, event: Mapping[str, Any]) -> bool:
    if one.field.startswith("props."):
        value = _inside(event.get("props", {}), one.field.removeprefix("props."))
    else:
        value = event.get(one.field)
        # of a column nothing and zero (a scene) mean that it is not known
        value = None if value in ("", None) or (one.field == "scene" and value == 0) else value
    if one.operator in NUMBERS:
        number = _number(value)
        return number is not None and any(
            _compared(one.operator, number, float(v)) for v in one.values
        )
    text = _text(value)
    if one.operator in NONE:
        return (text is not None) == (one.operator == "is_known")
    fold = str if one.of_event or one.operator.startswith("is") else str.casefold
    said = text is not None and any(_said(one.operator, fold(text), fold(v)) for v in one.values)
    return said != one.operator.endswith("_not")


def _said(operator: str, text: str, value: str) -> bool:
    if operator.startswith("is"):
        return text == value
    return value in text if operator.startswith("contains") else text.startswith(value)


def _compared(operator: str, one: float, other: float) -> bool:
    return {
        "eq": one == other, "gt": one > other, "gte": one >= other, "lt": one < other, "lte": one <= other,
    }[operator]  # fmt: skip


def _inside(props: Mapping[str, Any], path: str) -> Any:
    value: Any = props
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None


def _matching(given: Any, at: str) -> Matching:
    an_object(given, at, _CONDITION, ("event",))
    pages, page = given.get("pages", "any"), given.get("page", "").strip().strip("/")
    if pages != "any" and not page:
        raise Refused("missing", under(at, "page"))
    return Matching(
        given["event"], pages, page if pages != "any" else "", _element(given.get("element", {}), under(at, "element")),
        tuple(_filter(one, f"{under(at, 'filters')}[{n}]") for n, one in enumerate(given.get("filters", []))),
    )  # fmt: skip


def _element(given: Any, at: str) -> tuple[tuple[str, str], ...]:
    pairs = given.items() if isinstance(given, dict) else given
    if isinstance(given, list) and not all(
        isinstance(one, list) and len(one) == 2 for one in given
    ):
        raise wrong(at, "应为一个对象", "must be an object")
    if not isinstance(given, dict | list):
        raise wrong(at, "应为一个对象", "must be an object")
    found = {}
    for key, value in pairs:
        if not isinstance(key, str) or (key not in KEYS and not _KEY.fullmatch(key)):
            raise Refused("unknown_field", under(at, str(key)[:40]), got=str(key)[:40])
        a_text(LONGEST_VALUE)(value, under(at, key))
        found[key] = value
    if len(found) > MOST_KEYS:
        raise Refused("too_many", at, limit=MOST_KEYS)
    return tuple(found.items())


def _filter(given: Any, at: str) -> Filter:
    an_object(given, at, _FILTER, ("field", "operator"))
    name, operator = given["field"], given["operator"]
    known = (*COLUMNS, *DIMENSIONS, *SESSION)
    if name not in known and not _FIELD.fullmatch(name) and not _PROFILE.fullmatch(name):
        hint = did_you_mean(name, known)
        raise Refused("unknown_field", under(at, "field"), got=name[:64], hint=hint)
    values = tuple(given.get("values", ()))
    if operator in NONE:
        values = ()
    elif not values:
        raise Refused("missing", under(at, "values"))
    for n, value in enumerate(values):
        if operator in NUMBERS and not NUMBER.fullmatch(value):
            raise wrong(f"{under(at, 'values')}[{n}]", "应为数字", "must be a number")
    return Filter(name, operator, values)


_FILTER: Fields = {
    "field": a_text(200),
    "operator": one_of(OPERATORS),
    "values": a_list(MOST_VALUES, a_text(LONGEST_VALUE)),
}
_CONDITION: Fields = {
    "event": plan_rules.check_name,
    "pages": one_of(PAGES),
    "page": a_text(LONGEST_PATH, 0),
    "element": lambda _value, _at: None,
    "filters": a_list(MOST_FILTERS, lambda _value, _at: None),
}


def filters_of(meaning: Meaning) -> Iterator[Filter]:
    """Every filter, of whichever condition."""
    for one in meaning.conditions:
        yield from one.filters


def keys_of(meaning: Meaning) -> Iterator[tuple[str, str]]:
    """Every key of an element that it goes by."""
    for one in meaning.conditions:
        yield from one.element
