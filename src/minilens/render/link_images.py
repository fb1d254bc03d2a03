"""The images of campaign links in one ZIP file, each named after what it is for, with the list beside them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from minilens.records.store import Link
from minilens.render.links_csv import links_csv
from minilens.render.qr import ImageForm, image

LIST = "links.csv"
#: Characters of a name that no system takes for its own: no folder, no device, nothing hidden.
_UNSAFE = re.compile(r"[^\w()+,=@~ -]+")
LONGEST = 30
#: When files of a ZIP were made, where nobody asks: the same links give the same file.
_MADE = (2026, 1, 1, 0, 0, 0)


def file_name(link: Link, form: ImageForm) -> str:
    """`Spring_Door_Poster_23abc….svg`: a plain name, unlike all others by its code."""
    names = (link.campaign, link.placement, link.material)
    safe = [_UNSAFE.sub("-", name)[:LONGEST].strip(" -") for name in names]
    return "_".join([*filter(None, safe), link.code]) + f".{form}"


def zipped(links: Sequence[Link], form: ImageForm) -> bytes:
    """An image for each link and the list of all."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:

        def add(name: str, content: bytes, way: int) -> None:
            entry = zipfile.ZipInfo(name, _MADE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, way)

        add(LIST, b"\xef\xbb\xbf" + links_csv(links).encode(), zipfile.ZIP_DEFLATED)
        for link in links:
            way = zipfile.ZIP_STORED if form == "png" else zipfile.ZIP_DEFLATED
            add(file_name(link, form), image(link.path, form), way)
    return out.getvalue()
