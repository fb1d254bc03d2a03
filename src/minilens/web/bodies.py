"""JSON bodies that the framework reads: what is wrong with one is said as everywhere, by its field and in the caller's
language.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from minilens.collect.refusals import misfit, not_json
from minilens.errors import Refused

#: What the framework calls the body, in its own words about one.
_DATA = "`$.data"


class BodyRequest(Request[Any, Any, State]):
    """A request whose JSON is read here."""

    async def json(self) -> Any:
        """What the body holds; Refused where it is no JSON."""
        body = await self.body()
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise not_json(error, text=body) from None


def misfit_of(error: HTTPException) -> Refused | None:
    """What does not fit in a body, of which the framework says only that something does not; None where it is of
    something else."""
    cause = error.__cause__
    if not isinstance(cause, msgspec.ValidationError):
        return None
    said = str(cause)
    if said == "Object missing required field `data`":
        return Refused("missing", "body")
    if _DATA not in said:
        return None
    return misfit(msgspec.ValidationError(said.replace(_DATA, "`$")), "body")
