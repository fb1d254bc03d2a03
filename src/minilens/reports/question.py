"""Questions as programs write them, in JSON: told apart by `kind`, each part refused by its path.

What a question of each kind has is in `questions/`; KINDS lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar, overload

import msgspec

from minilens.collect.refusals import not_json
from minilens.errors import Refused, TooLarge, did_you_mean
from minilens.measure.events.query import MOST_TOP
from minilens.reports.misfits import explained
from minilens.reports.questions.activity import (
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.questions.ltv import LtvQuestion
from minilens.reports.questions.paths import PathsQuestion
from minilens.reports.questions.payments import PaymentsQuestion
from minilens.reports.questions.shares import SharesQuestion

#: Bytes of a question: ten times of what one with all that it may have takes.
MOST_BYTES = 65_536
AnyQuestion = (
    EventsQuestion
    | SharesQuestion
    | FunnelQuestion
    | PathsQuestion
    | RetentionQuestion
    | StickinessQuestion
    | LifecycleQuestion
    | AttributionQuestion
    | LtvQuestion
    | PaymentsQuestion
)
#: Every kind of question, by the `kind` that says which one it is.
KINDS: Mapping[str, type[AnyQuestion]] = {
    "events": EventsQuestion,
    "shares": SharesQuestion,
    "funnel": FunnelQuestion,
    "paths": PathsQuestion,
    "retention": RetentionQuestion,
    "stickiness": StickinessQuestion,
    "lifecycle": LifecycleQuestion,
    "attribution": AttributionQuestion,
    "ltv": LtvQuestion,
    "payments": PaymentsQuestion,
}
Some = TypeVar("Some")
One = TypeVar("One", bound=AnyQuestion)


class _Kind(msgspec.Struct):
    kind: str


@overload
def decoded(body: bytes | str) -> AnyQuestion: ...
@overload
def decoded(body: bytes | str, only: type[Some]) -> Some: ...
def decoded(body: bytes | str, only: type | None = None) -> object:
    """A question of any kind, or only of this one, from its JSON; Refused, naming the path, where it is none."""
    kind = as_json(body, _Kind).kind
    known = [name for name, one in KINDS.items() if only in (None, one)]
    if kind not in known:
        hint, choices = did_you_mean(kind, known), ", ".join(known)
        raise Refused("unknown_choice", "kind", got=kind[:40], hint=hint, choices=choices)
    return as_json(body, KINDS[kind])


def as_json(body: bytes | str, kind: type[Some]) -> Some:
    """What JSON holds; Refused, naming the path, where it is something else."""
    if len(body) > MOST_BYTES:
        raise TooLarge(
            "too_large", "body", what=("问题", "The question"), limit=f"{MOST_BYTES >> 10} KiB"
        )
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise explained(error, kind) from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        text = body.encode(errors="replace") if isinstance(body, str) else body
        raise not_json(error, text=text) from None


def overridden(question: One, given: Sequence[tuple[str, str]]) -> One:
    """The same over other days, or in rows of another length, where arguments say so; Refused where they are wrong."""
    told = {
        name: value for name, value in given if name in ("period", "from", "to", "grain") and value
    }
    if not told:
        return question
    days = {"period": "", "from": "", "to": ""} if {"period", "from", "to"} & set(told) else {}
    whole = msgspec.json.decode(encoded(question), type=dict[str, object]) | days | told
    return decoded(msgspec.json.encode(whole), type(question))


def encoded(question: AnyQuestion) -> str:
    """The shortest JSON that says it."""
    return msgspec.json.encode(question).decode()


def to_file(question: One) -> One:
    """The same with as many groups, or nodes of a column, as one answer can have."""
    if not getattr(question, "groups", None) and not isinstance(
        question, PathsQuestion | AttributionQuestion | PaymentsQuestion
    ):
        return question
    return msgspec.structs.replace(question, top=MOST_TOP)
