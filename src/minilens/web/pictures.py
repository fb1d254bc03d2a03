"""Pictures of messages, for chats that fetch them: whoever has the signed address may."""

from __future__ import annotations

import asyncio

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import NotFound
from minilens.web.auth.guard import NOTHING
from minilens.web.console import Console

#: It never changes, and shows no more than the message it came with.
_HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex", "Content-Security-Policy": "default-src 'none'",
}  # fmt: skip


@get("/m/{name:str}", include_in_schema=False, needs=NOTHING)
async def picture(console: NamedDependency[Console], name: FromPath[str]) -> Response[bytes]:
    """The image; NotFound where it is none of ours or its days are over."""
    found = await asyncio.to_thread(console.picture, name)
    if found is None:
        raise NotFound("not_found")
    return Response(found, media_type="image/png", headers=_HEADERS)


ROUTES = (picture,)
