"""Images of campaign links: plain names, the same file each time, each code read by another's decoder."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from datetime import UTC, date, datetime
from typing import cast

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from minilens.records.link_content import direct
from minilens.records.store import Link
from minilens.reference.link_codes import new_code
from minilens.render.link_images import LIST, file_name, zipped

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def link(
    campaign: str = "Spring", query: str = "table=7", method: str = "path", **more: str
) -> Link:
    return Link(
        1, new_code(), campaign, more.get("placement", ""), more.get("material", ""), "pages/menu/menu", query,
        "path" if method == "path" else "code", (), "", "", "", date(2027, 1, 1), None, NOW, None,
    )  # fmt: skip


def pixels(png: bytes) -> NDArray[np.uint8]:
    """The points of a PNG of one bit a point, as our images are; 0 is black."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, packed, width, height = 8, b"", 0, 0
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height = int.from_bytes(body[:4]), int.from_bytes(body[4:8])
            assert body[8:] == b"\x01\x00\x00\x00\x00"
        packed += body if kind == b"IDAT" else b""
        at += size + 12
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, -1)
    plain = rows[:, 1:].copy()
    for n, way in enumerate(rows[:, 0]):
        assert way in (0, 2)  # as it is, or what it has beyond the row above
        plain[n] += plain[n - 1] if way == 2 else np.uint8(0)
    return cast("NDArray[np.uint8]", np.unpackbits(plain, axis=1)[:, :width] * np.uint8(255))


def read(archive: bytes) -> dict[str, str]:
    """Image → what another's decoder reads in it."""
    held = zipfile.ZipFile(io.BytesIO(archive))
    found = {}
    for name in held.namelist():
        if name != LIST:
            (code,) = zxingcpp.read_barcodes(pixels(held.read(name)))
            found[name] = code.text
    return found


def test_each_image_is_read_by_another_decoder() -> None:
    some = [link(), link(method="code"), link(query="x=" + "9" * 90), link(query="n=%E6%A1%8C")]
    some += [link() for _ in range(40)]
    archive = zipped(some, "png")
    assert read(archive) == {file_name(one, "png"): one.path for one in some}
    assert archive == zipped(some, "png")
    assert some[0].path == direct("pages/menu/menu", "table=7", some[0].code)


@pytest.mark.long
def test_ten_thousand_in_a_minute_and_each_is_read() -> None:
    some = [link(placement=f"Door {n}") for n in range(10_000)]
    began = time.process_time()
    archive = zipped(some, "png")
    assert time.process_time() - began < 60
    assert read(archive) == {file_name(one, "png"): one.path for one in some}


def test_names_are_plain() -> None:
    evil = link("../../etc/passwd", placement="C:\\con\x00", material="a/b|c?*\u202e.exe")
    name = file_name(evil, "svg")
    assert name == f"etc-passwd_C-con_a-b-c-exe_{evil.code}.svg"
    assert file_name(link("春茶 上新"), "svg").startswith("春茶 上新_")
    assert len(file_name(link("x" * 64, placement="y" * 64, material="z" * 64), "png")) < 128
    assert "/" not in file_name(link("///"), "png")
    names = zipfile.ZipFile(io.BytesIO(zipped([link(), link()], "svg"))).namelist()
    assert len(set(names)) == 3


def test_a_drawn_image_is_svg() -> None:
    held = zipfile.ZipFile(io.BytesIO(zipped([one := link()], "svg")))
    assert held.read(file_name(one, "svg")).startswith(b"<?xml")
