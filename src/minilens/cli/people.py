"""Commands about people: how they get in, what they may, and what was changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import click
import msgspec
from rich.cells import cell_len, set_cell_size

from minilens import period
from minilens import settings as settings_file
from minilens.errors import NotFound, Refused
from minilens.serve.terminal import language
from minilens.settings import Settings

if TYPE_CHECKING:
    from minilens.records.store import Account, Records

#: A row of a list: column → cell.
Listed = Mapping[str, object]

#: Column of a list → what stands over it, in zh and en.
HEADINGS = {
    "name": ("名称", "name"), "zh": ("中文名", "Chinese title"), "en": ("英文名", "English title"),
    "timezone": ("时区", "timezone"), "keys": ("写入密钥", "write keys"), "archived": ("归档时间", "archived"),
    "email": ("电子邮箱", "e-mail"), "roles": ("角色", "roles"), "password": ("有密码", "password"),
    "created": ("创建时间", "created"), "disabled": ("停用时间", "disabled"), "key": ("写入密钥", "write key"),
    "retires": ("失效时间", "retires"), "number": ("编号", "number"), "scopes": ("权限", "scopes"),
    "opens": ("当前可用", "opens"), "by": ("操作人", "by"), "expires": ("有效期至", "expires"),
    "revoked": ("撤销时间", "revoked"), "last_used": ("最近使用", "last used"), "app": ("小程序", "app"),
    "at": ("时间", "at"), "action": ("操作", "action"), "target": ("对象", "target"),
    "details": ("详情", "details"), "fact": ("项目", "fact"), "value": ("内容", "value"),
    "day": ("日期", "day"), "text": ("内容", "text"), "personal": ("仅本人可见", "personal"),
    "version": ("发布版本", "version"), "changed": ("有未发布的修改", "unpublished changes"),
    "published": ("发布时间", "published"), "updated": ("更新时间", "updated"), "retired": ("停用时间", "retired"),
    "revision": ("版本", "revision"), "deed": ("操作", "action"), "off": ("已停止采集", "tracker off"),
    "events": ("事件数", "events"), "page": ("页面", "page"), "package": ("分包", "subpackage"), "tab": ("标签", "tab"),
    "id": ("编号", "id"), "whole": ("整个用户", "whole user"), "quarantined": ("隔离", "quarantined"),
    "identities": ("标识", "identities"),
    "event": ("事件", "event"), "reason": ("原因", "reason"),
    "first": ("最早", "first"), "last": ("最近", "last"), "ready": ("可放行", "ready"), "field": ("字段", "field"),
    "type": ("类型", "type"), "filled": ("出现率", "filled"), "values": ("取值", "values"), "days": ("日期数", "days"),
    "received": ("接收日志", "received"), "provider": ("支付系统", "provider"), "merchant": ("商户号", "merchant"),
    "numbers": ("公钥", "public keys"), "unit": ("单位", "unit"), "identity": ("标识类型", "identity"),
    "since": ("设置时间", "since"), "language": ("语言", "language"), "address": ("地址", "address"),
    "members": ("成员", "members"), "state": ("状态", "state"), "program": ("程序版本", "program"),
    "url": ("地址", "address"), "last_seen": ("最近在线", "last seen"), "stopped": ("已停止", "stopped"),
    "waiting_bytes": ("待装载字节", "bytes waiting"), "free_bytes": ("磁盘剩余字节", "bytes free"),
    "loads": ("负责装载", "loads"),
}  # fmt: skip
YES_NO = {True: ("是", "yes"), False: ("否", "no")}

form = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="table or json. 输出格式",
)
app_or_all = click.option("--app", default=None, help="One app; else all. 小程序，缺省为全部")


def settings_of_data() -> Settings:
    """The settings; Refused where their data folder is not there: who reads makes none by a slip of the name."""
    given = settings_file.given()
    data = Path(given["data"].text).absolute()
    if not data.exists() and not given["records"].text:
        raise Refused("no_data", folder=data)
    return settings_file.load()


@contextmanager
def opened_records(settings: Settings | None = None) -> Iterator[Records]:
    """The records, their schema up to date; open while they are needed. Without settings: of a folder that is there."""
    from minilens.records.store import Records

    records = Records((settings or settings_of_data()).records_dsn)
    try:
        records.database.migrate()
        yield records
    finally:
        records.database.close()


def show(rows: Sequence[Listed], form: str) -> None:
    """A list: columns under headings, in the language of the terminal; or JSON."""
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2))
        return
    lines = [[text_of(cell) for cell in row.values()] for row in rows]
    if not rows:
        return
    lines.insert(0, [heading(name) for name in rows[0]])
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (set_cell_size(cell, width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def heading(name: str) -> str:
    """What stands over a column."""
    zh, en = HEADINGS.get(name, (name, name.replace("_", " ")))
    return zh if language() == "zh" else en.upper()


def text_of(cell: object) -> str:
    """A cell of a line."""
    if cell is None or cell == "":
        return "-"
    if isinstance(cell, bool):
        return YES_NO[cell][language() != "zh"]
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}Z"
    if isinstance(cell, (list, tuple)):
        return " ".join(map(str, cell)) or "-"
    return " ".join(str(cell).split())  # a name may hold an end of line


def account_named(records: Records, email: str) -> Account:
    """The person with that address; NotFound."""
    found = records.accounts.find(email)
    if found is None:
        raise NotFound("unknown_person", "email", got=email[:254])
    return found


def number_of(records: Records, app: str | None) -> int | None:
    """The app of that name; None for all apps."""
    return None if app is None else records.apps.named(app).id


@click.group(invoke_without_command=True)
@click.pass_context
def users(context: click.Context) -> None:
    """List people and their roles, invite them, or change their access. 列出人员及角色，邀请并授权。"""
    if context.invoked_subcommand is None:
        context.invoke(list_users)


@users.command(name="list")
@form
def list_users(form: str = "table") -> None:
    """Everybody with their roles. 列出人员及角色。"""
    with opened_records() as records:
        names = {app.id: app.name for app in records.apps.all(archived=True)}
        rows = [
            {
                "email": one.email,
                "name": one.name,
                "roles": [
                    f"{names[app] if app else '*'}:{role}" for app, role in one.grants.items()
                ],
                "password": one.has_password,
                "created": one.created,
                "disabled": one.disabled,
            }
            for one in records.accounts.all()
        ]
    show(rows, form)


@users.command()
@click.argument("email")
@click.option("--role", required=True, help="viewer, analyst, admin or owner. 角色")
@app_or_all
def invite(email: str, role: str, app: str | None) -> None:
    """Print a link by which someone gets a role; it works once, for 7 days. 输出邀请链接。"""
    settings = settings_file.load()
    with opened_records(settings) as records:
        code = records.invitations.create(
            email, number_of(records, app), role, now=period.now(), by=None
        )
    from minilens.serve.control_client import url_of

    click.echo(f"{url_of(settings)}/invitation?{urlencode({'code': code})}")


@users.command()
@click.argument("email")
@click.option("--role", required=True, help="viewer, analyst, admin or owner. 角色")
@app_or_all
def grant(email: str, role: str, app: str | None) -> None:
    """Give someone a role in place of the one before. 授予角色。"""
    with opened_records() as records:
        account = account_named(records, email)
        records.grants.set(account.id, number_of(records, app), role, now=period.now(), by=None)


@users.command()
@click.argument("email")
@app_or_all
def revoke(email: str, app: str | None) -> None:
    """Take someone's role in an app, or that for all. 移除角色。"""
    with opened_records() as records:
        account, where = account_named(records, email), number_of(records, app)
        if where not in account.grants:
            raise NotFound("no_such_role", "email", got=account.email)
        records.grants.remove(account.id, where, now=period.now(), by=None)


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Let someone in no more; all their sessions end. 禁止登录。"""
    with opened_records() as records:
        records.accounts.disable(account_named(records, email).id, now=period.now(), by=None)


@users.command()
@click.argument("email")
def enable(email: str) -> None:
    """Undo `disable`. 恢复登录。"""
    with opened_records() as records:
        records.accounts.enable(account_named(records, email).id, now=period.now(), by=None)


@users.command()
@click.argument("email")
def password(email: str) -> None:
    """Set someone's password, typed twice or from standard input; all sessions end. 设置密码。"""
    with opened_records() as records:
        account = account_named(records, email)
        if sys.stdin.isatty():
            typed: str = click.prompt(
                "Password / 密码", hide_input=True, confirmation_prompt="Again / 再次输入"
            )
        else:
            typed = sys.stdin.readline().rstrip("\r\n")
        records.accounts.set_password(account.id, typed, now=period.now(), by=None)


