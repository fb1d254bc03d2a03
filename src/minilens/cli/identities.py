"""Commands about types of identities: which is stronger, how many values a person has, what joins nobody."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import click
import msgspec

from minilens import period
from minilens.cli.merges import asked
from minilens.cli.people import Listed, form, opened_records, settings_of_data, show
from minilens.errors import Refused, did_you_mean
from minilens.identity.lookup import actor_named
from minilens.identity.types import IdentityType, row_of, types_of
from minilens.identity.values import covered, hash_read
from minilens.records.identity_types import OVERS
from minilens.serve.terminal import say

of_app = click.option("--app", "name", required=True, help="Its app. 小程序")


@click.group()
def identities() -> None:
    """List and change the types of identities by which persons are recognized. 查看、修改识别用户的标识类型。"""


@identities.command(name="list")
@of_app
@form
def list_types(name: str, form: str) -> None:
    """List the types, the strongest first. 列出标识类型，最强的在前。"""
    with opened_records() as records:
        app = records.apps.named(name).id
        types = types_of(records.identity_types.all(app).get(app, []))
    ordered = sorted(types.by_name.values(), key=lambda one: (one.priority, one.name))
    rows: list[Listed] = [_told(one) for one in ordered]
    show(rows, form)


def _told(one: IdentityType) -> Listed:
    """A type as the list shows it."""
    return {
        "name": one.name,
        "zh": one.label.zh,
        "en": one.label.en,
        "priority": one.priority,
        "most": one.most,
        "days": one.days,
        "over": one.over,
        "crowd": one.crowd,
        "parent": one.parent,
        "takes_part": one.takes_part,
    }


@identities.command(name="set")
@click.argument("kind", metavar="TYPE")
@of_app
@click.option("--zh", help="Chinese name. 中文名")
@click.option("--en", help="English name. 英文名")
@click.option("--priority", type=int, help="0 is the strongest. 优先级，0 最强")
@click.option("--most", type=int, help="Values a person, 0: any number. 每人至多几个值，0 为不限")
@click.option("--days", type=int, help="Within so many days, 0: ever. 在多少天内，0 为始终")
@click.option("--over", type=click.Choice(OVERS), help="What becomes of one more. 超出时如何处理")
@click.option(
    "--crowd",
    type=int,
    help="Devices a day (persons of a device) from which it joins nobody. 判为公用的数量",
)
@click.option("--parent", help="The type it belongs to. 上级类型")
@click.option(
    "--joins", type=click.Choice(["yes", "no"]), help="Whether it joins persons. 是否参与合并"
)
@click.option("--dry-run", is_flag=True, help="Only say what it would do. 只说明影响，不保存")
def set_type(kind: str, name: str, joins: str | None, *, dry_run: bool, **given: Any) -> None:
    """Change a type or add your own. A stricter setting separates nobody; what a looser one or a new type allows is
    joined at once, also in the past.

    修改标识类型，或添加自有类型；收紧设置不会拆分已合并的用户，放宽设置或添加类型会立即合并，包括过去的数据。
    """
    changes = {key: value for key, value in given.items() if value is not None}
    if joins:
        changes["takes_part"] = joins == "yes"
    with opened_records() as records:
        app = records.apps.named(name).id
        before = row_of(types_of(records.identity_types.all(app).get(app, [])).new(kind))
        records.identity_types.check(replace(before, **changes))
        if not dry_run:
            records.identity_types.set(app, before, now=period.now(), **changes)
    if dry_run:
        row = msgspec.json.encode(replace(before, **changes)).decode()
        _say_effect(asked("preview", name, type=row))
        return
    say(
        "已保存；服务运行时几秒内生效，否则在下次启动时。",
        "Saved; a running server follows within seconds, otherwise at the next start.",
    )


def _say_effect(of: dict[str, int]) -> None:
    """What a change would do."""
    some = of["looked_at"], of["all"]
    say(
        f"将被合并的用户：{of['joined']}；不再符合、但保持合并的用户：{of['kept']}。"
        f"已查看 {some[0]}/{some[1]} 个标识。未保存任何内容。",
        f"Users who would be merged: {of['joined']}; who no longer fit and stay merged: {of['kept']}. "
        f"{some[0]} of {some[1]} identities were looked at. Nothing was saved.",
    )


@identities.command()
@of_app
@form
def found(name: str, form: str) -> None:
    """List types that events carry and nobody added: they join nobody until you add them with set.

    列出事件带有但尚未添加的标识类型；用 set 添加之前，它们不合并任何人。
    """
    show(asked("found", name)["rows"], form)


@identities.command(name="blocked")
@of_app
@form
def list_blocked(name: str, form: str) -> None:
    """List values that identify nobody; of each a few letters. 列出屏蔽的标识值，只显示几个字符。"""
    with opened_records() as records:
        found = records.blocked_identities.of(records.apps.named(name).id)
    rows: list[Listed] = [
        {"type": one.type, "value": one.shown, "hash": f"{one.hash:016x}", "since": one.created}
        for one in found
    ]
    show(rows, form)


@identities.command()
@click.argument("kind", metavar="TYPE")
@click.argument("value")
@of_app
def block(kind: str, value: str, name: str) -> None:
    """From now on VALUE identifies nobody; - reads it from a pipe. Nobody is separated by it.

    此后 VALUE 不代表任何人，- 表示从管道读取；不会拆分已合并的用户。
    """
    text = sys.stdin.readline().strip() if value == "-" else value
    with opened_records() as records:
        app = records.apps.named(name).id
        types = types_of(records.identity_types.all(app).get(app, []))
        if kind not in types.by_name:
            raise Refused(
                "unknown_choice", "type", got=kind[:40], hint=did_you_mean(kind, types.by_name)
            )
        number = actor_named(app, f"{kind}={text}", settings_of_data().secret)
        if not number:
            raise Refused("value_of_nobody", "value")
        records.blocked_identities.add(app, kind, number, covered(text), now=period.now())
    say("已屏蔽。", "Blocked.")


@identities.command()
@click.argument("value", metavar="HASH")
@of_app
def unblock(value: str, name: str) -> None:
    """A value may identify somebody again; HASH as `blocked` lists it. 取消屏蔽，HASH 见 blocked。"""
    with opened_records() as records:
        app = records.apps.named(name).id
        records.blocked_identities.remove(app, hash_read(value), now=period.now())
    say("已取消屏蔽。", "Unblocked.")


COMMANDS: tuple[click.Command, ...] = (identities,)
