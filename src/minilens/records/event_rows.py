"""Rows of event definitions: read and written within somebody else's transaction. A plan and its definitions agree.

Whatever changes one of the two changes the other by what is here: `follow` makes the definitions those of a plan,
`compiled` makes the events of a plan those of the definitions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from minilens.errors import Refused
from minilens.records.database import maybe_utc, record_audit, utc
from minilens.records.event_content import (
    Body,
    Content,
    Field,
    of_plan,
    other_type,
    rows,
    sent,
    unpacked,
)
from minilens.records.event_fields import History
from minilens.records.tables import (
    ACCOUNTS,
    DEFINITIONS,
    EVENT_DEFINITIONS,
    EVENT_FIELDS,
    EVENT_VERSIONS,
    VIRTUAL_EVENTS,
)
from minilens.reference.events import BUILT_IN

#: Event → field → its type.
Types = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Definition:
    """An event of an app. `version` and `published` are of what counts now, None before; `author` changed it last,
    None is the command line. `revision` grows with each change."""

    id: int
    number: int
    name: str
    zh: str
    draft: Content
    revision: int
    version: int | None
    created: datetime
    updated: datetime
    author: str | None
    published: datetime | None
    retired: datetime | None

    @property
    def on_phones(self) -> bool:
        """Whether the plan has it."""
        return self.version is not None and self.retired is None


@dataclass(frozen=True)
class Version:
    """What was published as this version, when, and by whom; `author` None is the command line."""

    version: int
    content: Content
    created: datetime
    author: str | None


def definitions(connection: sa.Connection, app: int) -> list[Definition]:
    """All of an app, the newest first."""
    query = (
        sa.select(EVENT_DEFINITIONS, ACCOUNTS.c.name.label("author"))
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == EVENT_DEFINITIONS.c.by_id)
        .where(EVENT_DEFINITIONS.c.app_id == app)
        .order_by(EVENT_DEFINITIONS.c.number.desc())
    )
    return [_definition(row) for row in connection.execute(query)]


def versions(connection: sa.Connection, app: int) -> dict[str, list[Version]]:
    """Event → its versions, the newest first."""
    query = (
        sa.select(EVENT_VERSIONS, EVENT_DEFINITIONS.c.name, ACCOUNTS.c.name.label("author"))
        .join(EVENT_DEFINITIONS, EVENT_DEFINITIONS.c.id == EVENT_VERSIONS.c.definition_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == EVENT_VERSIONS.c.by_id)
        .where(EVENT_DEFINITIONS.c.app_id == app)
        .order_by(EVENT_VERSIONS.c.version.desc())
    )
    found: dict[str, list[Version]] = {}
    for row in connection.execute(query):
        one = Version(row.version, unpacked(row.content), utc(row.created), row.author)
        found.setdefault(row.name, []).append(one)
    return found


def fields(connection: sa.Connection, app: int) -> dict[str, Field]:
    """The fields that were published, by name."""
    query = (
        sa.select(EVENT_FIELDS).where(EVENT_FIELDS.c.app_id == app).order_by(EVENT_FIELDS.c.name)
    )
    return {
        row.name: Field(row.name, row.zh, row.type, row.note) for row in connection.execute(query)
    }


def published(every: list[Definition], kept: dict[str, list[Version]]) -> dict[str, Content]:
    """Event → its published version, of those that have one, retired ones too."""
    return {
        one.name: next(v.content for v in kept[one.name] if v.version == one.version)
        for one in every
        if one.version is not None
    }


def history(connection: sa.Connection, app: int, name: str = "") -> History:
    """What the fields of an event are held against; of no event, those of all others."""
    every, kept = definitions(connection, app), versions(connection, app)
    now = published(every, kept)
    users: dict[str, tuple[str, ...]] = {}
    for event in sorted(now):
        for field in now[event].names():
            users[field] = (*users.get(field, ()), event)
    before = {field for one in kept.get(name, []) for field in one.content.names()}
    current = now[name].names() if name in now else ()
    return History(fields(connection, app), current, before, users)


def field_types(connection: sa.Connection, app: int) -> Types:
    """Event → field → its type, of the events that are published and not retired."""
    every = [one for one in definitions(connection, app) if one.on_phones]
    held = fields(connection, app)
    found = {
        name: {
            field: held[field].type
            for field in content.names()
            if field in held and held[field].type
        }
        for name, content in published(every, versions(connection, app)).items()
    }
    return {name: types for name, types in found.items() if types}


def compiled(connection: sa.Connection, app: int, before: list[Body]) -> list[Body]:
    """The events of the plan that the definitions come to: in the order of the plan before, new ones after."""
    every = {one.name: one for one in definitions(connection, app) if one.on_phones}
    contents = published(list(every.values()), versions(connection, app))
    names = [event["name"] for event in before if event["name"] in every]
    names += sorted(every.keys() - set(names), key=lambda name: every[name].number)
    return [
        sent(name, every[name].zh, every[name].number, every[name].version or 0, contents[name])
        for name in names
        if contents[name].way == "form"
    ]


def in_test(connection: sa.Connection, app: int) -> list[Body]:
    """The events of a phone in test mode: the drafts as they were saved, under the version that they would be."""
    kept = versions(connection, app)
    return [
        sent(
            one.name,
            one.zh,
            one.number,
            version_of(one.draft, one, kept.get(one.name, [])),
            one.draft,
        )
        for one in reversed(definitions(connection, app))
        if one.draft.way == "form" and not one.retired
    ]


def insert(
    connection: sa.Connection, app: int, name: str, zh: str, number: int, content: Content,
    *, now: datetime, by: int | None,
) -> Definition:  # fmt: skip
    """A new definition, not published yet. Its names and number were checked."""
    row = {
        "app_id": app, "number": number, "name": name, "zh": zh, "draft": content.packed(), "revision": 1,
        "created": now, "updated": now, "by_id": by,
    }  # fmt: skip
    made = sa.insert(EVENT_DEFINITIONS).values(**row).returning(EVENT_DEFINITIONS.c.id)
    own: int = connection.execute(made).scalar_one()
    return Definition(own, number, name, zh, content, 1, None, now, now, None, None, None)


def next_number(every: list[Definition]) -> int:
    """One that no event of the app has or had."""
    return max([0, *(one.number for one in every)]) + 1


def check_names(every: list[Definition], name: str, zh: str, at: str = "") -> None:
    """Refused where another event of the app has the name, or the Chinese name."""
    built_in = {one.zh: one.name for one in BUILT_IN.values()}
    if any(one.name == name for one in every):
        raise Refused("event_exists", f"{at}name", got=name)
    if name in BUILT_IN and zh != BUILT_IN[name].zh:
        raise Refused("names_are_fixed", f"{at}zh", of=BUILT_IN[name].zh)
    if any(one.zh == zh for one in every) or built_in.get(zh, name) != name:
        raise Refused("event_exists", f"{at}zh", got=zh)


def check_no_virtual(connection: sa.Connection, app: int, name: str, zh: str, at: str = "") -> None:
    """Refused where a virtual event has the name, or the Chinese name: a question could not tell the two."""
    of = VIRTUAL_EVENTS.c
    for field, column, got in (("name", of.name, name), ("zh", of.zh, zh)):
        taken = sa.select(of.id).where(of.app_id == app, column == got)
        if connection.execute(taken).first():
            raise Refused("event_exists", f"{at}{field}", got=got)


def change(
    connection: sa.Connection, one: Definition, *, now: datetime, by: int | None, **values: Any
) -> None:
    """Set some of it; its revision grows."""
    values |= {"revision": one.revision + 1, "updated": now, "by_id": by}
    of = EVENT_DEFINITIONS.c.id == one.id
    connection.execute(sa.update(EVENT_DEFINITIONS).where(of).values(**values))


def publish(
    connection: sa.Connection, app: int, one: Definition, content: Content, kept: list[Version],
    *, now: datetime, by: int | None, version: int = 0,
) -> int:  # fmt: skip
    """Make this content the published version: that of its number, else a new one. What counts is declared.

    `kept` are the versions of the event; so are those given to others here.
    """
    number = version or max([0, *(held.version for held in kept)]) + 1
    before = next((held.content for held in kept if held.version == one.version), None)
    if number not in [held.version for held in kept]:
        row = {
            "definition_id": one.id,
            "version": number,
            "content": content.packed(),
            "created": now,
            "by_id": by,
        }
        connection.execute(sa.insert(EVENT_VERSIONS).values(**row))
    declare(connection, app, one.name, one.zh, now, by)
    # a draft with changes of its own stays
    draft = {} if before is not None and one.draft != before else {"draft": content.packed()}
    change(
        connection,
        one,
        now=now,
        by=by,
        version=number,
        published=now,
        retired=None,
        zh=one.zh,
        **draft,
    )
    return number


def follow(
    connection: sa.Connection, app: int, events: list[Body], *, now: datetime, by: int | None
) -> None:
    """Make the definitions those of a plan: what is new or other is published, what it has no more is retired."""
    every = {one.name: one for one in definitions(connection, app)}
    kept, held = versions(connection, app), fields(connection, app)
    contents = published(list(every.values()), kept)
    for place, event in enumerate(events):
        name, version, zh = event["name"], event["rev"], event.get("zh", "")
        known = next((v.content for v in kept.get(name, []) if v.version == version), None)
        content = known or _of_file(event, held, f"events[{place}]")
        one = every.get(name) or insert(
            connection, app, name, zh or name, event["id"], content, now=now, by=by
        )
        same = one.version == version and not one.retired and one.zh == (zh or one.zh)
        if not same:
            one = replace(one, zh=zh or one.zh)
            publish(
                connection, app, one, content, kept.get(name, []), now=now, by=by, version=version
            )
        if known is None:
            keep_fields(connection, app, content, held, now)
    there = {event["name"] for event in events}
    for one in every.values():
        if one.on_phones and one.name not in there and contents[one.name].way == "form":
            change(connection, one, now=now, by=by, retired=now)


def numbered(connection: sa.Connection, app: int, given: list[Body]) -> list[Body]:
    """Events of a plan's file as they are kept: with the number of their name for good, a version that is new when they
    change, their Chinese name and the types of their fields. Refused, with the place, where it cannot be."""
    every = {one.name: one for one in definitions(connection, app)}
    kept, held = versions(connection, app), fields(connection, app)
    owners = {one.number: one.name for one in every.values()}
    wanted = [event["id"] for event in given if "id" in event]
    zhs = {one.zh: one.name for one in every.values()}
    zhs |= {one.zh: one.name for one in BUILT_IN.values()}
    found = []
    for place, event in enumerate(given):
        at, name = f"events[{place}]", event["name"]
        one = every.get(name)
        number = event.get("id", one.number if one else max([0, *owners, *wanted]) + 1)
        if owners.setdefault(number, name) != name or (one and one.number != number):
            of = one.number if one else owners[number]
            zh, en = f"与已发布的不符：{of}", f"differs from what was published: {of}"
            raise Refused("bad_shape", f"{at}.id", reason=(zh, en))
        said = _zh(event, one, f"{at}.zh")
        if zhs.setdefault(said, name) != name:
            raise Refused("event_exists", f"{at}.zh", got=said)
        if one is None:
            check_no_virtual(connection, app, name, said, f"{at}.")
        content = _of_file(event, held, at)
        version = version_of(content, one, kept.get(name, []), event.get("rev", 0))
        found.append(sent(name, said, number, version, content))
    return found


def _zh(event: Body, one: Definition | None, at: str) -> str:
    """The Chinese name for good: of a name that was never given one, it is given once."""
    name = event["name"]
    fixed = BUILT_IN[name].zh if name in BUILT_IN else one.zh if one and one.zh != name else ""
    given = str(event.get("zh", "")).strip()
    if fixed and given and given != fixed:
        raise Refused("names_are_fixed", at, of=fixed)
    return fixed or given or name


def _of_file(event: Body, held: dict[str, Field], at: str) -> Content:
    """Its content with what is known of its fields; a type that is another one elsewhere is refused."""
    for place, row in rows(tuple(event["actions"])):
        known = held.get(row["field"])
        if known and known.type and row.get("type", known.type) != known.type:
            raise other_type(f"{at}.{place}.type", row["field"], known.type)
    content = of_plan(event)
    said = map(content.detail, content.names())
    details = tuple(
        replace(held[one.name], type=held[one.name].type or one.type) if one.name in held else one
        for one in said
    )
    return replace(content, fields=details)


def version_of(
    content: Content, one: Definition | None, kept: list[Version], given: int = 0
) -> int:
    """That of the published version where phones do the same; else one that was never used, the given one if it is."""
    current = next((held.content for held in kept if one and held.version == one.version), None)
    if current and (current.way, current.actions) == (content.way, content.actions):
        return one.version if one and one.version else 1
    highest = max([0, *(held.version for held in kept)])
    return given if given > highest else highest + 1


def keep_fields(
    connection: sa.Connection, app: int, content: Content, held: dict[str, Field], now: datetime
) -> None:
    """From here on they are the app's, and in `held`: what was said of them stays, what was not may be said later."""
    for name in content.names():
        one = content.detail(name)
        values = {"zh": one.zh, "type": one.type, "note": one.note}
        if name not in held:
            row = {"app_id": app, "name": name, "created": now, **values}
            connection.execute(sa.insert(EVENT_FIELDS).values(**row))
        elif held[name] != one:
            of = (EVENT_FIELDS.c.app_id == app, EVENT_FIELDS.c.name == name)
            connection.execute(sa.update(EVENT_FIELDS).where(*of).values(**values))
        held[name] = one


def declare(
    connection: sa.Connection, app: int, name: str, zh: str, now: datetime, by: int | None
) -> None:
    """From now on events of that name count, where they did not yet."""
    same = sa.select(DEFINITIONS.c.id).where(
        DEFINITIONS.c.app_id == app, DEFINITIONS.c.name == name
    )
    if name in BUILT_IN or connection.execute(same).first():
        return
    connection.execute(sa.insert(DEFINITIONS).values(app_id=app, name=name, zh=zh, created=now))
    record_audit(connection, "definition.create", now=now, by=by, app=app, target=name, zh=zh)


def _definition(row: sa.Row[tuple[Any, ...]]) -> Definition:
    return Definition(
        row.id, row.number, row.name, row.zh, unpacked(row.draft), row.revision, row.version, utc(row.created),
        utc(row.updated), row.author, maybe_utc(row.published), maybe_utc(row.retired),
    )  # fmt: skip
