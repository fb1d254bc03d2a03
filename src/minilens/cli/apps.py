"""Commands about apps, their write keys, their API tokens, and what happened on a day."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from minilens import period
from minilens import settings as settings_file
from minilens.cli.people import Listed, account_named, form, opened_records, show
from minilens.errors import NotFound
from minilens.records.rights import SEES
from minilens.serve.terminal import say

if TYPE_CHECKING:
    from minilens.records.store import Account, App, Records


def told(records: Records, app: App) -> dict[str, object]:
    """An app as lists show it."""
    keys = [key.key for key in records.keys.of(app.id) if key.retires is None]
    return {
        "name": app.name,
        "zh": app.zh,
        "en": app.en,
        "timezone": app.timezone,
        "keys": keys,
    }


@click.group(invoke_without_command=True)
@click.pass_context
def apps(context: click.Context) -> None:
    """List the apps with their write keys, or create, show, archive and restore them.

    列出小程序与写入密钥，新建、查看、归档、恢复。
    """
    if context.invoked_subcommand is None:
        context.invoke(list_apps)


@apps.command(name="list")
@click.option("--archived", is_flag=True, help="Those that are archived instead. 已归档的")
@form
def list_apps(*, archived: bool = False, form: str = "table") -> None:
    """List apps with their write keys. 列出小程序与写入密钥。"""
    with opened_records() as records:
        found = [
            one for one in records.apps.all(archived=archived) if bool(one.archived) == archived
        ]
        rows: list[Listed] = [
            told(records, one) | ({"archived": one.archived} if archived else {}) for one in found
        ]
    show(rows, form)


@apps.command(name="create")
@click.argument("name")
@click.option("--timezone", default=None, help="Fixed from here on. 时区，之后不可更改")
@click.option("--appid", default="", help="WeChat's AppID. 微信 AppID")
@click.option("--zh", default="", help="Chinese title. 中文名")
@click.option("--en", default="", help="English title. 英文名")
def create(name: str, timezone: str | None, appid: str, zh: str, en: str) -> None:
    """Create an app and print its write key. 新建小程序。"""
    settings = settings_file.load()
    zone = timezone or settings.timezone
    with opened_records(settings) as records:
        app = records.apps.create(name, timezone=zone, now=period.now(), zh=zh, en=en, appid=appid)
        click.echo(records.keys.of(app.id)[0].key)


@apps.command(name="show")
@click.argument("name")
@form
def show_app(name: str, form: str) -> None:
    """Show an app's names, AppID, time zone, undeclared events, keys and members. 查看小程序。"""
    with opened_records() as records:
        app = records.apps.named(name, archived=True)
        facts = told(records, app) | {
            "appid": app.appid,
            "undeclared": app.undeclared,
            "archived": app.archived,
            "app_secret": held.since if (held := records.app_secrets.find(app.id)) else None,
            "members": [
                f"{one.email}:{one.role(app.id)}" for one in records.accounts.members(app.id)
            ],
        }
    if form == "json":
        show([facts], form)
        return
    show([{"fact": fact, "value": value} for fact, value in facts.items()], form)


@apps.command(name="secret")
@click.argument("name")
@click.option("--remove", is_flag=True, help="Forget it. 移除")
def app_secret(name: str, *, remove: bool) -> None:
    """Store an app's AppSecret, for sign-in by code. It is read from the terminal or from a pipe.

    保存小程序的 AppSecret（code 登录用），从终端或管道读取。
    """
    settings = settings_file.load()
    with opened_records(settings) as records:
        app = records.apps.named(name)
        if remove:
            records.app_secrets.remove(app.id, now=period.now())
            return
        piped = not sys.stdin.isatty()
        text = sys.stdin.readline() if piped else click.prompt("AppSecret", hide_input=True)
        records.app_secrets.set(app.id, text, settings.secret, now=period.now())


@apps.command()
@click.argument("name")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@form
def pages(name: str, file: Path | None, form: str) -> None:
    """Keep the pages of an app.json, or list those that are kept. 更新页面列表（app.json），或列出已保存的页面。"""
    with opened_records() as records:
        app = records.apps.named(name)
        if file is not None:
            found = records.app_pages.set(app.id, file.read_bytes(), now=period.now())
            say(f"已保存 {len(found)} 个页面。", f"{len(found)} pages are kept.")
            return
        kept = records.app_pages.find(app.id)
    rows: list[Listed] = [
        {"page": one.path, "package": one.package, "tab": one.tab}
        for one in (kept.pages if kept else ())
    ]
    show(rows, form)


@apps.command()
@click.argument("name")
@click.argument("properties", nargs=-1)
@click.option("--none", is_flag=True, help="No property is sensitive. 清空")
def sensitive(name: str, properties: tuple[str, ...], *, none: bool) -> None:
    """List the properties whose values are masked, or set them. 列出或设置以掩码显示的敏感属性。"""
    with opened_records() as records:
        app = records.apps.named(name)
        if properties or none:
            records.sensitive.set(app.id, " ".join(properties), now=period.now())
        for one in records.sensitive.of(app.id):
            click.echo(one)


@apps.command()
@click.argument("name")
def archive(name: str) -> None:
    """Hide an app and reject its keys and tokens. Its events are kept. 归档。"""
    with opened_records() as records:
        records.apps.archive(records.apps.named(name).id, now=period.now())


@apps.command()
@click.argument("name")
def restore(name: str) -> None:
    """Undo `archive`. 恢复。"""
    with opened_records() as records:
        records.apps.restore(records.apps.named(name, archived=True).id, now=period.now())


