"""Check fields: what becomes of each field of a definition, held against what is published. Pure functions.

A field belongs to the whole app: once published, its name, Chinese name and type stay, in every event that has it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from minilens.errors import Refused
from minilens.records.event_content import Content, Field, other_type
from minilens.records.json_text import wrong

#: new: nobody has published it. existing: in this event's published version. elsewhere: another event has it.
#: unused: published, and this draft has it no more. again: it was out of this event, and is back.
State = Literal["new", "existing", "elsewhere", "unused", "again"]
STATES: tuple[State, ...] = ("new", "existing", "elsewhere", "unused", "again")


@dataclass(frozen=True)
class History:
    """What is published. `held`: the app's fields. `now`: those of this event's published version; `before`: of any of
    its versions. `users`: field → events whose published version has it."""

    held: Mapping[str, Field]
    now: Collection[str] = ()
    before: Collection[str] = ()
    users: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Checked:
    """A field, its state, what of it may be changed, and the other events that have it."""

    field: Field
    state: State
    open: tuple[str, ...]
    users: tuple[str, ...] = ()


def check(content: Content, history: History, own: str = "") -> list[Checked]:
    """Every field of the draft in order, then those it has no more. `own` is the event's name, which is no other."""
    there = [_checked(content.detail(name), content, history, own) for name in content.names()]
    gone = [name for name in history.now if name not in content.names()]
    return there + [_checked(content.detail(name), content, history, own) for name in gone]


def state(name: str, content: Content, history: History) -> State:
    """Which of the five it is."""
    if name not in content.names():
        return "unused"
    if name in history.now:
        return "existing"
    if name in history.before:
        return "again"
    return "elsewhere" if name in history.held else "new"


def _checked(said: Field, content: Content, history: History, own: str) -> Checked:
    found = state(said.name, content, history)
    held = history.held.get(said.name)
    users = tuple(one for one in (history.users or {}).get(said.name, ()) if one != own)
    if held is None:
        return Checked(said, found, ("zh", "type", "note"), users)
    note = held.note if found == "elsewhere" else said.note or held.note
    # a plan's file may leave open what a field is: that is said once, later
    unsaid = tuple(part for part in ("zh", "type") if not getattr(held, part))
    said_now = {part: getattr(said, part) for part in unsaid}
    kept = replace(held, note=note, **said_now)
    return Checked(kept, found, unsaid + (() if found == "elsewhere" else ("note",)), users)


def settled(content: Content, history: History, own: str, *, of_file: bool = False) -> Content:
    """The definition with all that is known of its fields; Refused at the first that lacks something or differs.

    A plan's file (`of_file`) may leave open what a field is called, and its type.
    """
    found: list[Field] = []
    for one in check(content, history, own):
        if one.state == "unused":
            continue
        at = f"fields[{len(found)}]"
        said = content.detail(one.field.name)
        for part in ("zh", "type"):
            given, kept = getattr(said, part), getattr(one.field, part)
            if given and given != kept:
                raise _differs(f"{at}.{part}", one.field, part)
            if not kept and not of_file:
                raise Refused("missing", f"{at}.{part}")
        found.append(one.field)
    return replace(content, fields=tuple(found))


def _differs(at: str, field: Field, part: str) -> Refused:
    if part == "type":
        return other_type(at, field.name, field.type)
    zh, en = f"{field.name} 在别处叫“{field.zh}”", f"{field.name} is called “{field.zh}” elsewhere"
    return wrong(at, zh, en)


@dataclass(frozen=True)
class Difference:
    """One place at which two definitions differ: what stood there and what stands there; "" for nothing."""

    place: str
    before: str
    after: str


def differences(before: Content, after: Content) -> list[Difference]:
    """Place by place: way, note, actions in their order, fields by name."""
    old, new = _places(before), _places(after)
    places = dict.fromkeys([*old, *new])
    return [
        Difference(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ]


def _places(content: Content) -> dict[str, str]:
    found = {"way": content.way, "note": content.note}
    for number, action in enumerate(content.actions):
        at = f"actions[{number}]"
        found |= {f"{at}.{name}": str(v) for name, v in action.items() if name != "data"}
        rows = action.get("data", [])
        found |= {
            f"{at}.data[{n}]": f"{row['field']} ← {row['value']}" for n, row in enumerate(rows)
        }
    for one in content.fields:
        said = {"type": one.type, "zh": one.zh, "note": one.note}
        found |= {f"fields.{one.name}.{part}": text for part, text in said.items() if text}
    return found
