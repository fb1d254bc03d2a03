"""What a plan may say: the configuration that trackers fetch, as `tracker/config.schema.json` describes it.

A plan is read whole before it is published. Whatever a tracker would pass over is refused here, with the place and the
reason, because on a phone nobody would see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from minilens.errors import Refused, TooLarge, did_you_mean
from minilens.records.json_text import parsed, wrong
from minilens.records.shapes import Fields, a_list, a_number, a_text, an_object, one_of
from minilens.reference.events import lawful
from minilens.reference.field_types import TYPES

#: Bytes of what a phone is sent: it takes no more.
MOST_BYTES = 64 << 10
MOST_EVENTS, MOST_ACTIONS, MOST_FIELDS, MOST_DENIED = 200, 20, 50, 200

TRIGGERS = (
    "click", "enterPage", "leavePage", "pageLoad", "pageUnload", "pullDownRefresh", "launch", "background",
    "foreground", "share", "switchTab",
)  # fmt: skip
KINDS = ("once", "start", "collect", "report")
ORIGINS = ("menu", "button", "timeline", "any")
#: Sent by the tracker itself: a second source of theirs would count them twice.
AUTOMATIC = frozenset(
    ("app_launch", "app_show", "app_hide", "page_view", "page_leave", "click", "share", "pull_down_refresh",
     "reach_bottom", "tab_tap", "add_favorite", "app_error", "page_not_found", "page_load_time", "agent_handoff",
     "sdk_error", "profile")
)  # fmt: skip

_ELEMENT = re.compile(r"#\S+|@\S+|\[data-[^\]=]+=[^\]]*\]|\.\S+(\s+\.\S+)?").fullmatch
_WHOLE = frozenset(("$PAGE_TIME", "$APP_TIME", "$CURRENT_PAGE", "$LAST_PAGE"))
_NAMED = ("$APP", "$DATASET", "$DETAIL", "$MARK", "$QUERY")
#: Only a tap has an element and an event.
_OF_TAPS = ("$DATASET", "$DETAIL", "$MARK")


def read(text: bytes) -> dict[str, Any]:
    """A plan from its file: what trackers are sent, without `rev` and `off`: those are the server's to say."""
    if len(text) > MOST_BYTES * 4:
        raise _too_large()
    given = parsed(text, "plan")
    an_object(given, "", _PLAN, ())
    for name in ("$schema", "rev", "off"):
        given.pop(name, None)
    _check_events(given.get("events", []))
    return given


def check_size(body: bytes) -> None:
    """TooLarge where it is more than a phone takes."""
    if len(body) > MOST_BYTES:
        raise _too_large()


def _too_large() -> TooLarge:
    return TooLarge("too_large", "plan", what=("配置", "The plan"), limit=f"{MOST_BYTES >> 10} KB")


def check_name(value: Any, at: str) -> None:
    """Refused where it is no name of an event or a field."""
    a_text(128)(value, at)
    if not lawful(value):
        raise Refused("bad_name", at, got=value[:40])


def _off(value: Any, at: str) -> None:
    if value is not False:
        zh, en = "请用 minilens plan off 停止采集", "use minilens plan off to stop the tracker"
        raise wrong(at, zh, en)


def _element(value: Any, at: str) -> None:
    a_text(128)(value, at)
    if not _ELEMENT(value):
        raise wrong(
            at, "应为 #id、@处理函数、[data-x=值]、.class 或 .外层 .内层",
            "must be #id, @handler, [data-x=value], .class or .outer .inner",
        )  # fmt: skip


def _source(value: Any, at: str) -> None:
    a_text(255)(value, at)
    if value[0] in "\"'":
        if len(value) < 2 or value[-1] != value[0]:
            raise wrong(at, "引号没有成对", "lacks its closing quote")
    elif value[0] == "$" and value not in _WHOLE:
        head, _, path = value.partition(".")
        if head not in _NAMED or not path:
            known = (*_WHOLE, *(f"{name}.x" for name in _NAMED))
            raise Refused("unknown_choice", at, got=value[:40], hint=did_you_mean(value, known))
    elif value.count("[") != value.count("[]") or value.count("]") != value.count("[]"):
        zh, en = "列表写作 list[].name，不带序号", "lists are written list[].name, without a number"
        raise wrong(at, zh, en)


