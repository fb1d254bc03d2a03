"""The pages exist in both languages, their links lead somewhere, and what is generated is fresh."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import TOP

GUIDE = TOP / "docs" / "guide"
PAIRS = [
    (TOP / "README.md", TOP / "README.zh.md"),
    *((page, GUIDE / "zh" / page.name) for page in sorted((GUIDE / "en").glob("*.md"))),
]
PAGES = [*sorted(TOP.glob("*.md")), *sorted((TOP / "docs").rglob("*.md"))]


def names(pages: list[Path]) -> list[str]:
    return [page.relative_to(TOP).as_posix() for page in pages]


def shape(page: Path) -> list[str]:
    """Levels of the headings and kinds of the code blocks, in order."""
    return re.findall(r"^(#+(?= )|```\w*)", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_guide_has_the_same_pages_in_both_languages() -> None:
    pages = {
        language: {p.name for p in (GUIDE / language).glob("*.md")} for language in ("en", "zh")
    }
    assert pages["en"] == pages["zh"]
    assert len(pages["en"]) > 5


@pytest.mark.parametrize(("en", "zh"), PAIRS, ids=names([en for en, _ in PAIRS]))
def test_a_page_has_the_same_parts_in_both_languages(en: Path, zh: Path) -> None:
    assert shape(en) == shape(zh)
    assert not re.search(r"[\u4e00-\u9fff]{12}", en.read_text(encoding="utf-8"))
    assert len(re.findall(r"[\u4e00-\u9fff]", zh.read_text(encoding="utf-8"))) > 50


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    here = [link for link in links if not link.startswith(("http:", "https:", "mailto:", "/"))]
    assert not [link for link in here if not (page.parent / link).exists()]


def test_the_generated_pages_are_fresh() -> None:
    answer = subprocess.run(
        [sys.executable, str(TOP / "scripts" / "docs.py"), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
