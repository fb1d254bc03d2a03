"""Types of identities: which is stronger, how many of it one person has, and when a value is nobody's.

Priority 0 is the strongest. An app has these unless its owner sets others. A type that nobody has added joins nothing:
whoever holds the public write key can make up names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from minilens.records.identity_types import TypeRow
from minilens.text import Text

DEVICE = "device"
#: What becomes of a value more than a person may have.
REFUSED, SUCCEEDS, OLDEST_OUT = "refuse", "succeed", "oldest"


@dataclass(frozen=True, slots=True)
class IdentityType:
    """One type. `most` values a person within `days` (0: ever; 0 values: as many as there are), what is `over` that.

    `crowd`: so many devices that name a value on one day, or so many persons on a device within 30 days, and it joins
    nothing any more (0: never). `takes_part` off: it is kept with events and joins nothing.
    """

    name: str
    priority: int
    label: Text
    most: int = 1
    days: int = 0
    over: str = REFUSED
    crowd: int = 50
    parent: str = ""
    takes_part: bool = True


BUILT_IN = (
    IdentityType("mobile", 0, Text("手机号", "Mobile number"), over=SUCCEEDS),
    IdentityType("wechat-unionid", 1, Text("UnionID", "UnionID")),
    IdentityType("applet-wechat", 2, Text("OpenID", "OpenID"), parent="wechat-unionid"),
    IdentityType("c_memberid", 3, Text("会员号", "Member ID")),
    IdentityType("group_openid", 98, Text("群内 OpenID", "OpenID in a group"), takes_part=False),
    IdentityType(
        DEVICE, 99, Text("设备", "Device"), most=20, days=30, over=OLDEST_OUT, crowd=3,
    ),
)  # fmt: skip
#: Where a type stands that nobody has set.
UNSET = 50


@dataclass(frozen=True, slots=True)
class Types:
    """The types of one app by name; values that are nobody's (`blocked`), and that were not handed on (`kept`): who
    says so is the owner."""

    by_name: Mapping[str, IdentityType]
    blocked: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()

    def of(self, name: str) -> IdentityType:
        """A type; one that nobody has added is kept with events and joins nothing."""
        return self.by_name.get(name) or replace(self.new(name), takes_part=False)

    def new(self, name: str) -> IdentityType:
        """A type before somebody changes it: as it is set, or as it is added where it is not: one value a person."""
        return self.by_name.get(name) or IdentityType(name, UNSET, Text(name, name))

    def changed(self, rows: Iterable[TypeRow]) -> Types:
        """The same app with other settings of some types."""
        return replace(self, by_name={**self.by_name, **{row.name: _type(row) for row in rows}})

    @property
    def joining(self) -> frozenset[str]:
        """The names of those that join."""
        return frozenset(name for name, one in self.by_name.items() if one.takes_part)


DEFAULT = Types({one.name: one for one in BUILT_IN})


def types_of(
    rows: Iterable[TypeRow],
    blocked: frozenset[int] = frozenset(),
    kept: frozenset[int] = frozenset(),
) -> Types:
    """The built-in types with what an owner set of them, and own types; values that are nobody's or not handed on."""
    return replace(DEFAULT.changed(rows), blocked=blocked, kept=kept)


def _type(row: TypeRow) -> IdentityType:
    return IdentityType(
        row.name, row.priority, Text(row.zh, row.en), row.most, row.days, row.over, row.crowd, row.parent,
        row.takes_part,
    )  # fmt: skip


def row_of(one: IdentityType) -> TypeRow:
    """A type as it is changed."""
    return TypeRow(
        one.name, one.label.zh, one.label.en, one.priority, one.most, one.days, one.over, one.crowd, one.parent,
        one.takes_part,
    )  # fmt: skip
