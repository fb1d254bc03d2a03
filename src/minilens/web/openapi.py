"""How a report's address is described in OpenAPI: its arguments, its forms, its refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import msgspec
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    Example,
    OpenAPIFormat,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Parameter,
    Reference,
    Schema,
)

from minilens.measure.catalog import BUILT_IN
from minilens.measure.table import Column
from minilens.reports import parameter as single
from minilens.reports import parameters as table
from minilens.reports.report import Report
from minilens.web.reports.formats import MEDIA_TYPES

TITLE = "Minilens report API"
PROBLEM = "application/problem+json"
#: What a list by pages is given as.
PAGED_FORMS = ("json", "csv")
SECURITY: list[dict[str, list[str]]] = [{"token": []}]
REFUSALS = {
    400: "The address has an argument that is not known here; `field` names it, `hint` is the nearest known one.",
    401: "The token is missing, does not exist, has expired or was revoked.",
    403: "The token lacks the scope {scope}, or its creator no longer has that permission.",
    404: "No such report, or no such app for this token.",
    413: "The query exceeds its limit, or the request body is too large.",
    422: "An argument is invalid; `field` names it, `hint` is the nearest known spelling.",
    429: "Over a limit. Retry after the number of seconds in Retry-After.",
    500: "Something went wrong on the server; find `request_id` in the log.",
    503: "The server is starting, stopping or too busy. Retry after the number of seconds in Retry-After.",
}


class Problem(msgspec.Struct, omit_defaults=True):
    """Every refusal. `code` never changes; `message` is in the caller's language."""

    code: str
    status: int
    message: str
    request_id: str
    field: str | msgspec.UnsetType = msgspec.UNSET
    hint: str | msgspec.UnsetType = msgspec.UNSET


def refusals(*but: int, scope: str = "report:read") -> dict[int, ResponseSpec]:
    """The answers that are no success."""
    return {
        status: ResponseSpec(Problem, False, description.format(scope=scope), PROBLEM)
        for status, description in REFUSALS.items()
        if status not in but
    }


#: Of operations that read their body themselves.
NOT_JSON = (
    "The request body is not valid JSON, or the address has an argument that is not known here."
)
BODY = {400: ResponseSpec(Problem, False, NOT_JSON, PROBLEM)}


def changes() -> dict[int, ResponseSpec]:
    """Those of an operation that changes what others may change at the same time."""
    said = "The name is taken, it is done already, or somebody has changed it meanwhile."
    return refusals(scope="admin") | {409: ResponseSpec(Problem, False, said, PROBLEM)}


@dataclass
class Described(Operation):
    """An operation whose refusals are ours, not the framework's."""

    def __post_init__(self) -> None:
        responses = self.responses or {}
        if (told := responses.get("400")) and PROBLEM not in (getattr(told, "content", None) or {}):
            del responses["400"]
        elif told and self.request_body:
            told.description = NOT_JSON
        for status in ("429", "503"):
            seconds = Schema(type=OpenAPIType.INTEGER, minimum=1)
            header = OpenAPIHeader(description="Seconds to wait", schema=seconds)
            responses[status].headers = {"Retry-After": header}  # type: ignore[union-attr]


@dataclass
class Paged(Described):
    """An operation over pages of a list, or all of it as CSV. Those who derive say how many a page may have at most,
    and of what."""

    most: ClassVar[int]
    of: ClassVar[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING)
        size = Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=self.most, default=100)
        forms = Schema(type=OpenAPIType.STRING, enum=list(PAGED_FORMS), default="json")
        more = [
            Parameter(name="after", param_in="query", schema=text, description="`next` before. 上一页的 `next`。"),
            Parameter(name="limit", param_in="query", schema=size, description=self.of),
            Parameter(name="format", param_in="query", schema=forms, description="csv: all of them. csv：全部。"),
        ]  # fmt: skip
        self.parameters = [*(self.parameters or []), *more]
        success = (self.responses or {})["200"]
        success.content |= {MEDIA_TYPES["csv"]: OpenAPIMediaType(schema=text)}  # type: ignore[union-attr,operator]


