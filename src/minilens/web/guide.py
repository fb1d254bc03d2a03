"""The guide, served by the server itself. It holds nothing secret: everybody may read it."""

from __future__ import annotations

import mimetypes

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.render import guide
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
    language = reader.language
    found = guide.page(page, language, to_page=to_page, to_picture=to_picture)
    return html(
        "guide.html",
        reader,
        page=found,
        contents=guide.contents(language),
        to_page=to_page,
        other=f"{to_page(page)}?lang={'en' if language == 'zh' else 'zh'}",
        theme=reader.theme,
        home="/",
        style=address("console.css"),
        icon_file=address("icon.svg"),
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


ROUTES = (start, shown, picture)
