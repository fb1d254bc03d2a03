"""The guide, served by the server itself. It holds nothing secret: everybody may read it."""

from __future__ import annotations

import mimetypes
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from minilens.render import guide, guide_search
from minilens.render.i18n import translate
from minilens.web.auth.guard import NOTHING
from minilens.web.reader import ReaderContext
from minilens.web.static import address
from minilens.web.templating import html


@get("/guide", include_in_schema=False, needs=NOTHING, sync_to_thread=False)
def start(reader: NamedDependency[ReaderContext]) -> Redirect:
    """To the first page."""
    return Redirect(to_page(guide.contents(reader.language)[0].name), status_code=303)


@get("/guide/{page:str}", include_in_schema=False, needs=NOTHING, sync_to_thread=True)
def shown(reader: NamedDependency[ReaderContext], page: FromPath[str]) -> Response[str]:
    """One page in the reader's language."""
    found = guide.page(page, reader.language, to_page=to_page, to_picture=to_picture)
    return framed("guide.html", reader, found.title, to_page(page), page=found, asked="")


@get("/guide/search", include_in_schema=False, needs=NOTHING, sync_to_thread=True)
def searched(reader: NamedDependency[ReaderContext], q: FromQuery[str] = "") -> Response[str]:
    """The parts of the guide that have these words."""
    asked = q[: guide_search.LONGEST].strip()
    _ = translate(reader.language)
    title = _("“%(words)s” in the guide") % {"words": asked} if asked else _("Search the guide")
    found = guide_search.search(asked, reader.language)
    here = f"/guide/search?{urlencode({'q': asked})}"
    return framed("guide_found.html", reader, title, here, page=None, asked=asked, found=found)


def framed(
    template: str, reader: ReaderContext, title: str, here: str, **more: Any
) -> Response[str]:
    """A page with the contents beside it."""
    other = "en" if reader.language == "zh" else "zh"
    return html(
        template,
        reader,
        title=title,
        contents=guide.contents(reader.language),
        to_page=to_page,
        other=f"{here}{'&' if '?' in here else '?'}lang={other}",
        theme=reader.theme,
        home="/",
        style=address("console.css"),
        icon_file=address("icon.svg"),
        **more,
    )


@get("/guide/images/{name:str}", include_in_schema=False, needs=NOTHING, sync_to_thread=True)
def picture(name: FromPath[str]) -> Response[bytes]:
    """A picture of the guide."""
    return Response(
        guide.picture(name),
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        headers={"Cache-Control": "public, max-age=3600"},
    )


def to_page(name: str) -> str:
    """Where a page is."""
    return f"/guide/{name}"


def to_picture(name: str) -> str:
    """Where a picture is."""
    return f"/guide/images/{name}"


ROUTES = (start, searched, shown, picture)
