"""Questions as programs write them, in JSON: told apart by `kind`, each part refused by its path.

{"kind": "events",
 "events": [{"event": "pay_success", "where": {"property": "amount", "operator": "gt", "values": [10]}}],
 "measures": [{"aggregate": "total"}, {"aggregate": "sum", "property": "amount"}],
 "groups": [{"field": "province"}, {"property": "sku"}],
 "period": "7d", "grain": "day"}

{"kind": "funnel",
 "steps": [{"event": "product_detail"}, {"event": "add_to_cart"}, {"event": "pay_success"}],
 "window": "7d", "excluded": [{"event": "refund_request", "after": 2}], "hold": [{"property": "sku"}],
 "groups": [{"field": "source"}], "period": "30d"}
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec

from minilens.collect.refusals import misfit, not_json
from minilens.errors import Refused, TooLarge, did_you_mean
from minilens.measure.events.query import MOST_TOP

#: Bytes of a question: ten times of what one with all that it may have takes.
MOST_BYTES = 65_536
Value = str | float | bool
Text = Annotated[str, msgspec.Meta(max_length=128)]


class Filter(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A condition (one of `field`, `property`, `profile`, `session`, with an operator), or several of which `all` must
    hold, or `any`.

    `property` was sent with the event, `field` Minilens records of each, `profile` was said of the person, `session` is
    known of the launch. `is` and `is_not` compare numbers with numbers and true with true where `values` has such.
    """

    all: list[Filter] | None = None
    any: list[Filter] | None = None
    field: Text = ""
    property: Text = ""
    profile: Text = ""
    session: Text = ""
    operator: Text = ""
    values: list[Value] = []


