"""What a benchmark hands back: rows of the table, each beside its target and the alternatives."""

from __future__ import annotations

from typing import Literal

import msgspec

Better = Literal["higher", "lower"]


class Row(msgspec.Struct, frozen=True):
    """One figure. `others` has the same figure of the alternatives; without `target` it only informs."""

    name: str
    ours: float
    unit: str = ""
    target: float | None = None
    better: Better = "lower"
    others: dict[str, float] = {}
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.ours >= self.target if self.better == "higher" else self.ours <= self.target


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all do not exceed; 0 where there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def figure(value: float) -> str:
    """A number with as many digits as say something: 12,345 · 12.3 · 0.123."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def lines(row: Row) -> list[tuple[str, ...]]:
    """The row's lines in the table: its own, then one for each alternative beyond the first."""
    sign = "≥" if row.better == "higher" else "≤"
    unit = f" {row.unit}" if row.unit else ""
    target = f"{sign} {figure(row.target)}{unit}" if row.target is not None else ""
    share = f"{row.ours / row.target:.2f}" if row.target else ""
    met = {True: "yes", False: "NO", None: ""}[row.met]
    others = [
        (name, figure(value) + unit, f"{row.ours / value:.3g}" if value else "")
        for name, value in row.others.items()
    ] or [("", "", "")]
    first = (row.name, figure(row.ours) + unit, target, share, *others[0], met)
    return [first, *(("", "", "", "", *other, "") for other in others[1:])]


HEAD = ("measured", "ours", "target", "ours/target", "alternative", "theirs", "ours/theirs", "met?")


def table(rows: list[Row]) -> str:
    """All rows as aligned text, the notes beneath."""
    cells = [HEAD, *(line for row in rows for line in lines(row))]
    widths = [max(len(line[n]) for line in cells) for n in range(len(HEAD))]
    text = [
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells
    ]
    text.insert(1, "  ".join("─" * width for width in widths))
    notes = [f"· {row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*text, *(["", *notes] if notes else [])])