@click.command()
@click.option("--app", default=None, help="One app; else everything. 小程序")
@click.option("--account", default=None, help="E-mail address. 操作人邮箱")
@click.option("--action", default="", help="key, or key.rotate. 操作")
@click.option("--since", default="", help="First day, 2026-11-01. 起始日")
@click.option("--until", default="", help="Last day. 结束日")
@click.option(
    "--most", type=click.IntRange(1, 100_000), default=50, show_default=True,
    help="How many entries. 最多条数",
)  # fmt: skip
@form
def audit(
    app: str | None, account: str | None, action: str, since: str, until: str, most: int, form: str
) -> None:
    """Show who changed what and when, newest first. 谁在何时改了什么，最新的在前。"""
    settings = settings_of_data()
    zone = ZoneInfo(settings.timezone)
    first, last = day("since", since, zone), day("until", until, zone)
    with opened_records(settings) as records:
        apps = (records.apps.named(app, archived=True).id,) if app else None
        who = account_named(records, account).id if account else None
        rows: list[Listed] = []
        before: int | None = None
        while len(rows) < most:
            found = records.audit.entries(
                apps=apps, account=who, action=action, since=first,
                until=last + timedelta(days=1) if last else None, before=before,
                most=most - len(rows),
            )  # fmt: skip
            if not found:
                break
            before = found[-1].id
            rows += [
                {
                    "at": one.at,
                    "by": one.by or "command line",
                    "app": one.app,
                    "action": one.action,
                    "target": one.target,
                    "details": one.details
                    if form == "json"
                    else [f"{k}={v}" for k, v in one.details.items()],
                }
                for one in found
            ]
    show(rows, form)


