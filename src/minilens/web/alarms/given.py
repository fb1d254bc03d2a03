"""Bodies of the API of alarms, as they are read and as they are described."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Reference,
    RequestBody,
    Schema,
)

from minilens.reports.alarm_definition import AlarmDefinition
from minilens.web import openapi


class GivenNote(msgspec.Struct, forbid_unknown_fields=True):
    """What is known of an alarm, up to 400 characters."""

    note: str = ""


class GivenRule(msgspec.Struct, forbid_unknown_fields=True):
    """A rule under a name in either language or both. `enabled`: whether it is watched."""

    definition: AlarmDefinition
    zh: str = ""
    en: str = ""
    enabled: bool = True


class GivenAlarmSettings(msgspec.Struct, forbid_unknown_fields=True):
    """Where alarms go, by numbers of channels; nothing is sent between `quiet_from` and `quiet_to`."""

    channels: list[int] = []
    quiet_from: str = ""
    quiet_to: str = ""


_TEXT = Schema(type=OpenAPIType.STRING)
_BODIES: dict[str, tuple[list[str], dict[str, Schema | Reference]]] = {
    "note": ([], {"note": Schema(type=OpenAPIType.STRING, max_length=400)}),
    "rule": (
        ["definition"],
        {
            "definition": Schema(
                one_of=[
                    Reference(ref=f"#/components/schemas/{name}")
                    for name in (
                        "ThresholdAlarm", "ChangeAlarm", "BandAlarm", "KpisAlarm", "MissingAlarm", "ReleaseAlarm",
                        "FatigueAlarm",
                    )
                ]
            ),
            "zh": Schema(type=OpenAPIType.STRING, max_length=40),
            "en": Schema(type=OpenAPIType.STRING, max_length=40),
            "enabled": Schema(type=OpenAPIType.BOOLEAN),
        },
    ),
    "settings": (
        [],
        {
            "channels": Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.INTEGER)),
            "quiet_from": _TEXT,
            "quiet_to": _TEXT,
        },
    ),
}  # fmt: skip


@dataclass
class _Given(openapi.Described):
    """An operation with a body."""

    def taking(self, name: str) -> None:
        required, properties = _BODIES[name]
        body = Schema(type=OpenAPIType.OBJECT, required=required, properties=properties)
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfNote(_Given):
    """An operation whose body is a note."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.taking("note")


@dataclass
class OfRule(_Given):
    """An operation whose body is a rule."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.taking("rule")


@dataclass
class OfSettings(_Given):
    """An operation whose body says where alarms go."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.taking("settings")
