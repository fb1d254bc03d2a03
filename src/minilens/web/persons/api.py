"""A person by API: found by POST, so that no identity stands in an address or a log, then looked at by number."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIType, Parameter, Schema
from litestar.params import FromPath, JSONBody

from minilens.measure.person.facts import PersonFacts, Totals
from minilens.measure.person.history import Apart, Merge
from minilens.measure.person.timeline import Timeline, TimelineAsked
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.persons.erasing_api import ADDRESS, Person
from minilens.web.persons.pages import number_of

Req = Request[Any, Any, State]


class Found(msgspec.Struct, frozen=True):
    """The number by which a person is asked for."""

    person: str


class Elsewhere(msgspec.Struct, frozen=True):
    """A person of another app who has the same UnionID. Each app's figures are its own."""

    app: str
    person: str
    totals: Totals


class Portrait(msgspec.Struct, frozen=True):
    """A person, and how their identities came to be one. Values of properties marked as sensitive are masked.

    `elsewhere`: the same UnionID in other apps, for tokens of whoever keeps the whole server.
    """

    facts: PersonFacts
    merges: list[Merge]
    apart: list[Apart]
    elsewhere: list[Elsewhere]


@dataclass
class OfEvents(openapi.Described):
    """With what narrows the timeline."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING)
        more = [
            Parameter(
                name="event", param_in="query", schema=text,
                description="Only events of this name. 只要这个名称的事件。",
            ),
            Parameter(
                name="before", param_in="query", schema=text,
                description="What `older` of the page before said. 上一页 `older` 的值。",
            ),
        ]  # fmt: skip
        self.parameters = [*(self.parameters or []), *more]


@post(
    f"{ADDRESS}/find",
    operation_id="find_person",
    summary="Find a person (查找用户)",
    description="The number of a person, by any of their identities. A number that was merged into another gives "
    "that one.",
    tags=["persons"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def find_person(
    console: NamedDependency[Console], held: NamedDependency[App], data: JSONBody[Person]
) -> Response[Found]:
    """Who that is now."""
    person, _ = await asyncio.to_thread(console.persons.find, held.id, data.person.strip())
    return Response(Found(f"p{person}"), media_type="application/json")


@get(
    f"{ADDRESS}/{{person:str}}",
    operation_id="person",
    summary="A person (单个用户)",
    description="Identities (of values only hashes are kept), first and last touch, totals, properties, merges, and "
    "whom they are kept apart from. `person` is a number such as p12.",
    tags=["persons"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def person(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    person: FromPath[str],
) -> Response[Portrait]:
    """What the page says."""
    number = number_of(person)
    facts = await asyncio.to_thread(console.persons.facts, held.id, number)
    history = await asyncio.to_thread(console.persons.history, held.id, number)
    asked = await _asked(console, held)
    shown = msgspec.structs.replace(facts, properties=asked.visible(facts.properties))
    others = await asyncio.to_thread(_elsewhere, console, held, number, token_of(request).token)
    portrait = Portrait(shown, history.merges, history.apart, others)
    return Response(portrait, media_type="application/json")


def _elsewhere(console: Console, held: App, number: int, token: int) -> list[Elsewhere]:
    """A token is of one app: what it says of others is for whoever keeps them all."""
    if not console.records.tokens.made_by_owner(token):
        return []
    names = {app.id: app.name for app in console.apps()}
    found = console.persons.elsewhere(held.id, number, names)
    return [Elsewhere(names[app], facts.person, facts.totals) for app, facts in found]


@get(
    f"{ADDRESS}/{{person:str}}/events",
    operation_id="person_events",
    summary="Events of a person (单个用户的事件)",
    description="The newest first, 100 at a time.",
    tags=["persons"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=OfEvents,
    needs=scope("admin"),
)
async def person_events(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    person: FromPath[str],
) -> Response[Timeline]:
    """A page of the timeline."""
    given = request.query_params
    asked = await _asked(console, held, given.get("event", ""), given.get("before", ""))
    line = await asyncio.to_thread(console.persons.timeline, held.id, number_of(person), asked)
    return Response(line, media_type="application/json")


async def _asked(console: Console, held: App, event: str = "", before: str = "") -> TimelineAsked:
    names = await asyncio.to_thread(console.records.sensitive.of, held.id)
    return TimelineAsked(event=event[:64], before=before, sensitive=names, masked=False)


ROUTES = (find_person, person, person_events)
