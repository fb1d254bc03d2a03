"""The pictures of the guide: each that a page shows is one that the script makes, is there, and is small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import images
from tests.architecture.source import TOP

#: What the largest may weigh, in bytes: the guide is a part of the package.
MOST = 220_000


def shown() -> set[str]:
    """The names of the pictures that pages show."""
    pages = [*(TOP / "docs" / "guide").glob("*/*.md"), TOP / "README.md", TOP / "README.zh.md"]
    found = (re.findall(r"images/([\w-]+)\.png", page.read_text("utf-8")) for page in pages)
    return {name for names in found for name in names}


def test_every_picture_that_is_shown_is_made_and_every_one_made_is_shown() -> None:
    assert shown() == set(images.PICTURES)
    assert {path.stem for path in images.IMAGES.iterdir()} == set(images.PICTURES)


def test_pictures_are_small_and_in_both_languages() -> None:
    weights = {path.name: path.stat().st_size for path in images.IMAGES.glob("*.png")}
    assert all(0 < weight < MOST for weight in weights.values()), weights
    languages = {(one.path.partition("?")[0], one.language) for one in images.PICTURES.values()}
    assert {(path, other) for path, _ in languages for other in ("zh", "en")} == languages


@pytest.mark.long
@pytest.mark.serial
def test_the_script_makes_them_all(tmp_path: Path) -> None:
    assert images.main(tmp_path) == 0
    assert {path.stem for path in tmp_path.iterdir()} == set(images.PICTURES)
