"""Addresses become places; nothing that is sent as an address can do harm."""

from __future__ import annotations

import hashlib
import ipaddress
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.reference import places
from minilens.reference.places import NOWHERE, Lookup, Place


@pytest.fixture(scope="module")
def lookup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lookup]:
    with places.open(tmp_path_factory.mktemp("places") / "made" / "when_missing") as opened:
        yield opened


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("113.118.113.77", Place("中国", "广东", "深圳")),
        ("1.0.1.1", Place("中国", "福建", "福州")),
        ("123.125.71.38", Place("中国", "北京", "北京")),
        ("1.36.0.1", Place("中国", "香港", "")),
        ("1.34.0.1", Place("中国", "台湾", "")),
        ("60.246.0.1", Place("中国", "澳门", "")),
        ("8.8.8.8", Place("美国", "", "")),
        ("240e:3b7:3272:d8d0:db09:c067:8d59:539e", Place("中国", "广东", "深圳")),
        ("2408:8400::1", Place("中国", "北京", "北京")),
        ("2001:b000::1", Place("中国", "台湾", "台北")),
        ("::ffff:113.118.113.77", Place("中国", "广东", "深圳")),
        (" 113.118.113.77 ", Place("中国", "广东", "深圳")),
    ],
)
def test_public_addresses(lookup: Lookup, address: str, place: Place) -> None:
    assert lookup.place(address) == place


@pytest.mark.parametrize(
    "address",
    [
        "", "-", "unknown", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4:80",
        "[::1]", "01.02.03.04", "1.0.1.1, 8.8.8.8", "1.0.1.1/24", ":::", "1" * 100_000, "\x00",
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1", "0.0.0.0",
        "255.255.255.255", "203.0.113.9", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "2001:db8::1", "::ffff:10.0.0.1",
    ],
)  # fmt: skip
def test_what_is_no_public_address_is_nowhere(lookup: Lookup, address: str) -> None:
    assert lookup.place(address) == NOWHERE == Place("", "", "")


@given(st.text())
def test_no_text_raises(lookup: Lookup, text: str) -> None:
    assert isinstance(lookup.place(text), Place)


@given(st.ip_addresses())
def test_every_address_has_a_place_in_its_clean_form(
    lookup: Lookup, address: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    place = lookup.place(str(address))
    assert place == lookup.place(address.exploded)
    assert not {"0", "内网IP"} & {place.country, place.province, place.city}
    if place.country == places.CHINA:
        assert place.province == "" or place.province in places.PROVINCES


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("中国|广西壮族自治区|桂林市|电信", Place("中国", "广西", "桂林")),
        ("中国|广西|桂林市|电信", Place("中国", "广西", "桂林")),
        ("中国|内蒙古自治区|锡林郭勒盟|移动", Place("中国", "内蒙古", "锡林郭勒")),
        ("中国|内蒙古|锡林郭勒|移动", Place("中国", "内蒙古", "锡林郭勒")),
        ("中国|黑龙江省|大兴安岭|联通", Place("中国", "黑龙江", "大兴安岭")),
        ("中国|云南省|西双版纳傣族自治州|电信", Place("中国", "云南", "西双版纳")),
        ("中国|贵州省|黔东南苗族侗族自治州|电信", Place("中国", "贵州", "黔东南")),
        ("中国|新疆维吾尔自治区|博尔塔拉蒙古自治州|0", Place("中国", "新疆", "博尔塔拉")),
        ("中国|新疆|克孜勒苏柯尔克孜自治州|0", Place("中国", "新疆", "克孜勒苏")),
        ("中国|西藏|阿里地区|0", Place("中国", "西藏", "阿里")),
        ("中国|台湾省|新竹县|0", Place("中国", "台湾", "新竹县")),
        ("中国香港|0|0|0", Place("中国", "香港", "")),
        ("中国|0|0|0", Place("中国", "", "")),
        ("日本|神奈川县|藤泽市|专线用户", Place("日本", "神奈川县", "藤泽市")),
        ("0|0|内网IP|内网IP", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_one_short_form_for_each_name(region: str, place: Place) -> None:
    assert places.place_of_region(region) == place


def test_threads_do_not_disturb_each_other(lookup: Lookup) -> None:
    rng = random.Random(7)
    addresses = [str(ipaddress.IPv4Address(rng.getrandbits(32))) for _ in range(1500)]
    addresses += [
        str(ipaddress.IPv6Address((0x2408 << 112) + rng.getrandbits(96))) for _ in range(500)
    ]
    alone = [lookup._find(address) for address in addresses]
    start = threading.Barrier(4)

    def look() -> list[Place]:
        start.wait(timeout=60)
        return [lookup._find(address) for address in addresses]

    with ThreadPoolExecutor(4) as pool:
        for answer in [pool.submit(look) for _ in range(4)]:
            assert answer.result() == alone
    assert len(set(alone)) > 50


def test_files_are_unpacked_once_whole_and_again_when_damaged(tmp_path: Path) -> None:
    places.open(tmp_path).close()
    unpacked = sorted(tmp_path.iterdir())
    assert sorted(hashlib.sha256(file.read_bytes()).hexdigest() for file in unpacked) == sorted(
        checksum for _, checksum in places.DATA.values()
    )
    made = [file.stat().st_mtime_ns for file in unpacked]
    places.open(tmp_path).close()
    assert [file.stat().st_mtime_ns for file in unpacked] == made

    with unpacked[0].open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"damage")
    places.open(tmp_path).close()
    assert sorted(tmp_path.iterdir()) == unpacked
    assert hashlib.sha256(unpacked[0].read_bytes()).hexdigest() in {
        checksum for _, checksum in places.DATA.values()
    }


def test_two_that_start_together_both_get_whole_files(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: places.open(tmp_path), range(2)))
    for opened in both:
        with opened:
            assert opened.place("113.118.113.77").city == "深圳"
    assert len(list(tmp_path.iterdir())) == 2


def test_all_provinces_have_an_english_name_of_their_own() -> None:
    assert len(places.PROVINCES) == len(set(places.PROVINCES.values())) == 34
