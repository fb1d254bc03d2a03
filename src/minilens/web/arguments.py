"""What the addresses of programs may say: as the description of the API has it, and nothing that would pass in silence.

Pages are not asked this: bookmarks of before, and what mail and WeChat add to an address, go on opening them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import Operation, Parameter

from minilens.reports.arguments import check
from minilens.reports.parameters import LANG
from minilens.reports.request_values import choice
from minilens.text import LANGUAGES

if TYPE_CHECKING:
    from litestar import Litestar

    from minilens.web.auth.guard import Asker

METHODS = ("get", "put", "post", "patch", "delete")


async def known(asker: Asker, handler: BaseRouteHandler) -> None:
    """Refused, naming it, where an address has an argument that its operation has not. Routes that read those of a
    report say `reads_arguments=True`: they look themselves."""
    given = asker.query_params
    choice(given, LANG.name, LANGUAGES, LANGUAGES[0])
    if not given or handler.opt.get("reads_arguments"):
        return
    state = asker.app.state
    if "arguments" not in state:  # described once, when somebody first says any
        state["arguments"] = await asyncio.to_thread(described, asker.app)
    arguments: dict[str, list[str]] = state["arguments"]
    check(given, [*arguments.get(str(getattr(handler, "operation_id", "")), []), LANG.name])


def described(app: Litestar) -> dict[str, list[str]]:
    """Operation → the arguments of its address."""
    found: dict[str, list[str]] = {}
    for path in (app.openapi_schema.paths or {}).values():
        for method in METHODS:
            operation: Operation | None = getattr(path, method)
            if operation is not None:
                found[str(operation.operation_id)] = [
                    one.name
                    for one in operation.parameters or []
                    if isinstance(one, Parameter) and one.param_in == "query"
                ]
    return found
