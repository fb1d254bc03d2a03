"""What phones and servers say, in one line each, and who is who then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minilens.identity.actor import actor
from minilens.identity.links import OTHERS
from minilens.load import merges
from minilens.spool.record import Batch, Event, encode
from minilens.spool.writer import frame
from tests.pipeline import Happening, House, at

MINUTE = 60_000
KINDS = {
    "a": "wechat-unionid",
    "b": "wechat-unionid",
    "m": "mobile",
    "o": "applet-wechat",
    "c": "c_memberid",
    "x": "crm",
    "y": "客户 号",
}
ORDER = ("mobile", "wechat-unionid", "applet-wechat", "c_memberid", "crm", "客户 号")


@dataclass(frozen=True)
class Said:
    """`who` names identities by a letter for the type and more: "a m1"; after `ep` sign-outs on the device."""

    device: str = ""
    who: str = ""
    when: int = 0  # minutes after the first
    ep: int = 0
    server: bool = False
    name: str = "page_view"


def kind_of(value: str) -> str:
    return KINDS[value[0]]


def number(house: House, value: str) -> int:
    """The number of an identity, or of a device ("d1", "d1#1")."""
    kind = "device" if value[0] == "d" else kind_of(value)
    return actor(house.app.id, kind, value)


def load(house: House, said: Sequence[Said], start: str = "2026-11-16 12:00") -> None:
    """Have all of it received and loaded as one chunk."""
    house.writer.write(b"".join(frame(encode(_batch(house, one, at(start)))) for one in said))
    house.step()


def _batch(house: House, one: Said, start: int) -> Batch:
    device = f"{one.device}#{one.ep}" if one.ep else one.device
    ts = start + one.when * MINUTE
    (batch,) = house.batches([Happening(ts, one.name, device=device or "none")])
    batch.device = number(house, device) if device else 0
    batch.root = number(house, one.device) if one.ep else 0
    batch.via = "server" if one.server else "tracker"
    named = sorted(one.who.split(), key=lambda value: ORDER.index(kind_of(value)))
    pairs = [(kind_of(value), number(house, value)) for value in named] or [
        ("device", batch.device)
    ]
    event: Event = batch.events[0]
    (event.actor_type, event.actor), *others = pairs
    if others:
        batch.who, event.w = [others], 1
    return batch


def person(house: House, value: str) -> int:
    """The person of an identity or device now."""
    sql = "SELECT argMax(person, version) FROM person_map WHERE app = {app:UInt32} AND actor = {a:UInt64}"
    return int(str(house.rows(sql, a=number(house, value))[0][0]))


def who(house: House, values: str) -> set[str]:
    """Who is one person, as words of what was asked for: {"a d1", "b"}. Nobody is who was never heard of."""
    numbers = {number(house, value): value for value in values.split()}
    sql = (
        "SELECT actor, argMax(person, version) FROM person_map "
        "WHERE app = {app:UInt32} AND actor IN {some:Array(UInt64)} GROUP BY actor"
    )
    known = {numbers[int(str(a))]: who for a, who in house.rows(sql, some=list(numbers))}
    found: dict[object, list[str]] = {}
    for value in values.split():
        if value in known:
            found.setdefault(known[value], []).append(value)
    return {" ".join(some) for some in found.values()}


def states(house: House) -> dict[tuple[str, str], str]:
    """What became of each pair that does not join, by the letters of `VALUES`."""
    names = {
        number(house, value): value
        for value in (
            "a",
            "b",
            "m",
            "m2",
            "o",
            "o2",
            "c",
            "c2",
            "x",
            "x2",
            "y",
            "d1",
            "d2",
            "d3",
            "d1#1",
            "d1#2",
        )
    }
    sql = """
        SELECT node, other, argMax(state, version) AS now FROM links
        WHERE app = {app:UInt32} AND node < other GROUP BY node, other HAVING now NOT IN ('live', {others:String})
    """
    found = {}
    for node, other, state in house.rows(sql, others=OTHERS):
        one, two = sorted((names[int(str(node))], names[int(str(other))]))
        found[one, two] = str(state)
    return found


def merge(house: House, gone: str, into: str) -> int:
    """Make two persons one by hand; the number of the merge."""
    pipeline = house.pipeline
    return merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id,
        gone=person(house, gone), into=person(house, into),
    )  # fmt: skip


def undo(house: House, number: int) -> None:
    """Take it back."""
    pipeline = house.pipeline
    merges.undo(pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, version=number)


def last_merge(house: House) -> int:
    """The number of the newest merge."""
    sql = "SELECT max(merge) FROM links WHERE app = {app:UInt32}"
    return int(str(house.rows(sql)[0][0]))
