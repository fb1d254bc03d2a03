"""What a failure looks like: a card that offers retry, a page, or problem+json for programs."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from litestar import Request, Response, route
from litestar.datastructures import State
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from minilens import reports
from minilens.errors import (
    Busy,
    CannotStart,
    EngineFailed,
    NotFound,
    Refused,
    ShardAway,
    TooLarge,
    problem,
)
from minilens.measure.execution.queue import QueryCancelled
from minilens.text import Language
from minilens.web.auth.csrf import BODY, FORM, MOST
from minilens.web.bodies import misfit_of
from minilens.web.reader import ReaderContext, reader_context
from minilens.web.templating import html

Req = Request[Any, Any, State]
#: An address that takes each of these takes none.
OTHER_METHODS = tuple(one for one in HttpMethod if one != HttpMethod.GET)
log = logging.getLogger("minilens.web")


def refused(request: Req, error: Refused) -> Response[Any]:
    """The caller's mistake, in the form and language of the caller."""
    reader = reader_context(request)
    message = error.message(reader.language)
    if wants(request) == "json":
        body = msgspec.json.encode(problem(error, reader.language, reader.request_id))
        return Response(
            body,
            status_code=error.status,
            media_type="application/problem+json",
            headers=headers(error, reader.request_id),
        )
    if error.code == "not_signed_in" and wants(request) == "page":
        onward = reader.address if request.method == "GET" else "/"
        return Redirect("/sign-in", status_code=303, query_params={"next": onward})
    if isinstance(error, Busy) and wants(request) == "card":
        return queued(request, reader, error)
    template = "_failed.html" if wants(request) == "card" else "problem.html"
    answer = html(
        template,
        reader,
        error.status,
        status=error.status,
        message=message,
        retry=False,
        number=reader.request_id,
        title=card_title(request, reader.language),
    )
    answer.headers.update(headers(error, reader.request_id))
    return answer


def queued(request: Req, reader: ReaderContext, error: Busy) -> Response[Any]:
    """A card that waits for its turn: it says so, and asks again by itself."""
    answer = html(
        "_queued.html",
        reader,
        error.status,
        message=error.message(reader.language),
        title=card_title(request, reader.language),
    )
    answer.headers.update(headers(error, reader.request_id))
    return answer


def headers(error: Refused, request_id: str) -> dict[str, str]:
    """What goes along with a refusal."""
    found = {"X-Request-Id": request_id, "Cache-Control": "no-store"}
    if isinstance(error, Busy):
        found["Retry-After"] = str(error.retry_after)
        if "ahead" in error.facts:
            found["X-Queries-Ahead"] = str(error.facts["ahead"])
    if error.code == "method_not_allowed":
        found["Allow"] = str(error.facts["allowed"])
    if error.status == 401:
        found["WWW-Authenticate"] = 'Bearer realm="minilens"'
    return found


def engine_failed(request: Req, error: EngineFailed) -> Response[Any]:
    """The store did not answer: the page stands, the card offers retry; where a server is away it says which, and asks
    again by itself."""
    reader = reader_context(request)
    log.error("the warehouse failed", extra={"request_id": reader.request_id, "reason": str(error)})
    away = error if isinstance(error, ShardAway) else None
    if wants(request) != "card":
        internal = Refused("internal", request_id=reader.request_id)
        return refused(request, away.refusal if away else internal)
    return html(
        "_failed.html", reader, 503, message=away.message(reader.language) if away else "", retry=True,
        again=away.refusal.retry_after if away else 0, number=reader.request_id,
        title=card_title(request, reader.language),
    )  # fmt: skip


def not_there(request: Req, error: CannotStart) -> Response[Any]:
    """The records do not answer, or are busy with something long."""
    log.error("%s: %s", reader_context(request).request_id, error)
    return refused(request, Busy("starting", 5))


def unknown(request: Req, error: HTTPException) -> Response[Any]:
    """What the framework refuses by itself, in our shape."""
    methods = set((error.headers or {}).get("allow", "").split(", "))
    there = not methods.issuperset(OTHER_METHODS)
    if error.status_code == 405 and there and wants(request) == "json":
        allowed = ", ".join(sorted(methods - {"OPTIONS"}))
        return refused(request, Refused("method_not_allowed", "method", allowed=allowed))
    if error.status_code in (404, 405):
        return refused(request, NotFound("not_found"))
    if error.status_code == 413:
        most = request.route_handler.opt.get("most_bytes", MOST)
        what, field = (BODY, "body") if wants(request) == "json" else (FORM, "")
        return refused(request, TooLarge("too_large", field, what=what, limit=f"{most >> 10} KiB"))
    if wrong := misfit_of(error):
        return refused(request, wrong)
    if error.status_code < 500:
        return refused(request, Refused("bad_shape", "request", reason=error.detail))
    return unexpected(request, error)


def nested(request: Req, error: RecursionError) -> Response[Any]:
    """A body that is deeper than anything of ours."""
    return refused(
        request, Refused("bad_shape", "request", reason=("嵌套太深", "is nested too deep"))
    )


def no_page_of_the_framework(answer: Response[Any]) -> Response[Any]:
    """Beside the description of the API the framework has a page of its own for what is not there."""
    if answer.status_code == 404:
        raise NotFound("not_found")
    return answer


async def before_nothing(_: Req) -> None:
    """Whoever sends a form there is told so, and not of the form."""
    raise NotFound("not_found")


@route(
    ["/", "/{path:str}"], http_method=OTHER_METHODS, include_in_schema=False,
    before_request=before_nothing, sync_to_thread=False,
)  # fmt: skip
def nothing_there(path: FromPath[str] = "") -> None:
    """That page of the framework is for GET alone: a program that writes would be told to read there."""


def unexpected(request: Req, error: Exception) -> Response[Any]:
    """A bug: logged under the number that the caller is told."""
    reader = reader_context(request)
    facts = {"request_id": reader.request_id, "path": request.url.path}
    log.exception("a request failed", exc_info=error, extra=facts)
    failure = Refused("internal", request_id=reader.request_id)
    if wants(request) == "card":
        return html(
            "_failed.html",
            reader,
            500,
            message=failure.message(reader.language),
            retry=True,
            number=reader.request_id,
            title=card_title(request, reader.language),
        )
    return refused(request, failure)


def card_title(request: Req, language: Language) -> str:
    """What the card of an address is called, /a/APP/overview/trend; nothing for other parts of a page."""
    parts = request.url.path.split("/")
    try:
        report = reports.find(".".join(parts[3:]))
    except NotFound:
        return ""
    return report.title.of(language)


def wants(request: Req) -> str:
    """`json` for programs, `card` for a part of a page, else `page`."""
    path = request.url.path
    if path.startswith(("/api/", "/v1/", "/feeds/", "/healthz")) or path.endswith(
        (".json", ".csv", ".xlsx", "/stream")
    ):
        return "json"
    if request.headers.get("x-minilens-card"):
        return "card"
    accepted = request.headers.get("accept", "")
    return "json" if "json" in accepted and "html" not in accepted else "page"


def gone(request: Req, error: QueryCancelled) -> Response[None]:
    """Nobody reads this."""
    return Response(None, status_code=499)


HANDLERS: dict[int | type[Exception], Any] = {
    Refused: refused,
    EngineFailed: engine_failed,
    CannotStart: not_there,
    QueryCancelled: gone,
    HTTPException: unknown,
    RecursionError: nested,
    Exception: unexpected,
}