_ROW: Fields = {"field": check_name, "type": one_of(TYPES), "value": _source}


def _row(value: Any, at: str) -> None:
    an_object(value, at, _ROW, ("field", "value"))


_ACTION: Fields = {
    "trigger": one_of(TRIGGERS),
    "action": one_of(KINDS),
    "page": a_text(255),
    "element": _element,
    "from": one_of(ORIGINS),
    "data": a_list(MOST_FIELDS, _row),
}


def _action(value: Any, at: str) -> None:
    an_object(value, at, _ACTION, ("trigger", "action"))
    trigger = value["trigger"]
    if trigger == "click" and "element" not in value:
        raise Refused("missing", f"{at}.element")
    for name, of in (("element", "click"), ("from", "share")):
        if name in value and trigger != of:
            raise wrong(f"{at}.{name}", f"只用于触发方式 {of}", f"is for the trigger {of} only")
    for number, row in enumerate(value.get("data", [])):
        source = row["value"]
        if trigger != "click" and _needs_a_tap(source):
            raise wrong(
                f"{at}.data[{number}].value", f"{source} 只在触发方式 click 时才有值",
                f"{source} has a value with the trigger click only",
            )  # fmt: skip


def _needs_a_tap(source: str) -> bool:
    return source.startswith(_OF_TAPS) or ("[]" in source and source[0] not in "\"'$")


_EVENT: Fields = {
    "name": check_name,
    "zh": a_text(32),
    "id": a_number(1, 10**9),
    "rev": a_number(1, 10**9),
    "actions": a_list(MOST_ACTIONS, _action, least=1),
}


def _event(value: Any, at: str) -> None:
    an_object(value, at, _EVENT, ("name", "actions"))
    check_own(value["name"], f"{at}.name")
    check_steps(value["actions"], f"{at}.actions")


def check_own(name: str, at: str) -> None:
    """Refused for an event that the tracker sends by itself."""
    if name in AUTOMATIC:
        zh, en = f"{name} 由追踪代码自动上报", f"{name} is sent by the tracker itself"
        raise wrong(at, zh, en)


def check_actions(value: Any, at: str) -> None:
    """All actions of an event, each and together."""
    a_list(MOST_ACTIONS, _action, least=1)(value, at)
    check_steps(value, at)


def check_steps(actions: list[dict[str, Any]], at: str) -> None:
    """Refused where what is begun is never reported, or the other way round."""
    kinds = [one["action"] for one in actions]
    for one, needs in (("report", "start"), ("collect", "start"), ("start", "report")):
        if one in kinds and needs not in kinds:
            raise wrong(
                at, f"有 {one} 却没有 {needs}，永远不会上报",
                f"has {one} but no {needs}, so nothing would ever be sent",
            )  # fmt: skip


def _check_events(events: list[dict[str, Any]]) -> None:
    """What several events must agree about: names, ids, types of fields."""
    for name in ("name", "id"):
        seen: set[object] = set()
        for number, event in enumerate(events):
            got = event.get(name)
            if got is not None and got in seen:
                place = f"events[{number}].{name}"
                raise wrong(place, f"{got} 已被另一个事件使用", f"{got} is taken by another event")
            seen.add(got)
    types: dict[str, str] = {}
    for place, row in _rows(events):
        field, kind = row["field"], row.get("type")
        if kind and (other := types.setdefault(field, kind)) != kind:
            zh, en = f"{field} 在别处是 {other}", f"{field} is {other} elsewhere"
            raise wrong(f"{place}.type", zh, en)


def _rows(events: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every action, with its place."""
    for number, event in enumerate(events):
        for at, action in enumerate(event["actions"]):
            for row, one in enumerate(action.get("data", [])):
                yield f"events[{number}].actions[{at}].data[{row}]", one


_FLUSH: Fields = {"size": a_number(1, 50), "seconds": a_number(0.001, 60, whole=False)}
_PLAN: Fields = {
    "$schema": a_text(255),
    "rev": a_text(64),
    "off": _off,
    "sample": a_number(0, 1, whole=False),
    "flush": lambda value, at: an_object(value, at, _FLUSH, ()),
    "deny": a_list(MOST_DENIED, a_text(64)),
    "events": a_list(MOST_EVENTS, _event),
}
