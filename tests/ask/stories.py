"""Situations as tests write them: what happened, in a line a person, and what is asked of it.

`ann: s@0 p@1h30m{browser=Safari} b@2d#2!li`: short names of events at lengths of time behind the first midnight, with
properties in braces (`page`, `city`, `province` and `app_version` are no properties), the launch behind #, and
the member that the person is known as by then behind !.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.pipeline import Happening, at

#: A Monday.
FIRST = "2026-06-01"
NAMES = {
    "s": "add_favorite", "p": "add_to_cart", "b": "pay_success", "x": "refund_request", "y": "select_coupon",
    "o": "share", "v": "page_view", "t": "click",
}  # fmt: skip
STEPS: list[dict[str, Any]] = [
    {"event": "add_favorite"},
    {"event": "add_to_cart"},
    {"event": "pay_success"},
]
_EVENT = re.compile(r"([a-z])@(-?)((?:\d+(?:ms|[dhms]))+|0)(?:\{([^}]*)\})?(?:#(\d))?(?:!(\w+))?")
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_FIELDS = ("page", "city", "province", "app_version")


@dataclass(frozen=True)
class Case:
    """What happened, the question (of the first day unless it says otherwise), and its rows: of each these columns."""

    story: str
    question: dict[str, Any]
    columns: tuple[str, ...]
    rows: Sequence[Any]
    zone: str = "Asia/Shanghai"

    def asked(self) -> dict[str, Any]:
        """The question with days."""
        named = {"period", "from", "to"} & set(self.question)
        return ({} if named else {"from": FIRST, "to": FIRST}) | self.question

    def happened(self) -> list[Happening]:
        """What happened."""
        return told(self.story, self.zone)

    def read(self, told: Any) -> list[Any]:
        """The columns of an answer's rows, without rows of all cohorts together; of hours as many as the case has."""
        assert told.status_code == 200, told.text
        whole = [
            row
            for row in told.json()["rows"]
            if None not in (row.get("day", ""), row.get("moment", ""))
        ]
        some = len(self.rows) if self.question.get("grain") == "hour" else None
        return [tuple(row[one] for one in self.columns) for row in whole[:some]]


def told(text: str, zone: str = "Asia/Shanghai") -> list[Happening]:
    """The events of a story."""
    said: list[Happening] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        who, _, events = line.partition(":")
        for found in _EVENT.finditer(events):
            name, sign, length, more, launch, openid = found.groups()
            ts = at(f"{FIRST} 00:00", zone) + (-1 if sign else 1) * milliseconds(length)
            props = dict(one.split("=") for one in (more or "").split(",") if one)
            fields = {one: props.pop(one) for one in _FIELDS if one in props}
            said.append(
                Happening(
                    ts, NAMES[name], device=who, session=f"{who}{launch or 1}", seq=len(said) + 1,
                    props=json.dumps({key: _value(one) for key, one in props.items()}) if props else "",
                    identity=("c_memberid", openid) if openid else None, **fields,  # type: ignore[arg-type]
                )
            )  # fmt: skip
    return said


def milliseconds(length: str) -> int:
    """Those of 1d2h30m."""
    return sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)(ms|[dhms])", length))


def _value(text: str) -> Any:
    return float(text) if re.fullmatch(r"-?[\d.]+", text) else text


def funnel(*steps: str, **more: Any) -> dict[str, Any]:
    """A funnel of events by their short names; of the three unless told."""
    named = [{"event": NAMES[one]} for one in steps] or STEPS
    return {"kind": "funnel", "steps": named} | more


def of_range(first: str, last: str) -> dict[str, str]:
    """Days of the month of the stories."""
    return {"from": f"2026-{first}", "to": f"2026-{last}"}
