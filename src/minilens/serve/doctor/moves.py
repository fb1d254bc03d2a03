"""A move to another warehouse: under way, not finished, or finished while the setting is what it was."""

from __future__ import annotations

from collections.abc import Iterator

from minilens.serve.doctor.findings import Finding
from minilens.serve.move.progress import UNDERWAY, read
from minilens.settings import Settings
from minilens.warehouse.standing import shown


def move_findings(settings: Settings, *, running: bool) -> Iterator[Finding]:
    """What there is to say of the last move."""
    one = read(settings.data)
    if one is None:
        return
    if one.state in UNDERWAY and running:
        facts = {"target": one.target, "round": one.round, "rows": one.rows, "of_rows": one.of_rows}
        yield Finding("moving", facts)
    elif one.state in (*UNDERWAY, "stopped", "failed"):
        reason = tuple(
            f"{mark}{why}" if why else "" for mark, why in zip("：:", one.why, strict=True)
        )
        yield Finding(
            "move_stopped",
            {"target": one.target, "reason": (reason[0], reason[1].replace(":", ": ", 1))},
        )
    elif one.state == "ended" and shown(settings.warehouse_dsn) == one.source:
        yield Finding("moved", {"target": one.target})
