"""The names that phones are sold under.

WeChat gives "iPhone 14 Pro<iPhone15,2>", or the identifier alone where it does not know the phone yet. A model that
is in no list keeps the name it gave itself.
"""

from __future__ import annotations

import re
from importlib.resources import files


def _read() -> dict[str, str]:
    text = (files(__package__) / "data" / "models.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines()[1:])
    return {given: name for given, _, name in rows}


#: Identifier → name.
MODELS = _read()


def _texts(some: list[str]) -> str:
    return ", ".join(f"'{one}'" for one in some)


#: SQL: the name of the `model` of an event.
SQL = (
    "transform(substringIndex(replaceRegexpOne(model, '^unknown<(.*)>$', '\\\\1'), '<', 1), "
    f"[{_texts(list(MODELS))}], [{_texts(list(MODELS.values()))}])"
)


def name(given: str) -> str:
    """The same, of a model as people write it or an event has it: iPhone15,2 is iPhone 14 Pro."""
    told = re.sub(r"^unknown<(.*)>$", r"\1", given).partition("<")[0]
    return MODELS.get(told, told)
