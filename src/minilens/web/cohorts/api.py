"""Cohorts by API: listed, made of a definition or of identities, computed again, removed, their persons handed out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Parameter,
    Reference,
    RequestBody,
    Schema,
)
from litestar.params import FromPath

from minilens.collect.refusals import misfit, not_json
from minilens.errors import Refused, TooLarge
from minilens.reports.cohorts import Definition, check_parameters, decoded
from minilens.reports.request_values import choice
from minilens.text import Text
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.cohorts.doors import CohortNow
from minilens.web.console import App, Console
from minilens.web.persons.pages import number_of
from minilens.web.reports.formats import MEDIA_TYPES

Req = Request[Any, Any, State]
Given = TypeVar("Given")
ADDRESS = "/api/v1/apps/{app:str}/cohorts"
#: Bytes of a list of identities.
MOST_BYTES = 8 << 20
MOST = 10_000


class ListedCohort(msgspec.Struct, frozen=True):
    """A cohort: how many persons are in it, as of `computed`; `live` ones are computed again when they are asked for
    and older than ten minutes. `by`: who made it, null where a program did."""

    id: int
    zh: str
    en: str
    live: bool
    size: int
    computed: datetime | None
    created: datetime
    by: str | None
    definition: Definition


class MadeCohort(ListedCohort, frozen=True):
    """One that was just made. `unknown`: the places of those of its `identities`, from 0, by which nobody is known."""

    unknown: list[int]


class CohortList(msgspec.Struct, frozen=True):
    """Those of the app, by name."""

    cohorts: list[ListedCohort]


class CohortPersons(msgspec.Struct, frozen=True):
    """`count` persons are in it; `next` is `after` of the next page, null on the last one."""

    count: int
    persons: list[str]
    next: str | None


class CohortSize(msgspec.Struct, frozen=True):
    """How many persons were in it when it was last computed on a day."""

    day: date
    size: int


class CohortSizes(msgspec.Struct, frozen=True):
    """A row a day on which it was computed, the oldest first; days on which nobody asked for it have none."""

    sizes: list[CohortSize]


class NewCohort(msgspec.Struct, forbid_unknown_fields=True):
    """A cohort under a name in either language or both: of a `definition`, or of `identities` (p12, TYPE=VALUE), which
    are not kept themselves. `live`: computed again; else it stays as it is now."""

    zh: str = ""
    en: str = ""
    live: bool = False
    definition: Definition | None = None
    identities: list[Annotated[str, msgspec.Meta(max_length=256)]] | None = None


class ChangedCohort(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change: its names, both of them, and whether it is live; null leaves it as it is."""

    zh: str | None = None
    en: str | None = None
    live: bool | None = None


