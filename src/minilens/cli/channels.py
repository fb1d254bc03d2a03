"""Commands about channels: where messages of an app go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from minilens import period
from minilens import settings as settings_file
from minilens.cli.people import Listed, form, opened_records, show
from minilens.errors import Refused
from minilens.records.channel_content import KINDS, ChannelContent, kind_named
from minilens.records.store import Records
from minilens.render.send_reasons import reason
from minilens.serve.terminal import language, say
from minilens.text import LANGUAGES, Language, Text

of_app = click.argument("app")
of_channel = click.argument("channel")
in_language = click.option(
    "--language",
    "spoken",
    type=click.Choice(LANGUAGES),
    default=None,
    help="Of its messages. 消息的语言",
)
to_members = click.option(
    "--member", "members", multiple=True, help="E-mail of a member (mail). 收件成员邮箱"
)

with_app = click.option(
    "--app-id",
    default=None,
    help="Of Feishu: the app that uploads pictures, '' for none. 上传图片的飞书应用",
)


@dataclass(frozen=True)
class Typed:
    """What is read unseen; None: nothing was."""

    address: str | None = None
    secret: str | None = None
    app_secret: str | None = None


@click.group()
def channels() -> None:
    """Channels that messages go to: add, list, set, test, remove. 推送渠道：添加、列出、修改、测试、删除。"""


@channels.command(name="list")
@of_app
@form
def list_channels(app: str, form: str) -> None:
    """List them with their state. 列出推送渠道及状态。"""
    with opened_records() as records:
        held = records.apps.named(app)
        found = records.channels.of(held.id)
    title = Text(held.zh or held.name, held.en or held.name)
    rows: list[Listed] = [
        {
            "id": one.id, "type": one.kind, "name": one.name, "language": one.language, "address": one.hint,
            "members": [each.email for each in one.members], "state": one.state,
            "reason": reason(one.stopped, title).of(language()) if one.stopped else "", "details": one.told,
        }
        for one in found
    ]  # fmt: skip
    show(rows, form)


@channels.command()
@of_app
@click.argument("kind", metavar=f"[{'|'.join(KINDS)}]")
@click.argument("name")
@in_language
@to_members
@with_app
def add(
    app: str, kind: str, name: str, spoken: Language | None, members: tuple[str, ...], app_id: str | None
) -> None:  # fmt: skip
    """Add one. Its address, its signing secret, and the secret of an app that uploads pictures are read, a line each,
    from the terminal or from a pipe.

    添加渠道；地址、签名密钥、上传图片的应用密钥从终端或管道逐行读取。
    """
    found, settings = kind_named(kind), settings_file.load()
    typed = Typed() if found == "mail" else _typed(found, app_id)
    with opened_records(settings) as records:
        held = records.apps.named(app)
        content = ChannelContent(
            found, name, spoken or "zh", typed.address, typed.secret, _numbers(records, members), app_id,
            typed.app_secret,
        )  # fmt: skip
        made, shown = records.channels.create(
            held.id, content, settings.secret, within=settings.webhook_networks, now=period.now()
        )
    say(f"已添加渠道 {made.id}：{made.name}", f"Added channel {made.id}: {made.name}")
    if shown:
        say("签名密钥（只显示这一次）：", "The secret, shown this once:")
        click.echo(shown)


@channels.command(name="set")
@of_app
@of_channel
@click.option("--name", default=None, help="Another name. 新名称")
@click.option(
    "--address", "typed", is_flag=True, help="Read address and secret anew. 重新读取地址与密钥"
)
@in_language
@to_members
@with_app
def set_(
    app: str, channel: str, *, name: str | None, typed: bool, spoken: Language | None, members: tuple[str, ...],
    app_id: str | None,
) -> None:  # fmt: skip
    """Change one; what isn't given stays. A stopped one is on again. 修改渠道，未给出的不变；已停用的恢复。"""
    settings = settings_file.load()
    with opened_records(settings) as records:
        held = records.apps.named(app)
        found = records.channels.named(held.id, channel)
        said = _typed(found.kind, app_id) if typed else Typed()
        numbers = _numbers(records, members) or tuple(one.account for one in found.members)
        content = ChannelContent(
            found.kind, name or found.name, spoken or found.language, said.address, said.secret, numbers, app_id,
            said.app_secret,
        )  # fmt: skip
        records.channels.change(
            held.id, found.id, content, settings.secret, within=settings.webhook_networks, now=period.now()
        )  # fmt: skip


@channels.command()
@of_app
@of_channel
def test(app: str, channel: str) -> None:
    """Send a test; says why where it isn't taken. 发送测试消息，失败时说明原因。"""
    from minilens.serve.sending import channel_doors

    settings = settings_file.load()
    with opened_records(settings) as records:
        held = records.apps.named(app)
        found = records.channels.named(held.id, channel)
        tried = channel_doors(records, settings).test(found, "")
    if not tried.sent:
        why = reason(tried.code, Text(held.zh or held.name, held.en or held.name))
        raise Refused("not_sent", "channel", reason=tuple(why), told=tried.told or "-")
    say("已发送", "Sent")


@channels.command()
@of_app
@of_channel
@click.option("--yes", is_flag=True, help="Don't ask. 不再确认")
def remove(app: str, channel: str, *, yes: bool) -> None:
    """Remove one, and forget its address. 删除渠道及其地址。"""
    if not yes:
        said = f"删除渠道 {channel}？" if language() == "zh" else f"Remove the channel {channel}?"
        click.confirm(said, abort=True)
    with opened_records() as records:
        held = records.apps.named(app)
        found = records.channels.named(held.id, channel)
        records.channels.remove(held.id, found.id, now=period.now())


def _numbers(records: Records, emails: Sequence[str]) -> tuple[int, ...]:
    """Accounts by their addresses."""
    found = []
    for email in emails:
        account = records.accounts.find(email)
        if account is None:
            raise Refused("no_such_member", "members", got=email[:80])
        found.append(account.id)
    return tuple(found)


def _typed(kind: str, app_id: str | None) -> Typed:
    """Lines of a pipe, or what is typed unseen."""
    if not sys.stdin.isatty():
        lines = [line.strip() or None for line in sys.stdin.read().splitlines()][:3]
        return Typed(*lines)
    zh = language() == "zh"
    address = click.prompt("地址" if zh else "Address", hide_input=True)
    if kind == "wecom":
        return Typed(address)
    secret = _unseen("签名密钥，没有则回车" if zh else "Signing secret, or nothing")
    if not app_id:
        return Typed(address, secret)
    return Typed(address, secret, _unseen("应用的 App Secret" if zh else "App Secret of the app"))


def _unseen(word: str) -> str | None:
    return click.prompt(word, default="", hide_input=True, show_default=False) or None


COMMANDS: tuple[click.Command, ...] = (channels,)
