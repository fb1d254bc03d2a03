"""The console's own files, held in memory, packed once, under an address that names their content.

/static/3f9c2a71b0de/js/line-chart.js    for a year
/static/anything-else/js/line-chart.js   the same file, not kept by the browser
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound
from minilens.web.auth.guard import NOTHING

FOREVER = "public, max-age=31536000, immutable"
#: The files of `static/css`, in the order of the cascade: where two rules weigh the same, the later one holds.
STYLE = (
    "tokens", "base", "buttons", "frame", "bar", "menus", "calendar", "forms", "cards", "notices", "charts", "tiles",
    "dashboard", "reviews", "alarms", "tables", "lists", "parts", "map", "triangle", "faults", "live", "keys", "home",
    "plain_page", "apps", "settings", "person", "events", "messages", "ask", "under_way", "persons", "funnel", "paths",
    "activity",
    "campaigns", "audit", "guide", "hand", "print",
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """One file, as it is and packed."""

    plain: bytes
    media_type: str

    @functools.cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.plain, 9, mtime=0)


def walk(folder: Traversable, under: str = "") -> dict[str, File]:
    """All files of a folder by their path within it."""
    found: dict[str, File] = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found |= walk(entry, f"{under}{entry.name}/")
        else:
            kind = mimetypes.guess_type(entry.name)[0] or "application/octet-stream"
            found[under + entry.name] = File(entry.read_bytes(), kind)
    return found


@functools.cache
def held() -> dict[str, File]:
    """The files of `static/`, read once. Those of css/ are joined: pages ask for one style file."""
    found = walk(files("minilens") / "static")
    parts = [found.pop(f"css/{name}.css").plain for name in STYLE]
    return found | {"console.css": File(b"\n".join(parts), "text/css")}


@functools.cache
def mark() -> str:
    """Twelve digits that change with any of the files."""
    digest = hashlib.sha256()
    for path, file in held().items():
        digest.update(path.encode() + b"\0" + hashlib.sha256(file.plain).digest())
    return digest.hexdigest()[:12]


def address(path: str) -> str:
    """Where the browser finds a file of `static/`."""
    if path not in held():
        raise KeyError(path)
    return f"/static/{mark()}/{path}"


@get("/favicon.ico", include_in_schema=False, needs=NOTHING, sync_to_thread=False)
def favicon() -> Redirect:
    """For browsers that look for an icon by habit."""
    return Redirect(address("icon.svg"), status_code=302)


@get(
    "/static/{under:str}/{path:path}", include_in_schema=False, needs=NOTHING, sync_to_thread=False
)
def static_file(
    request: Request[None, None, State], under: FromPath[str], path: FromPath[str]
) -> Response[bytes]:
    """One file, packed where the browser takes it."""
    file = held().get(path.lstrip("/"))
    if file is None:
        raise NotFound("not_found")
    headers = {
        "Cache-Control": FOREVER if under == mark() else "no-cache",
        "Vary": "Accept-Encoding",
    }
    body = file.plain
    if "gzip" in request.headers.get("accept-encoding", "") and len(body) > 500:
        body, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(body, media_type=file.media_type, headers=headers)