@dataclass
class Ranged(Described):
    """An operation over some days."""

    def __post_init__(self) -> None:
        super().__post_init__()
        days = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE)
        more = [
            Parameter(
                name="from", param_in="query", schema=days, description="First day. 起始日。"
            ),
            Parameter(name="to", param_in="query", schema=days, description="Last day. 结束日。"),
        ]
        self.parameters = [*(self.parameters or []), *more]


@dataclass
class OfAnnotations(Ranged):
    """Also what one wrote for oneself."""

    def __post_init__(self) -> None:
        super().__post_init__()
        own = Parameter(
            name="personal", param_in="query", schema=Schema(type=OpenAPIType.STRING, enum=["0", "1"], default="0"),
            description="1: also what whoever made the token wrote for themselves. 1：一并列出令牌创建者的个人标注。",
        )  # fmt: skip
        self.parameters = [*(self.parameters or []), own]


def of(report: Report) -> type[Operation]:
    """The operation of one report: with the arguments that it has, in all its forms."""

    @dataclass
    class OfReport(Described):
        def __post_init__(self) -> None:
            super().__post_init__()
            more = [parameter(one, report) for one in table.parameters(report)]
            self.parameters = [*(self.parameters or []), *more]
            success = (self.responses or {})["200"]
            binary = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
            text = Schema(type=OpenAPIType.STRING)
            figures = success.content["application/json"]  # type: ignore[union-attr,index]
            figures.schema = answer(figures.schema, report)
            success.content |= {  # type: ignore[union-attr,operator]
                MEDIA_TYPES["csv"]: OpenAPIMediaType(schema=text),
                MEDIA_TYPES["xlsx"]: OpenAPIMediaType(schema=binary),
            }

    return OfReport


#: How a unit is written, where not with a point.
NUMBERS = {"count": OpenAPIType.INTEGER}


def answer(every: Reference | Schema | None, report: Report) -> Schema:
    """What every report answers, with the columns that this one may have: which of its keys depends on the question."""
    keys = {
        name: cell(OpenAPIType.NUMBER if name.endswith("_later") else OpenAPIType.STRING)
        for name in report.keys
    }
    measures = {
        one.name: cell(NUMBERS.get(one.column().unit, OpenAPIType.NUMBER), one.column())
        for one in BUILT_IN.measures_named(report.measures)
    }
    row = Schema(type=OpenAPIType.OBJECT, properties={**keys, **measures})
    rows = Schema(type=OpenAPIType.ARRAY, items=row)
    more = Schema(type=OpenAPIType.OBJECT, properties={"rows": rows})
    return Schema(all_of=[one for one in (every, more) if one])


def cell(kind: OpenAPIType, column: Column | None = None) -> Schema:
    """A cell of a row: null is unknown."""
    said = None if column is None else f"{column.definition.en} {column.definition.zh}"
    return Schema(
        title=column.title.en if column else None,
        description=said,
        one_of=[Schema(type=kind), Schema(type=OpenAPIType.NULL)],
    )


def parameter(argument: single.Parameter, report: Report) -> Parameter:
    """One argument."""
    value = schema(argument, report)
    if argument.repeated:
        value = Schema(type=OpenAPIType.ARRAY, items=value)
    example = {argument.name: Example(value=given(argument))} if argument.example else None
    return Parameter(
        name=argument.name,
        param_in="query",
        schema=value,
        description=f"{argument.description.en}. {argument.description.zh}。",
        examples=example,
    )


def given(argument: single.Parameter) -> str | list[str]:
    """The example as it is sent."""
    return [argument.example] if argument.repeated else argument.example


def schema(argument: single.Parameter, report: Report) -> Schema:
    """Which values are right."""
    least, most = argument.limits
    meant = argument.default(report) or None
    if argument.kind == "number":
        number = int(meant) if meant else None
        return Schema(type=OpenAPIType.INTEGER, minimum=least, maximum=most, default=number)
    return Schema(
        type=OpenAPIType.STRING,
        enum=list(argument.choices(report)) or None,
        format=OpenAPIFormat.DATE if argument.kind == "date" else None,
        pattern=argument.pattern or None,
        max_length=most or None,
        default=meant,
    )
