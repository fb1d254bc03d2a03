"""Web links: `/l/CODE` leads a browser to the address that the link's maker gave, with its tags; nowhere else."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound
from minilens.records.link_content import CODE
from minilens.records.store import Link
from minilens.web.auth.guard import NOTHING
from minilens.web.campaigns.opens import count
from minilens.web.console import Console
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
PATH = "/l"
#: Of the link's parameters, those that go along: a web page has no use for the others.
TAGS = ("source", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


@get(f"{PATH}/{{code:str}}", include_in_schema=False, needs=NOTHING)
async def follow(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    code: FromPath[str],
) -> Redirect:
    """On to the web address; whether the link is over or not, for the code is on paper. It is counted."""
    one = await asyncio.to_thread(console.records.links.get, code)
    if not one.web:
        raise NotFound("no_web_address", "code", got=code)
    await asyncio.to_thread(count, console, one, request.headers.get("user-agent", ""), reader)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Redirect(tagged(one), status_code=302, headers=headers)


def tagged(link: Link) -> str:
    """Its web address with the tags that it lacks, and the code by which all else is known of it.

    What the address says itself stays as it is written, also behind `#`.
    """
    parts = urlsplit(link.web)
    there = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    said = {name: value for name, value in parse_qsl(link.query) if name in TAGS}
    more = {name: value for name, value in (said | {CODE: link.code}).items() if name not in there}
    query = "&".join(filter(None, (parts.query, urlencode(more))))
    return urlunsplit(parts._replace(query=query))


ROUTES = (follow,)
