"""Cities of China by their short Chinese names, as `places` writes them, and what they are called in English.

`data/cities.tsv` has what the files of addresses can say, and what profiles of WeChat say besides: districts of
the municipalities, cities and counties that a province runs itself. A province stands there where an English name is
that of two places: 苏州 is Suzhou (Jiangsu), 宿州 is Suzhou (Anhui). What is not in it has no English name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from minilens.reference.places import PROVINCES
from minilens.text import Text


@dataclass(frozen=True, slots=True)
class City:
    """`name` is the English one; `province` the Chinese name of its province, where that has to be told."""

    name: str
    province: str = ""

    @property
    def title(self) -> str:
        """The English name by which it is told from all others."""
        return f"{self.name} ({PROVINCES[self.province]})" if self.province else self.name


def _read() -> dict[str, City]:
    text = (files(__package__) / "data" / "cities.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {zh: City(name, province) for zh, name, province in rows}


#: Short Chinese name → the city.
CITIES: Mapping[str, City] = _read()
#: The same → its names.
NAMES = {zh: Text(zh, city.title) for zh, city in CITIES.items()}
