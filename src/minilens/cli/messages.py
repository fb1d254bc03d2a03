"""Commands about messages: what is sent to whom and when, and what was sent."""

from __future__ import annotations

import click

from minilens import period
from minilens.cli.people import Listed, form, opened_records, show
from minilens.deliver.contents import find
from minilens.errors import Refused
from minilens.records.apps import App
from minilens.records.store import Records
from minilens.records.subscriptions import CADENCES, LAST, Cadence, Schedule, Subscription
from minilens.render.as_mail import as_plain
from minilens.render.message import decoded
from minilens.render.schedules import said
from minilens.serve.message_doors import message_doors
from minilens.serve.terminal import language, say

of_app = click.argument("app")
of_number = click.argument("number", type=int)
#: As they are typed; 0 is Monday.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@click.group()
def messages() -> None:
    """Messages: schedule, list, pause, send now, and what was sent. 推送：定时、列出、暂停、立即发送、推送记录。"""


@messages.command(name="list")
@of_app
@form
def list_messages(app: str, form: str) -> None:
    """List what is sent to which channel and when. 列出定时推送。"""
    with opened_records() as records:
        held, doors, now = records.apps.named(app), message_doors(records), period.now()
        channels = {one.id: one.name for one in records.channels.of(held.id)}
        rows: list[Listed] = [
            {
                "number": one.id, "content": one.content, "channel": channels.get(one.channel, "-"),
                "when": said(one.schedule, language()), "paused": one.paused, "next": doors.coming(one, now),
            }
            for one in records.subscriptions.of(held.id)
        ]  # fmt: skip
    show(rows, form)


@messages.command()
@of_app
def contents(app: str) -> None:
    """List what can be sent. 列出可推送的内容。"""
    with opened_records() as records:
        found = message_doors(records).offered(records.apps.named(app).id)
    for one in found:
        click.echo(f"{one.name}\t{one.title.of(language())}")


@messages.command()
@of_app
@click.argument("content")
@click.argument("channel")
@click.option(
    "--every",
    type=click.Choice(CADENCES),
    default=None,
    help="How often; as suits the content. 频率，默认随内容而定",
)
@click.option("--at", default="09:00", help="At the earliest, in the app's zone. 最早时间")
@click.option(
    "--on", "on", default="", help="mon to sun of a week; 1 to 28 or last of a month. 周几或几号"
)
def add(app: str, content: str, channel: str, every: Cadence | None, at: str, on: str) -> None:
    """Schedule a content (see `contents`) to a channel, by its number or name. 新建定时推送。"""
    with opened_records() as records:
        held = records.apps.named(app)
        message_doors(records).title(held.id, content)
        to = records.channels.named(held.id, channel)
        when = _schedule(every or find(content, records, held.id).cadence, at, on)
        made = records.subscriptions.create(
            held.id, to.id, content, when, now=period.now(), by=None
        )
    say(
        f"已新建 {made.id}：{said(when, 'zh')}，{to.name}",
        f"Scheduled {made.id}: {said(when, 'en')}, {to.name}",
    )


@messages.command()
@of_app
@of_number
def pause(app: str, number: int) -> None:
    """Send nothing more of one. 暂停。"""
    with opened_records() as records:
        held = records.apps.named(app)
        records.subscriptions.pause(held.id, number, now=period.now(), by=None)


@messages.command()
@of_app
@of_number
def resume(app: str, number: int) -> None:
    """Send one again from now on. 恢复。"""
    with opened_records() as records:
        held = records.apps.named(app)
        records.subscriptions.resume(held.id, number, now=period.now(), by=None)


@messages.command(name="send")
@of_app
@of_number
def send_now(app: str, number: int) -> None:
    """Send one now; a running server does within seconds, another when it runs. 立即发送（由运行中的服务发出）。"""
    with opened_records() as records:
        _, one = _one(records, app, number)
        message_doors(records).send_now(one, period.now())
    say(f"已加入队列：{one.content}", f"In the queue: {one.content}")


@messages.command()
@of_app
@of_number
@click.option("--yes", is_flag=True, help="Don't ask. 不再确认")
def remove(app: str, number: int, *, yes: bool) -> None:
    """Remove one; what was sent stays. 删除，推送记录保留。"""
    if not yes:
        asked = f"删除推送 {number}？" if language() == "zh" else f"Remove message {number}?"
        click.confirm(asked, abort=True)
    with opened_records() as records:
        held = records.apps.named(app)
        records.subscriptions.remove(held.id, number, now=period.now(), by=None)


@messages.command()
@of_app
@form
def sent(app: str, form: str) -> None:
    """List what was sent, the newest first. 列出推送记录。"""
    with opened_records() as records:
        held = records.apps.named(app)
        channels = {one.id: one.name for one in records.channels.of(held.id)}
        rows: list[Listed] = [
            {
                "number": one.id, "content": one.content, "channel": channels.get(one.channel, "-"),
                "due": one.due, "state": one.state, "tries": one.tries, "code": one.code, "answer": one.answer,
            }
            for one in records.sends.of(held.id)
        ]  # fmt: skip
    show(rows, form)


@messages.command(name="show")
@of_app
@of_number
def show_message(app: str, number: int) -> None:
    """Print a message as it was sent, by its number in `sent`. 显示推送内容。"""
    with opened_records() as records:
        found = records.sends.get(records.apps.named(app).id, number)
        body = records.sends.message(found)
    if body is None:
        raise Refused("not_kept", "number", got=str(number))
    click.echo(as_plain(decoded(body)), nl=False)


def _one(records: Records, app: str, number: int) -> tuple[App, Subscription]:
    held = records.apps.named(app)
    return held, records.subscriptions.get(held.id, number)


def _schedule(every: Cadence, at: str, on: str) -> Schedule:
    """Refused, naming the option, where there is no such day."""
    if every == "week" and on:
        if on not in DAYS:
            raise Refused("unknown_choice", "on", choices=", ".join(DAYS), got=on[:20])
        return Schedule(every, at, weekday=DAYS.index(on))
    if every == "month" and on:
        day = LAST if on == "last" else int(on) if on.isdecimal() and len(on) < 3 else -1
        if day < 0 or on == "0":
            raise Refused("unknown_choice", "on", got=on[:20])
        return Schedule(every, at, month_day=day)
    if on:
        raise Refused("unknown_choice", "on", got=on[:20])
    return Schedule(every, at)


COMMANDS: tuple[click.Command, ...] = (messages,)
