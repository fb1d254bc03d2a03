"""Whether a warehouse is the one that counts: a move leaves one behind, and fills another.

It is written down in the warehouse itself, so that whoever opens one finds it, whatever they call it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from minilens.errors import CannotStart
from minilens.period import now_ms
from minilens.warehouse.address import address
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

State = Literal["holds", "filling", "left"]
_MADE = "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'moves'"
_LAST = (
    "SELECT number, move, toString(state), other, toUnixTimestamp64Milli(at) FROM moves "
    "ORDER BY number DESC LIMIT 1"
)


@dataclass(frozen=True)
class Standing:
    """`move`: a number that all warehouses have which the same data was moved through; `other`: where that came from or
    went to; `at`: milliseconds."""

    number: int = 0
    move: str = ""
    state: State = "holds"
    other: str = ""
    at: int = 0


def standing(engine: Engine) -> Standing:
    """What is written down last; that it holds, where nothing is."""
    rows = engine.rows(_LAST) if engine.one(_MADE) else []
    return Standing(*rows[0]) if rows else Standing()


def note(engine: Engine, move: str, state: State, other: str) -> None:
    """Write down how it stands from now on."""
    row = (standing(engine).number + 1, move, state, other, stamp(now_ms()))
    insert_rows(engine, "moves", ("number", "move", "state", "other", "at"), [row])


def must_hold(engine: Engine) -> None:
    """CannotStart where this warehouse was left, or is not filled yet."""
    found = standing(engine)
    if found.state == "left":
        raise left_for(found.other, found.at)
    if found.state == "filling":
        raise CannotStart(
            f"This warehouse is being filled by a move from {found.other}, which isn't finished. Until it is, set "
            "MINILENS_WAREHOUSE to the one it comes from.",
            f"该数据仓库正在由一次迁移填充（来自 {found.other}），尚未完成。"
            "完成之前，请把 MINILENS_WAREHOUSE 设为原来的数据仓库。",
        )


def left_for(other: str, at: int) -> CannotStart:
    """What to do where a warehouse was moved to another one."""
    moment = f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%d %H:%M} UTC"
    return CannotStart(
        f"All data was moved to {other} on {moment}. Set MINILENS_WAREHOUSE to that and start Minilens again. "
        "minilens move --back returns to this warehouse as it was then.",
        f"数据已于 {moment} 迁移到 {other}。请把 MINILENS_WAREHOUSE 设为该地址，然后重新启动 Minilens。"
        "如需退回到当时的这个数据仓库，请执行 minilens move --back。",
    )


def shown(dsn: str) -> str:
    """A warehouse's address as people may see it: without user and password."""
    there = address(dsn)
    if there.embedded:
        return there.path
    hosts = ",".join(f"{f'[{host}]' if ':' in host else host}:{port}" for host, port in there.hosts)
    cluster = f"?cluster={there.cluster}" if there.cluster else ""
    return f"{there.scheme}://{hosts}/{there.database}{cluster}"
