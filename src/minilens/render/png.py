"""A drawing as PNG, with the one font that pictures have. The only file that knows the renderer."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

#: Pixels of the image by one of the drawing. Three would be a little sharper on some phones, and take twice the time,
#: during which the process does nothing else.
SCALE = 2
FONT = "noto-sans-sc-2.004-gb2312.ttf"
FAMILY = "Noto Sans SC"
#: Images that are kept: of many who are sent the same figures at once, each is drawn once.
MOST_KEPT = 64
#: What the font has besides the letters of GB 2312.
BESIDES = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) | frozenset(
    "–—‘’“”†•…‰′″€←↑→↓−≈≤≥■□▲△▼▽◆○●、。《》「」『』【】〔〕！（），：；？～￥"
)


@lru_cache(MOST_KEPT)
def as_png(svg: str) -> bytes:
    """The image of a drawing, on the ground that it paints."""
    import resvg_py  # loaded only by who draws: a library in Rust of 3 MB

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, skip_system_fonts=True, font_files=[_font()], font_family=FAMILY, zoom=SCALE
        )
    )  # fmt: skip


def printable(text: str) -> str:
    """The text with letters that the font has: a box for another one; emoji and what is not seen are left out."""
    return "".join(_printable(letter) for letter in text).strip()


def has(letter: str) -> bool:
    """Whether the font has it."""
    if letter < "\x80" or letter in BESIDES:
        return letter in BESIDES
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _printable(letter: str) -> str:
    if has(letter):
        return letter
    kind = unicodedata.category(letter)
    if kind.startswith("Z"):
        return " "
    return "□" if kind[0] in "LNP" else ""


@cache
def _font() -> str:
    return str(files("minilens") / "static" / "vendor" / FONT)
