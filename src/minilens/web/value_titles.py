"""What the app calls values of fields, wherever a page shows a value as it came."""

from __future__ import annotations

import json
from collections.abc import Callable

from minilens.records.store import Records
from minilens.text import Language

#: Field, value → its name in brackets, as it stands behind the value; "" where it has none.
ValueTitles = Callable[[str, object], str]


def value_titles(records: Records, app: int, language: Language) -> ValueTitles:
    """The names of an app's values in a language. Reads the records once, here."""
    names = records.field_values.texts(app)

    def title(field: str, value: object) -> str:
        named = names.get(field)
        name = named.get(as_text(value)) if named else None
        if name is None:
            return ""
        return f"（{name.zh}）" if language == "zh" else f" ({name.en})"

    return title


def as_text(value: object) -> str:
    """A value as questions read it: 5 and "5" are one, 5.0 is 5, true is `true`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
