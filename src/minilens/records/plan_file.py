"""A plan as a file for the owner's repository: everything that is defined, what phones fetch and what code reports.

The file is the whole truth: an event that it has no more is retired. A file without `api_events`, `page_types` or
`values`, as plans were before there were any, says nothing of those. Numbers and versions are no part of it: the server
gives them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from minilens.errors import Refused
from minilens.records import page_types, plan_rules, plan_values, yaml_text
from minilens.records.event_content import Content, read, rows
from minilens.records.event_definitions import EventDefinitions, Kept, check_new_name
from minilens.records.event_fields import differences, settled
from minilens.records.field_values import Dictionary, FieldValues
from minilens.records.json_text import wrong
from minilens.records.page_types import PageTypes, Patterns
from minilens.records.plans import Change, Plan, Plans
from minilens.records.shapes import a_list, a_text, an_object
from minilens.records.yaml_text import Lines, Row

MOST_BYTES = 1 << 20
API, TYPES = "api_events", "page_types"
_SERVER_SAYS = ("id", "rev")


@dataclass(frozen=True)
class ApiEvent:
    """An event that code reports."""

    name: str
    zh: str
    content: Content


@dataclass(frozen=True)
class PlanFile:
    """`plan`: what phones fetch. `reported`, `types` (patterns of pages) and `values` (names of values of fields) are
    None where the file says nothing of them. `lines`: place → line."""

    plan: dict[str, Any]
    reported: tuple[ApiEvent, ...] | None
    lines: Lines
    types: Patterns | None = None
    values: plan_values.Named | None = None

    @property
    def text(self) -> bytes:
        """The plan as JSON."""
        return json.dumps(self.plan, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Told:
    """One difference in words: of which event, what was there, what the file says."""

    zh: str
    en: str


def read_file(text: bytes, name: str = "plan") -> PlanFile:
    """The file, YAML or JSON; Refused with line, place and reason."""
    if len(text) > MOST_BYTES:
        raise wrong(name, "文件超过 1 MB", "is larger than 1 MB")
    given, lines = yaml_text.parsed(text, name)
    try:
        listed, told = given.pop(API, None), given.pop(TYPES, None)
        reported = None if listed is None else _reported(listed)
        types = None if told is None else page_types.read(told, TYPES)
        named = given.pop(plan_values.VALUES, None)
        values = None if named is None else plan_values.read(named)
        plan = plan_rules.read(json.dumps(given).encode())
        _no_name_twice(plan, reported or ())
    except Refused as error:
        raise yaml_text.located(error, lines, name) from None
    return PlanFile(plan, reported, lines, types, values)


def _reported(given: Any) -> tuple[ApiEvent, ...]:
    a_list(plan_rules.MOST_EVENTS, _api_event)(given, API)
    return tuple(
        ApiEvent(
            one["name"],
            str(one.get("zh", "")).strip(),
            read({"way": "api", "note": one.get("note", ""), "fields": one.get("fields", [])}, f"{API}[{n}]"),
        )
        for n, one in enumerate(given)
    )  # fmt: skip


def _api_event(value: Any, at: str) -> None:
    known = {
        "name": lambda name, place: check_new_name(name) if isinstance(name, str) else a_text(32)(name, place),
        "zh": a_text(32), "note": a_text(200, 0), "fields": lambda fields, place: None,
    }  # fmt: skip
    try:
        an_object(value, at, known, ("name",))
    except Refused as error:
        if error.field == "name":
            raise Refused(error.code, f"{at}.name", **_facts(error)) from None
        raise


def _no_name_twice(plan: dict[str, Any], reported: Iterable[ApiEvent]) -> None:
    seen = {event["name"] for event in plan.get("events", [])}
    for number, one in enumerate(reported):
        if one.name in seen:
            zh, en = f"{one.name} 出现了两次", f"{one.name} appears twice"
            raise wrong(f"{API}[{number}].name", zh, en)
        seen.add(one.name)


def text_of(
    plan: Plan | None, kept: list[Kept], types: Patterns, named: Mapping[str, Dictionary], form: str = "yaml"
) -> str:  # fmt: skip
    """What is published, as a file; `named`: what values of fields are called."""
    body = dict(plan.body) if plan else {}
    given = dict(body)
    if "events" in body:
        given["events"] = [_event(one) for one in body["events"]]
    given[API] = [_api(one, content) for one, content in _published(kept)]
    if types:
        given[TYPES] = {kind: list(some) for kind, some in types.items()}
    if lines := plan_values.written(named):
        given[plan_values.VALUES] = lines
    if form == "json":
        return json.dumps(given, ensure_ascii=False, indent=2) + "\n"
    return yaml_text.written(given)


def _event(event: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in event.items() if name not in _SERVER_SAYS}
    actions = [
        action | ({"data": [Row(row) for row in action["data"]]} if "data" in action else {})
        for action in event["actions"]
    ]
    return said | {"actions": actions}


def _api(one: Kept, content: Content) -> dict[str, Any]:
    fields = [
        Row({name: value for name, value in asdict(field).items() if value})
        for field in content.fields
    ]
    found = {"name": one.one.name, "zh": one.one.zh, "note": content.note, "fields": fields}
    return {name: value for name, value in found.items() if value}


def _published(kept: list[Kept]) -> list[tuple[Kept, Content]]:
    """Events that code reports and that are not retired, in the order of their making."""
    return [
        (one, one.published)
        for one in reversed(kept)
        if one.published is not None and one.published.way == "api" and not one.one.retired
    ]


@dataclass(frozen=True)
class PlanFiles:
    """Files against what is published. Changes take `by`, the account's number; None is the command line."""

    plans: Plans
    events: EventDefinitions
    page_types: PageTypes
    field_values: FieldValues

    def pull(self, app: int, form: str = "yaml") -> str:
        """What is published, as a file that changes nothing when it is pushed."""
        types = self.page_types.of(app).patterns
        named = self.field_values.of(app)
        return text_of(self.plans.find(app), self.events.of(app), types, named, form)

    def check(self, app: int, file: PlanFile, name: str, *, now: datetime) -> list[Told]:
        """What pushing it would change, in words; nothing where the two say the same."""
        try:
            change = self.plans.push(app, file.text, now=now, dry_run=True)
            reported = self._reported(app, file)
            named = self._named(app, file)
        except Refused as error:
            raise yaml_text.located(error, file.lines, name) from None
        types = _of_types(self.page_types.of(app).patterns, file.types)
        return [*_of_plan(file.plan, self.plans.find(app), change), *reported, *types, *named]

    def push(
        self, app: int, file: PlanFile, name: str, *, now: datetime, by: int | None = None
    ) -> tuple[Change, list[Told]]:
        """Publish it whole. Checked before anything is changed."""
        told = self.check(app, file, name, now=now)
        self._publish_reported(app, file, now, by)
        if file.types is not None:
            self.page_types.set(app, file.types, now=now, by=by)
        change = self.plans.push(app, file.text, now=now, by=by)
        if file.values is not None:
            for field in {**self.field_values.of(app), **file.values}:
                names = file.values.get(field, ())
                self.field_values.set(app, field, names, now=now, by=by)
        return change, told

    def _named(self, app: int, file: PlanFile) -> list[Told]:
        """Differences of what values are called; Refused where neither the file nor the app has the field."""
        if file.values is None:
            return []
        said = {row["field"] for row in _rows_of(file.plan)}
        said |= {name for one in file.reported or () for name in one.content.names()}
        plan_values.check_fields(file.values, said | self.events.fields(app).keys())
        changes = plan_values.changes(self.field_values.of(app), file.values)
        return [_told("", *one) for one in changes]

    def _reported(self, app: int, file: PlanFile) -> list[Told]:
        """Differences of the events that code reports; Refused where one cannot be as the file says."""
        if file.reported is None:
            return []
        kept = self.events.of(app)
        now = {one.one.name: content for one, content in _published(kept)}
        known = {one.one.name: one.one for one in kept}
        found = []
        for number, one in enumerate(file.reported):
            content = self._settled(app, one, f"{API}[{number}]", known)
            if one.name not in now:
                found.append(Told(f"新增 {one.name}", f"added {one.name}"))
            else:
                found += _places(one.name, now[one.name], content)
        there = {one.name for one in file.reported}
        return found + [_retired(name) for name in now if name not in there]

    def _settled(self, app: int, one: ApiEvent, at: str, known: dict[str, Any]) -> Content:
        held = known.get(one.name)
        if held and one.zh and held.zh != one.zh:
            raise Refused("names_are_fixed", f"{at}.zh", of=held.zh)
        if not held and not one.zh:
            raise Refused("missing", f"{at}.zh")
        try:
            return settled(one.content, self._history(app, one.name), one.name)
        except Refused as error:
            raise Refused(error.code, f"{at}.{error.field}", **_facts(error)) from None

    def _history(self, app: int, name: str) -> Any:
        try:
            return self.events.find(app, name).history
        except Refused:
            return self.events.history(app)

    def _publish_reported(self, app: int, file: PlanFile, now: datetime, by: int | None) -> None:
        if file.reported is None:
            return
        kept = {one.one.name: one for one in self.events.of(app)}
        for one in file.reported:
            if one.name not in kept:
                self.events.declare(app, one.name, one.zh, one.content.fields, now=now, by=by)
                continue
            held = kept[one.name]
            saved = self.events.save(
                app, one.name, one.content, revision=held.one.revision, now=now, by=by
            )
            self.events.publish(app, one.name, revision=saved.one.revision, now=now, by=by)
        there = {one.name for one in file.reported}
        for held, _ in _published(list(kept.values())):
            if held.one.name not in there:
                self.events.retire(app, held.one.name, revision=held.one.revision, now=now, by=by)


