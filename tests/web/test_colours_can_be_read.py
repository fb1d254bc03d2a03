"""Texts reach 4.5 : 1 on every ground they stand on, in light and dark."""

from __future__ import annotations

import re

import pytest

from minilens.web.static import held

CSS = held()["console.css"].plain.decode()
BLOCKS = {
    "light": CSS[CSS.index(":root {") :],
    "dark": CSS[CSS.index(":root[data-theme=dark] {") :],
}


def tokens(theme: str) -> dict[str, str]:
    block = BLOCKS[theme].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", ["bg", "surface", "sunken", "raised"]),
        ("soft", ["bg", "surface", "sunken"]),
        ("faint", ["bg", "surface"]),
        ("accent", ["bg", "surface", "accent-wash"]),
        ("warn", ["surface", "warn-wash"]),
        ("on-accent", ["button"]),
    ],
)
def test_contrast(theme: str, text: str, grounds: list[str]) -> None:
    found = tokens(theme)
    for ground in grounds:
        assert contrast(found[text], found[ground]) >= 4.5, ground


def test_both_ways_into_the_dark_are_the_same() -> None:
    followed = CSS[CSS.index(":root:not([data-theme=light]) {") :].split("}", 1)[0]
    assert dict(re.findall(r"--([\w-]+): ([^;]+);", followed)) == dict(
        re.findall(r"--([\w-]+): ([^;]+);", BLOCKS["dark"].split("}", 1)[0])
    )