@click.group()
def keys() -> None:
    """List, rotate or retire an app's write keys. 写入密钥。"""


@keys.command(name="list")
@click.argument("app")
@form
def list_keys(app: str, form: str) -> None:
    """List keys, newest first. 列出写入密钥。"""
    with opened_records() as records:
        found = records.keys.of(records.apps.named(app).id)
    show([{"key": one.key, "created": one.created, "retires": one.retires} for one in found], form)


@keys.command(name="rotate")
@click.argument("app")
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 3650),
    default=30,
    show_default=True,
    help="The old key goes on so long. 旧密钥保留天数",
)
def rotate(app: str, overlap_days: int) -> None:
    """Create a new write key; the old one keeps working for a while. 轮换写入密钥。"""
    overlap = timedelta(days=overlap_days)
    with opened_records() as records:
        found = records.apps.named(app)
        click.echo(records.keys.create(found.id, now=period.now(), retire_others_after=overlap))


@keys.command()
@click.argument("app")
@click.argument("key")
def retire(app: str, key: str) -> None:
    """Stop accepting a key, effective immediately. 停用写入密钥。"""
    with opened_records() as records:
        found = records.apps.named(app)
        number = next((one.id for one in records.keys.of(found.id) if one.key == key), None)
        if number is None:
            raise NotFound("wrong_key", "key")
        records.keys.retire(found.id, number, now=period.now())


@click.group(invoke_without_command=True)
@click.pass_context
def tokens(context: click.Context) -> None:
    """List the API tokens, or create and revoke them. 列出 API 令牌，新建、撤销。"""
    if context.invoked_subcommand is None:
        context.invoke(list_tokens)


@tokens.command(name="list")
@click.argument("app", required=False)
@form
def list_tokens(app: str | None = None, form: str = "table") -> None:
    """List tokens of one app or all apps, newest first, with their current access.

    列出一个或全部小程序的 API 令牌及其当前权限。
    """
    moment = period.now()
    with opened_records() as records:
        people = {one.id: one.email for one in records.accounts.all()}
        rows: list[Listed] = [
            {
                "number": one.id,
                "app": of.name,
                "name": one.name,
                "scopes": one.scopes,
                "opens": sorted(one.opens) if one.holds(moment) else [],
                "created": one.created,
                "by": people.get(one.created_by or 0, "command line"),
                "expires": one.expires,
                "revoked": one.revoked,
                "last_used": one.last_used,
            }
            for of in ([records.apps.named(app)] if app else records.apps.all())
            for one in records.tokens.of(of.id)
        ]
    show(rows, form)


@tokens.command(name="create")
@click.argument("app")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="report:read, events:write … 权限"
)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=None,
    help="Expires after so many days. 有效天数",
)
@click.option("--name", default="", help="What it is for. 用途")
def create_token(app: str, scopes: tuple[str, ...], days: int | None, name: str) -> None:
    """Create an API token for an app. It is shown only once. 新建 API 令牌。"""
    lasts = timedelta(days=days) if days else None
    with opened_records() as records:
        found = records.apps.named(app)
        click.echo(
            records.tokens.create(found.id, scopes, now=period.now(), lasts=lasts, name=name)
        )


@tokens.command()
@click.argument("app")
@click.argument("number", type=int)
def revoke(app: str, number: int) -> None:
    """Revoke a token, effective immediately. Use `list` to find its number. 撤销 API 令牌。"""
    with opened_records() as records:
        found = records.apps.named(app)
        if number not in {one.id for one in records.tokens.of(found.id)}:
            raise NotFound("wrong_token", "number")
        records.tokens.revoke(found.id, number, now=period.now())


@click.command()
@click.argument("app")
@click.argument("day")
@click.argument("text")
@click.option(
    "--for", "email", default="", help="Only for the account with this e-mail. 仅此账号可见"
)
def annotate(app: str, day: str, text: str, email: str) -> None:
    """Add an annotation to a day (2026-11-22, today); it shows on the charts. 添加标注。"""
    with opened_records() as records:
        found = records.apps.named(app)
        on = period.today(found.timezone) if day == "today" else period.parse_day(day, "day")
        whose = seeing(records, email, found).id if email else None
        made = records.annotations.create(
            found.id, on, text, now=period.now(), by=whose, personal=bool(email)
        )
    click.echo(f"{made.day}  {made.text}")


@click.command(name="annotations")
@click.argument("app")
@click.option("--from", "start", default="", help="First day. 起始日")
@click.option("--to", "end", default="", help="Last day. 结束日")
@click.option(
    "--for",
    "email",
    default="",
    help="Also those of the account with this e-mail. 包括此账号的个人标注",
)
@form
def list_annotations(app: str, start: str, end: str, email: str, form: str = "table") -> None:
    """List what happened on which day. 列出标注。"""
    with opened_records() as records:
        found = records.apps.named(app)
        first = period.parse_day(start, "from") if start else None
        last = period.parse_day(end, "to") if end else None
        whose = seeing(records, email, found).id if email else None
        every = records.annotations.of(found.id, first, last, whose)
    rows: list[Listed] = [
        {"day": str(one.day), "text": one.text, "by": one.author, "personal": one.personal}
        for one in every
    ]
    show(rows, form)


def seeing(records: Records, email: str, app: App) -> Account:
    """The account with that address; NotFound as well where it may not see the app."""
    found = account_named(records, email)
    if not found.may(SEES, app.id):
        raise NotFound("unknown_person", "email", got=email)
    return found


COMMANDS: tuple[click.Command, ...] = (apps, keys, tokens, annotate, list_annotations)
