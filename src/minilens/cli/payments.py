"""Commands about payment notifications: how those of an app are verified and read."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from minilens import period
from minilens import settings as settings_file
from minilens.cli.people import Listed, form, opened_records, show
from minilens.records.payments import PROVIDERS, UNITS, ChannelContent, provider_named, with_key
from minilens.serve.terminal import say


@click.group()
def payments() -> None:
    """Payment notifications: set up, list, remove. 支付通知：设置、列出、移除。"""


@payments.command(name="set")
@click.argument("app")
@click.argument("provider", metavar="[wechat|hmac]")
@click.option(
    "--event", default=None, help="What a payment becomes; pay_success unless given. 事件名"
)
@click.option("--merchant", default=None, help="WeChat Pay's merchant number. 微信支付商户号")
@click.option(
    "--key", "pem", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
    help="A file with WeChat Pay's public key or a platform certificate (PEM). 微信支付公钥或平台证书文件",
)  # fmt: skip
@click.option("--number", default="", help="Of that public key: PUB_KEY_ID_… 微信支付公钥 ID")
@click.option("--unit", type=click.Choice(UNITS), default=None, help="Of amounts (hmac). 金额单位")
@click.option("--identity", default=None, help="What `user` is (hmac). user 字段的标识类型")
@click.option("--same-secret", is_flag=True, help="Keep the secret that is stored. 保留已存的密钥")
def set_up(
    app: str, provider: str, pem: Path | None, number: str, *, same_secret: bool, **said: str | None
) -> None:
    """Set up how payment notifications are read; what isn't given stays as it was.

    The APIv3 key, or the secret of hmac, is read from the terminal or from a pipe; for hmac an empty line makes one.

    设置支付通知的读取方式，未给出的保持不变；APIv3 密钥（hmac 为签名密钥）从终端或管道读取，hmac 留空则自动生成。
    """
    settings = settings_file.load()
    with opened_records(settings) as records:
        found, of = records.apps.named(app), provider_named(provider)
        held = records.payment_channels.find(found.id, of)
        content = held.content if held else ChannelContent()
        given = {name: value for name, value in said.items() if value is not None}
        content = msgspec.structs.replace(content, **given)
        if pem is not None:
            content = with_key(content, pem.read_text("utf-8", "replace"), number)
        secret = "" if same_secret else _secret("APIv3" if of == "wechat" else "HMAC")
        made = records.payment_channels.set(
            found.id, of, content, secret, settings.secret, now=period.now()
        )
    say(f"通知地址：/v1/payments/{app}/{of}", f"Address: /v1/payments/{app}/{of}")
    if made:
        say("签名密钥（只显示这一次）：", "The secret, shown this once:")
        click.echo(made)


@payments.command(name="list")
@click.argument("app")
@form
def list_channels(app: str, form: str) -> None:
    """List how an app's payment notifications are read. 列出小程序的支付通知设置。"""
    with opened_records() as records:
        found = records.payment_channels.all(records.apps.named(app).id)
    rows: list[Listed] = [
        {
            "provider": one.provider, "event": one.content.event, "merchant": one.content.merchant,
            "numbers": sorted(one.content.keys), "unit": one.content.unit if one.provider == "hmac" else "",
            "identity": one.content.identity if one.provider == "hmac" else "", "since": one.since, "by": one.by,
        }
        for one in found
    ]  # fmt: skip
    show(rows, form)


@payments.command()
@click.argument("app")
@click.argument("provider", type=click.Choice(PROVIDERS))
def remove(app: str, provider: str) -> None:
    """Take no more payment notifications of a provider. 停止接收某种支付通知。"""
    with opened_records() as records:
        found = records.apps.named(app)
        records.payment_channels.remove(found.id, provider_named(provider), now=period.now())


def _secret(what: str) -> str:
    """One line of a pipe, or what is typed unseen."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(click.prompt(what, default="", hide_input=True, show_default=False))


COMMANDS: tuple[click.Command, ...] = (payments,)