def _facts(error: Refused) -> dict[str, object]:
    return {name: fact for name, fact in error.facts.items() if name not in ("field", "hint")}


def _of_plan(plan: dict[str, Any], before: Plan | None, change: Change) -> list[Told]:
    """Differences of what phones fetch."""
    now = {event["name"]: event for event in plan.get("events", [])}
    body = before.body if before else {}
    then = {event["name"]: event for event in body.get("events", [])}
    found = [Told(f"新增 {name}", f"added {name}") for name in change.added]
    for name in change.changed:
        old, new = read(_said(then[name])), read(_said(now[name]))
        if (zh := now[name].get("zh", then[name].get("zh"))) != then[name].get("zh"):
            found.append(_told(name, "zh", then[name].get("zh", ""), zh))
        found += _places(name, old, new)
    found += [_retired(name) for name in change.removed]
    names = [name for name in {**body, **plan} if name != "events"]
    found += [
        _told("", name, _shown(body.get(name)), _shown(plan.get(name)))
        for name in names
        if body.get(name) != plan.get(name)
    ]
    if not found and [name for name in then if name in now] != [
        name for name in now if name in then
    ]:
        found.append(Told("事件的顺序不同", "the order of the events differs"))
    return found


def _of_types(before: Patterns, file: Patterns | None) -> list[Told]:
    """Differences of the patterns of pages."""
    if file is None:
        return []
    return [
        _told(f"{TYPES}.{kind}", "", ", ".join(before.get(kind, ())), ", ".join(file.get(kind, ())))
        for kind in {**before, **file}
        if before.get(kind) != file.get(kind)
    ]


def _rows_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every field that phones are to send, with its source."""
    for event in plan.get("events", []):
        yield from (row for _, row in rows(tuple(event["actions"])))


def _said(event: dict[str, Any]) -> dict[str, Any]:
    return {"actions": event["actions"]}


def _places(name: str, before: Content, after: Content) -> list[Told]:
    return [_told(name, one.place, one.before, one.after) for one in differences(before, after)]


def _told(name: str, place: str, before: str, after: str) -> Told:
    at = f"{name} {place}".strip()
    return Told(
        f"{at}：{before or '无'} → {after or '无'}", f"{at}: {before or 'none'} → {after or 'none'}"
    )


def _retired(name: str) -> Told:
    return Told(f"移除 {name}", f"removed {name}")


def _shown(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
