"""Commands about virtual events: listed, looked at, saved from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from minilens import period
from minilens.cli.people import Listed, form, opened_records, settings_of_data, show
from minilens.errors import Refused
from minilens.records import yaml_text
from minilens.records.virtual_content import Meaning
from minilens.reports.virtual import read
from minilens.serve.terminal import say

of_app = click.option("--app", "name", required=True, help="Its app. 小程序")
a_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def virtual() -> None:
    """Name what is captured anyway, into the past as well: virtual events. 虚拟事件：为已采集的行为命名，并可回溯。"""


@virtual.command(name="list")
@of_app
@form
def list_virtual(name: str, form: str) -> None:
    """List them. 列出虚拟事件。"""
    with opened_records() as records:
        every = records.virtual_events.of(records.apps.named(name).id)
    rows: list[Listed] = [
        {"name": one.name, "zh": one.zh, "en": one.en, "revision": one.version, "created": one.created,
         "events": ", ".join(one.meaning.events())}
        for one in every
    ]  # fmt: skip
    show(rows, form)


@virtual.command()
@a_file
@of_app
def preview(file: Path, name: str) -> None:
    """Say what it would count: matches of the last 7 days, persons, what is odd. 预览虚拟事件会计入什么。"""
    given, meaning = read_file(file)
    found = _asked(name, str(given.get("name", "")), meaning)
    seen = found["preview"]
    for day, n in seen["days"]:
        click.echo(f"{day}  {n}")
    say(f"人数 {seen['persons']}", f"persons {seen['persons']}")
    for one in found["warnings"]:
        zh, en = one["zh"], one["en"]
        say(zh, en)


@virtual.command()
@a_file
@of_app
def save(file: Path, name: str) -> None:
    """Save one from a file: a new one, or a new version. 保存虚拟事件；已有的成为新版本。"""
    given, meaning = read_file(file)
    with opened_records() as records:
        app, rooms = records.apps.named(name).id, records.virtual_events
        own = str(given.get("name", ""))
        held = next((one for one in rooms.of(app) if one.name == own), None)
        if held:
            made = rooms.change(app, own, meaning, version=held.version, now=period.now())
        else:
            zh, en = str(given.get("zh", "")), str(given.get("en", ""))
            made = rooms.create(app, own, meaning, zh=zh, en=en, now=period.now())
    say(f"{made.name} 现为版本 {made.version}。", f"{made.name} is version {made.version} now.")


@virtual.command()
@click.argument("event")
@of_app
def retire(event: str, name: str) -> None:
    """Offer it no more; what uses it counts on. 停用；已在使用的照常计数。"""
    with opened_records() as records:
        records.virtual_events.retire(records.apps.named(name).id, event, now=period.now())


@virtual.command()
@click.argument("event")
@of_app
def restore(event: str, name: str) -> None:
    """Undo that. 恢复。"""
    with opened_records() as records:
        records.virtual_events.restore(records.apps.named(name).id, event, now=period.now())


def read_file(file: Path) -> tuple[dict[str, Any], Meaning]:
    """YAML or JSON with name, zh, en and conditions; Refused with line and place."""
    given, lines = yaml_text.parsed(file.read_bytes(), str(file))
    try:
        return given, read({"conditions": given.get("conditions", [])})
    except Refused as error:
        raise yaml_text.located(error, lines, str(file)) from None


def _asked(app: str, own: str, meaning: Meaning) -> dict[str, Any]:
    """The running server's answer, else that of the folder."""
    from minilens.serve.control_client import ask

    settings = settings_of_data()
    given = {"app": app, "name": own, "meaning": meaning.packed()}
    if (answered := ask(settings, "virtual", *given.items())) is not None:
        return answered
    from minilens.serve import virtual as answers
    from minilens.serve.hosts import open_here

    pipeline = open_here(settings)
    try:
        pipeline.drain()
        found: dict[str, Any] = json.loads(msgspec.json.encode(answers.answered(pipeline, given)))
        return found
    finally:
        pipeline.close()


COMMANDS: tuple[click.Command, ...] = (virtual,)