@dataclass
class OfNew(openapi.Described):
    """An operation whose body is a new cohort."""

    def __post_init__(self) -> None:
        super().__post_init__()
        name = Schema(type=OpenAPIType.STRING, max_length=40)
        some = Schema(
            type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING, max_length=256), max_items=100_000,
        )  # fmt: skip
        body = Schema(
            type=OpenAPIType.OBJECT,
            properties={
                "zh": name,
                "en": name,
                "live": Schema(type=OpenAPIType.BOOLEAN, default=False),
                "definition": Reference(ref="#/components/schemas/Definition"),
                "identities": some,
            },
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfChanged(openapi.Described):
    """An operation whose body says what is to change."""

    def __post_init__(self) -> None:
        super().__post_init__()
        name = Schema(type=OpenAPIType.STRING, max_length=40)
        live = Schema(type=OpenAPIType.BOOLEAN)
        body = Schema(type=OpenAPIType.OBJECT, properties={"zh": name, "en": name, "live": live})
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfSizes(openapi.Described):
    """An operation with all rows at once, or as a file."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING)
        form = Schema(type=OpenAPIType.STRING, enum=list(openapi.PAGED_FORMS), default="json")
        told = Parameter(name="format", param_in="query", schema=form, description="json, csv.")
        self.parameters = [*(self.parameters or []), told]
        success = (self.responses or {})["200"]
        success.content |= {MEDIA_TYPES["csv"]: OpenAPIMediaType(schema=text)}  # type: ignore[union-attr,operator]


@dataclass
class OfPersons(openapi.Paged):
    """An operation over pages of persons, or all as a file."""

    most = MOST
    of = "Persons a page. 每页人数。"


def listed(one: CohortNow) -> ListedCohort:
    """As programs are told."""
    saved = one.saved
    return ListedCohort(
        saved.id, saved.name.zh, saved.name.en, saved.live, one.size, saved.computed, saved.created,
        saved.author, decoded(saved.body),
    )  # fmt: skip


def given_in(body: bytes, form: type[Given]) -> Given:
    """What a body holds; Refused, naming the path, where it is something else."""
    if len(body) > MOST_BYTES:
        raise TooLarge(
            "too_large", "body", what=("人群", "The cohort"), limit=f"{MOST_BYTES >> 20} MiB"
        )
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error, text=body) from None


def content(given: NewCohort) -> Definition | list[str]:
    """What it is made of; Refused where that is nothing, or two things."""
    if given.definition and given.identities is not None:
        raise Refused("either_or", "identities", other="definition")
    if given.identities is not None:
        return list(given.identities)
    if given.definition is None:
        raise Refused("missing", "definition")
    check_parameters(given.definition, "definition.")
    return given.definition


@get(
    ADDRESS,
    operation_id="cohorts",
    summary="Cohorts (人群)",
    description="Those of the app, with how many persons are in each and when that was computed.",
    tags=["cohorts"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def every(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[CohortList]:
    """By name."""
    found = await asyncio.to_thread(console.cohorts.of, held.id)
    return Response(CohortList(list(map(listed, found))), media_type="application/json")


@post(
    ADDRESS,
    operation_id="create_cohort",
    status_code=201,
    summary="Make a cohort (新建人群)",
    description='Computed at once. In conditions of questions it is then `{"cohort": NAME}`.',
    tags=["cohorts"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfNew,
    needs=scope("admin"),
)
async def create(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[MadeCohort]:
    """As it is now."""
    given = given_in(await request.body(), NewCohort)
    made = await asyncio.to_thread(
        console.cohorts.create, held.id, Text(given.zh, given.en), content(given), given.live,
        token_of(request).account,
    )  # fmt: skip
    told = MadeCohort(**msgspec.structs.asdict(listed(made)), unknown=list(made.unknown))
    return Response(told, media_type="application/json", status_code=201)


@post(
    f"{ADDRESS}/{{cohort:int}}/change",
    operation_id="change_cohort",
    status_code=200,
    summary="Rename a cohort, freeze it or have it live (修改人群)",
    description="What is not given stays. Filters and questions that name it by its old name are refused from then on.",
    tags=["cohorts"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfChanged,
    needs=scope("admin"),
)
async def change(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    cohort: FromPath[int],
) -> Response[ListedCohort]:
    """As it is then."""
    given = given_in(await request.body(), ChangedCohort)
    named = None if given.zh is None and given.en is None else Text(given.zh or "", given.en or "")
    made = await asyncio.to_thread(
        console.cohorts.change, held.id, cohort, name=named, live=given.live, by=token_of(request).account,
    )  # fmt: skip
    return Response(listed(made), media_type="application/json")


@post(
    f"{ADDRESS}/{{cohort:int}}/refresh",
    operation_id="refresh_cohort",
    status_code=200,
    summary="Compute a cohort again (重新计算人群)",
    description="From what is known now. An uploaded list stays as it was found.",
    tags=["cohorts"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def refresh(
    console: NamedDependency[Console], held: NamedDependency[App], cohort: FromPath[int]
) -> Response[ListedCohort]:
    """As it is now."""
    made = await asyncio.to_thread(console.cohorts.refresh, held.id, cohort)
    return Response(listed(made), media_type="application/json")


@post(
    f"{ADDRESS}/{{cohort:int}}/remove",
    operation_id="remove_cohort",
    status_code=200,
    summary="Remove a cohort (删除人群)",
    description="Its members with it; questions that name it are refused from then on.",
    tags=["cohorts"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def remove(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    cohort: FromPath[int],
) -> Response[CohortList]:
    """Those that are left."""
    await asyncio.to_thread(console.cohorts.remove, held.id, cohort, token_of(request).account)
    found = await asyncio.to_thread(console.cohorts.of, held.id)
    return Response(CohortList(list(map(listed, found))), media_type="application/json")


@get(
    f"{ADDRESS}/{{cohort:int}}/persons",
    operation_id="cohort_persons",
    summary="Persons of a cohort (人群中的用户)",
    description="By their numbers, page by page, or all as a file.",
    tags=["cohorts"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=OfPersons,
    needs=scope("admin"),
)
async def persons(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    cohort: FromPath[int],
) -> Response[CohortPersons]:
    """Whoever is in it now."""
    given = dict(request.query_params)
    form = choice(given, "format", openapi.PAGED_FORMS, "json")
    limit, after = _limit(given.get("limit", "")), given.get("after", "")
    start = number_of(after) if after else 0
    every_one = await asyncio.to_thread(console.cohorts.persons, held.id, cohort)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if form == "csv":
        return Response(csv_of(every_one.tolist()), media_type=MEDIA_TYPES["csv"], headers=headers)  # type: ignore[arg-type]
    at = int(every_one.searchsorted(start, "right"))
    some = [f"p{one}" for one in every_one[at : at + limit].tolist()]
    more = at + limit < len(every_one)
    found = CohortPersons(len(every_one), some, some[-1] if more else None)
    return Response(found, media_type="application/json", headers=headers)


@get(
    f"{ADDRESS}/{{cohort:int}}/sizes",
    operation_id="cohort_sizes",
    summary="Size of a cohort over time (人群的人数变化)",
    description="How many persons were in it on each day on which it was computed.",
    tags=["cohorts"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfSizes,
    needs=scope("report:read"),
)
async def sizes(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    cohort: FromPath[int],
) -> Response[CohortSizes]:
    """The oldest first."""
    form = choice(dict(request.query_params), "format", openapi.PAGED_FORMS, "json")
    found = await asyncio.to_thread(console.records.cohorts.sizes, held.id, cohort)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if form == "csv":
        return Response(csv_of_sizes(found), media_type=MEDIA_TYPES["csv"], headers=headers)  # type: ignore[arg-type]
    told = CohortSizes([CohortSize(*one) for one in found])
    return Response(told, media_type="application/json", headers=headers)


def csv_of_sizes(found: list[tuple[date, int]]) -> str:
    """A day a line."""
    return "".join(["day,size\n", *(f"{day},{size}\n" for day, size in found)])


def csv_of(numbers: list[int]) -> str:
    """A person a line."""
    return "".join(["person\n", *(f"p{one}\n" for one in numbers)])


def _limit(text: str) -> int:
    if not text:
        return 100
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= MOST:
        raise Refused("bad_number", "limit", least=1, most=MOST, got=text[:40])
    return int(text)


ROUTES = (every, create, change, refresh, remove, persons, sizes)