class AskedEvent(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or several counted as one. `name`: what measures call it; a, b, c … in this order unless given."""

    event: str | list[str]
    name: Text = ""
    where: Filter | None = None


class AskedMeasure(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An `aggregate` of an event (`of`, the first unless given), most of them of a property or field; or a `formula`
    over measures before it.

    `name`: its column, m1, m2 … unless given; `title`: what people read. `unit` of a formula: number, ratio (shown in
    per cent) or seconds.
    """

    aggregate: Text = ""
    of: Text = ""
    property: Text = ""
    field: Text = ""
    formula: str = ""
    name: Text = ""
    title: Text = ""
    unit: Literal["number", "ratio", "seconds"] = "number"


class AskedGroup(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What rows are told apart by: a property of the event, or a field."""

    property: Text = ""
    field: Text = ""


class EventsQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="events",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How often events happened, to how many persons, and what their properties come to.

    `period`: today, yesterday, 7d …; `from` and `to` instead of it. Of the groups the `top` by the measure `sort`
    over the whole period have rows; with `rest` all others together.
    """

    events: list[AskedEvent]
    measures: list[AskedMeasure] = msgspec.field(default_factory=lambda: [AskedMeasure("total")])
    groups: list[AskedGroup] = []
    where: Filter | None = None
    period: Text = ""
    start: Text = ""
    end: Text = ""
    grain: Literal["whole", "hour", "day", "week", "month"] = "day"
    traffic: Literal["release", "trial", "develop", "preview", "robot"] = "release"
    sort: Text = ""
    order: Literal["desc", "asc"] = "desc"
    top: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 10
    rest: bool = True


Step = Annotated[int, msgspec.Meta(ge=1, le=10)]


class AskedStep(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event, or one of several, and the conditions under which it is this step.

    `within`: how soon it has to come after the row of the step before (30s, 20m, 12h, 7d); `title`: what people read.
    """

    event: str | list[str]
    where: Filter | None = None
    within: Text = ""
    title: Text = ""


class AskedExclusion(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An event that ends an attempt: where it waits behind the step `after`, or behind any if that is not given."""

    event: str | list[str]
    where: Filter | None = None
    after: Step | None = None


class AskedHeld(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A property that has the same value at all steps: `property`; or `properties`, its name at each of them."""

    property: Text = ""
    properties: list[Text] = []


class FunnelQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="funnel",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """How many get through 2 to 10 steps.

    `order`: one after the other with anything between (ordered), nothing between (strict), or in any order.
    `window`: for how long an attempt may go on after its entry (30s, 20m, 12h, 7d), the edge included; `natural_days`:
    a window of days ends with the last of them, the entry's being the first. `mode`: entry (the entry lies in the
    range, later steps may lie behind it), closed (all steps lie in the range, which is the window), open (each step by
    itself).
    `entry`: any entry counts, the furthest attempt being the one that does; or the first alone. `counts`: persons,
    sessions (all steps in one launch), attempts (one after the other). Rows are told apart by the values of `groups` at
    the entry, at the last step reached, or at a step (`attributed`). `show`: steps; trend, by the day, week or month of
    the entry, which sums to the whole; each_day, each day of entry for itself, which does not.
    """

    steps: list[AskedStep]
    order: Literal["ordered", "strict", "any"] = "ordered"
    window: Text = "7d"
    natural_days: bool = False
    mode: Literal["entry", "closed", "open"] = "entry"
    entry: Literal["any", "first"] = "any"
    counts: Literal["persons", "sessions", "attempts"] = "persons"
    excluded: list[AskedExclusion] = []
    hold: list[AskedHeld] = []
    groups: list[AskedGroup] = []
    attributed: Literal["entry", "last"] | Step = "entry"
    where: Filter | None = None
    show: Literal["steps", "trend", "each_day"] = "steps"
    period: Text = ""
    start: Text = ""
    end: Text = ""
    grain: Literal["day", "week", "month"] = "day"
    traffic: Literal["release", "trial", "develop", "preview", "robot"] = "release"
    top: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 10
    rest: bool = True


#: Every kind of question, by the `kind` that says which one it is; and those that can be saved.
KINDS: dict[str, type[EventsQuestion] | type[FunnelQuestion]] = {
    "events": EventsQuestion,
    "funnel": FunnelQuestion,
}
SAVED = {"events": EventsQuestion}
#: Of any kind; of one that can be saved.
AnyQuestion = EventsQuestion | FunnelQuestion
Question = EventsQuestion
Some = TypeVar("Some")
AskedOf = TypeVar("AskedOf", EventsQuestion, FunnelQuestion)


class _Kind(msgspec.Struct):
    kind: str


def decoded(body: bytes | str) -> Question:
    """A question that can be saved, from its JSON; Refused, naming the path, where it is none."""
    return as_json(body, SAVED[_kind(body, SAVED)])


def any_question(body: bytes | str) -> AnyQuestion:
    """A question of any kind, from its JSON; Refused, naming the path, where it is none."""
    return as_json(body, KINDS[_kind(body, KINDS)])


def _kind(body: bytes | str, known: Iterable[str]) -> str:
    kind = as_json(body, _Kind).kind
    if kind not in known:
        raise Refused("unknown_choice", "kind", got=kind[:40], hint=did_you_mean(kind, known))
    return kind


def as_json(body: bytes | str, kind: type[Some]) -> Some:
    """What JSON holds; Refused, naming the path, where it is something else."""
    if len(body) > MOST_BYTES:
        raise TooLarge(
            "too_large", "body", what=("问题", "The question"), limit=f"{MOST_BYTES >> 10} KiB"
        )
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error) from None


def overridden(question: Question, given: Sequence[tuple[str, str]]) -> Question:
    """The same over other days, or in rows of another length, where arguments say so; Refused where they are wrong."""
    told = {
        name: value for name, value in given if name in ("period", "from", "to", "grain") and value
    }
    if not told:
        return question
    days = {"period": "", "from": "", "to": ""} if {"period", "from", "to"} & set(told) else {}
    whole = msgspec.json.decode(encoded(question), type=dict[str, object]) | days | told
    return decoded(msgspec.json.encode(whole))


def encoded(question: AnyQuestion) -> str:
    """The shortest JSON that says it."""
    return msgspec.json.encode(question).decode()


def to_file(question: AskedOf) -> AskedOf:
    """The same with as many groups as one answer can have."""
    return msgspec.structs.replace(question, top=MOST_TOP) if question.groups else question


def one_of(part: object, names: tuple[str, ...], where: str) -> str:
    """Which of them it gives; Refused where it is none or more than one."""
    given = [name for name in names if getattr(part, name, "")]
    if not given:
        raise Refused("missing", f"{where}.{names[0]}")
    if len(given) > 1:
        raise Refused("either_or", f"{where}.{given[1]}", other=given[0])
    return given[0]
