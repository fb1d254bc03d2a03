"""Commands about events in quarantine: seen, let in, dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import msgspec

from minilens import period
from minilens.cli.people import Listed, form, opened_records, settings_of_data, show
from minilens.records.event_content import Field
from minilens.reference.events import lawful
from minilens.serve.terminal import language, say

Asks = Callable[..., dict[str, Any]]
PATIENCE = 600.0
of_app = click.option("--app", "name", required=True, help="Its app. 小程序")


@click.group()
def quarantine() -> None:
    """List the events in quarantine, let them in, or drop them. 查看、放行或丢弃隔离的事件。"""


@quarantine.command(name="list")
@of_app
@form
def list_quarantine(name: str, form: str) -> None:
    """List what waits by reason and event. 按原因与事件列出。"""
    with _asking(name) as ask:
        groups = ask(do="list")["groups"]
    rows: list[Listed] = [
        {"event": one["event"], "reason": one["reason"], "events": one["events"], "first": one["first"],
         "last": one["last"], "ready": one["ready"]}
        for one in groups
    ]  # fmt: skip
    show(rows, form)


@quarantine.command(name="show")
@click.argument("event")
@click.option("--reason", default="undeclared", show_default=True, help="Its reason. 原因")
@of_app
@form
def show_quarantine(event: str, reason: str, name: str, form: str) -> None:
    """Print fields and samples of one event, masked. 查看某个事件的字段与样本（已脱敏）。"""
    with _asking(name) as ask:
        found = ask(do="show", event=event, reason=reason)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    if found["wrong"]:
        show(found["wrong"], form)
        click.echo()
    show([{"field": one["name"], "type": one["type"], "filled": f"{one['filled']:.0%}",
           "values": ", ".join(one["values"])} for one in found["fields"]], form)  # fmt: skip
    click.echo()
    show([{"received": one["received"], "text": one["text"]} for one in found["samples"]], form)


@quarantine.command()
@click.argument("event")
@click.option("--reason", default="", help="Its reason; else any. 原因，缺省为全部")
@click.option(
    "--define",
    "zh",
    default="",
    help="Define it before, under this Chinese name, with the fields that came. 先以此中文名定义，连同收到的字段",
)
@click.option(
    "--anyway",
    is_flag=True,
    help="Those with a field that is not of its type, as they came. 字段类型不符的，按收到的内容计入",
)
@of_app
def release(event: str, reason: str, zh: str, name: str, *, anyway: bool) -> None:
    """Let events in at their own time, each once. 按事件发生的时间放行，每个只计一次。"""
    with _asking(name) as ask:
        if zh:
            define(
                name,
                event,
                zh,
                ask(do="show", event=event, reason=reason or "undeclared")["fields"],
            )
        do = "anyway" if anyway else "release"
        done = ask(do=do, event=event, reason=reason, seconds=str(PATIENCE - 60))
    say(
        f"已放行 {done['loaded']} 个，重复 {done['duplicate']} 个，仍在隔离区 {done['waiting']} 个。",
        f"Let in {done['loaded']}, duplicates {done['duplicate']}, still in quarantine {done['waiting']}.",
    )


def define(app: str, event: str, zh: str, seen: list[dict[str, Any]]) -> None:
    """With the fields that can be fields, of the types they came with; those of the app stay what they are."""
    with opened_records() as records:
        number = records.apps.named(app).id
        held = records.events.fields(number)
        fields = [
            held.get(one["name"], Field(one["name"], one["name"], one["type"]))
            for one in seen
            if lawful(one["name"])
        ]
        records.events.declare(number, event, zh, fields, now=period.now())


@quarantine.command()
@click.argument("event")
@click.option("--reason", default="undeclared", show_default=True, help="Its reason. 原因")
@click.option(
    "--why", required=True, help="Why they are dropped; kept in the audit. 丢弃的理由，记入操作记录"
)
@click.option("--yes", is_flag=True, help="Don't ask. 不再确认")
@of_app
def drop(event: str, reason: str, why: str, name: str, *, yes: bool) -> None:
    """Drop events for good. 永久丢弃。"""
    with _asking(name) as ask:
        if not yes:
            question = (
                f"永久丢弃隔离的事件 {event}？此操作无法撤销"
                if language() == "zh"
                else f"Drop the events {event} for good? This can't be undone"
            )
            click.confirm(question, abort=True)
        done = ask(do="drop", event=event, reason=reason, why=why)
    say(f"已丢弃 {done['dropped']} 个。", f"Dropped {done['dropped']}.")


@contextmanager
def _asking(app: str) -> Iterator[Asks]:
    """Asks the running server, else opens the folder."""
    from minilens.serve.control_client import ask

    settings = settings_of_data()
    if ask(settings, "ping") is not None:

        def of_server(**more: str) -> dict[str, Any]:
            given = {"app": app, **more}
            return ask(settings, "quarantine", *given.items(), seconds=PATIENCE) or {}

        yield of_server
        return
    from minilens.serve import quarantine as answers
    from minilens.serve.hosts import open_here

    pipeline = open_here(settings)
    try:
        pipeline.drain()
        yield lambda **more: msgspec.to_builtins(answers.answered(pipeline, {"app": app, **more}))
        pipeline.drain()
    finally:
        pipeline.close()


COMMANDS: tuple[click.Command, ...] = (quarantine,)
