"""The description of the API says of every field of every kind of question what it does, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from minilens.reports.question import KINDS

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"[A-Za-z]{3}.*\.")


def parts_of(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema of a question, and of whatever it is made of."""
    found: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = schemas[one]
            waiting += re.findall(r"'#/components/schemas/([^']+)'", str(schemas[one]))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(client: Any, kind: str) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    every = parts_of(schemas, KINDS[kind].__name__)
    fields = [
        (part, name, field.get("description", ""))
        for part, schema in every.items()
        for name, field in schema.get("properties", {}).items()
        if name != "kind"
    ]
    assert len(fields) > 5
    untold = [
        f"{part}.{name}"
        for part, name, said in fields
        if not (_CHINESE.search(said) and _ENGLISH.search(said))
    ]
    assert untold == []
