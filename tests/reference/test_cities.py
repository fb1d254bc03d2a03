"""Every city that an address can be in has an English name, and no two have the same."""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path

import pytest

from minilens.reference import places
from minilens.reference.cities import CITIES, NAMES
from minilens.reference.places import CHINA, PROVINCES, place_of_region, short_city

#: File → bytes of an address; an entry of its index is two of them, and where a region stands.
FILES = {"ip2region_v4": 4, "ip2region_v6": 16}
HEADER = struct.Struct("<HHIII")


def regions(path: Path, address: int) -> set[str]:
    """Every region that a file has."""
    data = path.read_bytes()
    *_, first, last = HEADER.unpack_from(data)
    entry = struct.Struct(f"<{2 * address}xHI")
    found = set(entry.iter_unpack(data[first : last + entry.size]))
    return {data[at : at + length].decode() for length, at in found}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Province and city of every address in China."""
    cache = tmp_path_factory.mktemp("places")
    places.open(cache).close()
    found = {
        place_of_region(region)
        for name, address in FILES.items()
        for path in cache.glob(f"{name}-*.xdb")
        for region in regions(path, address)
    }
    return {(one.province, one.city) for one in found if one.country == CHINA and one.city}


def test_every_city_of_an_address_has_a_name(given: set[tuple[str, str]]) -> None:
    assert len(given) > 300
    assert {city for _, city in given if city not in CITIES} == set()


def test_no_city_stands_for_two(given: set[tuple[str, str]]) -> None:
    assert [city for city, times in Counter(city for _, city in given).items() if times > 1] == []


def test_a_province_that_is_told_is_the_one_that_addresses_give(
    given: set[tuple[str, str]],
) -> None:
    provinces = {city: province for province, city in given}
    told = {zh: city.province for zh, city in CITIES.items() if city.province}
    assert {zh: provinces[zh] for zh in told if zh in provinces} == {
        zh: province for zh, province in told.items() if zh in provinces
    }
    assert set(told.values()) <= set(PROVINCES)


def test_rows_do_not_contradict_each_other() -> None:
    path = Path(places.__file__).parent / "data" / "cities.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert len({zh for zh, *_ in rows}) == len(rows) == len(CITIES)
    bare = {city.name for city in CITIES.values() if not city.province}
    assert bare.isdisjoint(city.name for city in CITIES.values() if city.province)
    # One place under two Chinese names: 沙田 and 沙田区.
    stems = Counter(names.en for names in NAMES.values())
    twice = {en: [zh for zh in NAMES if NAMES[zh].en == en] for en, n in stems.items() if n > 1}
    assert {en: some for en, some in twice.items() if not same_place(some)} == {
        "Santo António": ["花王堂区", "圣安多尼堂区"]
    }


def same_place(names: list[str]) -> bool:
    """Whether each is the first with a word for what it is behind it."""
    shortest = min(names, key=len)
    return {one.removeprefix(shortest) for one in names} <= {"", "区", "新区", "林区", "城"}


def test_keys_are_written_as_places_writes_cities() -> None:
    assert [zh for zh in CITIES if short_city(zh) != zh] == []
    assert [
        city.title for city in CITIES.values() if not city.title.strip() or "," in city.title
    ] == []


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("西安", "Xi'an"), ("六安", "Lu'an"), ("呼和浩特", "Hohhot"), ("乌鲁木齐", "Ürümqi"), ("拉萨", "Lhasa"),
        ("喀什", "Kashgar"), ("锡林郭勒", "Xilingol"), ("延边", "Yanbian"), ("迪庆", "Diqing"), ("阿坝", "Ngawa"),
        ("甘孜", "Garzê"), ("海西", "Haixi"), ("伊犁", "Ili"), ("博尔塔拉", "Bortala"), ("莱芜", "Laiwu"),
        ("济源", "Jiyuan"), ("仙桃", "Xiantao"), ("神农架", "Shennongjia"), ("吕梁", "Lüliang"), ("亳州", "Bozhou"),
        ("厦门", "Xiamen"), ("哈尔滨", "Harbin"), ("台北", "Taipei"), ("新竹县", "Hsinchu County"), ("九龙", "Kowloon"),
        ("大堂区", "Sé"), ("苏州", "Suzhou (Jiangsu)"), ("宿州", "Suzhou (Anhui)"), ("海南", "Hainan (Qinghai)"),
    ],
)  # fmt: skip
def test_spellings(zh: str, en: str) -> None:
    assert NAMES[zh] == (zh, en)
