"""Parts of questions as OpenAPI describes them: with every limit under which they are read, and nothing besides their
fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from litestar.openapi.spec import OpenAPIType, Reference, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator

#: Where questions are declared.
ROOM = "minilens.reports.questions."
#: Limits in JSON Schema → what they are called in a description.
LIMITS = {
    "minimum": "minimum", "maximum": "maximum", "minLength": "min_length", "maxLength": "max_length",
    "minItems": "min_items", "maxItems": "max_items", "pattern": "pattern",
}  # fmt: skip


class OfQuestions(OpenAPISchemaPlugin):
    """The framework loses the limits of what may also be null, or lies in a list; they are put in again here."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Whether it is a part of a question."""
        of = field_definition.annotation
        return isinstance(of, type) and of.__module__.startswith(ROOM)

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        """As the framework describes it, with all limits."""
        others = (one for one in schema_creator.plugins if one is not self)
        plain = next(
            one for one in others if schema_creator.plugin_supports_field(one, field_definition)
        )
        made: Schema = plain.to_openapi_schema(field_definition, schema_creator)
        exact = _exact(field_definition.annotation)
        for name, part in (made.properties or {}).items():
            _limit(part, exact["properties"][name])
        made.additional_properties = exact.get("additionalProperties")
        return made


def _exact(of: type) -> dict[str, Any]:
    """As its reader knows it."""
    every: dict[str, dict[str, Any]] = msgspec.json.schema_components([of])[1]
    return every[of.__name__]


def _limit(made: Schema | Reference, exact: Mapping[str, Any]) -> None:
    """Put the limits in, also those of what it may be among others, and of what it is a list of."""
    if isinstance(made, Reference):
        return
    for limit, name in LIMITS.items():
        setattr(made, name, exact.get(limit))
    if isinstance(made.items, Schema | Reference):
        _limit(made.items, exact.get("items", {}))
    for one in made.one_of or ():
        kinds = (part for part in exact.get("anyOf", ()) if _alike(one, part))
        _limit(one, next(kinds, {}))


def _alike(made: Schema | Reference, exact: Mapping[str, Any]) -> bool:
    """Whether both are of one type; choices have none where they are read."""
    if not isinstance(made, Schema):
        return False
    if made.enum:
        return "enum" in exact
    return isinstance(made.type, OpenAPIType) and exact.get("type") == made.type.value
