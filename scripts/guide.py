"""Writes the guide as a static site: `python scripts/guide.py [FOLDER]`, else into dist/guide."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from minilens.render import guide
from minilens.text import LANGUAGES, Language
from minilens.web.static import held
from minilens.web.templating import environment

TOP = Path(__file__).resolve().parents[1]
START = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=zh/{first}.html">'


def main(folder: Path) -> int:
    """All pages in both languages, the style sheet, the pictures that they show."""
    pictures: set[str] = set()
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True, exist_ok=True)
        for entry in guide.contents(language):
            text = page(entry.name, language)
            pictures |= set(re.findall(r'src="\.\./images/([^"]+)"', text))
            (folder / language / f"{entry.name}.html").write_text(text, "utf-8")
    (folder / "images").mkdir(exist_ok=True)
    for name in sorted(pictures):
        (folder / "images" / name).write_bytes(guide.picture(name))
    for name in ("console.css", "icon.svg"):
        (folder / name).write_bytes(held()[name].plain)
    first = guide.contents("zh")[0].name
    (folder / "index.html").write_text(START.format(first=first), "utf-8")
    print(f"{sum(len(guide.contents(one)) for one in LANGUAGES)} pages are in {folder}")
    return 0


def page(name: str, language: Language) -> str:
    """One page, its links relative."""
    other = "en" if language == "zh" else "zh"
    template = environment(language).get_template("guide.html")
    return template.render(
        page=(found := guide.page(name, language, to_page=to_page, to_picture=to_picture)),
        title=found.title,
        contents=guide.contents(language),
        to_page=to_page,
        other=f"../{other}/{name}.html",
        theme="system",
        home="",
        asked="",
        style="../console.css",
        icon_file="../icon.svg",
    )


def to_page(name: str) -> str:
    """Where a page is, seen from another."""
    return f"{name}.html"


def to_picture(name: str) -> str:
    """Where a picture is, seen from a page."""
    return f"../images/{name}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "dist" / "guide"))
