"""QR codes: within a page, and as files to be printed."""

from __future__ import annotations

import io
from typing import Any, Literal

#: How an image is written: drawn lines for print, or points.
ImageForm = Literal["svg", "png"]
#: Points of a PNG for each square, and quiet squares around the code: a phone needs four.
SCALE, BORDER = 8, 4


def inline(text: str) -> str:
    """The code as an image within a page: black on white in both themes, as scanners want it."""
    return str(_made(text).svg_inline(omitsize=True, border=3, dark="#000", light="#fff"))


def image(text: str, form: ImageForm) -> bytes:
    """The same as a file."""
    out = io.BytesIO()
    if form == "png":
        _made(text).save(out, kind="png", scale=SCALE, border=BORDER)
    else:
        _made(text).save(out, kind="svg", scale=SCALE, border=BORDER, light="#fff", nl=False)
    return out.getvalue()


def _made(text: str) -> Any:
    import segno  # seldom needed, and every start of the server would wait for it

    return segno.make(text, error="m", micro=False)
