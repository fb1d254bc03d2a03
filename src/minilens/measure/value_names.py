"""What people call the values of a dimension, and how what they write finds them.

The store has a value one way (广东, zh_CN, wifi); people read it in their language, search for it by its name
and write it in a filter in either language. What has no name is shown as it is stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from minilens.reference import cities, devices, languages, models, places, scenes
from minilens.text import Language, Text

#: How much of a name has to be written.
Part = Literal["whole", "start", "any"]


def as_written(value: str) -> str:
    """A value that is stored the way it is written."""
    return value


@dataclass(frozen=True, eq=False)
class ValueNames:
    """Names by stored value. `beside_code`: a name stands behind its value, which people know as well: 1047 扫码.

    `also`: value → a shorter name that finds it too, and others with it, and is never shown. `spelled` makes of a
    written value, if it has no name, the spelling that is stored. `exact`: a value is meant by its whole name alone,
    letter for letter.
    """

    names: Mapping[str, Text] = field(default_factory=dict)
    beside_code: bool = False
    also: Mapping[str, str] = field(default_factory=dict)
    spelled: Callable[[str], str] = as_written
    exact: bool = False

    def shown(self, value: str, language: Language) -> str:
        """A value as people read it."""
        known = self.names.get(value)
        if known is None:
            return value
        name = known.of(language)
        return f"{value} {name}" if self.beside_code else name

    def like(self, text: str, part: Part = "any") -> tuple[str, ...]:
        """The values whose names, in either language, are this text, begin with it or hold it.

        Case, blanks, hyphens, apostrophes and accents do not count: guangdong, "inner mongolia", xian, Urumqi.
        """
        wanted = _letters(text)
        if not wanted:
            return ()
        return tuple(
            value
            for value, one in self.names.items()
            if any(
                _holds(_letters(name), wanted, part) for name in (*one, self.also.get(value, ""))
            )
        )

    def stored(self, value: str) -> tuple[str, ...]:
        """What the store has for a whole value as people write it."""
        if self.exact:
            named = (key for key, one in self.names.items() if value in one)
            return (value,) if value in self.names else tuple(named) or (value,)
        return self.like(value, "whole") or (self.spelled(value),)

    def named(self, text: str, part: Part) -> tuple[str, ...]:
        """The values that a part of a name means, but for those that hold it themselves."""
        letters = text.lower()
        return tuple(one for one in self.like(text, part) if not _holds(one.lower(), letters, part))


@lru_cache(maxsize=4096)  # the same names are looked through for every letter that is typed
def _letters(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in parts if not unicodedata.combining(one))
    return re.sub(r"[\s'’-]+", "", plain).lower()


def _holds(name: str, wanted: str, part: Part) -> bool:
    if part == "whole":
        return name == wanted
    return name.startswith(wanted) if part == "start" else wanted in name


def _screen(value: str) -> str:
    """390x844, 390 * 844 → 390×844."""
    return re.sub(r"\s*[xX*×]\s*", "×", value.strip())


SCENES = ValueNames({str(code): one.title for code, one in scenes.SCENES.items()}, beside_code=True)
PROVINCES = ValueNames({zh: Text(zh, en) for zh, en in places.PROVINCES.items()})
CITIES = ValueNames(
    cities.NAMES,
    also={zh: city.name for zh, city in cities.CITIES.items() if city.province},
    spelled=places.short_city,
)
BRANDS = ValueNames(devices.NAMES, spelled=devices.brand)
MODELS = ValueNames(spelled=models.name)
SCREENS = ValueNames(spelled=_screen)
NETWORKS = ValueNames(devices.NETWORKS, spelled=str.lower)
LANGUAGES = ValueNames(languages.LANGUAGES)
