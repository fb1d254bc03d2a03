"""The map of provinces: each has its place, none hides another, and a file of somebody else is read with care."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from minilens.reference.places import PROVINCES
from minilens.reference.province_map import built_in, of_setting, read


def square(path: str) -> tuple[float, float]:
    """Where a square of ours begins."""
    found = re.fullmatch(r"M([\d.]+) ([\d.]+)h9\.6v9\.6h-9\.6z", path)
    assert found
    return float(found[1]), float(found[2])


def test_every_province_has_a_square_of_its_own() -> None:
    ours = built_in()
    assert sorted(one.name for one in ours.places) == sorted(PROVINCES)
    assert len({one.code for one in ours.places}) == len(PROVINCES)
    squares = [square(one.path) for one in ours.places]
    for n, (x, y) in enumerate(squares):
        assert 0 <= x <= ours.width - 9.6 + 1e-9
        assert 0 <= y <= ours.height - 9.6 + 1e-9
        assert all(abs(x - u) >= 10 or abs(y - v) >= 10 for u, v in squares[:n])


def test_places_lie_as_they_do() -> None:
    at = {one.name: one.at for one in built_in().places}
    for west, east in (("新疆", "甘肃"), ("四川", "湖北"), ("福建", "台湾"), ("山西", "山东")):
        assert at[west][0] < at[east][0]
    for north, south in (("黑龙江", "辽宁"), ("北京", "上海"), ("湖南", "广东"), ("广东", "海南")):
        assert at[north][1] < at[south][1]


GOOD: dict[str, Any] = {
    "source": {"zh": "某图 审图号 GS(2026)1号", "en": "Somebody's map"},
    "width": 100,
    "height": 80,
    "places": [{"name": "广东", "path": "M0 0 L10,5.5 -3e1 2Z", "at": [5, 5]}],
}


def kept(folder: Path, text: str) -> Path:
    file = folder / "map.json"
    file.write_text(text, "utf-8")
    return file


def test_another_file_takes_its_place(tmp_path: Path) -> None:
    found = of_setting(str(kept(tmp_path, json.dumps(GOOD))))
    assert found is not None
    assert found.said().zh == "某图 审图号 GS(2026)1号"
    assert [one.name for one in found.places] == ["广东"]
    assert of_setting("") is built_in()
    assert of_setting("none") is None


@pytest.mark.parametrize(
    "wrong",
    [
        GOOD | {"source": {"zh": "", "en": "x"}},
        {name: value for name, value in GOOD.items() if name != "source"},
        GOOD | {"places": []},
        GOOD | {"width": 0},
        GOOD | {"script": "x"},
        GOOD | {"places": [{"name": "广东", "path": 'M0 0"/><script>', "at": [0, 0]}]},
        GOOD | {"places": [{"name": "广东", "path": "url(http://x)", "at": [0, 0]}]},
        GOOD | {"places": [{"name": "x" * 41, "path": "M0 0", "at": [0, 0]}]},
        GOOD | {"places": [{"name": "广东", "path": "M0 0", "at": [0]}]},
        [],
    ],
)
def test_a_file_that_is_wrong_is_no_map(tmp_path: Path, wrong: object) -> None:
    file = kept(tmp_path, json.dumps(wrong))
    with pytest.raises(msgspec.DecodeError):
        read(file)
    assert of_setting(str(file)) is None


def test_a_file_that_is_missing_or_too_large_is_no_map(tmp_path: Path) -> None:
    assert of_setting(str(tmp_path / "none.json")) is None
    assert of_setting(str(tmp_path)) is None
    assert of_setting(str(kept(tmp_path, " " * (4 << 20) + json.dumps(GOOD)))) is None
