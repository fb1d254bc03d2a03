"""What makes somebody a member of a cohort, as JSON: what they did, their properties, the persons behind a figure,
another cohort, and all, any or none of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

import msgspec

from minilens.errors import Refused
from minilens.measure.persons.query import PersonsQuery
from minilens.reports import behind
from minilens.reports.arguments import check_of_body
from minilens.reports.behind import Behind
from minilens.reports.parts_reader import condition
from minilens.reports.questions.events import AskedEvent, AskedMeasure, EventsQuestion
from minilens.reports.questions.parts import Filter, Text
from minilens.reports.request import AppContext

#: Parts of a definition, and how deep they may lie.
MOST_PARTS, MOST_DEPTH = 30, 5
_PARTS = ("all", "any", "but", "did", "profile", "behind", "cohort", "listed")
Times = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Did(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"start": "from", "end": "to"}
):  # fmt: skip
    """Persons with an event, or one of several, at least and at most so many times in a period (30d unless given)."""

    event: str | list[str]
    where: Filter | None = None
    least: Times = 1
    most: Times | None = None
    period: Text = ""
    start: Text = ""
    end: Text = ""


class Listed(msgspec.Struct, forbid_unknown_fields=True):
    """An uploaded list: so many identities were given, of so many somebody was known. They themselves are not kept."""

    given: int
    found: int


class Definition(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One of: `did` an event; a `profile` property of theirs; the persons `behind` a figure; another `cohort`, by its
    number or name; `all` or `any` of several definitions; everybody `but` those of one. `listed`: an uploaded list."""

    all: list[Definition] | None = None
    any: list[Definition] | None = None
    but: Definition | None = None
    did: Did | None = None
    profile: Filter | None = None
    behind: Behind | None = None
    cohort: Text = ""
    listed: Listed | None = None

    def inner(self) -> list[Definition]:
        """Those it is made of."""
        return [*(self.all or ()), *(self.any or ()), *([self.but] if self.but else ())]

    @property
    def part(self) -> str:
        """Which of its parts is given; nothing where it is none, or more than one."""
        given = [name for name in _PARTS if getattr(self, name) not in (None, "")]
        return given[0] if len(given) == 1 else ""


def check_parameters(one: Definition, path: str) -> None:
    """Refused, naming the path, where a report behind it has no such parameter."""
    if one.behind:
        check_of_body(one.behind.report, one.behind.parameters, f"{path}behind.")
    for name in ("all", "any"):
        for n, part in enumerate(getattr(one, name) or ()):
            check_parameters(part, f"{path}{name}[{n}].")
    if one.but:
        check_parameters(one.but, f"{path}but.")


def decoded(body: str | bytes) -> Definition:
    """A definition as it was kept."""
    return msgspec.json.decode(body, type=Definition)


def encoded(definition: Definition) -> str:
    """The shortest JSON that says it."""
    return msgspec.json.encode(definition).decode()


def check(definition: Definition, context: AppContext) -> None:
    """Refused, naming the path, where it says nothing, too much, or something that cannot be asked."""
    for n, (one, path, depth) in enumerate(_parts(definition, "definition", 1)):
        if n >= MOST_PARTS:
            raise Refused("too_many", path, limit=MOST_PARTS)
        if depth > MOST_DEPTH:
            raise Refused("too_deep", path, limit=MOST_DEPTH)
        given = [name for name in _PARTS if getattr(one, name) not in (None, "")]
        if not given:
            raise Refused("missing", f"{path}.did")
        if len(given) > 1:
            raise Refused("either_or", f"{path}.{given[1]}", other=given[0])
        if one.part in ("all", "any") and not one.inner():
            raise Refused("missing", f"{path}.{one.part}")
        if one.listed:
            raise Refused("not_taken_by", f"{path}.listed", of="definition")
        if one.did and one.did.most is not None and one.did.most < one.did.least:
            raise Refused(
                "bad_number",
                f"{path}.did.most",
                least=one.did.least,
                most=1_000_000,
                got=one.did.most,
            )
        if one.profile:
            if not one.profile.profile:
                raise Refused("missing", f"{path}.profile.profile")
            condition(one.profile, context, f"{path}.profile")
        if one.did or one.behind:
            persons_query(one, context, 0)


def by_number(one: Definition, number: Callable[[str], int]) -> Definition:
    """The same with the cohorts that it is made of by their numbers, so that it stays the same whatever they are called
    later. `number`: of a name or a number; Refused where there is none."""
    if one.cohort:
        return Definition(cohort=str(number(one.cohort)))
    return msgspec.structs.replace(
        one,
        all=None if one.all is None else [by_number(part, number) for part in one.all],
        any=None if one.any is None else [by_number(part, number) for part in one.any],
        but=None if one.but is None else by_number(one.but, number),
    )


def _parts(one: Definition, path: str, depth: int) -> Iterator[tuple[Definition, str, int]]:
    yield one, path, depth
    if depth > MOST_DEPTH:
        return
    for name in ("all", "any"):
        for n, part in enumerate(getattr(one, name) or ()):
            yield from _parts(part, f"{path}.{name}[{n}]", depth + 1)
    if one.but:
        yield from _parts(one.but, f"{path}.but", depth + 1)


def persons_query(one: Definition, context: AppContext, app: int) -> PersonsQuery:
    """The question of a part that is about events or a figure: whom it is about; Refused, naming the path."""
    if one.did:
        did = one.did
        question = EventsQuestion(
            events=[AskedEvent(did.event, where=did.where)], measures=[AskedMeasure("total")], grain="whole",
            period=did.period or ("" if did.start else "30d"), start=did.start, end=did.end,
        )  # fmt: skip
        return behind.persons_query(Behind(question, measure="m1"), context, app)
    assert one.behind
    return behind.persons_query(one.behind, context, app, "behind.")
