"""What the builder of a question offers: events, what they can be asked about, operators by what fits."""

from __future__ import annotations

from dataclasses import dataclass, field

from minilens.measure import filters
from minilens.measure.dimensions import DIMENSIONS, Dimension
from minilens.measure.events.columns import AGGREGATES, OF_TWO
from minilens.measure.events.operand import RECORDED, SESSION
from minilens.measure.events.operators import OF_NUMBER, OF_TEXT, OPERATORS
from minilens.records.store import Records
from minilens.reports.event_names import events
from minilens.reports.parts_reader import PAGE_TYPE
from minilens.text import Language, Text
from minilens.web.events.rows import Tree

#: More names of properties make no list to choose from; others are typed.
MOST_PROPERTIES = 200
_WORDS = {
    "property": Text("事件属性", "Event properties"),
    "field": Text("随事件记录", "Recorded with the event"),
    "session": Text("所在的打开", "The launch it was part of"),
    "cohort": Text("人群", "Cohorts"),
    "other": Text("其他", "Other"),
}
OTHER_PROPERTY = Text("其他事件属性…", "Another event property…")
OTHER_PROFILE = Text("用户属性…", "A user attribute…")
UNITS = {
    "number": Text("数值", "number"),
    "ratio": Text("百分比", "per cent"),
    "seconds": Text("时长（秒）", "seconds"),
}

#: Units of a length of time.
LENGTHS = {
    "s": Text("秒", "seconds"),
    "m": Text("分钟", "minutes"),
    "h": Text("小时", "hours"),
    "d": Text("天", "days"),
}


@dataclass(frozen=True)
class Choice:
    """An entry of a list. `kind` says which operators fit it."""

    value: str
    title: str
    kind: str = "any"


@dataclass(frozen=True)
class Operator:
    """`of`: the kinds it fits. `values`: how many it takes: none, one, two, some."""

    name: str
    title: str
    of: str
    values: str


@dataclass(frozen=True)
class Offered:
    """`events` by name and title, `conditions`, `groups` and `figures` under headings; `titles`: title → event.

    `properties`: names of properties alone.
    """

    events: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, tuple[Choice, ...]], ...]
    figures: tuple[tuple[str, tuple[Choice, ...]], ...]
    operators: tuple[Operator, ...]
    aggregates: tuple[tuple[str, str], ...]
    titles: dict[str, str] = field(default_factory=dict)
    properties: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
        """What rows can be told apart by: figures can be made of the same."""
        return self.figures


def offered(
    records: Records, app: int, seen: list[str], about: list[Tree], language: Language
) -> Offered:
    """`seen`: names of properties that came; those that rows of the form are `about` are always among them."""
    named = events(records, app)
    declared = {name: one.zh for name, one in records.events.fields(app).items()}
    properties = dict.fromkeys([*declared, *_used(about), *seen][:MOST_PROPERTIES])
    of_event = [
        Choice(f"property.{name}", f"{declared[name]} {name}" if declared.get(name) and language == "zh" else name)
        for name in properties
    ]  # fmt: skip
    profiles = [Choice(name, name.partition(".")[2]) for name in _profiles(about)]
    cohorts = _cohorts(records, app, about, language)
    more = Choice("property.", OTHER_PROPERTY.of(language))
    person = [*profiles, Choice("profile.", OTHER_PROFILE.of(language))]
    every = {
        "property": of_event,
        "field": _recorded(language),
        "session": _launch(language),
        "cohort": cohorts,
        "other": [more, *person],
    }
    few = {"property": of_event, "field": _recorded(language), "other": [more]}
    return Offered(
        properties=tuple(properties),
        events=tuple((name, title.of(language)) for name, title in named.items()),
        conditions=_headed(every, language),
        figures=_headed(few, language),
        operators=operators(language),
        aggregates=aggregates(language),
        titles={
            text: name for name, title in reversed(named.items()) for text in (title.zh, title.en)
        }
        | {name: name for name in named},
    )


def _headed(
    of: dict[str, list[Choice]], language: Language
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    return tuple((_WORDS[name].of(language), tuple(some)) for name, some in of.items() if some)


def _kind(one: Dimension) -> str:
    """Texts that are one thing only have fewer operators than what was sent."""
    return "words" if one.kind == "text" else "code" if one.kind == "group" else one.kind


def operators(language: Language) -> tuple[Operator, ...]:
    """All of them, each with the kinds that it fits. `is` of a number compares numbers."""
    kinds = {
        "any": tuple(OPERATORS),
        "text": OF_TEXT,
        "number": (*OF_NUMBER, "is", "is_not"),
        "words": filters.BY_KIND["text"],
        "code": filters.BY_KIND["code"],
        "choice": filters.BY_KIND["choice"],
        "cohort": ("is", "is_not"),
    }
    return tuple(
        Operator(
            name, one.title.of(language), " ".join(kind for kind, of in kinds.items() if name in of), one.values
        )
        for name, one in OPERATORS.items()
    )  # fmt: skip


def aggregates(language: Language) -> tuple[tuple[str, str], ...]:
    """How a measure counts: of one event, then of two."""
    of_one = [(str(name), title.of(language)) for name, (title, _) in AGGREGATES.items()]
    return (*of_one, *((name, title.of(language)) for name, title in OF_TWO.items()))


def _recorded(language: Language) -> list[Choice]:
    return [
        *(Choice(f"field.{one.name}", one.title.of(language), one.kind) for one in RECORDED.values()),
        *(Choice(f"field.{one.name}", one.title.of(language), _kind(one)) for one in DIMENSIONS.values()),
        Choice(f"field.{PAGE_TYPE.name}", PAGE_TYPE.title.of(language), "code"),
    ]  # fmt: skip


def _launch(language: Language) -> list[Choice]:
    return [
        Choice(f"session.{one.name}", one.title.of(language), one.kind) for one in SESSION.values()
    ]


def _cohorts(records: Records, app: int, about: list[Tree], language: Language) -> list[Choice]:
    """All of the app, by number; those that rows have by name stay so."""
    found = [
        Choice(f"cohort.{one.id}", one.name.of(language), "cohort")
        for one in records.cohorts.of(app)
    ]
    there = {one.value for one in found}
    said = [one["on"] for one in about if one["on"].startswith("cohort.")]
    named = [one for one in dict.fromkeys(said) if one not in there and one != "cohort."]
    return [*found, *(Choice(one, one.partition(".")[2], "cohort") for one in named)]


def _used(about: list[Tree]) -> list[str]:
    """Properties that the form is about."""
    said = [one["on"].partition(".") for one in about]
    return [name for kind, _, name in said if kind == "property" and name]


def _profiles(about: list[Tree]) -> list[str]:
    said = dict.fromkeys(one["on"] for one in about)
    return [name for name in said if name.startswith("profile.") and name != "profile."]
