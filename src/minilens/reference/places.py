"""The place of an address: country, province and city, from files on this machine.

    with places.open(cache) as lookup:
        lookup.place("113.118.113.77")  # Place("中国", "广东", "深圳")

The packed files under `data/` are unpacked once into the folder the caller names. They are then
read piece by piece and never held in memory. A `Lookup` may be used from any number of threads.

Names are the short Chinese form, the same for IPv4 and IPv6: 广东, 内蒙古, 深圳, 大理. Hong Kong,
Macao and Taiwan are provinces of 中国. Outside China names are as the data has them. What is not
known is "".
"""

from __future__ import annotations

import hashlib
import ipaddress
import lzma
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

from ip2region import searcher, util

#: The day on which the newer of the two data files was made.
VERSION = "2025-10-17"
CHINA = "中国"
#: Addresses whose answer is remembered. A full cache takes about 5 MB.
REMEMBERED = 32_768
LONGEST_ADDRESS = 64

#: name → (size, SHA-256) of the unpacked file; data/SOURCES.md says where they come from.
DATA = {
    "ip2region_v4.xdb": (
        11_042_429,
        "5555fd1aab63e06096d9ee2a4187e93b8451e650b77ce4138a26eb9cf4d81469",
    ),
    "ip2region_v6.xdb": (
        36_258_341,
        "2c0ec39095bc224a506657d20dfbb460707dd94a9cfc2242fd5fe2b2e36cbf1c",
    ),
}

#: The 34 provinces: short Chinese name → English name.
PROVINCES = {
    "北京": "Beijing",
    "天津": "Tianjin",
    "河北": "Hebei",
    "山西": "Shanxi",
    "内蒙古": "Inner Mongolia",
    "辽宁": "Liaoning",
    "吉林": "Jilin",
    "黑龙江": "Heilongjiang",
    "上海": "Shanghai",
    "江苏": "Jiangsu",
    "浙江": "Zhejiang",
    "安徽": "Anhui",
    "福建": "Fujian",
    "江西": "Jiangxi",
    "山东": "Shandong",
    "河南": "Henan",
    "湖北": "Hubei",
    "湖南": "Hunan",
    "广东": "Guangdong",
    "广西": "Guangxi",
    "海南": "Hainan",
    "重庆": "Chongqing",
    "四川": "Sichuan",
    "贵州": "Guizhou",
    "云南": "Yunnan",
    "西藏": "Tibet",
    "陕西": "Shaanxi",
    "甘肃": "Gansu",
    "青海": "Qinghai",
    "宁夏": "Ningxia",
    "新疆": "Xinjiang",
    "台湾": "Taiwan",
    "香港": "Hong Kong",
    "澳门": "Macao",
}


# 黔东南苗族侗族自治州 → 黔东南, 巴音郭楞蒙古自治州 → 巴音郭楞
AUTONOMOUS = re.compile(
    r"(?:(?:哈萨克|柯尔克孜|蒙古|朝鲜|布依|土家|哈尼|傈僳|景颇|壮|回|藏|苗|彝|侗|傣|白|羌)族?)*自治州$"
)
CITY_ENDINGS = ("地区", "市", "盟")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is. Each part is "" where it is not known."""

    country: str = ""
    province: str = ""
    city: str = ""


NOWHERE = Place()


def short_province(name: str) -> str:
    """广东省 → 广东, 广西壮族自治区 → 广西; a name that is no province stays as it is."""
    known = name[:3] if name.startswith(("内蒙古", "黑龙江")) else name[:2]
    return known if known in PROVINCES else name


def short_city(name: str) -> str:
    """深圳市 → 深圳, 阿里地区 → 阿里, 大理白族自治州 → 大理; counties keep theirs: 新竹县."""
    short = AUTONOMOUS.sub("", name)
    for ending in CITY_ENDINGS:
        if short == name and name.endswith(ending):
            short = name.removesuffix(ending)
    return short if len(short) > 1 else name


@lru_cache(maxsize=8192)  # few regions stand behind many addresses: one Place object for each
def place_of_region(region: str) -> Place:
    """The data's own text, 中国|广东省|深圳市|电信, as a Place."""
    parts = ["" if part == "0" else part.strip() for part in region.split("|")]
    if len(parts) < 3 or not parts[0]:  # "" is no answer, 0|0|内网IP|内网IP a private network
        return NOWHERE
    country, province, city = parts[:3]
    if country in ("中国台湾", "中国香港", "中国澳门"):  # the IPv6 file's way of writing them
        province, country = country.removeprefix(CHINA), CHINA
    if country != CHINA:
        return Place(country, province, city)
    return Place(country, short_province(province), short_city(city))


class _Pieces(searcher.Searcher):
    """Reads at a position instead of moving one: threads do not disturb each other."""

    def __init__(self, version: util.Version, path: Path) -> None:
        index = util.load_vector_index_from_file(str(path))
        super().__init__(version, str(path), index, None)
        self._file = os.open(path, os.O_RDONLY)

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._file, length, offset)

    def close(self) -> None:
        super().close()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Lookup:
    """Answers for addresses of both kinds. Close it, or use it in a `with`."""

    def __init__(self, v4: Path, v6: Path) -> None:
        self._v4 = _Pieces(util.IPv4, v4)
        self._v6 = _Pieces(util.IPv6, v6)
        self._remembered: Callable[[str], Place] = lru_cache(maxsize=REMEMBERED)(self._find)

    def place(self, address: str) -> Place:
        """The place of an address as text. Anything that is no public address is nowhere."""
        # Long text is never an address, and must not be kept in the cache.
        return self._remembered(address) if len(address) <= LONGEST_ADDRESS else NOWHERE

    def _find(self, address: str) -> Place:
        try:
            parsed = ipaddress.ip_address(address.strip())
        except ValueError:
            return NOWHERE
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        if not parsed.is_global:
            return NOWHERE
        reader = self._v4 if parsed.version == 4 else self._v6
        return place_of_region(reader.search(parsed.packed))

    def close(self) -> None:
        """Gives the two files back; the lookup answers no more."""
        self._v4.close()
        self._v6.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> Literal[False]:
        self.close()
        return False


def open(cache: Path) -> Lookup:
    """A lookup over the files in `cache`, which is made and filled where it is not yet."""
    cache.mkdir(parents=True, exist_ok=True)
    return Lookup(_unpacked(cache, "ip2region_v4.xdb"), _unpacked(cache, "ip2region_v6.xdb"))


def _unpacked(cache: Path, name: str) -> Path:
    size, checksum = DATA[name]
    # The checksum is part of the name, so that a newer release never reads an older file.
    target = cache / f"{Path(name).stem}-{checksum[:8]}.xdb"
    if not (target.is_file() and target.stat().st_size == size and _sha256(target) == checksum):
        _unpack(name, target)
    return target


def _unpack(name: str, target: Path) -> None:
    # Written aside and renamed: two processes that start together do not see half a file.
    handle, aside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        packed = files(__package__) / "data" / f"{name}.xz"
        with (
            packed.open("rb") as source,
            lzma.open(source) as plain,
            os.fdopen(handle, "wb") as out,
        ):
            while piece := plain.read(1 << 18):
                out.write(piece)
        os.replace(aside, target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
