"""What to know of a virtual event before it is saved, and later: it matches nothing, resembles another, went silent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from minilens.measure.virtual.preview import SILENT, Preview
from minilens.records.virtual_content import Meaning, keys_of
from minilens.text import Text

#: Such a share of the matches is nearly all.
NEARLY_ALL = 0.9
#: Keys that frameworks make, and others with each build: they name no element.
_GENERATED = re.compile(r"eh|__e|_e\d*|e\d+|\d+|[0-9a-f]{8,}|[a-z]{1,2}_?\d{3,}")

WARNINGS: dict[str, Text] = {
    "nothing": Text("最近 7 天没有匹配", "Nothing matched in the last 7 days"),
    "silent": Text(
        "页面有人访问，但已超过 72 小时没有匹配", "Nothing matched for 72 hours, though the page was visited"
    ),
    "same": Text("与 {of} 的定义相同", "Means the same as {of}"),
    "shared": Text("{share} 的匹配与 {of} 重合", "{share} of the matches are those of {of} as well"),
    "every_tap": Text("包含页面 {of} 上的所有点击", "Has every tap of the page {of}"),
    "generated": Text(
        "{of} 像是构建工具生成的，下次发布可能改变", "{of} looks generated and may change with the next release"
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Warning:
    """One of WARNINGS, what it is about, and the share of the matches that are shared."""

    code: str
    of: str = ""
    share: float = 0.0

    @property
    def text(self) -> Text:
        """In words."""
        told = WARNINGS[self.code]
        facts = {"of": self.of, "share": f"{self.share:.0%}"}
        return Text(told.zh.format(**facts), told.en.format(**facts))


def warnings(
    meaning: Meaning, others: Mapping[str, Meaning], seen: Preview, now: datetime
) -> list[Warning]:
    """All that there are."""
    found = []
    if not seen.matches:
        found.append(Warning("nothing"))
    elif seen.last and now - seen.last > SILENT and seen.visits:
        found.append(Warning("silent"))
    same = sorted(
        name for name, other in others.items() if set(other.conditions) == set(meaning.conditions)
    )
    found += [Warning("same", name) for name in same]
    for name, count in seen.shared.items():
        share = count / seen.matches if seen.matches else 0
        if share >= NEARLY_ALL and name not in same:
            found.append(Warning("shared", name, share))
    found += [Warning("every_tap", page) for page in seen.every_tap]
    keys = dict.fromkeys(value for key, value in keys_of(meaning) if generated(key, value))
    return found + [Warning("generated", value) for value in keys]


def generated(key: str, value: str) -> bool:
    """Whether a key of an element looks as if a program had made it up: `data-` keys are the owner's own."""
    return key in ("handler", "id", "class") and _GENERATED.fullmatch(value) is not None
