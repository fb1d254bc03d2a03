"""Commands about events: the definitions of an app, saved from files, published, retired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from minilens import period
from minilens.cli.people import Listed, form, opened_records, show
from minilens.errors import Refused
from minilens.records import event_content, field_values
from minilens.records.json_text import parsed, wrong
from minilens.records.ready_events import make_drafts
from minilens.reference.ready_events import READY_EVENTS
from minilens.serve.terminal import say
from minilens.text import counted

of_app = click.option("--app", "name", required=True, help="Its app. 小程序")


@click.group()
def events() -> None:
    """Define events, publish and retire them. 管理事件：定义、发布、停用。"""


@events.command(name="list")
@of_app
@form
def list_events(name: str, form: str) -> None:
    """List the events, newest first. 列出事件。"""
    with opened_records() as records:
        every = records.events.of(records.apps.named(name).id)
    rows: list[Listed] = [
        {
            "number": one.one.number, "name": one.one.name, "zh": one.one.zh, "version": one.one.version,
            "changed": one.ahead, "created": one.one.created, "published": one.one.published,
            "updated": one.one.updated, "by": one.one.author or "command line", "retired": one.one.retired,
        }
        for one in every
    ]  # fmt: skip
    show(rows, form)


@events.command(name="show")
@click.argument("event")
@click.option(
    "--version", type=int, help="A published version instead of the draft. 某个已发布版本"
)
@of_app
def show_event(event: str, version: int | None, name: str) -> None:
    """Print a definition, as a file to save. 输出事件定义，可保存为文件。"""
    with opened_records() as records:
        kept = records.events.find(records.apps.named(name).id, event)
    content = kept.one.draft
    if version is not None:
        found = [one.content for one in kept.versions if one.version == version]
        if not found:
            raise Refused("unknown_revision", "version", got=version)
        content = found[0]
    body = {"name": kept.one.name, "zh": kept.one.zh} | msgspec.json.decode(content.packed())
    click.echo(msgspec.json.format(msgspec.json.encode(body), indent=2))


@events.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_app
def save(file: Path, name: str) -> None:
    """Save a definition from a file as its draft; a new name defines a new event. 从文件保存草稿。"""
    given = parsed(file.read_bytes(), "event")
    event, zh = str(given.pop("name", "")), str(given.pop("zh", ""))
    content = event_content.read(given)
    with opened_records() as records:
        app, moment = records.apps.named(name).id, period.now()
        held = {one.one.name: one for one in records.events.of(app)}
        if event not in held:
            made = records.events.create(app, event, zh, content, now=moment)
        else:
            if zh not in ("", held[event].one.zh):
                raise Refused("names_are_fixed", "zh", of=held[event].one.zh)
            revision = held[event].one.revision
            made = records.events.save(app, event, content, revision=revision, now=moment)
    number = made.one.number
    say(f"已保存草稿，编号 {number}。", f"Saved as a draft, number {number}.")


@events.command()
@click.argument("events", nargs=-1)
@of_app
def ready(events: tuple[str, ...], name: str) -> None:
    """Make drafts of a shop's events, with their fields: all of them, or those named. 生成电商常用事件的草稿。"""
    with opened_records() as records:
        app = records.apps.named(name).id
        made = make_drafts(records.events, app, events or READY_EVENTS, now=period.now())
    named = ", ".join(one.one.name for one in made)
    if made:
        say(f"已生成草稿：{named}", f"Drafts made: {named}")
    else:
        say("这些事件都已定义。", "All of these are defined already.")


def deed(name: str, zh: str, en: str) -> Callable[[str, str], None]:
    """What is done to an event as it is now."""

    def done(event: str, app: str) -> None:
        with opened_records() as records:
            number = records.apps.named(app).id
            revision = records.events.find(number, event).one.revision
            do: Any = getattr(records.events, name)
            do(number, event, revision=revision, now=period.now())
        say(zh, en)

    return done


@events.command()
@click.argument("event")
@of_app
def publish(event: str, name: str) -> None:
    """Publish the draft; phones have it at their next launch. 发布草稿，手机在下次启动时生效。"""
    zh = "已发布，手机在下次启动时生效。"
    deed("publish", zh, "Published; phones have it at their next launch.")(event, name)


@events.command()
@click.argument("event")
@of_app
def retire(event: str, name: str) -> None:
    """Take an event off the phones; what was counted stays. 停用事件，已有数据保留。"""
    deed("retire", "已停用。", "Retired.")(event, name)


@events.command()
@click.argument("event")
@of_app
def restore(event: str, name: str) -> None:
    """Put a retired event back on the phones. 恢复已停用的事件。"""
    deed("restore", "已恢复。", "Restored.")(event, name)


@events.command()
@click.argument("event")
@click.argument("version", type=int)
@of_app
def back(event: str, version: int, name: str) -> None:
    """Publish an earlier version again. 重新发布旧版本。"""
    with opened_records() as records:
        app = records.apps.named(name).id
        revision = records.events.find(app, event).one.revision
        records.events.back(app, event, version, revision=revision, now=period.now())
    say(f"已重新发布版本 {version}。", f"Version {version} is published again.")


@events.command(name="fields")
@of_app
@form
def list_fields(name: str, form: str) -> None:
    """List the fields, with the events that have them. 列出字段及使用它的事件。"""
    with opened_records() as records:
        app = records.apps.named(name).id
        history, named = records.events.history(app), records.field_values.texts(app)
    users = history.users or {}
    rows: list[Listed] = [
        {
            "field": one.name, "zh": one.zh, "type": one.type, "note": one.note,
            "events": ", ".join(users.get(one.name, ())), "values": len(named.get(one.name, {})),
        }
        for one in history.held.values()
    ]  # fmt: skip
    show(rows, form)


@events.command(name="values")
@click.argument("field")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@of_app
def values(field: str, file: Path | None, name: str) -> None:
    """Name a field's values from a CSV file (value,zh,en), or print the names as one.

    用 CSV 文件（value,zh,en）给字段的取值命名；不带文件则输出现有名称。
    """
    with opened_records() as records:
        app = records.apps.named(name).id
        if file is None:
            found = records.field_values.find(app, field)
            click.echo(field_values.as_csv(found.names), nl=False)
            return
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise wrong("file", "不是 UTF-8 文本", "is not UTF-8 text") from None
        names = field_values.read_csv(text)
        records.field_values.set(app, field, names, now=period.now())
    say(
        f"已保存 {len(names)} 个取值的名称。",
        f"Saved the names of {counted(len(names), 'value')}.",
    )


COMMANDS: tuple[click.Command, ...] = (events,)