def day(option: str, text: str, zone: ZoneInfo) -> datetime | None:
    """The beginning of a day; Refused where it is none."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Refused("bad_date", option, got=text[:20]) from None
    return datetime(found.year, found.month, found.day, tzinfo=zone)


@click.command(name="sign-in")
@click.argument("email", required=False)
def sign_in(email: str | None) -> None:
    """Print a one-time sign-in link for a person, by default the first owner. 输出一次性登录链接。"""
    click.echo(link_for(settings_of_data(), email))


@click.command()
@click.argument("email")
@click.option("--name", default="", help="Name of a new person. 姓名")
def owner(email: str, name: str) -> None:
    """Make someone an owner of all apps and print a one-time sign-in link. 指定所有者。"""
    settings = settings_file.load()
    from minilens.records.account_rows import normal_email

    now = period.now()
    with opened_records(settings) as records:
        account = records.accounts.find(email)
        if account is None:
            called = name or normal_email(email).partition("@")[0]
            account = records.accounts.create(email, called, now=now)
        elif account.disabled:
            records.accounts.enable(account.id, now=now, by=None)
        if account.grants.get(None) != "owner":
            records.grants.set(account.id, None, "owner", now=now, by=None)
    click.echo(link_for(settings, email))


def link_for(settings: Settings, email: str | None) -> str:
    """A link that signs in once; of a running server, where that is reached."""
    from minilens.serve.control import sign_in_code, sign_in_link
    from minilens.serve.control_client import ask

    if answered := ask(settings, "sign-in", *([("email", email)] if email else [])):
        return f"{answered['url']}/sign-in?code={answered['code']}"
    with opened_records(settings) as records:
        return sign_in_link(settings, sign_in_code(records, email))


COMMANDS: tuple[click.Command, ...] = (users, audit, sign_in, owner)
