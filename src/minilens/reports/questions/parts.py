"""Parts that questions of several kinds have, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.errors import Refused

Value = str | float | bool
Text = Annotated[str, msgspec.Meta(max_length=128)]
Top = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Traffic = Literal["release", "trial", "develop", "preview", "robot"]


class Filter(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A condition (one of `field`, `property`, `profile`, `session`, `cohort`, with an operator), or several of which
    `all` must hold, or `any`.

    `property` was sent with the event, `field` Minilens records of each, `profile` was said of the person, `session` is
    known of the launch; `cohort` is the name or number of a cohort, with `is` (the person is in it) or `is_not`. `is`
    and `is_not` compare numbers with numbers and true with true where `values` has such.
    """

    all: list[Filter] | None = None
    any: list[Filter] | None = None
    field: Text = ""
    property: Text = ""
    profile: Text = ""
    session: Text = ""
    cohort: Text = ""
    operator: Text = ""
    values: list[Value] = []


class AskedGroup(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What rows are told apart by: a property of the event, or a field."""

    property: Text = ""
    field: Text = ""


def one_of(part: object, names: tuple[str, ...], where: str) -> str:
    """Which of them it gives; Refused where it is none or more than one."""
    given = [name for name in names if getattr(part, name, "")]
    if not given:
        raise Refused("missing", f"{where}.{names[0]}")
    if len(given) > 1:
        raise Refused("either_or", f"{where}.{given[1]}", other=given[0])
    return given[0]
