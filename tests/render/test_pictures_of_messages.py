"""Charts as images: of any figures, in both languages, small enough, on white, with letters that the font has."""

from __future__ import annotations

import re
import struct
import zlib
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.table import Unit
from minilens.render import axis, png
from minilens.render.panels import Course, Rank, Ranks, in_characters, levels
from minilens.render.picture import MARGIN, WIDTH, as_svg, picture
from minilens.text import LANGUAGES

MOST = 2_000_000
TYPICAL = 100_000


def first_lines(image: bytes, count: int) -> tuple[int, int, list[bytes]]:
    """Width, height and the first lines of a PNG of 8 bits a channel with alpha, unfiltered."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high, depth, kind = struct.unpack(">IIBB", image[16:26])
    assert (depth, kind) == (8, 6)
    data, at = b"", 8
    while at < len(image):
        length, name = struct.unpack(">I4s", image[at : at + 8])
        data += image[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    raw, lines, before = zlib.decompress(data), [], bytes(wide * 4)
    for n in range(count):
        start = n * (wide * 4 + 1)
        before = unfiltered(raw[start], raw[start + 1 : start + 1 + wide * 4], before)
        lines.append(before)
    return wide, high, lines


def unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    found = bytearray(line)
    for n, value in enumerate(line):
        left, up = found[n - 4] if n >= 4 else 0, above[n]
        corner = above[n - 4] if n >= 4 else 0
        near = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
        found[n] = (value + (0, left, up, (left + up) // 2, near)[kind]) & 255
    return bytes(found)


def course(**more: object) -> Course:
    told = {
        "title": "访问人数",
        "labels": ("11/1", "11/2", "11/3"),
        "values": (1.0, None, 3.0),
        "unit": "count",
    }
    return Course(**(told | more))  # type: ignore[arg-type]


def test_white_to_the_edge_and_twice_the_size() -> None:
    margin = (MARGIN - 2) * png.SCALE
    wide, high, lines = first_lines(picture([course()], "alt", "zh").png, margin + 30)
    assert wide == WIDTH * png.SCALE
    white = b"\xff" * 4
    assert lines[:margin] == [white * wide] * margin
    assert all(line.startswith(white * margin) for line in lines)
    assert any(line != white * wide for line in lines)
    svg = as_svg([course()], "zh")
    assert f'<rect width="{WIDTH}" height="{high // png.SCALE}" fill="#fff"/>' in svg


def test_three_with_targets_are_small() -> None:
    one = course(drawn="bars", target=4.0, target_called="目标 4", end=5.0, running=True)
    for language in LANGUAGES:
        found = picture([one, one, one], "alt", language)
        assert len(found.png) < TYPICAL
        assert found.alt == "alt"


def test_what_the_font_has_not_is_a_box_and_what_is_seen_by_nobody_is_left_out() -> None:
    assert png.printable("访问 Visits ▲ 3%") == "访问 Visits ▲ 3%"
    assert png.printable("龘😀a\u200b\x00\U00020bb7\tb") == "□a□b"
    svg = as_svg([Ranks("<b>&\"'", (Rank("\ud800x", 1.0, "1"),))], "en")
    assert "<b>" not in svg.removeprefix("<svg")
    assert picture([Ranks("<b>&", (Rank("a", 1.0, "1"),))], "", "en").png


numbers = st.floats(0, 1e15, allow_nan=False) | st.integers(0, 10**12).map(float) | st.none()


@given(
    st.lists(numbers, max_size=60), st.lists(numbers, max_size=60), numbers, numbers,
    st.sampled_from(get_args(Unit)[:5]), st.sampled_from(["line", "bars"]), st.text(max_size=60), st.booleans(),
)  # fmt: skip
def test_any_figures_can_be_drawn(values, then, target, end, unit, drawn, text, running) -> None:  # type: ignore[no-untyped-def]
    one = course(
        title=text, labels=tuple(f"11/{n}" for n in range(len(values))), values=tuple(values), then=tuple(then),
        target=target, target_called=text, end=end, unit=unit, drawn=drawn, running=running, called=text,
        then_called=text,
    )  # fmt: skip
    ranks = Ranks(text, tuple(Rank(text, value or 0, text) for value in values[:5]), steps=running)
    svg = as_svg([one, ranks], "zh")
    assert "nan" not in svg
    assert "inf" not in svg
    heights = [float(y) for y in re.findall(r'y2?="([-0-9.]+)"', svg)]
    assert all(-20 < y < 1_000 for y in heights)
    assert in_characters([one, ranks], "zh")


@given(numbers.filter(lambda value: value is not None), st.sampled_from(get_args(Unit)[:5]))
def test_lines_across_are_few_and_reach_above(highest: float, unit: Unit) -> None:
    lines = axis.lines(highest, unit)
    assert lines[0] == 0
    assert 2 <= len(lines) <= axis.MOST + 2
    assert lines[-1] >= highest * (1 - 1e-9)
    for language in LANGUAGES:
        named = [axis.named(one, unit, language) for one in lines]
        assert len(set(named)) == len(named) or highest < 1e-12


def test_lines_across_by_hand() -> None:
    told = [(48_475, "count"), (3, "count"), (0.98, "ratio"), (4_000, "seconds"), (0, "count")]
    found = [[axis.named(one, unit, "zh") for one in axis.lines(most, unit)] for most, unit in told]  # type: ignore[arg-type]
    assert found == [
        ["0", "2 万", "4 万", "6 万"], ["0", "1", "2", "3"], ["0%", "25%", "50%", "75%", "100%"],
        ["0", "30 分", "1 小时", "1.5 小时"], ["0", "1"],
    ]  # fmt: skip


def test_in_characters() -> None:
    assert levels((0, 1, None, 7)) == "▁▂ █"
    ranks = Ranks("x", (Rank("首页", 10.0, "10"), Rank("详情", 5.0, "5")))
    assert in_characters([course(), ranks], "zh") == (
        "访问人数 ▃ █ 3\n首页 ██████████ 10\n详情 █████ 5"
    )
